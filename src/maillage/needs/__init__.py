"""Needs of firms, and what partners do about them: one object, whatever its birth (ADR 0025)."""
