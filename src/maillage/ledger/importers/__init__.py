"""Acts that a partner kept in a file before the instance existed."""
