"""Conventions: parties, versions, axes, actions, targets, money."""
