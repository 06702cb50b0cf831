"""Weights brought to known totals, as near as can be to what they were (Deville and Särndal, 1992).

With weights d, auxiliary variables X (n × p) and their totals t over the population, the factors g keep
X'(d·g) = t. A method is the form of g as a function of u = Xλ; λ is found by Newton's method. A
post-stratification is one categorical margin, a raking several with g = exp(u).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from maillage.surveys.estimation.refusing import refused

Array = NDArray[np.float64]
Matrix: TypeAlias = Any
"""A sparse array: variables are mostly indicators, of which only what is not zero is kept."""
CLOSE = 1e-10
"""Totals are met when none is further than this, as a share of itself or of the population."""
STEPS = 200
BOUNDED = ("logit", "truncated")
METHODS = ("poststratify", "raking", "linear", *BOUNDED)


@dataclass(frozen=True, slots=True)
class Factors:
    """What multiplies each weight, and how they were found."""

    g: Array
    method: str
    bounds: tuple[float, float] | None
    steps: int


@dataclass(frozen=True, slots=True)
class _Form:
    """g as a function of u, and its slope."""

    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]


def calibrate(
    x: Matrix, d: Array, totals: Array, method: str, bounds: tuple[float, float] | None = None
) -> Factors:
    """The factors g of a method that bring the weights `d` to `totals`; never those that did not get there.

    Args:
        x: n × p, one column a known total.
        d: n weights before, all positive.
        totals: p known totals.
        method: one of METHODS.
        bounds: (L, U) with 0 ≤ L < 1 < U, between which g stays; for the bounded methods.

    Raises:
        Invalid: an unknown method, bounds that cannot hold, a total nobody in the sample can give, or no
            convergence.
    """
    form = _form(method, bounds)
    _check(x, d, totals)
    size: Array = np.maximum(np.abs(totals), abs(x).T @ d)
    size[size == 0] = 1.0
    # Columns of one size: a total of 6 000 firms beside one of 400 000 000 euros.
    scaled, aim = x @ sparse.diags_array(1 / size), totals / size
    lam, steps = _newton(scaled, d, aim, form)
    g = form.value(scaled @ lam)
    if not np.all(np.isfinite(g)) or _gap(scaled, d * g, aim) > CLOSE:
        raise _not_reached(method, bounds)
    return Factors(g, method, bounds, steps)


def gently(x: Matrix, d: Array, totals: Array, widest: float = 3.0) -> Factors:
    """A raking, or where one weight would be moved more than threefold a logit calibration with the least
    bounds of a ladder that can hold.

    Raises:
        Invalid: as `calibrate`.
    """
    raked = calibrate(x, d, totals, "raking")
    if raked.g.max() <= widest and raked.g.min() >= 1 / widest:
        return raked
    for most in (widest, 1.5 * widest, 2 * widest):
        if (bounded := _tried(x, d, totals, (1 / most, most))) is not None:
            return bounded
    return raked


def _tried(x: Matrix, d: Array, totals: Array, bounds: tuple[float, float]) -> Factors | None:
    from maillage.kernel.errors import Invalid

    try:
        return calibrate(x, d, totals, "logit", bounds)
    except Invalid:
        return None


def _newton(x: Matrix, d: Array, aim: Array, form: _Form) -> tuple[Array, int]:
    """λ by Newton's steps, each halved until the totals come nearer; columns that repeat each other are no harm."""
    lam = np.zeros(x.shape[1])
    far = _gap(x, d * form.value(x @ lam), aim)
    steps = 0
    while far > CLOSE / 100 and steps < STEPS:
        steps += 1
        u = x @ lam
        slope = (x.T @ sparse.diags_array(d * form.slope(u)) @ x).toarray()
        move = np.linalg.lstsq(slope, aim - x.T @ (d * form.value(u)), rcond=None)[0].astype(
            np.float64
        )
        lam, nearer = _halved(x, d, aim, form, lam, move, far)
        if nearer >= far:
            break
        far = nearer
    return lam, steps


