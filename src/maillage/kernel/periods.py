"""Periods of days, both ends included: `A..B`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both included; stocks and perimeters are read at `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a period ends before it starts: {self.start}..{self.end}")

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2019-04-05..2020-12-31`, `2019` or `2019-06`.

        Raises:
            ValueError: the text is no period, or ends before it starts.
        """
        text = text.strip()
        if ".." in text:
            first, last = text.split("..", 1)
            return cls(cls.parse(first).start, cls.parse(last).end)
        if len(text) == 4:
            return cls(date(int(text), 1, 1), date(int(text), 12, 31))
        if len(text) == 7:
            return cls.of_month(text)
        day = date.fromisoformat(text)
        return cls(day, day)

    @classmethod
    def of_month(cls, month: str) -> Period:
        """The days of a month written `2020-06`."""
        year, number = int(month[:4]), int(month[5:7])
        first = date(year, number, 1)
        following = date(year + number // 12, number % 12 + 1, 1)
        return cls(first, following - timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days the period holds."""
        return (self.end - self.start).days + 1

    def elapsed(self, day: date) -> float:
        """The share of the period gone by at the end of `day`, between 0 and 1."""
        return min(1.0, max(0.0, ((day - self.start).days + 1) / self.days))

    def months(self) -> Iterator[str]:
        """The months the period touches, as `2020-06`."""
        year, number = self.start.year, self.start.month
        while (year, number) <= (self.end.year, self.end.month):
            yield f"{year:04d}-{number:02d}"
            year, number = year + number // 12, number % 12 + 1

    def before(self) -> Period:
        """As many days, up to the eve of the first one."""
        return Period(self.start - timedelta(days=self.days), self.start - timedelta(days=1))

    def year_before(self) -> Period:
        """The same days one year earlier (29 February becomes 28)."""
        return Period(_one_year_less(self.start), _one_year_less(self.end))


def _one_year_less(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
