"""Reading a chain back in its canonical form, a stretch at a time, straight from the table.

Rows come through SQL, not through models: what is verified is what is stored, and the whole chain of
a million acts is read again in seconds. Nothing is repaired on the way: a value that is not written
as the product writes it gives other bytes, hence another hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from maillage.ledger import canonical

STRETCH = 20_000

# One expression for each element of the canonical form, after the first.
_KEYS = {
    "keeper": "keeper.key",
    "key": "act.key",
    "organisation": "organisation.key",
    "person": "person.key",
    "counterpart": "counterpart.key",
    "establishment": "establishment.key",
    "legal_unit": "legal_unit.key",
    "reverses": "reversed.key",
}
_FROM = """FROM ledger_act AS act
  JOIN accounts_organisation AS keeper ON keeper.id = act.keeper_id
  JOIN accounts_organisation AS organisation ON organisation.id = act.organisation_id
  LEFT JOIN accounts_person AS person ON person.id = act.person_id
  LEFT JOIN accounts_organisation AS counterpart ON counterpart.id = act.counterpart_id
  LEFT JOIN register_establishment AS establishment ON establishment.id = act.establishment_id
  LEFT JOIN register_legalunit AS legal_unit ON legal_unit.id = act.legal_unit_id
  LEFT JOIN ledger_act AS reversed ON reversed.id = act.reverses_id
 WHERE act.keeper_id = %s AND act.seq > %s ORDER BY act.seq LIMIT %s"""


class Stored(NamedTuple):
    """An act as it is stored: its values in the order of the canonical form, and the hash it bears."""

    values: list[Any]
    seq: int
    key: str
    prev_hash: str
    recorded_at: str
    hash: str


_SEQ = canonical.FIELDS.index("seq")
_KEY = canonical.FIELDS.index("key")
_PREV_HASH = canonical.FIELDS.index("prev_hash")
_RECORDED_AT = canonical.FIELDS.index("recorded_at")


def stretch(keeper: int, after: int) -> Iterator[Stored]:
    """The acts of a chain that follow a number, in order, at most `STRETCH` of them."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(_select(connection.vendor), [keeper, after, STRETCH])
        while rows := cursor.fetchmany(2_000):
            for row in rows:
                values = [canonical.FORM, *row[:-1]]
                if sqlite:
                    values[_RECORDED_AT] = _sqlite_instant(values[_RECORDED_AT])
                yield _stored(values, row[-1])


def _stored(values: list[Any], hash_: str) -> Stored:
    seq, key, prev_hash = values[_SEQ], values[_KEY], values[_PREV_HASH]
    return Stored(values, seq, key, prev_hash, values[_RECORDED_AT], hash_)


def _select(vendor: str) -> str:
    sqlite = vendor == "sqlite"
    columns = [_column(name, sqlite=sqlite) for name in (*canonical.FIELDS[1:], "hash")]
    return f"SELECT {', '.join(columns)} {_FROM}"


def _column(name: str, *, sqlite: bool) -> str:
    column = _KEYS.get(name, f"act.{name}")
    if sqlite:
        # The sign makes it an expression: what is stored comes as it is, converted by no one.
        return f"+{column}"
    if name in _KEYS:
        return f"replace({column}::text, '-', '')"
    if name == "in_qpv":
        return f"{column}::int"
    if name == "occurred_on":
        return f"{column}::text"
    if name == "recorded_at":
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    return column


def _sqlite_instant(text: Any) -> Any:
    """An instant as the framework writes it on SQLite; written otherwise, it is left as it stands."""
    if not isinstance(text, str) or text[10:11] != " ":
        return text
    if len(text) == 19:  # the framework leaves out the decimals of a whole second
        text += ".000000"
    return f"{text[:10]}T{text[11:]}Z"
