"""The clients of the two systems and their one HTTP policy; they map nothing."""
