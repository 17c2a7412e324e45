"""What will be done: frozen from the warehouse, and signed."""
