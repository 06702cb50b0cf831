"""Questionnaires that come in by file."""
