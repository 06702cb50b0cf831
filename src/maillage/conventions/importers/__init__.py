"""Conventions that come in by file."""
