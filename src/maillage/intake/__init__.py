"""Whatever comes in by file: bounded reading, preview, rejects, activation, undo.

What a row means is declared beside the domain that knows it (`<app>/importers/<source>.py`).
"""
