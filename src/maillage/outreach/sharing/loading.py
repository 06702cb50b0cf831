"""How many firms each takes: all end up with the same number an hour of their week, what they have already counted in."""

from __future__ import annotations

from collections.abc import Sequence


def capacities(count: int, hours: Sequence[int], loads: Sequence[int]) -> list[int]:
    """How many of `count` firms go to each, from their hours a week and the firms they still have to see.

    The least loaded an hour takes the next one, so that nobody's load an hour ends above another's by more than one
    firm; who has no hours takes none. All are given, unless nobody has hours.
    """
    taken = [0] * len(hours)
    able = [rank for rank, one in enumerate(hours) if one > 0]
    for _firm in range(count if able else 0):
        least = min(able, key=lambda k: ((loads[k] + taken[k] + 1) / hours[k], k))
        taken[least] += 1
    return taken
