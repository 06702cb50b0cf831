"""Reading a few firms among many, at each letter that somebody types: statements written once.

Django would spend more on wording the same three questions again than the database on answering them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import models

from maillage.register import bulk
from maillage.register.models import Establishment, LegalUnit

_TABLES = {Establishment: "register_establishment", LegalUnit: "register_legalunit"}

# As `Establishment.objects.known()`: what a visible load tells of.
_FAINTLY = """
SELECT e.id, e.state, e.is_headquarters, e.provisional, e.diffusion = 'O' AND u.diffusion = 'O',
       e.trade_name, e.usual_name, u.name, u.trade_names
FROM register_establishment e JOIN register_legalunit u ON u.id = e.legal_unit_id
WHERE EXISTS (SELECT 1 FROM register_spell s JOIN intake_load l ON l.id = s.load_id
              WHERE s.establishment_id = e.id AND l.state = 'active') AND e.id """


class Faint(NamedTuple):
    """As much of an establishment as its rank asks for; a hidden one has no name."""

    pk: int
    state: str
    is_headquarters: bool
    provisional: bool
    name: str


def faintly(places: Iterable[int]) -> list[Faint]:
    """Those of these rows that a visible load tells of."""
    condition, param = bulk.any_of(places)
    return [
        Faint(
            pk, state, bool(seat), bool(provisional), next(filter(None, names), "") if shown else ""
        )
        for pk, state, seat, provisional, shown, *names in bulk.fetch(_FAINTLY + condition, [param])
    ]


def whole(places: Collection[int]) -> list[Establishment]:
    """These rows in their order, each with its legal unit."""
    if not places:
        return []
    found = {row.pk: row for row in Establishment.objects.raw(*_these(Establishment, places))}
    firms = {row.legal_unit_id for row in found.values()}
    units = {row.pk: row for row in LegalUnit.objects.raw(*_these(LegalUnit, firms))}
    for row in found.values():
        row.legal_unit = units[row.legal_unit_id]
    return [found[pk] for pk in places]


def _these(model: type[models.Model], rows: Collection[int]) -> tuple[str, list[Any]]:
    condition, param = bulk.any_of(rows)
    return f'SELECT * FROM "{_TABLES[model]}" WHERE id {condition}', [param]  # noqa: S608 -- our own tables
