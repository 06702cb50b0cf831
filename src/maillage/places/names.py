"""Communes by their code, and places by their name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from maillage.places.memory import remembered
from maillage.places.models import Commune, CommuneKind, Territory

CHUNK = 500  # codes per query: far under the limits of both databases


def fold(text: str) -> str:
    """The text as names are compared: no accent, no case, ligatures opened, one blank between words.

    «Annœullin» and «annoeullin», «Saint-André-lez-Lille» and «saint andre lez lille» are the same.
    """
    opened = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    plain = unicodedata.normalize("NFD", opened)
    letters = [c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)]
    return " ".join("".join(letters).casefold().split())


def communes(codes: Iterable[str]) -> dict[str, Commune]:
    """The communes that bear these codes; an unknown code is absent from the answer."""
    wanted = sorted(set(codes))
    found: dict[str, Commune] = {}
    for first in range(0, len(wanted), CHUNK):
        rows = Commune.objects.filter(code__in=wanted[first : first + CHUNK])
        found.update({row.code: row for row in rows})
    return found


def commune_names(codes: Iterable[str]) -> dict[str, str]:
    """The latest names of these communes; the code itself for one that is not known."""
    wanted = list(codes)
    known = communes(wanted)
    return {code: known[code].name if code in known else code for code in wanted}


@remembered
def commune_name(code: str) -> str:
    """The latest name of a commune, or the code itself when it is not known."""
    name = Commune.objects.filter(code=code).values_list("name", flat=True).first()
    return name or code


@dataclass(frozen=True, slots=True)
class Found:
    """A place found by its name: `reference` is what `perimeter()` takes."""

    reference: str
    name: str
    kind: str


def search(text: str, limit: int = 20) -> list[Found]:
    """Territories then communes whose name holds the text, those that begin with it first."""
    folded = fold(text[:100])
    if not folded:
        return []
    territories = Territory.objects.filter(Q(search_name__contains=folded) | Q(key=folded))[:200]
    towns = Commune.objects.named(folded).filter(kind=CommuneKind.COMMUNE)[:500]
    found = [(t.search_name, 0, Found(t.key, t.name, t.kind)) for t in territories]
    found += [(c.search_name, 1, Found(c.code, c.name, "commune")) for c in towns]
    found.sort(key=lambda one: (one[1], not one[0].startswith(folded), len(one[0]), one[0]))
    return [place for _, _, place in found[:limit]]
