"""Rates of small places: drawn towards the whole, and set beside what chance alone would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shrunk(counts: Sequence[float], people: Sequence[float]) -> list[float | None]:
    """Empirical-Bayes rates (Marshall, 1991): each count over its people, drawn towards the mean of all.

    θ_i = m + C_i (r_i − m), with C_i = s² / (s² + m / n_i) and s² floored at 0: a place of few people leans on
    the whole, one of many stands by itself. None where nobody lives.

    Raises:
        Invalid: the two do not go together, or one is negative.
    """
    check(counts, people)
    return [None if isnan(rate) else rate for rate in marshall(counts, people).tolist()]


def marshall(counts: Any, people: Any) -> NDArray[Any]:
    """The same on arrays, NaN where nobody lives."""
    import numpy as np

    seen, n = np.asarray(counts, dtype=float), np.asarray(people, dtype=float)
    rates = np.full(n.shape, np.nan)
    inhabited = n > 0
    mean, between = moments(seen, n)
    seen, n = seen[inhabited], n[inhabited]
    doubt = between + mean / n
    share = np.divide(between, doubt, out=np.zeros_like(doubt), where=doubt > 0)
    rates[inhabited] = mean + share * (seen / n - mean)
    return rates


def moments(counts: NDArray[Any], people: NDArray[Any]) -> tuple[float, float]:
    """The mean rate of all, and the variance of rates between places that chance does not explain (s², 0 at least)."""
    total, inhabited = float(people.sum()), people > 0
    if not total:
        return 0.0, 0.0
    mean = float(counts.sum()) / total
    n = people[inhabited]
    spread = float((n * (counts[inhabited] / n - mean) ** 2).sum()) / total
    return mean, max(0.0, spread - mean / (total / len(n)))


@dataclass(frozen=True, slots=True)
class Limits:
    """The counts between which chance alone keeps a place, by level."""

    low: int
    high: int


def funnel(expected: float, level: float = 0.95) -> Limits:
    """Exact Poisson limits around what a place would count at the rate of the whole.

    A count below `low` or above `high` happens by chance less than once in 2 / (1 − level) places, on each side.
    """
    from scipy.stats import poisson

    tail = (1 - level) / 2
    return Limits(int(poisson.ppf(tail, expected)), int(poisson.ppf(1 - tail, expected)))


def beneath(counts: Any, expected: Any, level: float = 0.95) -> NDArray[Any]:
    """On arrays, which counts are below `funnel(…).low`: 1 when it is, 0 when not, −1 when nothing can be told.

    Where so little is expected that even nothing at all would be within the limits, a count short of what is
    expected tells nothing either way. Nor does one of which nothing is known to expect (NaN).
    """
    import numpy as np
    from scipy.special import pdtr

    seen, mean = np.asarray(counts, dtype=float), np.asarray(expected, dtype=float)
    tail = (1 - level) / 2
    dumb = np.isnan(mean) | ((np.exp(-mean) >= tail) & (seen < mean))
    found: NDArray[Any] = np.where(dumb, -1, pdtr(seen, mean) < tail).astype(np.int8)
    return found


def interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a Poisson mean of which `count` was seen (Garwood, 1936)."""
    from scipy.stats import chi2

    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


def share_interval(part: int, whole: int, level: float = 0.95) -> tuple[float, float]:
    """The Clopper–Pearson interval of a share, which holds at least as often as it says."""
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, part, whole - part + 1)) if part else 0.0
    high = float(beta.ppf(1 - tail, part + 1, whole - part)) if part < whole else 1.0
    return low, high


def wilson(part: int, whole: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a share (Wilson, 1927): what a page draws, without a library to load."""
    share, z = part / whole, _quantile(level)
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    spread /= 1 + z * z / whole
    return max(0.0, middle - spread) if part else 0.0, middle + spread if part < whole else 1.0


def rate_interval(part: int, whole: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a rate: of a share, or of a mean when more happened than there were to begin with."""
    if part <= whole:
        return wilson(part, whole, level)
    low, high = score(part, level)
    return low / whole, high / whole


def score(count: int, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a Poisson mean of which `count` was seen; close to the exact one, without a library."""
    z = _quantile(level)
    middle, spread = count + z * z / 2, z * math.sqrt(count + z * z / 4)
    return max(0.0, middle - spread), middle + spread


def _quantile(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def location_quotient(
    part: float, whole: float, part_of_all: float, all_of_all: float
) -> float | None:
    """How much more present than everywhere: (e/E here) over (e/E everywhere); None where nothing can be divided."""
    if not whole or not part_of_all or not all_of_all:
        return None
    return (part / whole) / (part_of_all / all_of_all)


def check(counts: Sequence[float], people: Sequence[float]) -> None:
    """Counts and people go together, and none is negative.

    Raises:
        Invalid: they do not.
    """
    if len(counts) != len(people) or min([*counts, *people], default=0) < 0:
        raise Invalid(
            Words("Taux\u00a0: des comptes ou des populations négatifs, ou qui ne vont pas ensemble.",
                  "Rates: counts or people that are negative, or do not go together."),
            remedy=Words("Donnez à chaque lieu un compte et une population.",
                         "Give each place a count and its people."),
        )  # fmt: skip