def _halved(
    x: Matrix, d: Array, aim: Array, form: _Form, lam: Array, move: Array, far: float
) -> tuple[Array, float]:
    """λ after the longest of the step, its half, its quarter… that comes nearer; λ itself when none does."""
    for power in range(30):
        tried = lam + move / 2**power
        with np.errstate(over="ignore", invalid="ignore"):
            gap = _gap(x, d * form.value(x @ tried), aim)
        if gap < far:
            return tried, gap
    return lam, far


def _gap(x: Matrix, w: Array, aim: Array) -> float:
    """How far the furthest total is; infinite where a weight is no number."""
    gap = float(np.max(np.abs(x.T @ w - aim), initial=0.0))
    return gap if np.isfinite(gap) else np.inf


def _form(method: str, bounds: tuple[float, float] | None) -> _Form:
    if method not in METHODS:
        raise refused(
            f"la méthode «\u00a0{method}\u00a0» est inconnue", f"the method “{method}” is unknown",
            f"Prenez l’une de\u00a0: {', '.join(METHODS)}.", f"Take one of: {', '.join(METHODS)}.",
        )  # fmt: skip
    if method in ("linear", "poststratify"):
        return _Form(lambda u: 1 + u, np.ones_like)
    if method == "raking":
        return _Form(np.exp, np.exp)
    low, high = _held(method, bounds)
    if method == "truncated":
        return _Form(
            lambda u: np.clip(1 + u, low, high),
            lambda u: ((1 + u > low) & (1 + u < high)).astype(float),
        )
    return _Form(partial(_logit, low, high), partial(_logit_slope, low, high))


def _held(method: str, bounds: tuple[float, float] | None) -> tuple[float, float]:
    if bounds is None or not 0 <= bounds[0] < 1 < bounds[1]:
        raise refused(
            f"la méthode «\u00a0{method}\u00a0» demande deux bornes de part et d’autre de 1",
            f"the method “{method}” asks for two bounds on either side of 1",
            "Écrivez par exemple bounds = [0.5, 2.0].", "Write for instance bounds = [0.5, 2.0].",
        )  # fmt: skip
    return bounds


def _tilted(low: float, high: float, u: Array) -> Array:
    """The odds of the logit form, kept where they can be computed."""
    return np.exp(np.clip((high - low) / ((1 - low) * (high - 1)) * u, -700.0, 700.0))


def _logit(low: float, high: float, u: Array) -> Array:
    odds = _tilted(low, high, u)
    # Where the odds are huge their quotient is the upper bound itself.
    share = odds / ((high - 1) / (1 - low) + odds)
    return low + (high - low) * share


def _logit_slope(low: float, high: float, u: Array) -> Array:
    g = _logit(low, high, u)
    steep = (high - low) / ((1 - low) * (high - 1))
    return steep * (g - low) * (high - g) / (high - low)


def _check(x: Matrix, d: Array, totals: Array) -> None:
    if np.any(~np.isfinite(x.data)) or np.any(~np.isfinite(totals)):
        raise refused(
            "une variable de calage ou un total manque", "a calibration variable or a total is missing",
            "Complétez la colonne, ou retirez-la du calage.", "Complete the column, or leave it out.",
        )  # fmt: skip
    empty = (abs(x).T @ d == 0) & (totals != 0)
    if np.any(empty):
        raise refused(
            "une case des marges n’a aucun répondant, et ne peut pas atteindre son total",
            "a cell of the margins holds no respondent, and cannot reach its total",
            "Regroupez cette case avec une voisine.", "Merge this cell with a neighbour.",
        )  # fmt: skip


def _not_reached(method: str, bounds: tuple[float, float] | None) -> Exception:
    if bounds is not None:
        return refused(
            f"aucun poids ne tient entre {bounds[0]:g} et {bounds[1]:g} fois celui d’avant (méthode {method})",
            f"no weights hold between {bounds[0]:g} and {bounds[1]:g} times those before (method {method})",
            "Élargissez les bornes, ou regroupez des cases.", "Widen the bounds, or merge cells.",
        )  # fmt: skip
    return refused(
        f"les poids n’atteignent pas les totaux (méthode {method})", f"the weights do not reach the totals (method {method})",
        "Vérifiez que les marges disent la même population, et regroupez les petites cases.",
        "Check that the margins tell of one population, and merge small cells.",
    )  # fmt: skip
