"""Pages of conventions: read, edit, what happens, money."""
