"""Which communes a territory is made of on a day, under which SIREN, with how many inhabitants."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _, gettext_noop

from maillage.kernel.errors import Invalid
from maillage.places.memory import remembered
from maillage.places.models import (
    Commune,
    CommuneKind,
    Membership,
    Territory,
    TerritorySpell,
    Vintage,
)
from maillage.places.names import communes as communes_by_code
from maillage.places.speech import said
from maillage.places.succession import follow, former_codes
from maillage.places.zones import zones

_COMMUNE = re.compile(r"([0-9]{2}|2[AB])[0-9]{3}")
_KEY = re.compile(r"[a-z0-9-]{1,40}")
_ZONE = re.compile(r"ZE-([0-9]{4})")
_DEPARTMENT = re.compile(r"(?:DEP-)?([0-9]{2}|2[AB]|9[78][0-9])")


class UnknownTerritory(Invalid):
    """No territory answers to this reference, or none does on that day."""


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A territory on a day.

    `population` is the published total of an EPCI (municipal plus counted apart, DGCL), the one its
    own acts quote; for any other it is the municipal population.
    `municipal_population` always is the sum over `communes`.
    """

    key: str
    kind: str
    siren: str
    name: str
    communes: tuple[str, ...]
    population: int | None
    municipal_population: int
    vintage: int
    note: str = field(default="", compare=False)
    former_codes: tuple[str, ...] = field(default=(), repr=False)

    def __contains__(self, code: object) -> bool:
        return code in self.communes

    @property
    def all_codes(self) -> tuple[str, ...]:
        """The communes and the old codes that lead to them: what to look for in recorded acts."""
        return self.communes + self.former_codes

    def told(self) -> dict[str, object]:
        """The perimeter as the command `territory` answers it (names of keys are permanent)."""
        return {
            "siren": self.siren,
            "name": self.name,
            "communes": list(self.communes),
            "population": self.population,
            "vintage": self.vintage,
            "key": self.key,
            "kind": self.kind,
            "municipal_population": self.municipal_population,
            "note": str(self.note),
        }


def is_loaded() -> bool:
    """Whether any geography is loaded in this instance."""
    return Vintage.objects.exists()


@remembered
def perimeter(reference: str, on: date) -> Perimeter:
    """The territory that `reference` names: its key, any of its SIRENs, an INSEE commune code, a département, or an
    employment zone (`ze-` and four digits).

    Raises:
        UnknownTerritory: nothing answers to it, or nothing on that day.
    """
    wanted = reference.strip().replace("\u202f", "").replace("\u00a0", "")
    wanted = wanted.replace(" ", "") if re.fullmatch(r"[\d ]+", wanted) else wanted
    vintages = _vintages()
    if re.fullmatch(r"[0-9]{9}", wanted):
        return _by_siren(wanted, on, vintages)
    code = wanted.upper()
    if _COMMUNE.fullmatch(code):
        return _commune(code, on, vintages)
    if match := _DEPARTMENT.fullmatch(code):
        return _department(match[1], on, vintages)
    if match := _ZONE.fullmatch(code):
        return _employment_zone(match[1], on, vintages)
    key = wanted.lower()
    # Only what a key may be made of is looked up: PostgreSQL takes no NUL byte.
    known = Territory.objects.filter(key=key) if _KEY.fullmatch(key) else Territory.objects.none()
    territory = known.first()
    if territory is None:
        raise _unknown(reference)
    return _epci(territory, on, vintages)


def _by_siren(siren: str, on: date, vintages: list[Vintage]) -> Perimeter:
    territory = Territory.objects.filter(spells__siren=siren).distinct().first()
    if territory is not None:
        return _epci(territory, on, vintages)
    code = Commune.objects.filter(siren=siren).values_list("code", flat=True).first()
    if code is None:
        raise _unknown(siren)
    return _commune(code, on, vintages)


def _epci(territory: Territory, on: date, vintages: list[Vintage]) -> Perimeter:
    day = max(on, vintages[0].in_force_on)
    spell = TerritorySpell.objects.on(day).filter(territory=territory).first()
    if spell is None:
        raise _absent(territory, on)
    members = Membership.objects.on(day).filter(territory=territory)
    codes = tuple(members.order_by("commune_code").values_list("commune_code", flat=True))
    return Perimeter(
        key=territory.key,
        kind=territory.kind,
        siren=spell.siren,
        name=spell.name,
        communes=codes,
        population=spell.total_population,
        municipal_population=_inhabitants(codes, spell.vintage_id),
        vintage=spell.vintage_id,
        note=_note(on, vintages),
        former_codes=former_codes(frozenset(codes), on),
    )


