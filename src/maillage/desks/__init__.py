"""Desk hours in resource spaces: places, sessions, who was welcomed, project leaders and what became of them."""
