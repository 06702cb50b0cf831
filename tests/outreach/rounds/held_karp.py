"""The shortest round, for certain: dynamic programming over sets of stops (Held and Karp, 1962), up to eleven."""

from __future__ import annotations

from functools import cache
from typing import Any


def shortest_closed(seconds: Any, start: int, stops: frozenset[int]) -> int:
    """From `start` through every stop and back, the way back as long as it is said to be."""
    return _shortest(seconds, start, stops, start)


def shortest_open(seconds: Any, start: int, stops: frozenset[int]) -> int:
    """From `start` through every stop; it ends at the last one."""
    return _shortest(seconds, start, stops, None)


def _shortest(seconds: Any, start: int, stops: frozenset[int], end: int | None) -> int:
    @cache
    def left(here: int, rest: frozenset[int]) -> int:
        if not rest:
            return 0 if end is None else int(seconds[here][end])
        return min(int(seconds[here][one]) + left(one, rest - {one}) for one in rest)

    return left(start, stops)
