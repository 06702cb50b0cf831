"""How a service outside is spared: how long to wait before asking again, and when to leave it alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from maillage.kernel.remote.refusals import Unavailable

FIRST_WAIT = 0.5
LONGEST_REST = 3600.0
FAILURES = 3
REST = 60.0
# What the service did, as opposed to what we asked of it.
ITS_FAULT = ("silent", "unreachable", "failing", "busy")


def retry_after(said: str | None, now: datetime) -> float | None:
    """The seconds that `Retry-After` asks for (RFC 9110: a number, or a date); None when it asks nothing."""
    if not said:
        return None
    if re.fullmatch(r"\s*\d{1,9}\s*", said, re.ASCII):
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def wait(refusal: Unavailable, attempt: int) -> float | None:
    """The seconds before one more try: what the service asks, else twice as long each time; None: no try."""
    if refusal.wait is None:
        return None
    return refusal.wait if refusal.is_asked else FIRST_WAIT * 2 ** (attempt - 1)


class Rest:
    """A service that fails three questions in a row is left alone for a minute; one that says for how long, so long."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._failures = 0
        self._until = 0.0

    def lasts(self) -> float:
        """The seconds it is still left alone; 0 when it may be asked."""
        return max(0.0, self._until - self._ticks())

    def answered(self) -> None:
        """It speaks again."""
        self._failures = 0

    def failed(self, refusal: Unavailable) -> None:
        """One question went without an answer."""
        if refusal.code not in ITS_FAULT:
            return
        self._failures += 1
        seconds = (refusal.wait or 0.0) if refusal.is_asked else 0.0
        if self._failures >= FAILURES:
            seconds = max(seconds, REST)
        if seconds:
            self._until = self._ticks() + min(seconds, LONGEST_REST)