def _commune(code: str, on: date, vintages: list[Vintage]) -> Perimeter:
    followed = follow(code, on)
    commune = communes_by_code([followed.code]).get(followed.code)
    if commune is None or not followed.known:
        raise _unknown(code)
    year = commune.vintage_near(_vintage_on(on, vintages).year)
    inhabitants = commune.population(year)
    return Perimeter(
        key=commune.code,
        kind="commune",
        siren=commune.siren,
        name=commune.name,
        communes=(commune.code,),
        population=inhabitants,
        municipal_population=inhabitants or 0,
        vintage=year,
        note=followed.note or _note(on, vintages),
        former_codes=former_codes(frozenset({commune.code}), on),
    )


def _department(code: str, on: date, vintages: list[Vintage]) -> Perimeter:
    territory = Territory.objects.filter(key=f"dep-{code.lower()}").first()
    if territory is None:
        raise _unknown(code)
    year = _vintage_on(on, vintages).year
    rows = Commune.objects.filter(department=code).exclude(kind=CommuneKind.ARRONDISSEMENT)
    members = [commune for commune in rows if str(year) in commune.populations]
    codes = tuple(commune.code for commune in members)
    inhabitants = sum(commune.population(year) or 0 for commune in members)
    return Perimeter(
        key=territory.key,
        kind=territory.kind,
        siren="",
        name=territory.name,
        communes=codes,
        population=inhabitants,
        municipal_population=inhabitants,
        vintage=year,
        note=_note(on, vintages),
        former_codes=former_codes(frozenset(codes), on),
    )


def _employment_zone(code: str, on: date, vintages: list[Vintage]) -> Perimeter:
    zone = zones(on).get(code)
    if zone is None:
        raise _unknown(f"ze-{code}")
    year = _vintage_on(on, vintages).year
    inhabitants = _inhabitants(zone.communes, year)
    return Perimeter(
        key=f"ze-{code}",
        kind="employment_zone",
        siren="",
        name=zone.name,
        communes=zone.communes,
        population=inhabitants,
        municipal_population=inhabitants,
        vintage=year,
        note=_note(on, vintages),
        former_codes=former_codes(frozenset(zone.communes), on),
    )


@remembered
def _vintages() -> list[Vintage]:
    vintages = list(Vintage.objects.order_by("year"))
    if not vintages:
        raise UnknownTerritory(
            _("No geography is loaded in this instance."), remedy=_("Run “maillage load_places”.")
        )
    return vintages


def _vintage_on(on: date, vintages: list[Vintage]) -> Vintage:
    """The vintage in force on a day: the nearest at or before it, else the earliest there is."""
    return max(
        (v for v in vintages if v.in_force_on <= on), key=lambda v: v.year, default=vintages[0]
    )


def _inhabitants(codes: tuple[str, ...], year: int) -> int:
    rows = communes_by_code(codes).values()
    return sum(row.population_near(year) or 0 for row in rows)


def _note(on: date, vintages: list[Vintage]) -> str:
    first = vintages[0]
    if on >= first.in_force_on:
        return ""
    text = gettext_noop(
        "No perimeter is known before %(first)s: this is the one of %(year)s, the earliest vintage."
    )
    return said(text, first=first.in_force_on, year=str(first.year))


def _unknown(reference: str) -> UnknownTerritory:
    return UnknownTerritory(
        _("No territory is known as “%(reference)s”.") % {"reference": reference},
        remedy=_("Give a key (mel, call…), the SIREN of an intercommunality or an INSEE code."),
    )


def _absent(territory: Territory, on: date) -> UnknownTerritory:
    spells = TerritorySpell.objects.filter(territory=territory).order_by("starts_on")
    first, last = spells.first(), spells.last()
    values = {
        "name": territory.name,
        "day": on.isoformat(),
        "first": first.starts_on.isoformat() if first else "—",
        "last": last.ends_on.isoformat() if last and last.ends_on else "—",
    }
    return UnknownTerritory(
        _("“%(name)s” did not exist on %(day)s.") % values,
        remedy=_("Ask for a day between %(first)s and %(last)s.") % values,
    )
