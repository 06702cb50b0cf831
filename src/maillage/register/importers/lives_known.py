"""What the register already holds of the lives of a group of establishments: one query a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from maillage.register import bulk
from maillage.register.importers.diffing import Told
from maillage.register.importers.lives import Lived
from maillage.register.importers.registered import TOLD_COLUMNS, columns

Sign: TypeAlias = tuple[str | None, ...]

_LIVED = f"""
SELECT e.siret, e.id, e.legal_unit_id, e.diffusion = 'O' AND u.diffusion = 'O', e.commune,
       {columns("e", ["created_on", "period_on"])}, e.trade_register_code, u.segments
FROM register_establishment e JOIN register_legalunit u ON u.id = e.legal_unit_id
WHERE e.siret """  # noqa: S608 -- names of our own columns
_LINES = f"""
SELECT s.establishment_id, {columns("s", TOLD_COLUMNS)}
FROM register_spell s JOIN intake_load l ON l.id = s.load_id
WHERE l.state = 'active' AND s.establishment_id {{}} ORDER BY s.id"""  # noqa: S608
_SIGNS = """
SELECT p.establishment_id, p.load_id, CAST(p.starts_on AS text), CAST(p.ends_on AS text),
       p.employer, p.trade_name, p.usual_name
FROM register_period p JOIN intake_load l ON l.id = p.load_id
WHERE l.state = 'active' AND p.establishment_id {} ORDER BY p.load_id, p.id"""


def lived(sirets: Iterable[str]) -> dict[str, Lived]:
    """The establishments that bear these SIRETs."""
    condition, param = bulk.any_of(sirets)
    rows = bulk.fetch(_LIVED + condition, [param])
    return {row[0]: Lived(row[1], row[2], bool(row[3]), *row[4:]) for row in rows}


def lines(place_ids: Iterable[int]) -> dict[int, list[Told]]:
    """Every visible spell of these establishments, in the order in which they were told."""
    condition, param = bulk.any_of(place_ids)
    found: dict[int, list[Told]] = defaultdict(list)
    for place, *told in bulk.fetch(_LINES.format(condition), [param]):
        found[place].append(Told._make([*told[:-1], bool(told[-1])]))
    return found


def signs(place_ids: Iterable[int]) -> dict[int, list[Sign]]:
    """The past periods of these establishments, as the last load that tells of each has them."""
    condition, param = bulk.any_of(place_ids)
    found: dict[int, tuple[int, list[Sign]]] = {}
    for place, load, *sign in bulk.fetch(_SIGNS.format(condition), [param]):
        if place not in found or found[place][0] != load:
            found[place] = (load, [])
        found[place][1].append(tuple(sign))
    return {place: told for place, (_load, told) in found.items()}
