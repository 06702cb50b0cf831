"""Jobs of an area (indicator I31): an estimate, always told with its bounds, its years and how it was made.

INSEE gives a firm's headcount as a band, for a year that is often two behind. From bands come a number that is
surely reached, one that is surely not passed, and an estimate between them; from elsewhere comes a series with its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from maillage.figures.observations import headcount
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

NOBODY = "NN"
"""INSEE's band of units that employ nobody, or are presumed to for want of a declaration."""


class Method(StrEnum):
    """How an estimate of jobs was made."""

    MIDDLE = "middle"  # of each band, as `register.jobs_estimate` does
    LEANING = "leaning"  # the geometric middle, as small firms are the more numerous in a band too
    EXTERNAL = "external"  # a series made by others


LABELS: Mapping[Method, Words] = {
    Method.MIDDLE: Words("estimation, milieu des tranches d’effectif", "estimate, middle of headcount bands"),
    Method.LEANING: Words("estimation, milieu géométrique des tranches d’effectif",
                          "estimate, geometric middle of headcount bands"),
    Method.EXTERNAL: Words("estimation d’une autre source", "estimate from another source"),
}  # fmt: skip
CENTRES: Mapping[Method, Callable[[int, int], float]] = {
    Method.MIDDLE: headcount.middle,
    Method.LEANING: headcount.leaning,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """So many firms in a headcount band (empty when INSEE gives none), and the year of which it is."""

    band: str
    year: int | None
    firms: int = 1


@dataclass(frozen=True, slots=True)
class Jobs:
    """How many jobs: surely at least, estimated, surely at most; None for a bound that the source does not give."""

    lower: float | None
    estimate: float
    upper: float | None
    method: Method
    years: tuple[int, int] | None  # the oldest and the latest year of what was counted
    employers: int | None = None
    silent: int = 0  # firms without a band: they are in no number
    unbounded: int = 0  # firms in the open band: for them, `upper` is our choice
    source: str = "INSEE, Sirene"

    @property
    def words(self) -> Words:
        """The label that goes with the estimate wherever it is shown."""
        return LABELS[self.method]


def from_bands(
    rows: Iterable[Counted],
    method: Method = Method.MIDDLE,
    open_end: int = headcount.BANDS[headcount.OPEN][1],
) -> Jobs:
    """The jobs of firms counted by band; `open_end` is taken as the most that one of the open band employs.

    Raises:
        Invalid: a band that INSEE does not know, a negative count, or a method that takes no bands.
    """
    bands = headcount.BANDS | {
        NOBODY: (0, 0),
        headcount.OPEN: (headcount.BANDS[headcount.OPEN][0], open_end),
    }
    _check(method in CENTRES and open_end >= bands[headcount.OPEN][0], method)
    lower = upper = employers = silent = unbounded = 0
    estimate, years = 0.0, set()
    for row in rows:
        _check(row.firms >= 0 and (not row.band or row.band in bands), row.band)
        if not row.band:
            silent += row.firms
            continue
        least, most = bands[row.band]
        lower, upper = lower + least * row.firms, upper + most * row.firms
        estimate += CENTRES[method](least, most) * row.firms
        employers += row.firms if most else 0
        unbounded += row.firms if row.band == headcount.OPEN else 0
        years |= {row.year} if row.firms and most and row.year else set()
    span = (min(years), max(years)) if years else None
    return Jobs(lower, estimate, upper, method, span, employers, silent, unbounded)


def external(
    value: float, year: int, source: str, lower: float | None = None, upper: float | None = None
) -> Jobs:
    """An estimate made by others, with its source and the bounds they give, if any.

    Raises:
        Invalid: it has no source, or is not within its bounds.
    """
    _check(bool(source.strip()), "source")
    _check(0 <= (lower if lower is not None else value) <= value, "min")
    _check(value <= (upper if upper is not None else value), "max")
    return Jobs(lower, value, upper, Method.EXTERNAL, (year, year), source=source)


def _check(held: bool, what: str) -> None:
    if not held:
        raise Invalid(
            Words(f"Emplois\u00a0: «\u00a0{what}\u00a0» ne convient pas.", f"Jobs: “{what}” does not do."),
            remedy=Words("Donnez des tranches de l’INSEE et des comptes positifs, ou une valeur entre ses bornes et sa source.",
                         "Give bands of INSEE and positive counts, or a value between its bounds and its source."),
        )  # fmt: skip
