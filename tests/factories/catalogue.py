"""Entries of tests: a service of Lille that anybody may have, files of data·inclusion and of schemes made by code."""

from __future__ import annotations

import csv
import io
import itertools
import json
from datetime import date
from typing import Any
from uuid import UUID

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.content import Content
from maillage.catalogue.importers.schemes import IMPORTER as SCHEMES
from maillage.catalogue.models import Entry, EntryVersion, Link
from maillage.intake.models import Load
from maillage.intake.tables import understand
from maillage.kernel.rows import BadCell, Importer, Row, Run
from tests.factories import accounts, register

_numbers = itertools.count(1)
TOLD_ON = date(2020, 5, 2)


def keeper(organisation: Organisation | None = None, role: Role = Role.OFFICER) -> Actor:
    """Somebody who keeps the catalogue."""
    return accounts.actor(role, organisation)


def content(**said: Any) -> Content:
    """What an entry says; conditions are given beside the rest."""
    asked = {name: said.pop(name) for name in list(said) if name in Conditions.__dataclass_fields__}
    told = {"title": f"Atelier {next(_numbers)}", "told_on": TOLD_ON, "themes": ("digital",)} | said
    return Content(asks=Conditions(**({"everywhere": True} | asked)), **told)


def entry(by: Actor | None = None, partner: Organisation | None = None, **said: Any) -> Entry:
    """An entry written by hand."""
    sort = said.pop("sort", "service")
    return actions.add_entry(sort=sort, content=content(**said), by=by or keeper(), partner=partner)


def last(of: Entry) -> EntryVersion:
    """The last word on an entry."""
    return EntryVersion.objects.current().with_provider().get(entry=of)


def link(url: str = "https://a.example/") -> Link:
    """A page that nobody asked yet."""
    made = Link.of(url)
    made.save()
    return made


def titles() -> list[str]:
    """The services and schemes of the catalogue."""
    return sorted(EntryVersion.objects.offered().values_list("title", flat=True))


def service(number: int = 1, **facts: Any) -> dict[str, Any]:
    """A service as data·inclusion tells of it."""
    return {
        "source": "dora", "structure_id": "dora--s1", "id": f"dora--{number}",
        "nom": f"Atelier numérique {number}", "description": "Une demi-journée pour s’équiper.",
        "date_maj": "2020-05-02", "thematiques": ["numerique--acquerir-un-equipement"],
        "zone_eligibilite": ["france"], "publics": ["tous-publics"], "type": "atelier",
    } | facts  # fmt: skip


def structure(number: int = 1, **facts: Any) -> dict[str, Any]:
    """A structure as data·inclusion tells of it."""
    return {
        "source": "dora", "id": f"dora--s{number}", "nom": f"Maison {number}", "date_maj": "2020-02-02",
    } | facts  # fmt: skip


def as_json(*rows: dict[str, Any]) -> bytes:
    """Objects in a file, a line each."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]".encode()


def scheme(number: int = 1, **facts: Any) -> dict[str, str]:
    """A scheme as the schema of Etalab tells of it."""
    return {
        "id": str(UUID(int=number)), "titre": f"Aide {number}", "description": "Un conseiller passe.",
        "eligibilite": "Être à jour de ses cotisations.", "types_aides": "information|financement",
        "porteurs": '[{"nom": "Chambre inventée", "siren": "", "roles": ["instructeur"]}]',
        "cibles": "professionnels", "eligibilite_geographique": "PAYS-99100",
        "date_mise_a_jour": "2020-04-01T10:00:00Z", "ciblage_secteur_activite": "tous secteurs d'activité",
    } | facts  # fmt: skip


def as_csv(*rows: dict[str, str]) -> bytes:
    """Schemes in a table, one line each."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [one.name for one in SCHEMES.columns], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def understood(importer: Importer, *rows: dict[str, Any]) -> list[Row]:
    """Rows as an importer understands them, without the process that reads files."""
    read = []
    for line, row in enumerate(rows, 2):
        texts = {name: _text(value) for name, value in _flat(row).items()}
        spelled = {one.name: texts.get(one.name, "") for one in importer.columns}
        spelled |= {
            one.name: texts[alias]
            for one in importer.columns
            for alias in one.aliases
            if alias in texts
        }
        read.append(Row("", line, understand(spelled, importer.columns), spelled))
    return read


def told(importer: Importer, *rows: dict[str, Any]) -> Load:
    """What rows say becomes known, as an active load of them would; each has to be taken."""
    load = register.load_active(source=importer.name, vintage=None, territory="")
    read, run = understood(importer, *rows), Run(load.pk)
    assert not [one for one in importer.diff(read, run) if isinstance(one, BadCell)]
    importer.apply(read, run)
    importer.activate(run)
    return load


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    inside = {
        f"{name}.{key}": value
        for name, given in row.items()
        if isinstance(given, dict)
        for key, value in given.items()
    }
    return {name: value for name, value in row.items() if not isinstance(value, dict)} | inside


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, list) else str(value or "")
