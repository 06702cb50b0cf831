"""Areas of entries: the codes of what surrounds a commune on a day, and their names.

An area is written as the code of a commune (`59350`) or of a département (`59`), as any SIREN that an
intercommunality ever bore, or as a region (`R32`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from maillage import places
from maillage.catalogue.codes import department_of, is_town
from maillage.places.models import Membership, Territory, TerritoryKind, TerritorySpell

# Regions since 1 January 2016 (law 2015-29 of 16 January 2015): code, name, départements.
_REGIONS = {
    "R01": ("Guadeloupe", "971"),
    "R02": ("Martinique", "972"),
    "R03": ("Guyane", "973"),
    "R04": ("La Réunion", "974"),
    "R06": ("Mayotte", "976"),
    "R11": ("Île-de-France", "75 77 78 91 92 93 94 95"),
    "R24": ("Centre-Val de Loire", "18 28 36 37 41 45"),
    "R27": ("Bourgogne-Franche-Comté", "21 25 39 58 70 71 89 90"),
    "R28": ("Normandie", "14 27 50 61 76"),
    "R32": ("Hauts-de-France", "02 59 60 62 80"),
    "R44": ("Grand Est", "08 10 51 52 54 55 57 67 68 88"),
    "R52": ("Pays de la Loire", "44 49 53 72 85"),
    "R53": ("Bretagne", "22 29 35 56"),
    "R75": ("Nouvelle-Aquitaine", "16 17 19 23 24 33 40 47 64 79 86 87"),
    "R76": ("Occitanie", "09 11 12 30 31 32 34 46 48 65 66 81 82"),
    "R84": ("Auvergne-Rhône-Alpes", "01 03 07 15 26 38 42 43 63 69 73 74"),
    "R93": ("Provence-Alpes-Côte d’Azur", "04 05 06 13 83 84"),
    "R94": ("Corse", "2A 2B"),
}
_REGION_OF = {
    department: code for code, (_name, told) in _REGIONS.items() for department in told.split()
}


def around(commune: str, day: date) -> frozenset[str]:
    """The codes of every area that a commune is in on a day; none when the commune is not known."""
    return around_each([commune], day)[commune] if commune else frozenset()


def around_each(communes: Iterable[str], day: date) -> dict[str, frozenset[str]]:
    """The same for several communes, asked of the database at once."""
    finals = {commune: places.follow(commune, day).code for commune in communes}
    held: dict[str, set[int]] = defaultdict(set)
    members = Membership.objects.on(day).filter(commune_code__in=set(finals.values()))
    for code, territory in members.values_list("commune_code", "territory_id"):
        held[code].add(territory)
    sirens: dict[int, set[str]] = defaultdict(set)
    spells = TerritorySpell.objects.filter(territory__in=set().union(*held.values()))
    for territory, siren in spells.values_list("territory_id", "siren"):
        sirens[territory].add(siren)
    found = {}
    for commune, final in finals.items():
        department = department_of(final)
        wider = {commune, final, department, _REGION_OF.get(department, "")}
        found[commune] = frozenset(wider.union(*(sirens[one] for one in held[final])) - {""})
    return found


def codes_of(reference: str, day: date) -> frozenset[str]:
    """The areas of what somebody names: a commune and what surrounds it; a wider territory and its own codes.

    Raises:
        UnknownTerritory: nothing answers to this name on that day.
    """
    wanted = reference.strip()
    if wanted.upper() in _REGIONS:
        return frozenset({wanted.upper()})
    found = places.perimeter(wanted, day)
    if found.kind == "commune":
        return around(found.key, day)
    if found.kind == TerritoryKind.DEPARTMENT:
        department = department_of(found.communes[0]) if found.communes else ""
        return frozenset({department, _REGION_OF.get(department, "")} - {""})
    sirens = TerritorySpell.objects.filter(territory__key=found.key)
    departments = {department_of(code) for code in found.communes}
    regions = {_REGION_OF.get(one, "") for one in departments}
    wider = departments if len(departments) == 1 else set()
    told = {
        *sirens.values_list("siren", flat=True),
        *wider,
        *(regions if len(regions) == 1 else ()),
    }
    return frozenset(told - {""})


def names(codes: Iterable[str]) -> dict[str, str]:
    """Each code of an area with its name; the code itself when nothing is known of it."""
    wanted = set(codes)
    towns = {code: town.name for code, town in places.communes(filter(is_town, wanted)).items()}
    spells = TerritorySpell.objects.filter(siren__in=wanted).order_by("starts_on")
    epcis = dict(spells.values_list("siren", "name"))
    keys = {f"dep-{code.lower()}": code for code in wanted if len(code) < 4}
    rows = Territory.objects.filter(key__in=keys).values_list("key", "name")
    departments = {keys[key]: name for key, name in rows}
    regions = {code: _REGIONS[code][0] for code in wanted & set(_REGIONS)}
    return {code: code for code in wanted} | towns | epcis | departments | regions
