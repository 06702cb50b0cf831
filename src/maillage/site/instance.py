"""The demonstration's own now: 30 June 2020, nine in the morning, plus the time since it was seeded.

It gives the day of acts, the instant they are known, "today" and the default as-of in pages, commands
and worker. Sign-in, sessions and mail keep the real clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from maillage.kernel import clock
from maillage.kernel.text import Words

_shift: list[timedelta | None] = []  # empty: not read yet; None inside: a real instance


def forget() -> None:
    """Look again at the database: a demonstration was just seeded or removed."""
    _shift.clear()


def shift() -> timedelta | None:
    """How far the demonstration's clock is from the real one; None for a real instance."""
    if not _shift:
        from maillage.accounts.models import Organisation
        from maillage.site.models import Instance

        try:
            settled = Organisation.objects.exists()  # asked first: both are seeded at once
            row = Instance.objects.values_list("starts_at", "seeded_at").first()
        except Error:
            return None  # not migrated yet: no demonstration, and ask again next time
        if not (row or settled):
            return None  # a demonstration may still be played beside this process
        _shift.append(row[0] - row[1] if row else None)
    return _shift[0]


def now() -> datetime:
    """The field's present instant on this instance."""
    return clock.real_now() + (shift() or timedelta())


BAND = Words(
    fr="Démonstration : personnes, entreprises et actes inventés",
    en="Demonstration: people, firms and acts are invented",
)


def label() -> str:
    """What a file of this instance says of its data; blank for a real instance."""
    return "" if shift() is None else str(BAND)


@dataclass(frozen=True, slots=True)
class Account:
    """An account anybody may borrow on a demonstration: who, as what, and how to sign in."""

    name: str
    email: str
    password: str
    role: Words
    organisation: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What pages of a demonstration say of it: its band, its time, the accounts one may borrow."""

    now: datetime
    accounts: tuple[Account, ...] = ()
    words: Words = BAND


class DemonstrationMiddleware:
    """Put `request.demo` on every request: the demonstration, or None on a real instance."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Tell the page which time it is in the demonstration."""
        demo = None
        if shift() is not None:
            from maillage.site.demo.people import ACCOUNTS

            demo = Demonstration(clock.now(), ACCOUNTS)
        request.demo = demo  # type: ignore[attr-defined]
        return self.get_response(request)
