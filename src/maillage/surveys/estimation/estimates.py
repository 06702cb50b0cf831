"""What a weighted sample tells of its population, with its standard error, its interval and its worth.

An estimate is linearised: z_i is how much row i moves it, times its weight, over the **whole** sample (0
outside a domain), and its variance that of Σz over the design. After a calibration z is what is left of it
once the known totals explained their part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from maillage.surveys.estimation.variance import Design

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Known:
    """The calibration variables of a sample and its weights before: what they leave unexplained of a variable."""

    def __init__(self, x: sparse.csr_array, d: Array) -> None:
        self._x = x
        self._weighted = (x.T @ sparse.diags_array(d)).tocsr()
        self._inverse = np.linalg.pinv((self._weighted @ x).toarray(), hermitian=True)

    def residual(self, z: Array) -> Array:
        """Z less its regression on the variables, with the weights before."""
        return np.asarray(z - self._x @ (self._inverse @ (self._weighted @ z)))


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows with their final weights, the way they were drawn, and what they were calibrated on."""

    w: Array
    design: Design
    known: Known | None = None

    def variance(self, z: Array) -> float:
        """Of an estimate whose linearised variable, without weights, is z."""
        left = z if self.known is None else self.known.residual(z)
        return self.design.variance(left * self.w)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, its standard error, how many rows it stands on and what they are worth.

    `deff` compares its variance with that of a simple draw without replacement of as many rows. `n_eff` is
    n ÷ deff; `n_kish` is (Σw)² ÷ Σw².
    """

    value: float
    se: float
    n: int
    n_eff: float | None
    n_kish: float
    deff: float | None

    @property
    def cv(self) -> float | None:
        """The standard error as a share of the value; None of a zero."""
        return self.se / abs(self.value) if self.value else None


def total(sample: Sample, y: Array, within: Flags) -> Estimate:
    """Σwy over the rows `within`."""
    w = sample.w * within
    value, variance = float(w @ y), sample.variance(np.where(within, y, 0.0))
    size = float(w.sum())
    plain = _plain(w, y, within)
    return _estimate(value, variance, w, within, None if plain is None else plain * size**2)


def mean(sample: Sample, y: Array, within: Flags) -> Estimate:
    """Σwy ÷ Σw over the rows `within`."""
    w = sample.w * within
    size = float(w.sum())
    value = float(w @ y) / size
    z = np.where(within, y - value, 0.0) / size
    return _estimate(value, sample.variance(z), w, within, _plain(w, y, within))


def ratio(sample: Sample, y: Array, x: Array, within: Flags) -> Estimate:
    """Σwy ÷ Σwx over the rows `within`."""
    w = sample.w * within
    below = float(w @ x)
    value = float(w @ y) / below
    left = np.where(within, y - value * x, 0.0)
    plain = _plain(w, left, within)
    size = float(w.sum())
    return _estimate(
        value,
        sample.variance(left / below),
        w,
        within,
        None if plain is None else plain * (size / below) ** 2,
    )


def quantile(
    sample: Sample, y: Array, q: float, within: Flags, t: float
) -> tuple[Estimate, float, float]:
    """The least y of the rows `within` at which their share reaches `q`, and its interval by Woodruff's method:
    the quantiles at the ends of the interval of that share. Its standard error is that width over 2t."""
    order = np.argsort(y[within], kind="stable")
    values, weights = y[within][order], sample.w[within][order]
    shares = np.cumsum(weights) / weights.sum()
    value = _reached(values, shares, q)
    below = mean(sample, (y <= value).astype(float), within)
    low = _reached(values, shares, q - t * below.se)
    high = _reached(values, shares, q + t * below.se)
    se = (high - low) / (2 * t)
    found = Estimate(value, se, below.n, below.n_eff, below.n_kish, below.deff)
    return found, low, high


def _reached(values: Array, shares: Array, q: float) -> float:
    # Shares are sums of weights: one that misses q by rounding alone has reached it.
    place = int(np.searchsorted(shares, q - 1e-12))
    return float(values[min(place, len(values) - 1)])


def _plain(w: Array, y: Array, within: Flags) -> float | None:
    """The variance of a mean under a simple draw without replacement of as many rows; None when all were drawn."""
    n, size = int(within.sum()), float(w.sum())
    if n < 2 or size <= n:
        return None
    centre = float(w @ y) / size
    spread = float(w @ (y - centre) ** 2) / size * n / (n - 1)
    return spread * (size - n) / (size * n) or None


def _estimate(
    value: float, variance: float, w: Array, within: Flags, plain: float | None
) -> Estimate:
    n = int(within.sum())
    deff = variance / plain if plain else None
    return Estimate(
        value,
        float(np.sqrt(max(variance, 0.0))),
        n,
        n / deff if deff else None,
        float(w.sum() ** 2 / (w @ w)),
        deff,
    )


def domains(columns: Sequence[Sequence[str]]) -> list[tuple[tuple[str, ...], Flags]]:
    """Each combination of values of some columns, in order, with its rows."""
    rows = list(zip(*columns, strict=True))
    number = {values: place for place, values in enumerate(sorted(set(rows)))}
    place = np.fromiter((number[values] for values in rows), dtype=np.intp, count=len(rows))
    return [(values, place == one) for values, one in number.items()]
