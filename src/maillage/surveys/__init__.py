"""Pulse surveys: whom to ask, drawn from a frame, and what the answers say of all of them, with its doubt."""
