"""What is seen of a register in an extraction: by hand, on the reference register, and however late ends are filed."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods.exposure import (
    FILING_LAG,
    Exposure,
    exposure,
    months_before,
    years,
)
from maillage.figures.methods.survival import Step, at, kaplan_meier
from maillage.figures.observations.calendar import YEAR, day, number
from maillage.kernel.errors import Invalid

TOY = Path(__file__).resolve().parents[4] / "shared" / "reference" / "demography"
DAY = timedelta(1)
EXTRACTED = date(2024, 7, 1)  # so nothing is looked at after 1 January 2024


def curve(seen: Exposure) -> list[Step]:
    """The survival curve of what was seen."""
    return kaplan_meier(seen.times, seen.events, seen.entries)


def test_the_reference_cohort_survives_as_told() -> None:
    if not TOY.exists():
        pytest.skip("the reference cases are not beside the project")
    expected = json.loads((TOY / "toy_expected.json").read_text(encoding="utf-8"))
    with (TOY / "toy_register.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["unit"] in expected["births_2015"]]
    seen = exposure(
        [date.fromisoformat(row["created"]) for row in rows],
        [date.fromisoformat(row["ceased"]) if row["ceased"] else None for row in rows],
        date(2022, 1, 1),
    )
    assert at(curve(seen), 3) == pytest.approx(expected["survival_3y_cohort_2015"]["rate"])
    assert at(curve(seen), 5) == pytest.approx(expected["survival_5y_cohort_2015"]["rate"])


def test_who_is_there_when_one_stops_looking_is_censored_then() -> None:
    seen = exposure([date(2022, 1, 1)], [None], EXTRACTED)
    assert (seen.until, seen.times, seen.events, seen.entries) == (
        date(2024, 1, 1), (2.0,), (False,), (0.0,),
    )  # fmt: skip


def test_an_end_that_is_known_too_soon_is_set_aside() -> None:
    # Only some of those that ceased in March have filed it: counting them would count those alone.
    seen = exposure([date(2022, 1, 1), date(2022, 1, 1)], [date(2024, 3, 1), None], EXTRACTED)
    assert seen.events == (False, False)
    assert seen.set_aside == 1
    at_once = exposure([date(2022, 1, 1)], [date(2024, 3, 1)], EXTRACTED, lag=0)
    assert (at_once.events, at_once.set_aside) == ((True,), 0)


def test_who_begins_when_one_has_stopped_looking_is_not_seen() -> None:
    starts = [date(2024, 1, 1), date(2024, 5, 1), date(2023, 12, 31)]
    seen = exposure(starts, [None, date(2024, 6, 1), None], EXTRACTED)
    assert seen.units == (2,)
    assert (seen.unseen, seen.set_aside) == (2, 0)


def test_who_began_before_the_history_is_met_when_it_begins() -> None:
    starts = [date(2000, 1, 1), date(2000, 1, 1), date(2010, 1, 1)]
    ends = [date(2005, 1, 1), date(2002, 1, 1), None]
    seen = exposure(starts, ends, EXTRACTED, since=date(2003, 1, 1))
    assert seen.units == (0, 2), "the second had gone before anything was looked at"
    assert seen.entries == (3.0, 0.0)
    assert seen.times == (5.0, 14.0)
    assert seen.unseen == 1


def test_who_goes_on_the_very_day_the_history_begins_is_not_seen() -> None:
    since = date(2003, 1, 1)
    assert exposure([date(2000, 1, 1)], [since], EXTRACTED, since=since).units == ()
    assert exposure([since], [since], EXTRACTED, since=since).times == (0.0,)


def test_an_end_on_the_last_day_looked_at_is_seen() -> None:
    last = date(2024, 1, 1)
    seen = exposure([date(2020, 1, 1)] * 2, [last, last + DAY], EXTRACTED)
    assert seen.events == (True, False)


def test_nothing_is_seen_of_nothing() -> None:
    assert exposure([], [], EXTRACTED).times == ()
    assert curve(exposure([], [], EXTRACTED)) == []


def test_the_usual_lag_is_six_months() -> None:
    assert FILING_LAG == 6
    assert exposure([], [], EXTRACTED).until == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("begun", "ceased", "lag", "told"),
    [
        ([EXTRACTED], [], 6, "ensemble"),
        ([EXTRACTED], [EXTRACTED - DAY], 6, "avant"),
        ([], [], -1, "négatif"),
    ],
)
def test_what_makes_no_sense_is_refused(
    begun: list[date], ceased: list[date | None], lag: int, told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        exposure(begun, ceased, EXTRACTED, lag=lag)


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (date(2015, 3, 3), date(2020, 3, 3), 5),
        (date(2015, 3, 3), date(2015, 3, 3), 0),
        (date(2019, 1, 1), date(2019, 7, 2), 182 / 365),
        (date(2020, 1, 1), date(2020, 7, 1), 182 / 366),
        (date(2016, 2, 29), date(2017, 2, 28), 1),
        (date(2016, 2, 29), date(2020, 2, 28), 4),  # as the counts of the observatory
        (date(2016, 2, 29), date(2020, 2, 29), 4 + 1 / 366),
        (date(2016, 3, 1), date(2017, 2, 28), 364 / 365),
    ],
)
def test_years_are_anniversaries_and_the_part_of_one(start: date, end: date, found: float) -> None:
    assert years(start, end) == pytest.approx(found)


@pytest.mark.parametrize(
    ("of", "months", "found"),
    [
        (date(2024, 7, 1), 6, date(2024, 1, 1)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2023, 8, 31), 6, date(2023, 2, 28)),
        (date(2024, 3, 15), 6, date(2023, 9, 15)),
        (date(2024, 1, 31), 1, date(2023, 12, 31)),
        (date(2024, 1, 31), 0, date(2024, 1, 31)),
        (date(2024, 6, 30), 18, date(2022, 12, 30)),
    ],
)
def test_months_before_are_the_same_day_or_the_last(of: date, months: int, found: date) -> None:
    assert months_before(of, months) == found


DAYS = st.dates(date(2000, 1, 1), date(2024, 6, 30))
LIVES = st.lists(
    st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 4_000)), st.integers(0, 181)), max_size=40
)


@given(DAYS, DAYS)
def test_years_grow_day_by_day_and_anniversaries_are_whole(one: date, other: date) -> None:
    start, end = sorted((one, other))
    assert years(start, end) < years(start, end + DAY)
    whole = end.year - start.year
    numbered = number(start) + whole * YEAR - int((start.month, start.day) == (2, 29))
    if whole:
        assert years(start, day(numbered)) == whole, "as the calendar of the observatory counts"


@given(LIVES)
def test_however_late_within_the_lag_ends_are_filed_the_curve_is_the_same(
    lives: list[tuple[date, int | None, int]],
) -> None:
    starts = [start for start, _, _ in lives]
    ends = [None if life is None else start + life * DAY for start, life, _ in lives]
    filed = [
        end if end and end + delay * DAY <= EXTRACTED else None
        for end, (_, _, delay) in zip(ends, lives, strict=True)
    ]
    known, told = exposure(starts, ends, EXTRACTED), exposure(starts, filed, EXTRACTED)
    assert (told.times, told.events) == (known.times, known.events)
    assert curve(told) == curve(known)


@given(LIVES, st.integers(0, 60))
def test_a_later_extraction_with_the_longer_lag_sees_the_same(
    lives: list[tuple[date, int | None, int]], months: int
) -> None:
    starts = [start for start, _, _ in lives]
    ends = [None if life is None else start + life * DAY for start, life, _ in lives]
    later = date(EXTRACTED.year + 5, EXTRACTED.month, 1)
    one = exposure(starts, ends, EXTRACTED, lag=months)
    assert exposure(starts, ends, later, lag=months + 60) == one


@given(LIVES, st.one_of(st.none(), DAYS))
def test_every_unit_is_seen_or_told_unseen_and_fit_for_the_curve(
    lives: list[tuple[date, int | None, int]], since: date | None
) -> None:
    starts = [start for start, _, _ in lives]
    ends = [None if life is None else start + life * DAY for start, life, _ in lives]
    seen = exposure(starts, ends, EXTRACTED, since=since)
    assert len(seen.units) + seen.unseen == len(lives)
    for time, entry in zip(seen.times, seen.entries, strict=True):
        assert 0 <= entry < time or (entry, time) == (0, 0)
    curve(seen)


def test_without_a_lag_late_filing_lengthens_lives_and_with_it_does_not() -> None:
    chance = random.Random(7)  # noqa: S311
    starts = [date(2022, 1, 1) + chance.randrange(700) * DAY for _ in range(4_000)]
    ends = [start + round(chance.expovariate(1 / 700)) * DAY for start in starts]
    filed = [end if end + chance.randrange(180) * DAY <= EXTRACTED else None for end in ends]
    true = at(curve(exposure(starts, list(ends), date(2040, 1, 1))), 1.5)
    hasty = at(curve(exposure(starts, filed, EXTRACTED, lag=0)), 1.5)
    patient = at(curve(exposure(starts, filed, EXTRACTED)), 1.5)
    assert abs(patient - true) < 0.015
    assert hasty - true > 0.03
