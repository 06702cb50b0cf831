"""From vintages and exact days to dated rows: who belongs where, from which day to which day.

Pure: plain rows in, plain rows out; `actions.py` writes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from maillage.places.models import CommuneKind
from maillage.places.sources import (
    ACTIVE,
    ARRONDISSEMENT,
    ChangeRule,
    RawCommune,
    RawVintage,
    Rules,
    department_of,
)
from maillage.places.succession import Change, chase


class MemberRow(NamedTuple):
    """A commune in a territory, both days included."""

    commune: str
    territory: str
    starts_on: date
    ends_on: date | None


class SpellRow(NamedTuple):
    """A territory's number, name and population, both days included."""

    territory: str
    vintage: int
    starts_on: date
    ends_on: date | None
    siren: str
    name: str
    total_population: int | None


class CommuneRow(NamedTuple):
    """A commune code for the table of communes."""

    code: str
    name: str
    kind: CommuneKind
    department: str
    siren: str
    arrondissement: str
    populations: dict[str, int | None]


class SuccessionRow(NamedTuple):
    """From a day on (blank: older than all vintages), the first code is spoken for by the second."""

    old: str
    new: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Geography:
    """All rows of one load."""

    vintages: tuple[RawVintage, ...]
    territories: dict[str, str] = field(default_factory=dict)
    departments: dict[str, str] = field(default_factory=dict)
    spells: list[SpellRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    communes: list[CommuneRow] = field(default_factory=list)
    successions: list[SuccessionRow] = field(default_factory=list)


def assemble(vintages: Iterable[RawVintage], rules: Rules) -> Geography:
    """The dated geography that the vintages and the table of exact days tell together."""
    ordered = tuple(sorted(vintages, key=lambda one: one.year))
    spells = territory_spells(ordered, rules)
    return Geography(
        vintages=ordered,
        territories={spell.territory: spell.name for spell in spells},
        departments={code: name for one in ordered for code, name in one.departments.items()},
        spells=spells,
        members=memberships(ordered, rules),
        communes=communes(ordered),
        successions=successions(ordered),
    )


def memberships(vintages: Sequence[RawVintage], rules: Rules) -> list[MemberRow]:
    """Memberships as spells of days: two vintages that agree make one spell."""
    events: dict[str, dict[date, str]] = defaultdict(dict)
    for one in vintages:
        keys = {epci.siren: rules.key_of(epci.siren) for epci in one.epcis}
        belongs = {code: keys[epci.siren] for epci in one.epcis for code in epci.members}
        for code in belongs.keys() | events.keys():
            events[code][one.in_force_on] = belongs.get(code, "")
    for change in _within(vintages, rules):
        for code in change.communes:
            events[code][change.on] = change.territory
    return [row for code in sorted(events) for row in _spells_of(code, events[code])]


def _spells_of(code: str, by_day: dict[date, str]) -> Iterable[MemberRow]:
    current: MemberRow | None = None
    for day in sorted(by_day):
        territory = by_day[day]
        if current is not None and current.territory == territory:
            continue
        if current is not None:
            yield current._replace(ends_on=_eve(day))
        current = MemberRow(code, territory, day, None) if territory else None
    if current is not None:
        yield current


def territory_spells(vintages: Sequence[RawVintage], rules: Rules) -> list[SpellRow]:
    """One spell per vintage, cut again on the exact days of the table."""
    events: dict[str, list[SpellRow]] = defaultdict(list)
    ends: dict[str, date] = {}
    changes = _within(vintages, rules)
    for rank, one in enumerate(vintages):
        for epci in one.epcis:
            key = rules.key_of(epci.siren)
            row = SpellRow(
                key,
                one.year,
                one.in_force_on,
                None,
                epci.siren,
                rules.name_of(epci),
                epci.total_population,
            )
            events[key].append(row)
        following = vintages[rank + 1].in_force_on if rank + 1 < len(vintages) else date.max
        for change in changes:
            if one.in_force_on < change.on < following:
                _apply(change, events, ends, rules)
    return [row for key in sorted(events) for row in _closed(events[key], ends.get(key), vintages)]


def _apply(
    change: ChangeRule, events: dict[str, list[SpellRow]], ends: dict[str, date], rules: Rules
) -> None:
    """A merger: the absorbed territory ends the day before, the other takes its inhabitants."""
    absorbed = rules.key_of(change.absorbs)
    if not events.get(change.territory) or not events.get(absorbed):
        return
    before, gained = events[change.territory][-1], events[absorbed][-1]
    total = (before.total_population or 0) + (gained.total_population or 0)
    events[change.territory].append(
        before._replace(starts_on=change.on, siren=change.siren, total_population=total)
    )
    ends[absorbed] = _eve(change.on)


def _closed(
    rows: list[SpellRow], ended: date | None, vintages: Sequence[RawVintage]
) -> Iterable[SpellRow]:
    """Each spell ends when the next begins, or when a later vintage no longer lists the territory."""
    starts = [row.starts_on for row in rows]
    for rank, row in enumerate(rows):
        later = [one.in_force_on for one in vintages if one.in_force_on > row.starts_on]
        stops = [_eve(day) for day in (*starts[rank + 1 : rank + 2], *later[:1])]
        if ended is not None and ended >= row.starts_on:
            stops.append(ended)
        yield row._replace(ends_on=min(stops, default=None))


def communes(vintages: Sequence[RawVintage]) -> list[CommuneRow]:
    """Every code ever met, under its latest name, with its population in each vintage."""
    rows: dict[str, CommuneRow] = {}
    for one in vintages:
        for code, name in one.names.items():
            row = CommuneRow(code, name, CommuneKind.FORMER, department_of(code), "", "", {})
            rows.setdefault(code, row)
        for old in (old for raw in one.communes for old in raw.old_codes):
            row = CommuneRow(old, old, CommuneKind.FORMER, department_of(old), "", "", {})
            rows.setdefault(old, row)
    for one in vintages:
        for raw in sorted(one.communes, key=_parts_first):
            rows[raw.code] = _told(raw, rows.get(raw.code), str(one.year))
    latest = {raw.code for raw in vintages[-1].communes if raw.kind == ACTIVE}
    return [
        row._replace(kind=CommuneKind.FORMER)
        if row.kind == CommuneKind.COMMUNE and row.code not in latest
        else row
        for row in rows.values()
    ]


_KINDS = {ACTIVE: CommuneKind.COMMUNE, ARRONDISSEMENT: CommuneKind.ARRONDISSEMENT}


def _parts_first(raw: RawCommune) -> bool:
    """So that a commune's own line is read after that of the part which bears the same code."""
    return raw.kind == ACTIVE


def _told(raw: RawCommune, before: CommuneRow | None, year: str) -> CommuneRow:
    populations = before.populations if before else {}
    siren = raw.siren or (before.siren if before else "")
    kind = _KINDS.get(raw.kind, CommuneKind.FORMER)
    if raw.kind == ACTIVE:
        populations[year] = raw.population
    return CommuneRow(
        raw.code, raw.name, kind, raw.department, siren, raw.arrondissement, populations
    )


def successions(vintages: Sequence[RawVintage]) -> list[SuccessionRow]:
    """INSEE's dated history, then what each vintage adds or contradicts, on its own 1 January."""
    changes: dict[str, list[Change]] = defaultdict(list)
    for old, day, new in sorted({(c.old, c.on, c.new) for v in vintages for c in v.history}):
        _add(changes[old], day, new, self_code=old)
    met: set[str] = set(changes)
    for one in vintages:
        active = {raw.code for raw in one.communes if raw.kind == ACTIVE}
        for code, heirs in _heirs(one, active).items():
            if chase(code, one.in_force_on, changes)[0] not in heirs:
                changes[code].append((one.in_force_on if code in met else None, heirs[0]))
        for code in active:
            if code in changes and chase(code, one.in_force_on, changes)[0] != code:
                changes[code].append((one.in_force_on, code))
        met |= active | changes.keys()
    rows = ((old, new, day) for old, all_of in changes.items() for day, new in all_of)
    return [SuccessionRow(*row) for row in rows]


def _add(known: list[Change], day: date, new: str, *, self_code: str) -> None:
    """Keep a change only when it changes who speaks for the code; the last word of a day wins."""
    if known and known[-1][0] == day:
        known.pop()
    before = known[-1][1] if known else self_code
    if before != new:
        known.append((day, new))


def _heirs(one: RawVintage, active: set[str]) -> dict[str, list[str]]:
    """For each code that is no commune in a vintage, the communes that the vintage says it is in."""
    heirs: dict[str, list[str]] = defaultdict(list)
    for raw in one.communes:
        if raw.parent in active and raw.code not in active:
            heirs[raw.code].append(raw.parent)
    for raw in one.communes:
        for old in raw.old_codes:
            if raw.code in active and old not in active:
                heirs[old].append(raw.code)
    return heirs


def _within(vintages: Sequence[RawVintage], rules: Rules) -> list[ChangeRule]:
    """The exact days that fall after the first vintage loaded."""
    return [change for change in rules.changes if change.on > vintages[0].in_force_on]


def _eve(day: date) -> date:
    return day - timedelta(days=1)
