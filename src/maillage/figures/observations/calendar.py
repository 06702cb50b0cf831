"""Days as integers that every engine computes alike: `(year × 12 + month − 1) × 32 + day − 1`.

Order is that of days; a year is 384 and a month 32, so an anniversary is an addition, but for that of a
29 February, and the period of a day an integer division. `UNKNOWN` stands for a
day nobody knows: INSEE leaves it blank or writes 1900-01-01.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MONTH = 32
YEAR = 12 * MONTH
UNKNOWN = 0
_BLANK = 1900 * YEAR  # 1900-01-01


def number(day: date) -> int:
    """The number of a day."""
    return (day.year * 12 + day.month - 1) * MONTH + day.day - 1


def day(number_: int) -> date:
    """The day of a number."""
    months, rest = divmod(number_, MONTH)
    return date(months // 12, months % 12 + 1, rest + 1)


def numbered(column: ir.Value) -> ir.IntegerValue:
    """The number of a column of days, written `YYYY-MM-DD` or typed; `UNKNOWN` where it tells none."""
    if column.type().is_string():
        text = column.nullif("")
        year, month, rest = (
            text.substr(start, length).try_cast("int32")
            for start, length in ((0, 4), (5, 2), (8, 2))
        )
    else:
        year, month, rest = column.year(), column.month(), column.day()
    found = ((year * 12 + month - 1) * MONTH + rest - 1).cast("int32").coalesce(UNKNOWN)
    return (found == _BLANK).ifelse(UNKNOWN, found).cast("int32")


def anniversary(number_: ir.IntegerValue, years: int) -> ir.IntegerValue:
    """The same day one, two, three or five years later; that of a 29 February is a 28 February."""
    is_leap_day = (number_ % YEAR) == MONTH + 28
    return number_ + years * YEAR - is_leap_day.cast("int32")


def elapsed(number_: ir.IntegerValue) -> ir.IntegerValue:
    """Days elapsed since a fixed day, so that two numbers are so many days apart."""
    months, rest = number_ // MONTH, number_ % MONTH
    # Years begin in March: the odd day then ends them.
    shifted = months - 2
    year, month = shifted // 12, shifted % 12
    leaps = year // 4 - year // 100 + year // 400
    return year * 365 + leaps + (month * 153 + 2) // 5 + rest
