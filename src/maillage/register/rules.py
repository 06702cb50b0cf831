"""Rules that are read on a day, from the facts of that day, and never kept as a bit that would age (ADR 0024).

Each is data. It is read three ways: here on one firm (`holds`), as a condition of the register's own
queries (`criteria.kept`), and as an expression of figures; a test holds the three to the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CODE_LENGTH = 6
"""A subclass of NAF rev. 2 as Sirene writes it, `10.71C`; those of older nomenclatures are shorter."""


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; the 28th for a 29 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Seen:
    """A firm's place as it is known on a day: its mask of kept bits, and the facts that rules read."""

    mask: int
    activity: str
    size_band: str
    opened_on: date | None
    day: date


@dataclass(frozen=True, slots=True)
class Trades:
    """Activities of some divisions or some codes, `but` some; carrying at least one of the kept bits of `among`."""

    divisions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    among: int = 0

    def holds(self, seen: Seen) -> bool:
        """Whether the place is in one of these activities on that day."""
        if len(seen.activity) != CODE_LENGTH or (self.among and not seen.mask & self.among):
            return False
        told = seen.activity[:2] in self.divisions or seen.activity in self.codes
        return told and seen.activity not in self.but


@dataclass(frozen=True, slots=True)
class Bands:
    """INSEE's headcount bands."""

    bands: tuple[str, ...]

    def holds(self, seen: Seen) -> bool:
        """Whether the band known for that day is one of them."""
        return seen.size_band in self.bands


@dataclass(frozen=True, slots=True)
class Age:
    """Whole years since the establishment began: at least so many, under so many (0: no limit)."""

    at_least: int = 0
    under: int = 0

    def limits(self, day: date) -> tuple[date, date]:
        """It began after the first of these days, and by the second."""
        after = years_before(day, self.under) if self.under else date.min
        return after, years_before(day, self.at_least) if self.at_least else day

    def holds(self, seen: Seen) -> bool:
        """Whether it has that age on that day; an unknown start has none."""
        after, until = self.limits(seen.day)
        return seen.opened_on is not None and after < seen.opened_on <= until


@dataclass(frozen=True, slots=True)
class Listed:
    """A partner's list tells of the firm; acts keep the bit, as they keep the neighbourhood."""


Rule = Trades | Bands | Age | Listed
