"""The pages of events: for those who hold them, at the door, and for everybody."""
