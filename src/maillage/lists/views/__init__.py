"""Pages of lists of partners."""
