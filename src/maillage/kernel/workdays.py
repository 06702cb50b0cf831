"""Working days of the French calendar: what «within three working days» means.

Public holidays are those of article L3133-1 of the *code du travail* (the two more of Alsace-Moselle are left out).
Easter follows Gauss's computus for the Gregorian calendar.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
_FRIDAY = 4


def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar."""
    golden, century = year % 19, year // 100
    epact = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 28) + timedelta(days=moon - weekday)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[date]:
    """The public holidays of a year in France."""
    sunday = easter(year)
    moving = (sunday + timedelta(days=after) for after in _AFTER_EASTER)
    return frozenset((*(date(year, *one) for one in _FIXED), *moving))


def is_working(day: date) -> bool:
    """Monday to Friday, no public holiday."""
    return day.weekday() <= _FRIDAY and day not in holidays(day.year)


def between(first: date, last: date) -> int:
    """Working days after `first`, up to `last` included; 0 when they are the same day or out of order.

    What is sent on a Friday and answered on the Monday took one.
    """
    days = (first + n * _DAY for n in range(1, (last - first).days + 1))
    return sum(map(is_working, days))


def before(day: date, count: int) -> date:
    """The latest day from which `count` working days have gone by at the end of `day`."""
    while count:
        count -= is_working(day)
        day -= _DAY
    return day
