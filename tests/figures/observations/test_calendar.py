"""Days as integers: their order, their months and years, their anniversaries, told as the calendar does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import pytest
from hypothesis import given, strategies as st

from maillage.figures.observations.calendar import (
    MONTH,
    UNKNOWN,
    YEAR,
    anniversary,
    day,
    elapsed,
    number,
    numbered,
)

DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))


@given(DAYS)
def test_a_number_tells_its_day_its_month_and_its_year(given_day: date) -> None:
    told = number(given_day)
    assert day(told) == given_day
    assert told // YEAR == given_day.year
    assert told // MONTH % 12 + 1 == given_day.month


@given(DAYS, DAYS)
def test_numbers_are_in_the_order_of_days(one: date, other: date) -> None:
    assert (number(one) < number(other)) is (one < other)


@given(DAYS)
def test_the_eve_of_a_first_is_in_the_month_before(given_day: date) -> None:
    eve = number(given_day) - 1
    assert (
        eve // MONTH == number(given_day - timedelta(1)) // MONTH if given_day > date.min else True
    )


EDGES = [
    "1899-12-31", "1900-01-02", "1900-02-28", "1900-03-01", "1999-12-31", "2000-02-29", "2003-01-01",
    "2008-02-29", "2015-01-31", "2015-03-03", "2016-02-29", "2016-12-31", "2100-02-28", "2100-03-01",
]  # fmt: skip


def test_days_elapsed_are_those_of_the_calendar_over_leap_years_and_centuries(
    table: Callable[..., Any],
) -> None:
    given = table([{"on": edge} for edge in EDGES])
    told = given.select(given.on, days=elapsed(given.on)).to_pyarrow().to_pylist()
    first = min(told, key=lambda row: row["on"])
    for row in told:
        assert row["days"] - first["days"] == (day(row["on"]) - day(first["on"])).days, day(
            row["on"]
        )


@pytest.mark.parametrize(
    ("start", "years", "expected"),
    [
        ("2015-02-01", 1, "2016-02-01"),
        ("2016-02-29", 1, "2017-02-28"),
        ("2016-02-29", 2, "2018-02-28"),
        ("2016-02-29", 3, "2019-02-28"),
        ("2016-02-28", 2, "2018-02-28"),
        ("2016-03-01", 2, "2018-03-01"),
        ("2015-12-31", 5, "2020-12-31"),
        ("2015-01-01", 5, "2020-01-01"),
        ("2015-02-28", 1, "2016-02-28"),
    ],
)
def test_an_anniversary_is_the_same_day_and_that_of_a_29_february_the_28(
    table: Callable[..., Any], start: str, years: int, expected: str
) -> None:
    given = table([{"on": start}])
    (row,) = given.select(on=anniversary(given.on, years)).to_pyarrow().to_pylist()
    assert day(row["on"]).isoformat() == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015-03-01", "2015-03-01"),
        ("2016-02-29", "2016-02-29"),
        ("0001-01-01", "0001-01-01"),
        ("5015-03-01", "5015-03-01"),
        ("", None),
        (None, None),
        ("1900-01-01", None),
        ("1900-01-02", "1900-01-02"),
        ("not a day", None),
        ("2015", None),
    ],
)
def test_a_day_written_is_read_and_what_nobody_knows_is_unknown(
    written: str | None, expected: str | None
) -> None:
    told = ibis.null("string") if written is None else ibis.literal(written)
    wanted = UNKNOWN if expected is None else number(date.fromisoformat(expected))
    assert ibis.duckdb.connect().to_pyarrow(numbered(told)).as_py() == wanted


@given(st.dates(date(1901, 1, 1), date(2200, 1, 1)))
def test_typed_days_are_numbered_alike(given_day: date) -> None:
    told = numbered(ibis.literal(given_day))
    assert ibis.duckdb.connect().to_pyarrow(told).as_py() == number(given_day)
