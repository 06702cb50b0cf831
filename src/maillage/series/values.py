"""What a file says of one period: a value, or that its publisher gives none, and whether it may still change. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from maillage.kernel import cells
from maillage.kernel.rows import BadCell

# How publishers write that they give no number: secrecy, not available, not significant, not applicable.
FLAGS = frozenset(
    ("s", "c", "nd", "n.d.", "n.d", "n/d", "ns", "so", "s.o.", "x", "...", "///", "///.", "-")
)
_PERIOD = re.compile(r"(\d{4})(?:-(?:[TQ]([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Measure:
    """A cell understood: thousandths of its unit, or None with the mark that stands in its place."""

    milli: int | None
    flag: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """What is said of a period (`YYYY`, `YYYY-Qn` or `YYYY-MM`)."""

    period: str
    milli: int | None
    flag: str = ""
    provisional: bool = False

    def kept(self) -> list[Any]:
        """As it is stored."""
        return [self.period, self.milli, self.flag, self.provisional]


def measure(most: int) -> Callable[[str], Measure]:
    """A reader of cells that hold a number of at most so much, or a mark of the publisher."""

    def read(cell: str) -> Measure:
        bare = cell.strip()
        if bare.casefold() in FLAGS:
            return Measure(None, bare)
        found = cells.thousandths(bare.removesuffix("%"))
        if not 0 <= found <= most * 1000:
            raise BadCell("", "out_of_bounds", bare)
        return Measure(found)

    return read


def period(cell: str) -> str:
    """A year, a quarter (`2020-T1` or `2020-Q1`) or a month (`2020-03`), as it is stored.

    Raises:
        BadCell: it is none of them.
    """
    match = _PERIOD.fullmatch(cell.strip().upper())
    if match is None:
        raise BadCell("", "period", cell.strip())
    year, quarter, month = match.groups()
    return f"{year}-Q{quarter}" if quarter else f"{year}-{month}" if month else year


def end_of(told: str) -> tuple[int, int]:
    """Where a period ends, to compare periods of any length: its year, its last month."""
    year, _, part = told.partition("-")
    if not part:
        return int(year), 12
    return int(year), int(part[1]) * 3 if part.startswith("Q") else int(part)


def is_provisional(told: str, since: str) -> bool:
    """Whether a period is said to be provisional since another one; nothing is when none is named."""
    return bool(since) and end_of(told) >= end_of(period(since))
