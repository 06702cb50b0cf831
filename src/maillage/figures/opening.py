"""Opening a figure: the units it counts, each with the acts that made it count, by the reader's right.

What the reader may not see stays a line that counts: kind, keeper and month, nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures import dimensions, units
from maillage.figures.answers import Question, sides
from maillage.figures.asking import Slot, moment_of, values_of
from maillage.figures.cache import kept
from maillage.figures.definitions import Indicator, Rate
from maillage.figures.engine import lists
from maillage.figures.engine.parameters import Value
from maillage.figures.engine.plan import SEEN, Seen
from maillage.figures.relations import RELATIONS
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.ledger.models import Act


@dataclass(frozen=True, slots=True)
class Behind:
    """An act behind a counted unit; of a masked one only kind, keeper and month are said."""

    kind: str
    entry: ledger.Entry
    key: str = ""
    occurred_on: date | None = None
    source: str = ""

    @property
    def is_masked(self) -> bool:
        """The reader may not see the record behind this act."""
        return not self.key


@dataclass(frozen=True, slots=True)
class Record:
    """One counted unit: its public key, its name as the reader may know it, the acts behind it."""

    unit: str
    label: str
    url: str
    day: date | None
    acts: tuple[Behind, ...]
    amount: int | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a figure, and where the following ones begin."""

    records: tuple[Record, ...]
    following: str = ""


@dataclass(frozen=True, slots=True)
class Leading:
    """The units of a page with the rows behind each, before anybody's right to read them is asked."""

    slot: Slot
    units: tuple[tuple[Any, list[dict[str, Any]]], ...]
    following: str = ""


def slot_of(question: Question, part: str = "") -> Slot:
    """The list a question opens; a rate opens its `numerator` or its `denominator`.

    Raises:
        Invalid: a rate without the name of one of its two lists.
    """
    definition = question.definition
    if isinstance(definition, Indicator):
        return Slot(definition.reference, question.filter, question.period)
    if part not in {"numerator", "denominator"}:
        raise Invalid(
            Words("Un taux ouvre deux listes.", "A rate has two lists."),
            remedy=Words(
                "Choisissez numerator ou denominator.", "Choose numerator or denominator."
            ),
        )
    side, takes = sides(definition)[part == "denominator"]
    return Slot(side.reference, question.filter.taking(takes), question.period)


def _list(question: Question, part: str, group: str | None, as_of: datetime) -> Slot:
    """The list of a question, or of one part of its breakdown."""
    slot = slot_of(question, part)
    if group is None:
        return slot
    return dimensions.parts(slot, question.by, [group], as_of)[group]


def records(
    question: Question,
    actor: Actor,
    *,
    at: datetime | None = None,
    part: str = "",
    group: str | None = None,
    after: str = "",
    size: int = 50,
) -> Page:
    """A page of the units a figure counts, newest first, as this reader may see them.

    `group` opens one part of the breakdown the question asks for.

    Raises:
        Invalid: the mark of the last record shown is not one we gave.
    """
    found = leading(question, at=at, part=part, group=group, after=after, size=size)
    return shown(found, actor)


def leading(
    question: Question,
    *,
    at: datetime | None = None,
    part: str = "",
    group: str | None = None,
    after: str = "",
    size: int = 50,
    seen: Seen | None = None,
) -> Leading:
    """The units of such a page, the same for every reader: no right was asked yet.

    `seen` is what the same question split by first month saw: a short first page is found among it.
    """
    as_of = at or clock.now()
    slot = _list(question, part, group, as_of)
    if not _known(slot, as_of):
        return Leading(slot, ())
    values = _values(slot, as_of)
    found = None
    if seen and seen.newest is not None and size < SEEN and not after:
        found = lists.newest(slot.shape, values, size=size + 1, among=seen.newest)
    if found is None:
        found = lists.page(slot.shape, values, size=size + 1, after=_mark(after))
    first, more = found[:size], found[size:]
    following = f"{first[-1][0]['day']}~{first[-1][0]['row']}" if more else ""
    return Leading(slot, tuple((rows[0]["unit"], rows) for rows in first), following)


