"""The first day of an instance: a page that its key opens, or a command that asks the same things."""
