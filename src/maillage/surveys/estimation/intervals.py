"""How far an estimate may be from the truth, and when it is too thin to be told."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from maillage.kernel.text import Words
from maillage.surveys.estimation.estimates import Estimate

LEVEL = 0.95
FEW = 10
"""A proportion of fewer expected answers than this takes the exact interval."""


@dataclass(frozen=True, slots=True)
class Thin:
    """Sizes under which a result is hidden from the public."""

    never: int = 5
    answers: int = 30
    cv: float = 0.33
    half_width: float = 0.10


def quantile_t(freedom: int) -> float:
    """The t of a 95 % interval; without a degree of freedom, the normal one."""
    if freedom < 1:
        return float(special.ndtri(1 - (1 - LEVEL) / 2))
    return float(special.stdtrit(freedom, 1 - (1 - LEVEL) / 2))


def plain(found: Estimate, freedom: int) -> tuple[float, float]:
    """The value ± t·se."""
    wide = quantile_t(freedom) * found.se
    return found.value - wide, found.value + wide


def logit(found: Estimate, freedom: int) -> tuple[float, float]:
    """An interval of a proportion on the logit scale, which stays within 0 and 1."""
    p = found.value
    centre = math.log(p / (1 - p))
    wide = quantile_t(freedom) * found.se / (p * (1 - p))
    return _expit(centre - wide), _expit(centre + wide)


def exact(found: Estimate, freedom: int) -> tuple[float, float]:
    """Clopper and Pearson's interval with the answers a proportion is worth (Korn and Graubard)."""
    p, worth = found.value, _worth(found)
    if found.n > 1 and freedom > 0:
        worth *= (quantile_t(found.n - 1) / quantile_t(freedom)) ** 2
    tail = (1 - LEVEL) / 2
    hits, misses = worth * p, worth * (1 - p)
    low = float(special.betaincinv(hits, misses + 1, tail)) if hits > 0 else 0.0
    high = float(special.betaincinv(hits + 1, misses, 1 - tail)) if misses > 0 else 1.0
    return low, high


def proportion(found: Estimate, freedom: int, ci: str) -> tuple[float, float]:
    """The interval asked for, or the exact one where the other does not hold: at 0, at 1, and near them."""
    p = found.value
    rare = min(p, 1 - p) * _worth(found) < FEW
    if ci == "t":
        return plain(found, freedom)
    if ci == "beta" or p <= 0 or p >= 1 or rare:
        return exact(found, freedom)
    return logit(found, freedom)


def _worth(found: Estimate) -> float:
    """How many answers of a simple draw would leave the same doubt: p(1 − p) ÷ variance; Kish's where there is none."""
    p = found.value
    return p * (1 - p) / found.se**2 if found.se > 0 else min(found.n_kish, found.n)


def _expit(u: float) -> float:
    return 1 / (1 + math.exp(-u)) if u >= 0 else math.exp(u) / (1 + math.exp(u))


def hidden(found: Estimate, interval: tuple[float, float], kind: str, thin: Thin) -> Words | None:
    """Why a result may not be shown to the public, if it may not."""
    if found.n < thin.never:
        return Words(f"moins de {thin.never} réponses", f"fewer than {thin.never} answers")
    if found.n < thin.answers:
        return Words(f"moins de {thin.answers} réponses", f"fewer than {thin.answers} answers")
    if kind == "proportion":
        if (interval[1] - interval[0]) / 2 > thin.half_width:
            points = f"{100 * thin.half_width:g}"
            return Words(f"marge de plus de {points} points", f"a margin above {points} points")
    elif found.cv is not None and found.cv > thin.cv:
        share = f"{100 * thin.cv:g}"
        return Words(
            f"coefficient de variation de plus de {share}\u00a0%",
            f"a coefficient of variation above {share} %",
        )
    return None
