"""States computed from dated facts, never chosen: of a convention, of an action, and lateness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from maillage.conventions.models import Version
from maillage.conventions.text.document import Outcome
from maillage.kernel.text import Words


class ConventionState(StrEnum):
    """Where a convention stands in its life."""

    PROJECT = "project"
    DELIBERATED = "deliberated"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    SETTLED = "settled"
    ARCHIVED = "archived"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"

    @property
    def words(self) -> Words:
        """The state as people say it."""
        return _CONVENTION_WORDS[self]


class ActionState(StrEnum):
    """Where an action stands; lateness is told apart, since it follows from a date."""

    TO_COME = "to_come"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    PAUSED = "paused"
    BLOCKED = "blocked"
    ABANDONED = "abandoned"

    @property
    def words(self) -> Words:
        """The state as people say it."""
        return _ACTION_WORDS[self]


_CONVENTION_WORDS = {
    ConventionState.PROJECT: Words(fr="Projet", en="Project"),
    ConventionState.DELIBERATED: Words(fr="Délibérée", en="Voted"),
    ConventionState.SIGNED: Words(fr="Signée", en="Signed"),
    ConventionState.IN_FORCE: Words(fr="En vigueur", en="In force"),
    ConventionState.EXPIRED: Words(fr="Échue", en="Expired"),
    ConventionState.SETTLED: Words(fr="Soldée", en="Settled"),
    ConventionState.ARCHIVED: Words(fr="Archivée", en="Archived"),
    ConventionState.SUSPENDED: Words(fr="Suspendue", en="Suspended"),
    ConventionState.TERMINATED: Words(fr="Résiliée", en="Terminated"),
    ConventionState.LAPSED: Words(fr="Caduque", en="Lapsed"),
    ConventionState.CANCELLED: Words(fr="Annulée", en="Cancelled"),
}
_ACTION_WORDS = {
    ActionState.TO_COME: Words(fr="À venir", en="To come"),
    ActionState.UNDER_WAY: Words(fr="En cours", en="Under way"),
    ActionState.COMPLETED: Words(fr="Réalisée", en="Completed"),
    ActionState.PAUSED: Words(fr="En pause", en="Paused"),
    ActionState.BLOCKED: Words(fr="Bloquée", en="Blocked"),
    ActionState.ABANDONED: Words(fr="Abandonnée", en="Abandoned"),
}
# The state in which each act leaves an action, or a convention (resuming leaves it to its text).
_AFTER_ACTION = {
    "conventions.action_started": ActionState.UNDER_WAY,
    "conventions.action_completed": ActionState.COMPLETED,
    "conventions.action_paused": ActionState.PAUSED,
    "conventions.action_blocked": ActionState.BLOCKED,
    "conventions.action_abandoned": ActionState.ABANDONED,
}
_AFTER_CONVENTION = {
    "conventions.convention_suspended": ConventionState.SUSPENDED,
    "conventions.convention_resumed": None,
    "conventions.convention_terminated": ConventionState.TERMINATED,
    "conventions.convention_lapsed": ConventionState.LAPSED,
    "conventions.convention_cancelled": ConventionState.CANCELLED,
    "conventions.convention_settled": ConventionState.SETTLED,
    "conventions.convention_archived": ConventionState.ARCHIVED,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """An act about an action or a convention, standing at the instant of the reading."""

    kind: str
    on: date
    id: int


def last(facts: Iterable[Fact], on: date) -> Fact | None:
    """The last thing that had happened by the end of a day."""
    past = [fact for fact in facts if fact.on <= on]
    return max(past, key=lambda fact: (fact.on, fact.id), default=None)


def action_state(facts: Iterable[Fact], on: date) -> ActionState:
    """The state of an action on a day: what its last act made of it."""
    fact = last(facts, on)
    return _AFTER_ACTION[fact.kind] if fact else ActionState.TO_COME


def days_late(state: ActionState, due_on: date | None, on: date) -> int:
    """Days gone by since the action was due, while it is not completed (I13); 0: not late."""
    if due_on is None or state is ActionState.COMPLETED:
        return 0
    return max(0, (on - due_on).days)


def in_force(versions: Iterable[Version], on: date, known: datetime) -> Version | None:
    """The text in force on a day, as known at an instant (ADR 0010).

    The last to take effect among signed texts that hold by that day and were known by that instant;
    between two of the same day, the later amendment.
    """
    held = [v for v in _known(versions, known) if v.effective_on and v.effective_on <= on]
    return max(held, key=_strength, default=None)


def _strength(version: Version) -> tuple[date, int]:
    return (version.effective_on or date.min, version.number)


def _known(versions: Iterable[Version], known: datetime) -> list[Version]:
    return [v for v in versions if v.recorded_at is not None and v.recorded_at <= known]


def convention_state(
    versions: Sequence[Version], facts: Iterable[Fact], on: date, known: datetime
) -> ConventionState:
    """The state of a convention on a day as known at an instant, from its texts and its acts.

    `versions` come with their parties and deliberations.
    """
    fact = last(facts, on)
    aside = _AFTER_CONVENTION[fact.kind] if fact else None
    if aside is not None:
        return aside
    text = in_force(versions, on, known)
    if text is not None:
        ended = text.effective_until is not None and text.effective_until < on
        return ConventionState.EXPIRED if ended else ConventionState.IN_FORCE
    if any(v.signed_on is None or v.signed_on <= on for v in _known(versions, known)):
        return ConventionState.SIGNED
    if any(is_deliberated(version, on) for version in versions):
        return ConventionState.DELIBERATED
    return ConventionState.PROJECT


def is_deliberated(version: Version, on: date) -> bool:
    """Whether every party's assembly had approved the text itself by the end of a day."""
    approved = {
        vote.organisation_id
        for vote in version.deliberations.all()
        if vote.outcome == Outcome.APPROVED and vote.decided_on and vote.decided_on <= on
    }
    parties = {party.organisation_id for party in version.parties.all()}
    return bool(parties) and parties <= approved


def version_state(version: Version, on: date) -> ConventionState:
    """The state of one text: project, voted, signed, or in force (for an amendment: effective)."""
    if version.is_signed:
        begun = version.effective_on is not None and version.effective_on <= on
        return ConventionState.IN_FORCE if begun else ConventionState.SIGNED
    if is_deliberated(version, on):
        return ConventionState.DELIBERATED
    return ConventionState.PROJECT
