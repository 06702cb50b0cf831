"""What structures hand in by file."""
