"""How much the list of underserved communes owes to the thresholds: what it becomes as each of them moves, one at a time.

A list that changes with a threshold that nobody can defend to the minute is no finding. Communes that stay on it whatever
moves are told apart from those that are on it at times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from maillage.figures.methods.serving import Measured
from maillage.figures.methods.underserved import (
    UNTOLD,
    YES,
    Judged,
    Thresholds,
    judge,
    lowest,
    of_basket,
)
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOVES: Mapping[str, tuple[Any, ...]] = {
    "minutes": (5, 7.5, 12.5, 15, 20),
    "level": (0.90, 0.99, 0.998),
    "lowest": (0.05, 0.20),
    "reasons": (1, 3),
    "quarter": (0.20, 0.30),
}
"""Where each threshold is moved when nothing else is asked: on both sides of what is usual."""


@dataclass(frozen=True, slots=True)
class Change:
    """A list after a move: how many are on it, who came and who left, of how many nothing can be said."""

    listed: int
    came: tuple[Any, ...]
    left: tuple[Any, ...]
    untold: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved, where to, and what the two lists became: (commune, trade) that lack, communes underserved."""

    what: str
    to: Any
    lacks: Change | None  # None when a trade leaves the basket: the others are judged as before
    communes: Change


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Each move with its changes; and the communes underserved always, or at times only."""

    base: Judged
    moved: tuple[Moved, ...]
    always: tuple[str, ...]
    at_times: tuple[str, ...]


def sensitivity(
    measured: Measured,
    thresholds: Thresholds | None = None,
    basket: Sequence[str] | None = None,
    moves: Mapping[str, Sequence[Any]] = MOVES,
    otherwise: Mapping[str, Measured] | None = None,
) -> Sensitivity:
    """What the lists become as each threshold moves, then as each trade leaves the basket.

    `otherwise` are the same communes and trades measured in other ways, by name: a shorter catchment, other centres.

    Raises:
        Invalid: a threshold is moved out of its range, or what is measured otherwise is of other communes or trades.
    """
    limits = thresholds or Thresholds()
    base = judge(measured, limits, basket)
    ways = [
        (what, to, judge(measured, replace(limits, **{what: to}), basket))
        for what, values in moves.items() for to in values
    ]  # fmt: skip
    for name, other in (otherwise or {}).items():
        _check(measured, other)
        ways.append(("measured", name, judge(other, limits, basket)))
    moved = [
        Moved(what, to, _lacks(base, found), _communes(base, found.flagged))
        for what, to, found in ways
    ]
    flags = [base.flagged, *(found.flagged for _, _, found in ways)]
    for trade, flagged in _without_each(base):
        moved.append(Moved("without", trade, None, _communes(base, flagged)))
        flags.append(flagged)
    times = sum((found == YES).astype(int) for found in flags)
    codes = base.measured.communes
    return Sensitivity(
        base, tuple(moved),
        tuple(code for code, n in zip(codes, times, strict=True) if n == len(flags)),
        tuple(code for code, n in zip(codes, times, strict=True) if 0 < n < len(flags)),
    )  # fmt: skip


def _without_each(base: Judged) -> list[tuple[str, NDArray[Any]]]:
    """The communes underserved by the basket without each of its trades in turn, if something is left in it."""
    import numpy as np

    if len(base.basket) < 2:
        return []
    part = base.thresholds.quarter
    return [
        (trade, lowest(of_basket(np.delete(base.near, column, axis=1))[:, None], part)[:, 0])
        for column, trade in enumerate(base.basket)
    ]


def _communes(base: Judged, flagged: NDArray[Any]) -> Change:
    """How the list of communes changed."""
    import numpy as np

    codes = base.measured.communes
    before, after = base.flagged == YES, flagged == YES
    came, left = (
        tuple(codes[i] for i in np.flatnonzero(change))
        for change in (after & ~before, before & ~after)
    )
    return Change(int(after.sum()), came, left, int((flagged == UNTOLD).sum()))


def _lacks(base: Judged, found: Judged) -> Change:
    """How the list of (commune, trade) changed."""
    import numpy as np

    codes, trades = base.measured.communes, base.basket
    before, after = base.lacks == YES, found.lacks == YES
    came, left = (
        tuple((codes[i], trades[j]) for i, j in np.argwhere(change))
        for change in (after & ~before, before & ~after)
    )
    return Change(int(after.sum()), came, left, int((found.lacks == UNTOLD).sum()))


def _check(one: Measured, other: Measured) -> None:
    if (one.communes, one.trades) != (other.communes, other.trades):
        raise Invalid(
            Words("Sensibilité\u00a0: d’autres communes ou d’autres métiers.",
                  "Sensitivity: other communes, or other trades."),
            remedy=Words("Mesurez autrement les mêmes communes et les mêmes métiers, dans le même ordre.",
                         "Measure the same communes and trades otherwise, in the same order."),
        )  # fmt: skip
