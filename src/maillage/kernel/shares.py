"""Shares in whole percents that add up to a hundred."""

from __future__ import annotations

from collections.abc import Sequence

WHOLE = 100


def percents(counts: Sequence[int]) -> list[int]:
    """Each count as a share of their sum: rounded down, then the largest remainders take what is left.

    Rounded one by one, a third three times would make ninety-nine. Equal remainders are served in order; nothing
    at all has no shares, so each is 0.
    """
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    parts = [divmod(count * WHOLE, total) for count in counts]
    left = WHOLE - sum(whole for whole, _ in parts)
    by_remainder = sorted(range(len(counts)), key=lambda rank: -parts[rank][1])
    served = set(by_remainder[:left])
    return [whole + (rank in served) for rank, (whole, _) in enumerate(parts)]
