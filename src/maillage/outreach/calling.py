"""The telephone of a firm, as it gave it with a need: read by the organisation that heard it, copied nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from maillage.accounts.actors import Actor
from maillage.needs.models import Need

FEWEST = 3
"""Digits of the shortest number that a telephone dials."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number, whom to ask for, and when the firm gave it."""

    number: str
    name: str
    told_on: date

    @property
    def url(self) -> str:
        """The number in one tap (RFC 3966); blank when it is none."""
        digits = "".join(sign for sign in self.number if sign.isascii() and sign.isdigit())
        plus = "+" if self.number.strip().startswith("+") else ""
        return f"tel:{plus}{digits}" if len(digits) >= FEWEST else ""


def telephones(actor: Actor, places: Iterable[int]) -> dict[int, Telephone]:
    """By establishment, the number given last with a need that one's own organisation heard and nobody took back."""
    heard = Need.objects.owned_by(actor).standing().filter(establishment__in=list(places))
    rows = heard.exclude(contact_phone="").order_by("expressed_on", "pk")
    told = rows.values_list("establishment", "contact_phone", "contact_name", "expressed_on")
    found = {place: Telephone(number, name, on) for place, number, name, on in told}
    return {place: one for place, one in found.items() if one.url}
