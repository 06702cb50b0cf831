"""Organisations, people, memberships, rights, shares and the journal of accesses."""
