"""Kaplan–Meier: how long firms last, when some are still there and some were met late.

S(t) is the product, over the times at which somebody ceased, of (1 − d/n): d ceased at that time, out of n at
risk then, those met before it and not gone before it. A firm met late (left truncation: INSEE's
history begins in 2003) is at risk from its entry on only. `exposure` tells times and entries from days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

Z = 1.959963984540054  # the normal quantile of a 95 % interval


@dataclass(frozen=True, slots=True)
class Step:
    """A time at which somebody ceased: how many at risk and ceased, the share that lasts, its doubt."""

    time: float
    n: int
    d: int
    s: float
    se: float  # Greenwood's standard error; 0 once nobody is left
    lo: float
    hi: float


def kaplan_meier(
    times: Sequence[float], events: Sequence[bool], entries: Sequence[float] | None = None
) -> list[Step]:
    """The survival curve of units that left observation at `times`, by ceasing where `events` says so.

    `entries` are the times at which each came under observation (0 when not given); a unit is at risk at t
    when entry < t ≤ time. The 95 % interval is on the log-log scale, which stays within [0, 1].

    Raises:
        Invalid: the sequences are not of one length, a time is negative, or an entry not before its time.
    """
    import numpy as np

    left = np.asarray(times, dtype=float)
    ceased = np.asarray(events, dtype=bool)
    met = np.zeros_like(left) if entries is None else np.asarray(entries, dtype=float)
    _check(left, ceased, met)
    met = np.where(met == 0, -1.0, met)  # there from the beginning, even for who ceased at once
    at = np.unique(left[ceased])
    died = np.searchsorted(np.sort(left[ceased]), at, side="right")
    died = np.diff(died, prepend=0)
    # Met strictly before, and not gone strictly before.
    risk = np.searchsorted(np.sort(met), at, side="left")
    risk = risk - np.searchsorted(np.sort(left), at, side="left")
    steps, share, variance = [], 1.0, 0.0
    for time, n, d in zip(at.tolist(), risk.tolist(), died.tolist(), strict=True):
        share *= 1 - d / n
        variance += d / (n * (n - d)) if n > d else 0.0
        steps.append(_step(time, n, d, share, variance))
    return steps


def _step(time: float, n: int, d: int, share: float, variance: float) -> Step:
    """A point of the curve with Greenwood's error and its log-log interval."""
    import math

    if not 0 < share < 1:
        return Step(time, n, d, share, 0.0, share, share)
    spread = Z * math.sqrt(variance) / math.log(share)
    low, high = share ** math.exp(-spread), share ** math.exp(spread)
    return Step(time, n, d, share, share * math.sqrt(variance), low, high)


def _check(left: Any, ceased: Any, met: Any) -> None:
    import numpy as np

    if not np.shape(left) == np.shape(ceased) == np.shape(met):
        raise _refused("des colonnes de longueurs différentes", "columns of several lengths")
    if not np.all(np.isfinite(left)) or np.any(np.less(met, 0)) or np.any(np.less(left, 0)):
        raise _refused(
            "un temps négatif ou qui n’est pas un nombre", "a negative time, or no number"
        )
    if np.any(np.greater_equal(met, left) & np.greater(met, 0)):
        raise _refused(
            "une entrée qui n’est pas avant sa sortie", "an entry that is not before its exit"
        )


def _refused(fr: str, en: str) -> Invalid:
    return Invalid(
        Words(f"Survie\u00a0: {fr}.", f"Survival: {en}."),
        remedy=Words(
            "Donnez pour chaque unité un temps positif, et une entrée plus petite.",
            "Give each unit a positive time, and a smaller entry.",
        ),
    )


def at(steps: Sequence[Step], time: float) -> float:
    """The share that lasts beyond a time: that of the last step not after it, 1 before the first."""
    share = 1.0
    for step in steps:
        if step.time > time:
            break
        share = step.s
    return share
