"""What was done: the write-ahead journal, and what it can be asked."""
