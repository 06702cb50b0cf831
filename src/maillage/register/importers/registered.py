"""What the register already holds of the firms of a chunk, read in one query a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from maillage.register import bulk
from maillage.register.importers.diffing import Known, Told
from maillage.register.importers.parsing import Identity, UnitFacts

_DATES = {"created_on", "period_on", "starts_on", "opened_on"}
TOLD_COLUMNS = Told._fields


class Bearer(NamedTuple):
    """What a place takes from its legal unit: whose it is, what it is called, its segments."""

    unit_id: int
    diffusion: str
    segments: int
    name: str
    trade_names: str
    acronym: str


def columns(alias: str, names: Sequence[str]) -> str:
    """Columns to read; days as ISO text, the same on both databases."""
    return ", ".join(
        f"CAST({alias}.{name} AS text)" if name in _DATES else f"{alias}.{name}" for name in names
    )


_UNITS = f"SELECT u.id, {columns('u', UnitFacts._fields)} FROM register_legalunit u WHERE u.siren "  # noqa: S608
_BEARERS = f"SELECT u.siren, {columns('u', ['id', *Bearer._fields[1:]])} FROM register_legalunit u WHERE u.siren "  # noqa: S608
_PLACES = f"""
SELECT e.siret, e.id, e.legal_unit_id, e.absent_since_id IS NOT NULL,
       {columns("e", Identity._fields)}, {columns("s", TOLD_COLUMNS)}
FROM register_establishment e
LEFT JOIN register_spell s ON s.id = (
    SELECT MAX(x.id) FROM register_spell x JOIN intake_load l ON l.id = x.load_id
    WHERE x.establishment_id = e.id AND l.state = 'active')
WHERE """  # noqa: S608 -- names of our own columns
_NAMED = """
SELECT e.siret, CASE WHEN e.diffusion = 'O' AND u.diffusion = 'O'
       THEN COALESCE(NULLIF(e.trade_name, ''), NULLIF(e.usual_name, ''), u.name) ELSE '' END, e.commune
FROM register_establishment e JOIN register_legalunit u ON u.id = e.legal_unit_id WHERE e.id """
_HISTORY = f"""
SELECT {columns("s", TOLD_COLUMNS)} FROM register_spell s JOIN intake_load l ON l.id = s.load_id
WHERE s.establishment_id = %s AND l.state = 'active' ORDER BY s.id"""  # noqa: S608
# The row numbers lead, without sorting: `+` keeps SQLite from the index by commune.
_SIRETS = """
SELECT e.id, e.siret FROM register_establishment e
WHERE e.id > %s AND e.siret IS NOT NULL AND {}e.commune """
_IDS = """
SELECT e.id FROM register_establishment e
WHERE e.id > %s AND e.id <= %s AND e.siret IS NOT NULL AND {}e.commune """
_NAMED_UNITS = """
SELECT u.siren FROM register_legalunit u WHERE u.siren {}
AND EXISTS (SELECT 1 FROM register_establishment e WHERE e.legal_unit_id = u.id AND e.commune {})"""
_NAMED_PLACES = "SELECT e.siret FROM register_establishment e WHERE e.siret {} AND e.commune {}"
_UNSEEN = """
SELECT e.id, e.absent_since_id IS NOT NULL, s.state FROM register_establishment e
JOIN register_spell s ON s.id = (
    SELECT MAX(x.id) FROM register_spell x JOIN intake_load l ON l.id = x.load_id
    WHERE x.establishment_id = e.id AND l.state = 'active')
