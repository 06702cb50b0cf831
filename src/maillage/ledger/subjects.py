"""What an act keeps of the firm it is about: the register's facts for that day, as known now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from maillage import register
from maillage.ledger.models import Act
from maillage.register.models import LegalUnit

FACTS = ("legal_unit_id", "commune", "in_qpv", "naf", "size_band", "segments")
"""What an act keeps of its firm, as the register told it for its day."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Public keys of the subjects of a batch, as the canonical form writes them."""

    establishments: dict[int, str]
    legal_units: dict[int, str]


def complete(acts: Sequence[Act]) -> Keys:
    """Put the facts into the acts of a batch: one query for its firms, one for their facts.

    A reversal keeps the facts of the act it cancels. A firm that no file of the register knows yet
    (met in the street, to be reconciled) has a legal unit and no facts.
    """
    concerned = {act.establishment_id for act in acts if act.establishment_id is not None}
    known = {pk: (key, unit, unit_key) for pk, key, unit, unit_key in _establishments(concerned)}
    if concerned - known.keys():
        raise ValueError(f"unknown establishments: {sorted(concerned - known.keys())}")
    told = [act for act in acts if act.establishment_id is not None and act.reverses_id is None]
    found = register.facts_by_day((act.establishment_id or 0, act.occurred_on) for act in told)
    for act in told:
        act.legal_unit_id = known[act.establishment_id or 0][1]
        if facts := found.get((act.establishment_id or 0, act.occurred_on)):
            _keep(act, facts)
    units = {unit: unit_key for _, unit, unit_key in known.values()}
    # The unit that held an establishment that day may not be the one that holds it now.
    past = {act.legal_unit_id for act in acts if act.legal_unit_id is not None} - units.keys()
    if past:
        rows = LegalUnit.objects.filter(pk__in=past).values_list("pk", "key")
        units.update((pk, key.hex) for pk, key in rows)
    return Keys({pk: key for pk, (key, *_) in known.items()}, units)


def _establishments(ids: Iterable[int]) -> list[tuple[int, str, int, str]]:
    """Number and key of each establishment and of the legal unit that holds it now."""
    wanted = list(ids)
    if not wanted:
        return []
    marks = ", ".join(["%s"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(_FIRMS.format(marks), wanted)
        return [(pk, _hex(key), unit, _hex(own)) for pk, key, unit, own in cursor.fetchall()]


_FIRMS = """SELECT firm.id, firm.key, unit.id, unit.key FROM register_establishment AS firm
  JOIN register_legalunit AS unit ON unit.id = firm.legal_unit_id WHERE firm.id IN ({})"""


def _hex(key: UUID | str) -> str:
    """SQLite keeps a UUID as its 32 digits, PostgreSQL as a UUID."""
    return key if isinstance(key, str) else key.hex


def _keep(act: Act, facts: register.Facts) -> None:
    act.legal_unit_id = facts.legal_unit_id
    act.commune = act.commune or facts.commune
    act.in_qpv = facts.in_qpv
    act.naf = facts.naf
    act.size_band = facts.size_band
    act.segments = facts.segments
