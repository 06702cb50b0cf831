"""What a reader asks of a page that reads across."""
