"""Figures that say how often an entry answered a need: declared above, by who sends firms to entries, asked here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue.models import SCHEME, Entry
from maillage.figures import Answer, Filter, Question

#: Those who ask live figures of everybody's acts, and open them.
READERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)
_CODES: list[str] = []


def counted_by(*codes: str) -> None:
    """These indicators count acts whose scheme is an entry; the first is the one that lists show."""
    _CODES.extend(code for code in codes if code not in _CODES)


def is_entry(scheme: str) -> bool:
    """Whether the scheme of an act is an entry."""
    return scheme.startswith(SCHEME)


def can_read_counts(actor: Actor) -> bool:
    """Advisers, officers, service managers and auditors read how often an entry answered."""
    return actor.has(*READERS)


def counts_of(entry: Entry, actor: Actor) -> list[Answer]:
    """How often an entry answered a need, each figure with its rule; none for who does not ask live figures."""
    if not can_read_counts(actor) or not _CODES:
        return []
    kept = Filter(schemes=(entry.scheme,))
    return list(figures.answer([Question(code, kept) for code in _CODES]))


def by_entry(entries: Iterable[Entry], actor: Actor) -> dict[int, int]:
    """How often each of these entries answered, in one question."""
    wanted: Sequence[Entry] = list(entries)
    if not wanted or not can_read_counts(actor) or not _CODES:
        return {}
    kept = Filter(schemes=tuple(one.scheme for one in wanted))
    (answer,) = figures.answer([Question(_CODES[0], kept, by="entry")])
    told = {group.key: group.n for group in answer.groups}
    return {one.pk: told.get(one.scheme, 0) for one in wanted}
