"""Ranks of areas, the highest first, and how little is known of them.

A league table of small areas is mostly chance: a rank is told with the best and the worst that doubt allows, or
not told. Three ways: from intervals that one has already; by exact tests of each pair of counts, when one must be
able to say of all ranks together that they are between their bounds; by simulation, for how likely each rank is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from maillage.figures.methods.small_numbers import check, moments
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PAIRED = 2_000
"""Areas beyond which pairs (four million) are too many to test."""
DRAWS = 4_000
ALIKE = 1e-12  # relative spread under which draws would differ by their rounding alone
T = TypeVar("T", bound="Rank")


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank of a rate as it was seen (1 is the highest; equals share the better), and its bounds."""

    seen: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class Drawn(Rank):
    """A rank with its bounds and its median over what was drawn, and the chance of being among the last."""

    middle: int
    last: float


def between(intervals: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """The best and the worst rank each may hold: after those surely above it, before those surely below.

    One area is surely above another when its whole interval is. All ranks are within their bounds together as often
    as all intervals hold together (Klein, Wright and Wieczorek, 2020): give intervals of `joint(level, n)`.
    """
    lows = sorted(low for low, _ in intervals)
    highs = sorted(high for _, high in intervals)
    total = len(intervals)
    told = []
    for low, high in intervals:
        above = total - bisect_right(lows, high)
        below = bisect_left(highs, low)
        told.append((above + 1, total - below))
    return told


def joint(level: float, areas: int) -> float:
    """The level of each of so many independent intervals that hold all together at `level` (Šidák)."""
    return level ** (1 / areas) if areas else level


def by_pairs(
    counts: Sequence[int], people: Sequence[float], level: float = 0.95
) -> list[Rank | None]:
    """Ranks of rates whose bounds hold all together at `level`, by exact tests of each pair; None where nobody lives.

    Of two counts of one rate, the first is binomial among their sum (Przyborowski and Wilenski, 1940). One area
    is surely above another when Holm's procedure over all ordered pairs rejects the contrary; the bounds of a rank
    follow (Mogstad, Romano, Shaikh and Wilhelm, 2024).

    Raises:
        Invalid: counts and people do not go together, or there are too many areas.
    """
    import numpy as np

    seen, n, lived = _inhabited(counts, people)
    total = len(n)
    if total > MOST_PAIRED:
        raise Invalid(
            Words(f"Rangs\u00a0: plus de {MOST_PAIRED} lieux.", f"Ranks: more than {MOST_PAIRED} areas."),
            remedy=Words("Classez par département, ou par simulation.", "Rank within départements, or by simulation."),
        )  # fmt: skip
    chances = higher(seen[:, None], n[:, None], seen[None, :], n[None, :])
    apart = ~np.eye(total, dtype=bool)
    above = np.zeros((total, total), dtype=bool)
    above[apart] = _holm(chances[apart], 1 - level)
    best, worst = 1 + above.sum(axis=0), total - above.sum(axis=1)
    ranks = zip(_seen(seen / n), best.tolist(), worst.tolist(), strict=True)
    return _laid(lived, [Rank(*rank) for rank in ranks])


def higher(count: Any, people: Any, other: Any, others: Any) -> NDArray[Any]:
    """How likely so many or more would be, beside so many others, if the rate were not the higher one (exact, one-sided)."""
    import numpy as np
    from scipy.special import betainc

    share = people / (people + others)
    tail = betainc(np.maximum(count, 1), np.asarray(other) + 1.0, share)
    found: NDArray[Any] = np.where(np.asarray(count) > 0, tail, 1.0)
    return found


def simulated(
    counts: Sequence[int],
    people: Sequence[float],
    level: float = 0.95,
    *,
    last: float = 0.25,
    draws: int = DRAWS,
    seed: int = 1,
) -> list[Drawn | None]:
    """Ranks over rates drawn from what is known of each, the same for a seed; None where nobody lives.

    Each rate is drawn from the gamma law that its count leaves when rates are spread as Marshall's estimate says
    (its mean is the rate of `shrunk`); each rank is within its bounds at `level` by itself, not all together.
    `last`: the part of areas at the bottom of which each is told its chance. When chance explains all that is
    seen, any rank is as likely as another. After Goldstein and Spiegelhalter (1996).

    Raises:
        Invalid: counts and people do not go together.
    """
    import numpy as np

    seen, n, lived = _inhabited(counts, people)
    total = len(n)
    ranks = np.empty((draws, total), dtype=np.int32)
    places = np.arange(1, total + 1, dtype=np.int32)
    for line, rates in zip(ranks, _rates(seen, n, draws, seed), strict=True):
        line[np.argsort(-rates)] = places
    tail = (1 - level) / 2
    told = (
        np.quantile(ranks, (tail, 1 - tail, 0.5), axis=0, method="inverted_cdf").astype(int)
        if total
        else np.empty((3, 0), dtype=int)
    )
    among = (ranks > total - last * total).mean(axis=0)
    lines = zip(_seen(seen / n), *told.tolist(), among.tolist(), strict=True)
    return _laid(lived, [Drawn(*line) for line in lines])


def _rates(seen: NDArray[Any], people: NDArray[Any], draws: int, seed: int) -> Any:
    """Draw after draw, a rate for each area."""
    import numpy as np

    chance = np.random.default_rng(seed)
    mean, spread = moments(seen, people)
    for _ in range(draws):
        if spread > ALIKE * mean**2:
            yield chance.gamma(mean**2 / spread + seen) / (mean / spread + people)
        else:
            yield chance.random(len(people))


def _holm(chances: NDArray[Any], risk: float) -> NDArray[Any]:
    """Which hypotheses are rejected when none may be so wrongly more often than the risk (Holm, 1979)."""
    import numpy as np

    order = np.argsort(chances, kind="stable")
    passed = chances[order] <= risk / np.arange(len(chances), 0, -1)
    rejected = np.zeros(len(chances), dtype=bool)
    rejected[order] = np.logical_and.accumulate(passed)
    return rejected


def _seen(rates: NDArray[Any]) -> list[int]:
    """The rank of each as it was seen; equals share the better."""
    import numpy as np

    ordered = np.sort(rates)
    ranks: list[int] = (len(rates) + 1 - np.searchsorted(ordered, rates, side="right")).tolist()
    return ranks


def _inhabited(
    counts: Sequence[int], people: Sequence[float]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    import numpy as np

    check(counts, people)
    seen, n = np.asarray(counts, dtype=float), np.asarray(people, dtype=float)
    return seen[n > 0], n[n > 0], n > 0


def _laid(lived: NDArray[Any], ranks: list[T]) -> list[T | None]:
    """The ranks where somebody lives."""
    told = iter(ranks)
    return [next(told) if inhabited else None for inhabited in lived.tolist()]
