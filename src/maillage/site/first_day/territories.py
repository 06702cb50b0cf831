"""The intercommunalities one chooses from, by name, as they are today."""

from __future__ import annotations

from maillage import places
from maillage.kernel import clock
from maillage.places import Perimeter, UnknownTerritory

MOST = 20


def named(text: str) -> list[Perimeter]:
    """Those whose name holds the words, or whose key or SIREN this is; none that is no more."""
    exact = _today(text) if text.strip() else None
    if exact is not None:
        return [exact]
    found = (one for one in places.search(text, limit=200) if one.kind == "epci")
    today_only = (_today(one.reference) for one in found)
    return [one for one in today_only if one is not None and one.communes][:MOST]


def _today(reference: str) -> Perimeter | None:
    """The intercommunality that answers to this reference today."""
    try:
        found = places.perimeter(reference, clock.today())
    except UnknownTerritory:
        return None
    return found if found.kind == "epci" else None


def are_known() -> bool:
    """Whether any geography is loaded."""
    return places.is_loaded()
