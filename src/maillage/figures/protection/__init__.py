"""Statistical secrecy of a table: which cells must be hidden, and which others so that none is found by subtraction.

Pure: it knows tables, rules and an attacker; who reads what is decided by publication.
"""
