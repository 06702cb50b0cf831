"""`diff`: what a line changes in what is known of an establishment. Pure.

Spells are insert-only and the last written wins from its start on, so a correction of the past is a
new run of spells, never an edit. Sirene's stock tells the present period only: the time between the
creation and that period is the present state read backwards, and marked `reconstructed`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from maillage.register.importers.parsing import Identity, UnitFacts


class Kind(StrEnum):
    """What a line turns out to be; each line read in the territory is exactly one of these."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"
    MOVED = "moved"
    UNCHANGED = "unchanged"


class Told(NamedTuple):
    """The content of a spell, in the order of its columns."""

    starts_on: str | None
    opened_on: str | None
    state: str
    commune: str
    activity: str
    nomenclature: str
    size_band: str
    segments: int
    reconstructed: bool

    @property
    def content(self) -> tuple[object, ...]:
        """What figures use of it, dates aside."""
        return self[2:8]


class Known(NamedTuple):
    """What the register holds of an establishment: its identity and its present spell, if any."""

    place_id: int
    legal_unit_id: int
    is_absent: bool
    identity: Identity
    told: Told | None


class Difference(NamedTuple):
    """What a line brings: its kind, the spells to add, the identity's new values by column."""

    kind: Kind
    spells: list[Told]
    identity: dict[str, object]


_Row: TypeAlias = Identity | UnitFacts
History = Callable[[int], Sequence[Told]]
_ADDRESS = ("complement", "street_number", "street", "postcode", "commune")


def tell(
    identity: Identity, segments: int, start: str | None, *, reconstructed: bool = False
) -> Told:
    """The present content of an establishment, from `start` on."""
    return Told(start, identity.created_on, *content(identity, segments), reconstructed)


def content(identity: Identity, segments: int) -> tuple[str, str, str, str, str, int]:
    """What figures use of an establishment, dates aside, in the order of a spell's columns."""
    return (
        identity.state,
        identity.commune,
        identity.activity,
        identity.nomenclature,
        identity.size_band,
        segments,
    )


def first_spells(identity: Identity, segments: int) -> list[Told]:
    """The spells of an establishment met for the first time.

    An empty creation date is an unknown start: the spell has no date and stays outside dated stocks.
    """
    born, since, state = identity.created_on, identity.period_on, identity.state
    if state == "F":
        if since is None or born is None:
            return [tell(identity, segments, since if born is None else None)]
        closed = tell(identity, segments, since)
        if since <= born:
            return [closed]
        return [closed._replace(starts_on=born, state="A", reconstructed=True), closed]
    if born is None:
        return [tell(identity, segments, None)]
    if since is None or since <= born:
        return [tell(identity, segments, born, reconstructed=since is None)]
    present = tell(identity, segments, since)
    return [present._replace(starts_on=born, reconstructed=True), present]


def compare(
    known: Known, identity: Identity, segments: int, *, seen_on: str, history: History
) -> Difference:
    """What the line brings to an establishment that the register knows; `seen_on` dates the file."""
    changes = differences(known.identity, identity)
    spells = _later_spells(known, identity, segments, seen_on, history)
    if not changes and not spells:
        return Difference(Kind.UNCHANGED, [], {})
    kind = _kind(known, identity, changes) if known.told else Kind.NEW
    return Difference(kind, spells, changes)


def differences(before: tuple[object, ...], after: _Row) -> dict[str, object]:
    """The new values, by column, of what differs between two states of a row."""
    if before == after:
        return {}
    pairs = zip(after._fields, before, after, strict=True)
    return {name: new for name, old, new in pairs if old != new}


def _kind(known: Known, identity: Identity, changes: dict[str, object]) -> Kind:
    if known.told and known.told.state == "A" and identity.state == "F":
        return Kind.CLOSED
    if "commune" in changes:
        return Kind.MOVED
    both_open = known.identity.diffusion == identity.diffusion == "O"
    if both_open and any(name in changes for name in _ADDRESS):
        return Kind.MOVED
    return Kind.CHANGED


def _later_spells(
    known: Known, identity: Identity, segments: int, seen_on: str, history: History
) -> list[Told]:
    told = known.told
    if told is None:
        return first_spells(identity, segments)
    reborn = identity.created_on != told.opened_on
    reclosed = (
        told.state == identity.state == "F"
        and identity.period_on is not None
        and identity.period_on != told.starts_on
    )
    if reborn or reclosed:
        return _rewritten(history(known.place_id), identity, segments, seen_on)
    if told.content == content(identity, segments):
        return []
    return [tell(identity, segments, _change_day(known, told, identity, seen_on))]


def _change_day(known: Known, told: Told, identity: Identity, seen_on: str) -> str | None:
    """The day of the change: Sirene's own when its period tells of it, else the day of the file."""
    since, born = identity.period_on, identity.created_on
    if identity.state == "A" and born is None:
        return None
    if told.state == identity.state == "F":  # else the day would pass for a corrected closing
        return told.starts_on
    dated = told.state != identity.state or (
        (told.activity, told.nomenclature) != (identity.activity, identity.nomenclature)
        and since != known.identity.period_on
    )
    day = since if dated and since else seen_on
    return max(day, born or day)


def _rewritten(
    history: Sequence[Told], identity: Identity, segments: int, seen_on: str
) -> list[Told]:
    """The whole line of an establishment told anew because its birth or its end was corrected."""
    born, since = identity.created_on, identity.period_on
    if born is None:
        return [tell(identity, segments, since or seen_on)]
    line = _lived(effective(history))
    kept = [t._replace(opened_on=born) for t in line if str(t.starts_on) > born]
    before = [t for t in line if str(t.starts_on) <= born]
    if not before and not kept:
        return first_spells(identity, segments)
    oldest = before[-1] if before else kept.pop(0)
    kept.insert(0, oldest._replace(starts_on=born, opened_on=born, reconstructed=True))
    if before and str(before[0].starts_on) < born:
        kept.insert(0, before[0]._replace(opened_on=born, state="F", reconstructed=True))
    if identity.state == "F":
        end = since or seen_on
        kept = [t for t in kept if t.starts_on is None or t.starts_on < end or t.state == "F"]
        return [*kept, tell(identity, segments, end)]
    if content(identity, segments) != kept[-1].content:
        kept.append(tell(identity, segments, max(since or seen_on, str(kept[-1].starts_on))))
    return kept


def _lived(line: Sequence[Told]) -> list[Told]:
    """From the first day it was active to the last: a closing told between two lives is part of it."""
    active = [rank for rank, told in enumerate(line) if told.state == "A"]
    return list(line[active[0] : active[-1] + 1]) if active else []


def effective(history: Sequence[Told]) -> list[Told]:
    """The dated spells that really hold, by day: the last written wins from its start on."""
    line: list[Told] = []
    for told in reversed(history):
        if told.starts_on is None or (line and str(line[-1].starts_on) <= told.starts_on):
            continue
        line.append(told)
    return line[::-1]
