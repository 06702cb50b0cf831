"""What a service tells of a firm, in the words of the field whatever the service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from maillage.kernel.identifiers import spaced_siret

_NUMBER = re.compile(r"(\d{1,5}(?: ?(?:BIS|TER|QUATER|[A-Z]))?) (?=\S)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPlace:
    """One establishment as a service tells of it; without street when it is of partial diffusion."""

    siret: str
    name: str = ""
    street_number: str = ""
    street: str = ""
    postcode: str = ""
    commune: str = ""
    commune_label: str = ""
    activity: str = ""
    state: str = "A"
    is_headquarters: bool = False

    @property
    def spaced_siret(self) -> str:
        """Its SIRET as it is read aloud."""
        return spaced_siret(self.siret)

    @property
    def address(self) -> str:
        """Its address on one line."""
        line = " ".join(filter(None, [self.street_number, self.street]))
        town = " ".join(filter(None, [self.postcode, self.commune_label]))
        return ", ".join(filter(None, [line, town]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFirm:
    """A legal unit as a service tells of it, with those of its establishments that answer the question."""

    siren: str
    name: str = ""
    is_hidden: bool = False
    legal_category: str = ""
    activity: str = ""
    state: str = "A"
    created_on: date | None = None
    places: tuple[ToldPlace, ...] = ()

    @property
    def is_natural_person(self) -> bool:
        """Whether it is a person (INSEE's legal categories that begin with 1)."""
        return self.legal_category.startswith("1")

    @property
    def display_name(self) -> str:
        """Its name, or the words that stand for one of partial diffusion."""
        if self.is_hidden:
            return _("Undisclosed firm")
        return self.name or _("Unnamed firm")

    def place(self, siret: str) -> ToldPlace | None:
        """Its establishment of this SIRET, if it was told."""
        return next((place for place in self.places if place.siret == siret), None)

    def as_json(self) -> dict[str, Any]:
        """What a command prints of it."""
        return {
            "siren": self.siren, "name": self.display_name, "legal_category": self.legal_category,
            "activity": self.activity, "state": self.state,
            "created_on": self.created_on.isoformat() if self.created_on else None,
            "establishments": [
                {"siret": p.siret, "name": p.name, "address": p.address, "commune": p.commune,
                 "activity": p.activity, "state": p.state, "headquarters": p.is_headquarters}
                for p in self.places
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The firms that answer a question, and how many there are in all (establishments, for one SIREN)."""

    firms: tuple[ToldFirm, ...] = ()
    total: int = 0

    @property
    def firm(self) -> ToldFirm | None:
        """The one firm that answers a number, if any."""
        return self.firms[0] if self.firms else None


def read(kept: Mapping[str, Any]) -> Found:
    """What was sifted of an answer, as firms.

    Raises:
        KeyError, TypeError, ValueError: it is of another shape.
    """
    return Found(tuple(_firm(dict(one)) for one in kept["firms"]), int(kept["total"]))


def _firm(one: dict[str, Any]) -> ToldFirm:
    places = tuple(ToldPlace(**place) for place in one.pop("places"))
    created = one.pop("created_on")
    return ToldFirm(
        **one, places=places, created_on=date.fromisoformat(created) if created else None
    )


def number_and_street(line: str) -> tuple[str, str]:
    """`12 BIS RUE DE PARIS` as the number and the street."""
    found = _NUMBER.match(line)
    return (found[1], line[found.end() :]) if found else ("", line)


def hidden(place: Mapping[str, Any]) -> dict[str, Any]:
    """What may be kept of an establishment of partial diffusion: neither name nor street."""
    kept = ("siret", "commune", "commune_label", "activity", "state", "is_headquarters")
    return {name: place[name] for name in kept}
