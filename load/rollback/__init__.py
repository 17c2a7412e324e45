"""What was done, taken back: chosen, judged, carried out, noted."""
