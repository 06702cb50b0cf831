"""What a visit follows, by version: the grid of questions asked at the door, the points of early signals.

Both are texts that an organisation writes, publishes for good, and writes anew (ADR 0033).
"""
