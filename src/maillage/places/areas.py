"""Which areas each commune code is in on a day, for tables that cover the whole of France."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from maillage.places.divisions import division_keys, sectors
from maillage.places.models import (
    Commune,
    CommuneKind,
    Membership,
    Succession,
    TerritoryKind,
    TerritorySpell,
)
from maillage.places.perimeters import perimeter
from maillage.places.succession import follow
from maillage.places.zones import zone_of

KINDS = ("commune", "sector", "epci", "arrondissement", "employment_zone", "department")
"""The kinds of area made of communes, the smallest first; an EPCI is named by the SIREN it bears on the day."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Every code a file may bear with its areas (`kind` → code), and the inhabitants of each area."""

    on: date
    of: Mapping[str, Mapping[str, str]]
    inhabitants: Mapping[tuple[str, str], int] = field(default_factory=dict)


def areas_on(on: date) -> Areas:
    """The areas of every commune code, old codes and arrondissements of cities followed to their commune.

    A commune outside any intercommunality, any sector or any employment zone has no area of that kind.
    """
    communes = {row.code: row for row in Commune.objects.exclude(kind=CommuneKind.ARRONDISSEMENT)}
    epcis, sector_of, zones = _epcis(on), _sectors(on), zone_of(on)
    old = Succession.objects.values_list("old_code", flat=True).distinct()
    cities = Commune.objects.filter(kind=CommuneKind.ARRONDISSEMENT).values_list("code", flat=True)
    of: dict[str, dict[str, str]] = {}
    for code in sorted({*communes, *old, *cities}):
        final = follow(code, on).code
        commune = communes.get(final)
        if commune is None or not commune.populations:
            continue
        found = {
            "commune": final,
            "sector": sector_of.get(final, ""),
            "epci": epcis.get(final, ""),
            "arrondissement": commune.arrondissement,
            "employment_zone": zones.get(final, ""),
            "department": commune.department,
        }
        of[code] = {kind: area for kind, area in found.items() if area}
    return Areas(on, of, _inhabitants(of, communes, on))


def _epcis(on: date) -> dict[str, str]:
    """The SIREN of the intercommunality of each commune."""
    spells = TerritorySpell.objects.on(on).filter(territory__kind=TerritoryKind.EPCI)
    sirens = dict(spells.values_list("territory_id", "siren"))
    rows = Membership.objects.on(on).values_list("commune_code", "territory_id")
    return {code: sirens[territory] for code, territory in rows if territory in sirens}


def _sectors(on: date) -> dict[str, str]:
    """The sector of each commune of the territories that somebody divided."""
    return {
        code: sector.key
        for key in division_keys()
        for sector in sectors(perimeter(key, on).key, on)
        for code in sector.communes
    }


def _inhabitants(
    of: Mapping[str, Mapping[str, str]], communes: Mapping[str, Commune], on: date
) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = {}
    for code, found in of.items():
        if found["commune"] != code:
            continue
        people = communes[code].population_near(on.year) or 0
        for kind, area in found.items():
            total[kind, area] = total.get((kind, area), 0) + people
    return total
