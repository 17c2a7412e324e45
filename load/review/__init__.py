"""The review as a page to look at: one file that opens from disk and asks no network."""
