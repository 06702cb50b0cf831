"""The forms of events and of their lists."""
