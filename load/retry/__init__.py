"""What failed or was held back: its cause, its mend, and once more."""
