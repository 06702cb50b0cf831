"""Periods of days, both ends included."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from maillage.kernel.periods import Period

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def period(text: str) -> Period:
    return Period.parse(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2019-04-05..2020-12-31", date(2019, 4, 5), date(2020, 12, 31)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019..2020", date(2019, 1, 1), date(2020, 12, 31)),
        ("2019-11..2020-02", date(2019, 11, 1), date(2020, 2, 29)),
        (" 2020-06-30 ", date(2020, 6, 30), date(2020, 6, 30)),
    ],
)
def test_a_period_is_read_as_it_is_written(text: str, start: date, end: date) -> None:
    assert period(text) == Period(start, end)


@pytest.mark.parametrize(
    "text", ["", "..", "2020-13", "2020-06-31", "abcd", "2020-06-30..2020-06-29"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        period(text)


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        Period(date(2020, 1, 2), date(2020, 1, 1))


def test_both_ends_belong_to_the_period() -> None:
    june = period("2020-06")

    assert date(2020, 6, 1) in june
    assert date(2020, 6, 30) in june
    assert date(2020, 5, 31) not in june
    assert date(2020, 7, 1) not in june
    assert "2020-06-15" not in june


def test_the_days_of_a_period_count_both_ends() -> None:
    assert period("2020-06").days == 30
    assert period("2020-06-30").days == 1


def test_months_are_those_the_period_touches() -> None:
    assert list(period("2019-11-30..2020-02-01").months()) == [
        "2019-11",
        "2019-12",
        "2020-01",
        "2020-02",
    ]


def test_time_gone_by_goes_from_nothing_to_the_whole() -> None:
    june = period("2020-06")

    assert june.elapsed(date(2020, 5, 31)) == 0
    assert june.elapsed(date(2020, 6, 15)) == 0.5
    assert june.elapsed(date(2020, 6, 30)) == 1
    assert june.elapsed(date(2021, 1, 1)) == 1


def test_the_year_before_a_leap_day_is_the_day_before() -> None:
    assert period("2020-02").year_before() == period("2019-02-01..2019-02-28")
    assert period("2021").year_before() == period("2020")


@given(start=DAYS, length=st.integers(0, 4000))
def test_a_period_is_written_as_it_is_read(start: date, length: int) -> None:
    whole = Period(start, start + timedelta(days=length))

    assert Period.parse(str(whole)) == whole
    assert whole.days == length + 1


@given(start=DAYS, length=st.integers(0, 4000))
def test_the_months_of_a_period_hold_all_its_days(start: date, length: int) -> None:
    whole = Period(start, start + timedelta(days=length))
    months = [Period.of_month(month) for month in whole.months()]

    assert whole.start in months[0]
    assert whole.end in months[-1]
    assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(months))


@given(start=DAYS, length=st.integers(0, 400), first=DAYS, second=DAYS)
def test_time_gone_by_never_goes_back(start: date, length: int, first: date, second: date) -> None:
    whole = Period(start, start + timedelta(days=length))
    earlier, later = sorted((first, second))

    assert 0 <= whole.elapsed(earlier) <= whole.elapsed(later) <= 1
