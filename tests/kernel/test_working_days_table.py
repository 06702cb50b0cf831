"""Working days around every public holiday, drawn from the calendars of seven years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maillage.kernel import workdays

# The working day before each holiday or bridge, and the first one after, as printed calendars have them.
AROUND = """
    2018-12-31  2019-01-02  New Year
    2019-04-19  2019-04-23  Easter Monday
    2019-04-30  2019-05-02  Labour Day
    2019-05-07  2019-05-09  Victory of 1945
    2019-05-29  2019-05-31  Ascension
    2019-06-07  2019-06-11  Whit Monday
    2019-08-14  2019-08-16  Assumption
    2019-10-31  2019-11-04  All Saints, a Friday
    2019-11-08  2019-11-12  Armistice, a Monday
    2019-12-24  2019-12-26  Christmas
    2019-12-31  2020-01-02  New Year
    2020-04-10  2020-04-14  Easter Monday
    2020-04-30  2020-05-04  Labour Day, a Friday
    2020-05-07  2020-05-11  Victory of 1945, a Friday
    2020-05-20  2020-05-22  Ascension
    2020-05-29  2020-06-02  Whit Monday
    2020-07-13  2020-07-15  National Day
    2020-08-14  2020-08-17  Assumption, a Saturday
    2020-10-30  2020-11-02  All Saints, a Sunday
    2020-11-10  2020-11-12  Armistice
    2020-12-24  2020-12-28  Christmas, a Friday
    2020-12-31  2021-01-04  New Year, a Friday
    2021-04-02  2021-04-06  Easter Monday
    2021-05-12  2021-05-14  Ascension
    2021-05-21  2021-05-25  Whit Monday
    2021-07-13  2021-07-15  National Day
    2022-04-15  2022-04-19  Easter Monday
    2022-05-25  2022-05-27  Ascension
    2022-07-13  2022-07-15  National Day
    2022-10-31  2022-11-02  All Saints
    2022-11-10  2022-11-14  Armistice, a Friday
    2023-04-07  2023-04-11  Easter Monday
    2023-04-28  2023-05-02  Labour Day, a Monday
    2023-05-05  2023-05-09  Victory of 1945, a Monday
    2023-05-17  2023-05-19  Ascension
    2023-05-26  2023-05-30  Whit Monday
    2023-08-14  2023-08-16  Assumption
    2024-03-29  2024-04-02  Easter Monday
    2024-05-07  2024-05-10  Victory of 1945, then the Ascension
    2024-05-17  2024-05-21  Whit Monday
    2024-10-31  2024-11-04  All Saints, a Friday
    2025-04-18  2025-04-22  Easter Monday
    2025-05-28  2025-05-30  Ascension
    2025-06-06  2025-06-10  Whit Monday
    2025-07-11  2025-07-15  National Day, a Monday
    2026-04-03  2026-04-07  Easter Monday
    2026-05-13  2026-05-15  Ascension
    2026-05-22  2026-05-26  Whit Monday
    2026-12-24  2026-12-28  Christmas, a Friday
"""
ROWS = [line.split(maxsplit=2) for line in AROUND.strip().splitlines()]


def days(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("before", "after", "why"), ROWS, ids=[f"{r[0]}-{r[2]}" for r in ROWS])
def test_from_the_eve_of_a_holiday_to_the_day_after_there_is_one(
    before: str, after: str, why: str
) -> None:
    first, last = days(before), days(after)
    assert workdays.is_working(first), why
    assert workdays.is_working(last), why
    assert workdays.between(first, last) == 1, why
    between = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    assert not [day for day in between if workdays.is_working(day)], why
    assert workdays.before(last, 1) == last - timedelta(days=1), why


# Working days of each year for five-day weeks: days but Saturdays and Sundays, less the holidays that fall on others.
YEARS = {2019: 251, 2020: 253, 2021: 254, 2022: 253, 2023: 251, 2024: 252, 2025: 251, 2026: 252}


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_as_many_as_its_calendar_shows(year: int) -> None:
    eve = date(year - 1, 12, 31)
    assert workdays.between(eve, date(year, 12, 31)) == YEARS[year]


@pytest.mark.parametrize("year", range(2000, 2061))
def test_every_year_has_eleven_holidays_three_of_which_move_with_easter(year: int) -> None:
    found = workdays.holidays(year)
    sunday = workdays.easter(year)
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)
    assert sunday.weekday() == 6
    moving = {sunday + timedelta(days=n) for n in (1, 39, 50)}
    assert moving <= found
    # The Ascension falls on Labour Day or on the day of Victory in some years: then there are ten.
    fixed = {(day.month, day.day) for day in found - moving}
    assert 10 <= len(found) <= 11
    assert fixed <= {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}


def test_the_ascension_that_falls_on_a_fixed_holiday_is_counted_once() -> None:
    assert workdays.easter(2008) + timedelta(days=39) == date(2008, 5, 1)
    assert len(workdays.holidays(2008)) == 10
