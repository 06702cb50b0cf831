"""How far a reader's questions go: who asks freely, who asks about their own, who reads what is published.

A free period, filter or as-of would let anyone subtract one day from the next, so they belong to partners.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.figures import Answer, Question

PARTNERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)
OWN_ONLY = (Role.EXPERT, Role.LANDLORD, Role.COMMITTEE, Role.ADMINISTRATOR)
OPENERS = (*PARTNERS, *OWN_ONLY)
UNMASKED = frozenset({"open_register", "legal_duty"})


class Reach(StrEnum):
    """What a reader may ask of figures."""

    FREE = "free"  # any question; lines they may not read are masked and count
    OWN = "own"  # acts of their own organisation, and what has no threshold
    PUBLISHED = "published"  # what was published, and nothing else


def reach_of(actor: Actor) -> Reach:
    """Advisers, officers, managers, auditors ask freely; elected members and the public read publications."""
    if actor.is_system or actor.has(*PARTNERS):
        return Reach.FREE
    if actor.has(*OWN_ONLY):
        return Reach.OWN
    return Reach.PUBLISHED


def opens(actor: Actor) -> bool:
    """Whether the reader opens figures onto records."""
    return reach_of(actor) in {Reach.FREE, Reach.OWN}


def bounded(question: Question, actor: Actor) -> Question:
    """The question as this reader may ask it: of their own organisation's acts, for some roles."""
    own_only = reach_of(actor) is Reach.OWN
    if own_only and question.definition.disclosure not in UNMASKED:
        own = (str(actor.acting_for().key),)
        return replace(question, filter=question.filter.narrowed(organisations=own))
    return question


def asks(actor: Actor) -> bool:
    """Whether this reader asks for the value of a figure, rather than reading what was published of it."""
    return reach_of(actor) is not Reach.PUBLISHED


def answers(questions: list[Question], actor: Actor, at: datetime | None = None) -> list[Answer]:
    """The answers this reader may read; of figures that nobody published, the public reads none."""
    if reach_of(actor) is Reach.PUBLISHED:
        return []
    return figures.answer(questions, at)
