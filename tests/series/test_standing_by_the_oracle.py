"""What stands of a series over any files loaded in any order, beside the plainest way to say it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from maillage.intake.models import Load
from maillage.series.declared import series_of
from maillage.series.models import SeriesFile, SeriesLine
from maillage.series.reading import files_of, standing
from maillage.series.sums import sums_of
from tests.factories import intake

pytestmark = pytest.mark.django_db
SERIES = series_of("employees_ape")
AREAS, DETAILS, YEARS = (
    ("59350", "59512", "59599"),
    ("10.71C", "56.10A", "96.02A"),
    ("2017", "2018", "2019"),
)
Cell = tuple[str, str, str]


@dataclass
class Drawn:
    """A file drawn at random: of which day, whether it was undone, what it says."""

    vintage: date
    load: Load
    told: dict[Cell, int | None] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        return self.load.state == Load.State.ACTIVE

    def tells(self, area: str, year: str) -> bool:
        return any((one, when) == (area, year) for one, _detail, when in self.told)


def drawn(seed: int) -> list[Drawn]:
    """A few files of any vintage, some of them undone, each with some areas, details and years."""
    chance = random.Random(seed)  # noqa: S311 -- the same files for a seed
    found = []
    for _ in range(chance.randint(1, 4)):
        state = chance.choice(["active", "active", "undone"])
        load = intake.load(source="employees_ape", state=state)
        made = Drawn(date(2020, 1, 1) + timedelta(days=chance.randint(0, 3)), load)
        file = SeriesFile.objects.create(
            load=load,
            series="employees_ape",
            vintage=made.vintage,
            url="https://example.org",
            licence="ODbL",
        )
        for number, (area, detail) in enumerate((a, d) for a in AREAS for d in DETAILS):
            years = [year for year in YEARS if chance.random() < 0.5]
            if not years or chance.random() < 0.3:
                continue
            said = [
                [year, chance.choice([None, 0, 1_000, 2_000, 2_500]), "", False] for year in years
            ]
            made.told |= {(area, detail, year): milli for year, milli, *_ in said}
            SeriesLine.objects.create(
                file=file, number=number, area=area, detail=detail, since=years[0], said=said
            )
        found.append(made)
    return found  # fmt: skip


def plainly(every: list[Drawn]) -> dict[Cell, int | None]:
    """Of each area and year, the last file by vintage then by load that says anything of both, whole."""
    found: dict[Cell, int | None] = {}
    order = sorted((one for one in every if one.counts), key=lambda one: (one.vintage, one.load.pk))
    for area in AREAS:
        for year in YEARS:
            tell = [one for one in order if one.tells(area, year)]
            if tell:
                found |= {
                    cell: value
                    for cell, value in tell[-1].told.items()
                    if (cell[0], cell[2]) == (area, year)
                }
    return found


@pytest.fixture(params=range(12))
def every(request: pytest.FixtureRequest, db: None) -> Iterator[list[Drawn]]:
    return drawn(request.param)


def files() -> list[SeriesFile]:
    return files_of(["employees_ape"]).get("employees_ape", [])


def test_what_stands_is_what_the_last_file_to_tell_an_area_and_a_year_tells(
    every: list[Drawn],
) -> None:
    assert SERIES is not None
    told = standing(SERIES, files(), AREAS).told
    shown = {
        (one.area, one.detail, one.period): None if one.value is None else round(one.value * 1000)
        for one in told
    }
    assert shown == plainly(every)
    assert len(told) == len(shown), "each once"
    assert [(one.area, one.detail, one.period) for one in told] == sorted(shown)


def test_a_revision_is_told_when_and_only_when_an_older_file_said_otherwise(
    every: list[Drawn],
) -> None:
    assert SERIES is not None
    order = sorted((one for one in every if one.counts), key=lambda one: (one.vintage, one.load.pk))
    for one in standing(SERIES, files(), AREAS).told:
        tell = [file for file in order if file.tells(one.area, one.period)]
        cell = (one.area, one.detail, one.period)
        before = tell[-2] if len(tell) > 1 else None
        otherwise = (
            before is not None and cell in before.told and before.told[cell] != tell[-1].told[cell]
        )
        assert one.is_revised == otherwise
        if otherwise and before is not None:
            assert one.before_on == before.vintage


def test_sums_are_those_of_what_stands_and_what_is_withheld_is_counted(every: list[Drawn]) -> None:
    expected: dict[str, int] = defaultdict(int)
    by_detail: dict[tuple[str, str], int] = defaultdict(int)
    stands = plainly(every)
    for (_area, detail, year), milli in stands.items():
        expected[year] += milli or 0
        by_detail[year, detail] += milli or 0
    if not files():
        assert not stands
        return
    found = sums_of(files(), AREAS)
    assert {one.period: round((one.value or 0) * 1000) for one in found.by_period("")} == dict(
        expected
    )
    assert found.now.withheld == sum(milli is None for milli in stands.values())
    for year in YEARS:
        wanted = sorted(
            (
                (detail, milli / 1000)
                for (when, detail), milli in by_detail.items()
                if when == year and milli
            ),
            key=lambda one: (-one[1], one[0]),
        )
        assert found.ranked(year) == wanted
    assert {one.pk for one in found.used} <= {one.pk for one in files()}  # fmt: skip
