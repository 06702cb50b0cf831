"""What the lines of many areas sum to, by detail and period: of each area and period the newest file that tells it.

A territory may have a hundred thousand of them (employees by commune and activity), and once a file counts it changes by the
rows that are set right on screen alone: sums are kept by the process, under the files they come from and how many those are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from maillage.series.models import SeriesFile, SeriesLine
from maillage.series.reading import THOUSAND, Told

KEPT = 24
Mark: TypeAlias = tuple[int, UUID, int]


@dataclass(frozen=True, slots=True)
class Summed:
    """Thousandths by detail and period, periods that may still change, values withheld, files that were of use."""

    milli: Mapping[tuple[str, str], int]
    unsure: frozenset[str]
    withheld: int
    files: frozenset[int]

    def whole(self) -> dict[str, int]:
        """All details together, by period."""
        found: dict[str, int] = defaultdict(int)
        for (_detail, period), milli in self.milli.items():
            found[period] += milli
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands, beside what stood before the newest file."""

    files: Sequence[SeriesFile]
    now: Summed
    before: Summed

    @property
    def used(self) -> list[SeriesFile]:
        """The files that it comes from, the newest first."""
        return [one for one in self.files if one.pk in self.now.files]

    def by_period(self, name: str) -> list[Told]:
        """All details together, by period, with what was said otherwise before the newest file."""
        then = self.before.whole()
        return [
            self._told(name, period, milli, then.get(period, milli))
            for period, milli in self.now.whole().items()
        ]

    def _told(self, name: str, period: str, milli: int, then: int) -> Told:
        is_revised = then != milli
        return Told(
            "", name, "", period, milli / THOUSAND, "", period in self.now.unsure, self.files[0],
            then / THOUSAND if is_revised else None, self.files[1].vintage if is_revised else None,
        )  # fmt: skip

    def ranked(self, period: str) -> list[tuple[str, float]]:
        """The details of a period that are not nothing, the largest first."""
        told = [(code, n) for (code, when), n in self.now.milli.items() if when == period and n]
        return [(code, n / THOUSAND) for code, n in sorted(told, key=lambda one: (-one[1], one[0]))]


def sums_of(files: Sequence[SeriesFile], areas: Collection[str]) -> Sums:
    """The sums of some areas over these files, which stand the newest first."""
    marks = tuple((one.pk, one.load.key, one.load.count("corrected")) for one in files)
    places = tuple(sorted(areas))
    return Sums(files, _summed(marks, places), _summed(marks[1:], places))


@lru_cache(maxsize=KEPT)
def _summed(marks: tuple[Mark, ...], areas: tuple[str, ...]) -> Summed:
    ranks = {pk: rank for rank, (pk, *_same) in enumerate(marks)}
    rows = SeriesLine.objects.filter(file__in=list(ranks), area__in=areas)
    lines = sorted(
        rows.values_list("file", "area", "detail", "said"), key=lambda one: ranks[one[0]]
    )
    tells: dict[tuple[str, str], int] = {}
    milli: dict[tuple[str, str], int] = defaultdict(int)
    unsure, withheld = set(), 0
    for file, area, detail, said in lines:
        for period, value, _flag, provisional in said:
            if tells.setdefault((area, period), file) != file:
                continue
            milli[detail, period] += value or 0
            withheld += value is None
            unsure |= {period} if provisional else set()
    return Summed(dict(milli), frozenset(unsure), withheld, frozenset(tells.values()))
