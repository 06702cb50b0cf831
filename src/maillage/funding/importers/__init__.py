"""What comes in by file about public money: the grants that communities publish."""
