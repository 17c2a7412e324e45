"""What was written, read back and shown."""
