"""Working days of the French calendar, against the published days of Easter and of the public holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from maillage.kernel import workdays

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))

# Published by the Bureau des longitudes and its successors; 1954, 1981 and 2049 are the exceptions of the computus.
EASTERS = {
    1954: (4, 18), 1961: (4, 2), 1981: (4, 19), 2000: (4, 23), 2008: (3, 23), 2011: (4, 24), 2016: (3, 27),
    2019: (4, 21), 2020: (4, 12), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2038: (4, 25), 2049: (4, 18),
}  # fmt: skip


@pytest.mark.parametrize("year", EASTERS)
def test_easter_is_the_published_one(year: int) -> None:
    assert workdays.easter(year) == date(year, *EASTERS[year])


def test_the_holidays_of_2020_are_those_of_the_calendar() -> None:
    told = "01-01 04-13 05-01 05-08 05-21 06-01 07-14 08-15 11-01 11-11 12-25"
    assert workdays.holidays(2020) == {date.fromisoformat(f"2020-{day}") for day in told.split()}


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2020-06-02", "2020-06-02", 0),
        ("2020-06-05", "2020-06-08", 1),  # Friday to Monday
        ("2020-05-29", "2020-06-02", 1),  # Whit Monday between
        ("2020-05-20", "2020-05-22", 1),  # the Ascension between
        ("2020-12-30", "2021-01-05", 3),
        ("2020-06-08", "2020-06-05", 0),
    ],
)
def test_days_are_counted_after_the_first_up_to_the_last(first: str, last: str, count: int) -> None:
    assert workdays.between(date.fromisoformat(first), date.fromisoformat(last)) == count


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_two_stretches_make_one(day: date, first: int, second: int) -> None:
    middle = day + timedelta(days=first)
    last = middle + timedelta(days=second)
    parts = workdays.between(day, middle) + workdays.between(middle, last)
    assert workdays.between(day, last) == parts


@given(DAYS, st.integers(0, 60))
def test_before_is_the_latest_day_from_which_so_many_have_gone_by(day: date, count: int) -> None:
    found = workdays.before(day, count)
    assert workdays.between(found, day) == count
    if count:
        assert workdays.between(found + timedelta(days=1), day) == count - 1
