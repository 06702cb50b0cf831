"""What is shown of a series: of each area and period the newest vintage that tells it, with what the one before had said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from maillage.series.declared import Series
from maillage.series.models import SeriesFile, SeriesLine

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """One value that is shown: whose, of which period, from which file; what an earlier file had said, if it differs."""

    area: str
    area_name: str
    detail: str
    period: str
    value: float | None
    flag: str
    is_provisional: bool
    file: SeriesFile
    before: float | None = None
    before_on: date | None = None

    @property
    def is_revised(self) -> bool:
        """Whether an earlier file had said otherwise."""
        return self.before_on is not None


@dataclass(frozen=True)
class Standing:
    """What stands of a series for some areas."""

    series: Series
    files: Sequence[SeriesFile]
    told: Sequence[Told] = field(default_factory=tuple)

    @cached_property
    def used(self) -> Sequence[SeriesFile]:
        """The files that what is shown comes from, the newest first."""
        pks = {one.file.pk for one in self.told}
        return [one for one in self.files if one.pk in pks]

    @property
    def revised(self) -> list[Told]:
        """What an earlier file had said otherwise, the newest period first."""
        return sorted(
            (one for one in self.told if one.is_revised), key=lambda one: one.period, reverse=True
        )


def files_of(series: Collection[str]) -> dict[str, list[SeriesFile]]:
    """The files that stand of each of these series, the newest first."""
    found: dict[str, list[SeriesFile]] = defaultdict(list)
    for one in SeriesFile.objects.standing().filter(series__in=series).select_related("load"):
        found[one.series].append(one)
    return found


def areas(files: Collection[SeriesFile]) -> dict[str, str]:
    """The areas that these files tell of, with the name that their publisher gives them."""
    rows = SeriesLine.objects.filter(file__in=[one.pk for one in files])
    return dict(rows.order_by("file__vintage").values_list("area", "area_name").distinct())


def standing(series: Series, files: Sequence[SeriesFile], wanted: Collection[str]) -> Standing:
    """What is shown of some areas: for each of them and each period, the newest file that tells anything of both.

    A file that tells an area's period tells it whole: a detail that it does not name any more is not taken from an older one.
    """
    ranks = {one.pk: rank for rank, one in enumerate(files)}
    lines = sorted(SeriesLine.objects.of(files, wanted), key=lambda one: ranks[one.file_id])
    by_place: dict[tuple[str, str], dict[int, dict[str, Told]]] = defaultdict(dict)
    for line in lines:
        for one in _values(line, files[ranks[line.file_id]]):
            by_file = by_place[one.area, one.period].setdefault(line.file_id, {})
            by_file[one.detail] = one
    told = [one for by_file in by_place.values() for one in _newest(list(by_file.values()))]
    told.sort(key=lambda one: (one.area, one.detail, one.period))
    return Standing(series, files, told)


def _values(line: SeriesLine, file: SeriesFile) -> Iterator[Told]:
    for period, milli, flag, provisional in line.said:
        value = None if milli is None else milli / THOUSAND
        yield Told(line.area, line.area_name, line.detail, period, value, flag, provisional, file)


def _newest(by_file: Sequence[Mapping[str, Told]]) -> Iterator[Told]:
    """What the newest file says of an area in a period, with what the one before it said otherwise."""
    now, before = by_file[0], by_file[1] if len(by_file) > 1 else {}
    for detail, one in now.items():
        then = before.get(detail)
        if then is None or (then.value, then.flag) == (one.value, one.flag):
            yield one
        else:
            yield replace(one, before=then.value, before_on=then.file.vintage)
