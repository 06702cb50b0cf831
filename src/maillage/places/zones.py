"""Employment zones (INSEE's *zones d'emploi* of 2020): a partition of the communes, as far as its table is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.places.memory import remembered
from maillage.places.models import ZoneCommune
from maillage.places.succession import follow


@dataclass(frozen=True, slots=True)
class Zone:
    """An employment zone with the communes that it holds on a day."""

    code: str
    name: str
    communes: tuple[str, ...]


def table() -> dict[str, tuple[str, str]]:
    """The zone of each commune code (code, name): the table of the last active load, as a whole."""
    rows = ZoneCommune.objects.filter(edition__is_active=True)
    last = rows.order_by("edition__activated_at", "edition_id").last()
    if last is None:
        return {}
    told = rows.filter(edition=last.edition_id).values_list("commune", "zone", "name")
    return {commune: (zone, name) for commune, zone, name in told}


@remembered
def zones(on: date) -> dict[str, Zone]:
    """The zones by code, with the communes of a day: a commune born of a merger is where it already
    was or, told of by its former codes alone, where the first of them was.
    """
    told = table()
    placed: dict[str, str] = {}
    for code in sorted(told, key=lambda one: (follow(one, on).code != one, one)):
        placed.setdefault(follow(code, on).code, told[code][0])
    held: dict[str, list[str]] = {}
    for commune, zone in sorted(placed.items()):
        held.setdefault(zone, []).append(commune)
    names = _names(told)
    return {code: Zone(code, names[code], tuple(held[code])) for code in sorted(held)}


def zone_of(on: date) -> dict[str, str]:
    """The zone of each commune of a day."""
    return {commune: one.code for one in zones(on).values() for commune in one.communes}


def _names(told: dict[str, tuple[str, str]]) -> dict[str, str]:
    """A name for each zone: its own, or its code where the table tells none."""
    names = {code: name for code, name in told.values() if name}
    return {code: names.get(code, f"ZE {code}") for code, _name in told.values()}
