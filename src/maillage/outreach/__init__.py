"""Prospecting: campaigns, visits, calls, the adviser's day."""
