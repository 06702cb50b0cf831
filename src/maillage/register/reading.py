"""Reading a few firms among many, at each letter that somebody types: statements written once.

Django would spend more on wording the same three questions again than the database on answering them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection

from maillage.register import bulk
from maillage.register.models import Establishment, LegalUnit

# The framework's own documented door to a model's fields.
_PLACE = Establishment._meta.concrete_fields  # noqa: SLF001
_FIRM = LegalUnit._meta.concrete_fields  # noqa: SLF001

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
    condition, param = bulk.any_of(places)
    found = {}
    for row in bulk.fetch(f"{_statement()} WHERE e.id {condition}", [param]):
        cells = list(row)
        for rank, convert, column in _conversions():
            cells[rank] = convert(cells[rank], column, connection)
        place = Establishment.from_db(DEFAULT_DB_ALIAS, _names(_PLACE), cells[: len(_PLACE)])
        place.legal_unit = LegalUnit.from_db(DEFAULT_DB_ALIAS, _names(_FIRM), cells[len(_PLACE) :])
        found[place.pk] = place
    return [found[pk] for pk in places]


def _names(fields: Iterable[Any]) -> list[str]:
    return [field.attname for field in fields]


@cache
def _statement() -> str:
    """Every column of a place and of its legal unit."""
    columns = [f'e."{one.column}"' for one in _PLACE] + [f'u."{one.column}"' for one in _FIRM]
    return (
        f"SELECT {', '.join(columns)} FROM register_establishment e"  # noqa: S608 -- our own columns
        " JOIN register_legalunit u ON u.id = e.legal_unit_id"
    )


@cache
def _conversions() -> list[tuple[int, Any, Any]]:
    """What Django makes of the cells of this database: keys, days, booleans."""
    told: list[tuple[int, Any, Any]] = []
    for rank, field in enumerate((*_PLACE, *_FIRM)):
        column = field.get_col("")
        converts = connection.ops.get_db_converters(column), column.get_db_converters(connection)
        told += [(rank, convert, column) for some in converts for convert in some]
    return told
