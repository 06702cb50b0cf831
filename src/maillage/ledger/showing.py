"""Showing acts to a reader: lines for what they may see, masked lines for the rest, nothing left out.

Every act of a firm is in its timeline, whoever kept it: what the reader may not see stands as a line
that tells the kind, the keeper and the month only. The ledger knows no domain: each kind names a
function that turns the keys of source records into lines, and only for records its reader may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, TypeAlias
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from maillage.kernel.text import Words
from maillage.ledger import past, permissions, themes
from maillage.ledger.kind import Line, find, presenter
from maillage.ledger.models import Act

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor
    from maillage.ledger.models import ActQuerySet
    from maillage.register.models import Establishment, LegalUnit

PAGE = 50

State: TypeAlias = Literal["stands", "cancelled", "cancels"]
"""Of an act: it stands and counts, a later act cancelled it, or it is itself a cancellation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as one reader may see it.

    Of a masked one only the kind, the keeper, the month and whether it still stands are given: with
    less, a cancelled act and its cancellation would read as two acts that count.
    """

    kind: Words
    keeper: str
    month: str
    state: State
    line: Line | None = None
    key: UUID | None = None
    occurred_on: date | None = None
    recorded_at: datetime | None = None
    reason_code: str = ""
    other: UUID | None = None  # the act that it cancels, or that cancels it

    @property
    def is_masked(self) -> bool:
        """The reader has no right to the record behind this act; it counts all the same."""
        return self.line is None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of what partners did with a firm, the newest first."""

    entries: list[Entry]
    page: int
    size: int
    total: int

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, rank: int) -> Entry:
        return self.entries[rank]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        """Older acts follow on another page."""
        return self.page < self.pages


def timeline(legal_unit: LegalUnit, actor: Actor, page: int = 1, size: int = PAGE) -> Timeline:
    """All acts of all partners about a firm and its establishments, as this reader may see them."""
    return _page(_every().about(legal_unit), actor, page, size)


def timeline_of_places(
    places: Iterable[Establishment], actor: Actor, page: int = 1, size: int = PAGE
) -> Timeline:
    """All acts of all partners about some places, whatever their firms, as this reader may see them."""
    return _page(_every().about_places(places), actor, page, size)


def _every() -> ActQuerySet:
    return Act.objects.unscoped(reason="every act of a firm shows; entries() masks")


def _page(acts: ActQuerySet, actor: Actor, page: int, size: int) -> Timeline:
    total = acts.count()
    page = max(page, 1)
    start = (page - 1) * size
    return Timeline(entries(acts.newest_first()[start : start + size], actor), page, size, total)


def entries(acts: Iterable[Act], actor: Actor) -> list[Entry]:
    """These acts as this reader may see them, in the order given, in as many queries for ten as for fifty.

    Opening a figure uses it too: what counts and may not be seen is a masked line there as here.
    """
    listed = list(acts)
    prefetch_related_objects(listed, "keeper")
    lines = _lines(listed, actor)
    others = _others(listed)
    return [_entry(act, lines.get(act.pk), others.get(act.pk)) for act in listed]


def _entry(act: Act, line: Line | None, other: UUID | None) -> Entry:
    kind = find(act.kind)
    words = kind.words if kind is not None else Words(fr=act.kind, en=act.kind)
    state: State = "stands"
    if act.reverses_id is not None:
        state = "cancels"
    elif other is not None:
        state = "cancelled"
    if line is None:
        return Entry(kind=words, keeper=str(act.keeper), month=act.month, state=state)
    return Entry(
        kind=_about(words, act.theme),
        keeper=str(act.keeper),
        month=act.month,
        state=state,
        line=line,
        key=act.key,
        occurred_on=act.occurred_on,
        recorded_at=act.recorded_at,
        reason_code=act.reason_code,
        other=other,
    )


def _about(kind: Words, theme: str) -> Words:
    """The kind of an act with what it was about: «Besoin exprimé : recruter»."""
    found = themes.find(theme)
    if found is None:
        return kind
    return Words(f"{kind.fr}\u00a0: {found.words.fr}", f"{kind.en}: {found.words.en}")


def _others(acts: Sequence[Act]) -> dict[int, UUID]:
    """For each of these acts that is cancelled or cancels, the key of the other one."""
    originals = {act.reverses_id: act.pk for act in acts if act.reverses_id is not None}
    concerned = Q(reverses__in=[act.pk for act in acts]) | Q(pk__in=originals)
    other = Act.objects.unscoped(reason="a cancellation shows to whoever sees the act")
    found: dict[int, UUID] = {}
    for pk, key, reverses in other.filter(concerned).values_list("pk", "key", "reverses_id"):
        if pk in originals:
            found[originals[pk]] = key
        elif reverses is not None:
            found[reverses] = key
    return found


def _lines(acts: Sequence[Act], actor: Actor) -> dict[int, Line]:
    """What each act's own package tells this reader, asked once for each presenter."""
    asked: dict[str, list[Act]] = defaultdict(list)
    for act in acts:
        kind = find(act.kind)
        if kind is not None and kind.present and permissions.can_open_act(actor, act):
            is_past = act.source_model == past.SOURCE
            asked[past.PRESENT if is_past else kind.present].append(act)
    lines: dict[int, Line] = {}
    for path, concerned in asked.items():
        told = _told(path, concerned, actor)
        lines |= {act.pk: told[act.source_key] for act in concerned if act.source_key in told}
    return lines


def _told(path: str, acts: Sequence[Act], actor: Actor) -> Mapping[str, Line]:
    keys = list(dict.fromkeys(act.source_key for act in acts))
    return presenter(path)(keys, actor)
