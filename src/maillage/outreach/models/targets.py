"""Which firms a campaign aims at: its query on the register, read on one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from maillage import places
from maillage.outreach import streets
from maillage.outreach.models import ways
from maillage.outreach.models.campaigns import Campaign
from maillage.register import criteria
from maillage.register.models import Objection, Spell


@dataclass(frozen=True, slots=True)
class Target:
    """A firm that the query finds, and the place where it is visited."""

    legal_unit_id: int
    establishment_id: int
    commune: str


def communes_of(campaign: Campaign, on: date) -> list[str]:
    """The communes of the campaign's territory on a day, or those of them that it names.

    Raises:
        places.UnknownTerritory: the territory does not exist on that day.
    """
    inside = places.perimeter(campaign.territory, on)
    if not campaign.communes:
        return list(inside.all_codes)
    return [code for code in inside.communes if code in campaign.communes]


def targets(campaign: Campaign, on: date) -> list[Target]:
    """The active firms that satisfy every part of the query, one line each, street by street.

    A firm that objects to being prospected is left out. One with several places is seen at the first one. Segments are all required; activities are
    beginnings of codes without their dot; a part left empty asks for nothing. Streets come as they were listed, each
    walked up its odd side and back down its even one.
    """
    rows = (
        Spell.objects.on(on)
        .filter(
            state=Spell.State.ACTIVE,
            commune__in=communes_of(campaign, on),
            establishment__reconciled_to=None,
        )
        .exclude(legal_unit__in=Objection.objects.filter(until=None).values("legal_unit"))
    )
    if campaign.streets:
        rows = rows.filter(ways.within(campaign.streets, "establishment__"))
    if campaign.segments:
        rows = criteria.kept(rows, campaign.segments, on)
    if campaign.sizes:
        rows = rows.filter(size_band__in=campaign.sizes)
    rows = rows.filter(_activities(campaign.activities))
    found: dict[int, Target] = {}
    doors = rows.values_list(
        "commune",
        "establishment__street",
        "establishment__street_number",
        "establishment",
        "legal_unit",
    )
    for commune, _street, _number, place, unit in _in_order(doors, campaign.streets):
        found.setdefault(unit, Target(unit, place, commune))
    return list(found.values())


Door = tuple[str, str, str, int, int]


def _in_order(doors: Iterable[Door], listed: Sequence[str]) -> list[Door]:
    """By number within a street; streets to walk up come as they were listed, each side after the other."""
    by_number = sorted(doors, key=_along)
    if not listed:
        return by_number
    along: dict[str, list[Door]] = {one: [] for one in listed}
    for door in by_number:
        along[ways.reference(door[0], door[1])].append(door)
    return [door for met in along.values() for door in streets.walk(met, _number)]


def _number(door: Door) -> streets.Number:
    return streets.number_of(door[2])


def _along(door: Door) -> tuple[str, str, streets.Number, int]:
    """The order of a walk: number 5 comes before number 11."""
    commune, street, _text, key, _unit = door
    return commune, streets.key_of(street), _number(door), key


def _activities(prefixes: list[str]) -> Q:
    condition = Q()
    for prefix in prefixes:
        dotted = f"{prefix[:2]}.{prefix[2:]}" if len(prefix) > 2 else prefix
        condition |= Q(activity__startswith=prefix) | Q(activity__startswith=dotted)
    return condition
