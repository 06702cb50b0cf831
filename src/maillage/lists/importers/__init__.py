"""What comes in by file about lists of partners."""
