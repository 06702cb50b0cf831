"""The pages of desks."""
