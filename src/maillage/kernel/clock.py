"""The two clocks of an act need one source of time that can be handed in.

`now()` is the field's time: the real one in production, the demonstration's or a test's when one is
installed. Sign-in, sessions and mail keep the real clock and never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

Source = Callable[[], datetime]


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the one place that reads the machine's clock


_installed: list[Source] = [_real]
_override: ContextVar[Source | None] = ContextVar("maillage_clock", default=None)


def real_now() -> datetime:
    """The machine's own instant, UTC: for sessions, mail and logs."""
    return _real()


def now() -> datetime:
    """The present instant of the field, UTC, to the microsecond."""
    return (_override.get() or _installed[-1])()


def today() -> date:
    """The present day in Europe/Paris."""
    return now().astimezone(PARIS).date()


def install(source: Source | None) -> None:
    """Make `source` the time of the whole process (None: the real clock again)."""
    _installed[:] = [source or _real]


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Stop the field's clock at `instant` inside the block (the demonstration plays its past so)."""
    if instant.tzinfo is None:
        raise ValueError("an instant carries its time zone")
    token = _override.set(lambda: instant.astimezone(UTC))
    try:
        yield
    finally:
        _override.reset(token)


def end_of_day(day: date) -> datetime:
    """The last microsecond of a day in Paris, as a UTC instant: what a bare `--as-of` date means."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=PARIS)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def local_day(instant: datetime) -> date:
    """The day in Paris on which `instant` falls."""
    return instant.astimezone(PARIS).date()


def parse_instant(text: str) -> datetime:
    """Read `2020-06-30` (end of that day in Paris) or an ISO instant (Paris when it has no zone).

    Raises:
        ValueError: the text is neither.
    """
    text = text.strip()
    if len(text) == 10:
        return end_of_day(date.fromisoformat(text))
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=PARIS)
    return instant.astimezone(UTC)