WHERE e.id """


Among = Callable[[Collection[str], Iterable[str]], list[str]]
"""Which of some identifiers are registered in some communes."""


class KnownUnit(NamedTuple):
    """A legal unit of the register: its row and its facts."""

    unit_id: int
    facts: UnitFacts


def units(sirens: Iterable[str]) -> dict[str, KnownUnit]:
    """The legal units that bear these SIRENs."""
    condition, param = bulk.any_of(sirens)
    return {
        row[1]: KnownUnit(row[0], UnitFacts._make(row[1:]))
        for row in bulk.fetch(_UNITS + condition, [param])
    }


def bearers(sirens: Iterable[str]) -> dict[str, Bearer]:
    """The same, as little as their places need."""
    condition, param = bulk.any_of(sirens)
    return {row[0]: Bearer._make(row[1:]) for row in bulk.fetch(_BEARERS + condition, [param])}


def places(sirets: Iterable[str]) -> dict[str, Known]:
    """The establishments that bear these SIRETs, with their present spell."""
    return _places("e.siret", sirets)


def places_of(units: Iterable[int], communes: Iterable[str]) -> dict[str, Known]:
    """The establishments of these legal units, by row, that lie in some communes."""
    condition, param = bulk.any_of(communes)
    return _places(
        "e.legal_unit_id", units, f" AND e.siret IS NOT NULL AND e.commune {condition}", [param]
    )


def _places(
    column: str, values: Iterable[object], more: str = "", params: Sequence[object] = ()
) -> dict[str, Known]:
    condition, param = bulk.any_of(values)
    width = 4 + len(Identity._fields)
    found: dict[str, Known] = {}
    for row in bulk.fetch(f"{_PLACES}{column} {condition}{more}", [param, *params]):
        told = Told._make(row[width:]) if row[width + 2] is not None else None
        found[row[0]] = Known(row[1], row[2], bool(row[3]), Identity._make(row[4:width]), told)
    return found


def place_ids(sirets: Iterable[str]) -> list[int]:
    """The row numbers of these SIRETs."""
    condition, param = bulk.any_of(sirets)
    sql = "SELECT e.id FROM register_establishment e WHERE e.siret "
    return [row[0] for row in bulk.fetch(sql + condition, [param])]


def named(place_ids: Iterable[int]) -> list[tuple[str, str, str]]:
    """The SIRET, the name where it may be shown and the commune of these establishments."""
    condition, param = bulk.any_of(place_ids)
    rows = bulk.fetch(_NAMED + condition + " ORDER BY e.siret", [param])
    return [(siret or "", name or "", commune) for siret, name, commune in rows]


def history(place_id: int) -> list[Told]:
    """Every spell known of an establishment, in the order in which they were told."""
    return [Told(*row) for row in bulk.fetch(_HISTORY, [place_id])]


def standing(place_ids: Iterable[int]) -> list[tuple[int, bool]]:
    """Of these establishments, those active as far as is known, and whether they are marked absent."""
    condition, param = bulk.any_of(place_ids)
    rows = bulk.fetch(_UNSEEN + condition, [param])
    return [(number, bool(absent)) for number, absent, state in rows if state == "A"]


def sirets_of(communes: Iterable[str], *, after: int, limit: int) -> list[tuple[int, str]]:
    """A page of (row, SIRET) of the establishments of some communes, by ascending row."""
    condition, param = bulk.any_of(communes)
    sql = _SIRETS.format(_plainly()) + condition + " ORDER BY e.id LIMIT %s"
    rows = bulk.fetch(sql, [after, param, limit])
    return [(row[0], row[1]) for row in rows]


def sirets_among(sirets: Collection[str], communes: Iterable[str]) -> list[str]:
    """Those of these SIRETs that the register places in some communes."""
    return _among(_NAMED_PLACES, sirets, communes)


def sirens_among(sirens: Collection[str], communes: Iterable[str]) -> list[str]:
    """Those of these SIRENs that have an establishment in some communes."""
    return _among(_NAMED_UNITS, sirens, communes)


def _among(sql: str, identifiers: Collection[str], communes: Iterable[str]) -> list[str]:
    (named, first), (placed, second) = bulk.any_of(identifiers), bulk.any_of(communes)
    return [row[0] for row in bulk.fetch(sql.format(named, placed), [first, second])]


def ids_of(communes: Iterable[str], *, after: int, until: int, limit: int) -> list[int]:
    """A page of row numbers, `until` included, of the establishments of some communes, ascending."""
    condition, param = bulk.any_of(communes)
    sql = _IDS.format(_plainly()) + condition + " ORDER BY e.id LIMIT %s"
    return [row[0] for row in bulk.fetch(sql, [after, until, param, limit])]


def _plainly() -> str:
    return "" if bulk.is_postgresql() else "+"
