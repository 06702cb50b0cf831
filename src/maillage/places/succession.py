"""Old INSEE codes followed to the commune that speaks for them on a given day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_noop

from maillage.places.memory import remembered
from maillage.places.models import Commune, CommuneKind, Succession
from maillage.places.names import commune_name
from maillage.places.speech import said

# The day (blank: older than every vintage) and the code that takes over.
Change = tuple[date | None, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """The code in force for a code that was given; `note` says what happened, blank when nothing."""

    code: str
    note: str = field(default="", compare=False)
    known: bool = True


@remembered
def follow(code: str, on: date) -> Followed:
    """The commune that answers for `code` on a day: merged and associated communes, and the
    arrondissements of Paris, Lyon and Marseille, lead to their commune; a code in force is kept.
    """
    code = code.strip().upper()
    final, day = chase(code, on, _changes())
    if final == code:
        known = code in _known()
        return Followed(code, "" if known else _unknown(code), known=known)
    names = {"old": code, "old_name": commune_name(code), "new": final, "name": commune_name(final)}
    if code in _arrondissements():
        text = gettext_noop("%(old)s (%(old_name)s) is counted in %(new)s (%(name)s).")
        return Followed(final, said(text, **names))
    if day is None:
        text = gettext_noop("The old code %(old)s has become %(new)s (%(name)s).")
        return Followed(final, said(text, **names))
    text = gettext_noop("%(old)s (%(old_name)s) has belonged to %(new)s (%(name)s) since %(day)s.")
    return Followed(final, said(text, day=day, **names))


def chase(code: str, on: date, changes: Mapping[str, list[Change]]) -> tuple[str, date | None]:
    """Follow dated changes from code to code, never back in time, until one stands.

    Also tells the day of the last step. A loop of one day in the source stops where it closes.
    """
    seen, reached = {code}, date.min
    last: date | None = None
    while True:
        past = [(day or date.min, following) for day, following in changes.get(code, ())]
        past = [change for change in past if reached <= change[0] <= on]
        if not past:
            return code, last
        day, following = max(past)
        if following == code or (following in seen and day == reached):
            return following, last
        seen = seen | {following} if day == reached else {code, following}
        code, reached, last = following, day, None if day == date.min else day


def former_codes(codes: frozenset[str], on: date) -> tuple[str, ...]:
    """The old codes that lead, on a day, to one of these communes (acts may still bear them)."""
    led = _led_to(on)
    return tuple(sorted(old for code in codes for old in led.get(code, ()) if old not in codes))


@remembered
def _led_to(on: date) -> dict[str, list[str]]:
    """Which old codes lead to each commune on a day."""
    changes = _changes()
    led: dict[str, list[str]] = {}
    for old in changes:
        led.setdefault(chase(old, on, changes)[0], []).append(old)
    return led


@remembered
def _changes() -> dict[str, list[Change]]:
    rows = Succession.objects.values_list("old_code", "on", "new_code")
    changes: dict[str, list[Change]] = {}
    for old, day, new in rows:
        changes.setdefault(old, []).append((day, new))
    return changes


@remembered
def _known() -> frozenset[str]:
    return frozenset(Commune.objects.values_list("code", flat=True))


@remembered
def _arrondissements() -> frozenset[str]:
    rows = Commune.objects.filter(kind=CommuneKind.ARRONDISSEMENT)
    return frozenset(rows.values_list("code", flat=True))


def _unknown(code: str) -> str:
    return said(gettext_noop("%(code)s is not a commune code that INSEE knows."), code=code)