def shown(found: Leading, actor: Actor) -> Page:
    """These units as this reader may see them, by the rights of this moment."""
    return Page(tuple(_present(found.slot, found.units, actor)), found.following)


def rows_read(
    question: Question, at: datetime | None = None, *, group: str | None = None
) -> int | None:
    """How many rows stand behind a count of distinct units; None where nothing is known yet.

    What exceeds the figure was set aside: a second visit of the same firm.
    """
    as_of = at or clock.now()
    slot = _list(question, "", group, as_of)
    if not _known(slot, as_of):
        return None
    return kept(
        ("rows", slot),
        lambda: lists.size(slot.shape, _values(slot, as_of)),
        as_of=as_of,
        live=at is None,
    )


def every_record(
    question: Question,
    actor: Actor,
    *,
    at: datetime | None = None,
    group: str | None = None,
    chunk: int = 500,
) -> Iterator[Record]:
    """All the units of a figure (the union of both lists for a rate), for exports and commands."""
    as_of = at or clock.now()
    seen: set[str] = set()
    definition = question.definition
    parts = ("numerator", "denominator") if isinstance(definition, Rate) else ("",)
    for part in parts:
        slot = _list(question, part, group, as_of)
        if not _known(slot, as_of):
            continue
        rows = lists.all_rows(slot.shape, _values(slot, as_of))
        grouped = [(unit, list(acts)) for unit, acts in groupby(rows, key=lambda r: r["unit"])]
        for start in range(0, len(grouped), chunk):
            for record in _present(slot, grouped[start : start + chunk], actor):
                if record.masked or record.unit not in seen:
                    seen.add(record.unit)
                    yield record


def _known(slot: Slot, as_of: datetime) -> bool:
    relation = RELATIONS[slot.definition.relation]
    return relation.standing(moment_of(slot.period, as_of)).known


def _values(slot: Slot, as_of: datetime) -> dict[str, Value]:
    relation = RELATIONS[slot.definition.relation]
    return {**relation.bind(moment_of(slot.period, as_of)), **values_of([slot], as_of)}


def _mark(after: str) -> tuple[str, int] | None:
    if not after:
        return None
    day, _, row = after.partition("~")
    try:
        return date.fromisoformat(day).isoformat(), int(row)
    except ValueError as error:
        raise Invalid(
            Words("Cette page de lignes n’existe pas.", "This page of records does not exist.")
        ) from error


def _present(
    slot: Slot, ordered: Sequence[tuple[Any, list[dict[str, Any]]]], actor: Actor
) -> Iterator[Record]:
    """The records in their order; acts and names are fetched once for the whole page."""
    behind = _behind([r["act"] for _, rows in ordered for r in rows if r.get("act")], actor)
    names = units.named(slot.definition, [unit for unit, _ in ordered], actor)
    for unit, rows in ordered:
        acts = tuple(behind[row["act"]] for row in rows if row.get("act"))
        masked = bool(acts) and all(act.is_masked for act in acts)
        name, line = names[unit], acts[0].entry.line if acts else None
        yield Record(
            unit="" if masked else name.key,
            label=str(units.MASKED) if masked else name.label or (line.title if line else ""),
            url="" if masked else name.url or (line.url if line else ""),
            day=None if masked else _day(rows[0]["day"]),
            acts=acts,
            amount=sum(int(row["amount"] or 0) for row in rows) if "amount" in rows[0] else None,
            masked=masked,
        )


def _behind(ids: Sequence[int], actor: Actor) -> dict[int, Behind]:
    """The acts of a page as this reader may see them; the machine sees them all."""
    counted = Act.objects.unscoped(reason="every act counts; lines are masked by right")
    acts = list(counted.filter(id__in=ids).select_related("keeper"))
    shown: dict[int, Behind] = {}
    for act, entry in zip(acts, ledger.entries(acts, actor), strict=True):
        if entry.is_masked and not actor.is_system:
            shown[act.pk] = Behind(act.kind, entry)
        else:
            source = f"{act.source_model}:{act.source_key}"
            shown[act.pk] = Behind(act.kind, entry, str(act.key), act.occurred_on, source)
    return shown


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
