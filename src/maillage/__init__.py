"""Maillage: what the partners of a territory really did, computed from dated acts."""

__version__ = "0.1.0"
