"""Where hosted files lie."""
