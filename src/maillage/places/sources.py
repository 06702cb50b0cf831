"""The geography as its publishers give it, read into plain rows; nothing is judged here.

`@etalab/decoupage-administratif` (INSEE's COG, DGCL's list of EPCI, Licence Ouverte) is installed
once per vintage under the aliases `cog-2019` … `cog-2026`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid

RULES = Path(__file__).parent / "data" / "changes.toml"

ACTIVE = "commune-actuelle"
ARRONDISSEMENT = "arrondissement-municipal"

T = TypeVar("T")

# History records that stand for a commune of full standing; the others are parts of one.
FULL = "COM"


class GeographyMissing(Invalid):
    """The packages that carry the geography are not installed, or cannot be read."""


@dataclass(frozen=True, slots=True)
class RawCommune:
    """One line of a vintage: a commune, a part of one (`parent`), or an arrondissement of a city."""

    code: str
    name: str
    kind: str
    parent: str = ""
    department: str = ""
    siren: str = ""
    population: int | None = None
    old_codes: tuple[str, ...] = ()
    arrondissement: str = ""  # of the State, which parts a département


@dataclass(frozen=True, slots=True)
class RawEpci:
    """One intercommunality of a vintage, on 1 January."""

    siren: str
    name: str
    members: tuple[str, ...]
    total_population: int | None


@dataclass(frozen=True, slots=True)
class RawChange:
    """On a day, one code became (part of) the commune of another code."""

    old: str
    new: str
    on: date


@dataclass(frozen=True, slots=True)
class RawVintage:
    """All that one package says."""

    year: int
    version: str
    communes: tuple[RawCommune, ...]
    epcis: tuple[RawEpci, ...]
    departments: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    history: tuple[RawChange, ...] = ()

    @property
    def in_force_on(self) -> date:
        """A vintage describes 1 January of its year."""
        return date(self.year, 1, 1)


@dataclass(frozen=True, slots=True)
class KeyRule:
    """A territory we give a short key to, with all SIRENs it ever had and its name in full."""

    key: str
    sirens: tuple[str, ...]
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """What happened to a territory on an exact day, with the source that says so."""

    on: date
    territory: str
    siren: str
    absorbs: str
    communes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The small sourced table `data/changes.toml`."""

    keys: tuple[KeyRule, ...] = ()
    changes: tuple[ChangeRule, ...] = ()

    def key_of(self, siren: str) -> str:
        """The permanent key of the territory that bears, or bore, a SIREN."""
        return next((rule.key for rule in self.keys if siren in rule.sirens), f"epci-{siren}")

    def name_of(self, epci: RawEpci) -> str:
        """Its name in full where we keep one, else as the DGCL abbreviates it."""
        return next((rule.name for rule in self.keys if epci.siren in rule.sirens), epci.name)


def read_rules(path: Path = RULES) -> Rules:
    """The table of keys and exact days."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    keys = [KeyRule(**{**one, "sirens": tuple(one["sirens"])}) for one in content["territory"]]
    changes = [
        ChangeRule(**{**one, "communes": tuple(one["communes"]), "source": one["source"].strip()})
        for one in content["change"]
    ]
    return Rules(tuple(keys), tuple(sorted(changes, key=lambda one: one.on)))


def find_packages(node_modules: Path) -> dict[int, Path]:
    """The vintages installed, by year.

    Raises:
        GeographyMissing: there is none, with the command that installs them.
    """
    found = {}
    for folder in sorted(node_modules.glob("cog-*")):
        if match := re.fullmatch(r"cog-(\d{4})", folder.name):
            found[int(match[1])] = folder
    if not found:
        raise GeographyMissing(
            _("No vintage of the official geographic code in %(folder)s.")
            % {"folder": node_modules},
            remedy=_("Run “make setup” (or “npm ci”), then “maillage load_places” again."),
        )
    return found


def read_package(folder: Path, year: int) -> RawVintage:
    """One installed package, as plain rows.

    Raises:
        GeographyMissing: a file is absent, is no JSON, is empty, or holds something else.
    """
    past = folder / "data" / "historique-communes.json"
    names, history = _read(past, _past) if past.is_file() else ({}, ())
    return RawVintage(
        year=year,
        version=_read(folder / "package.json", lambda told: str(told["version"])),
        communes=_read(folder / "data" / "communes.json", lambda rows: tuple(map(_commune, rows))),
        epcis=_read(folder / "data" / "epci.json", lambda rows: tuple(map(_epci, rows))),
        departments=_read(folder / "data" / "departements.json", _names),
        names=names,
        history=history,
    )


def _read(path: Path, rows_of: Callable[[Any], T]) -> T:
    """What a file of a package says; another file under its name, or half of it, is refused."""
    try:
        if read := rows_of(json.loads(path.read_bytes())):
            return read
        why = _("it is empty")
    except KeyError as absent:
        why = _("a line has no %(name)s") % {"name": absent}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        why = str(error)
    raise GeographyMissing(
        _("%(file)s cannot be read (%(error)s).") % {"file": path, "error": why},
        remedy=_("Install the packages again with “npm ci”."),
    )


def _names(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["code"]: row["nom"] for row in rows}


def _past(rows: list[dict[str, Any]]) -> tuple[dict[str, str], tuple[RawChange, ...]]:
    return _names(rows), tuple(_history(rows))


def _commune(row: dict[str, Any]) -> RawCommune:
    return RawCommune(
        code=row["code"],
        name=row["nom"],
        kind=row["type"],
        parent=row.get("chefLieu") or row.get("commune") or "",
        department=row.get("departement") or department_of(row["code"]),
        siren=row.get("siren", ""),
        population=row.get("population"),
        old_codes=tuple(row.get("anciensCodes", ())),
        arrondissement=row.get("arrondissement", ""),
    )


def _epci(row: dict[str, Any]) -> RawEpci:
    members = tuple(sorted({member["code"] for member in row["membres"]}))
    return RawEpci(row["code"], row["nom"], members, row.get("populationTotale"))


def department_of(code: str) -> str:
    """The département whose number begins a commune code (three characters overseas)."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _history(rows: list[dict[str, Any]]) -> Iterator[RawChange]:
    """The changes that INSEE's history of communes since 1943 tells, day by day."""
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        following = by_id.get(row.get("successeur", ""))
        if following is not None and row.get("dateFin"):
            full = _commune_of(following, by_id)
            if full is not None:
                yield RawChange(row["code"], full["code"], date.fromisoformat(row["dateFin"]))


def _commune_of(row: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The commune of full standing that a record is, or is a part of."""
    for _step in range(10):
        if row["type"] == FULL:
            return row
        pole = by_id.get(row.get("pole", ""))
        if pole is None:
            return None
        row = pole
    return None
