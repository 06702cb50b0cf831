"""How far a reader's questions go: who asks freely, who asks about their own, who reads what is published.

A free period, filter or as-of would let anyone subtract one day from the next, so they belong to partners.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from maillage import figures, ledger
from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.figures import Answer, Definition, Filter, Question
from maillage.figures.publication import disclosed
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.ledger.permissions import ACTS
from maillage.observatory import reading

PARTNERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR)
OWN_ONLY = (Role.EXPERT, Role.LANDLORD, Role.COMMITTEE, Role.ADMINISTRATOR)
OPENERS = (*PARTNERS, *OWN_ONLY)
UNMASKED = frozenset({"open_register", "legal_duty"})


class Reach(StrEnum):
    """What a reader may ask of figures."""

    FREE = "free"  # any question; lines they may not read are masked and count
    OWN = "own"  # acts of their own organisation or turned to it, and what has no threshold
    MASKED = "masked"  # their perimeter, whole years, masked under the threshold, no records
    PUBLISHED = "published"  # what was published, and nothing else


def reach_of(actor: Actor) -> Reach:
    """Advisers, officers, managers, auditors ask freely; elected members read masked; the public, published."""
    if actor.is_system or actor.has(*PARTNERS):
        return Reach.FREE
    if actor.has(*OWN_ONLY):
        return Reach.OWN
    return Reach.MASKED if actor.has(Role.ELECTED) else Reach.PUBLISHED


def opens(actor: Actor) -> bool:
    """Whether the reader opens figures onto records."""
    return reach_of(actor) in {Reach.FREE, Reach.OWN}


def bounded(question: Question, actor: Actor) -> Question:
    """The question as this reader may ask it.

    An expert also asks about what others turned to their organisation: the requests that it received.

    Raises:
        Invalid: an elected member asks for less than whole years, or for what no perimeter bounds; a partner asks for what
            is read apart.
    """
    reach = reach_of(actor)
    if reach in {Reach.FREE, Reach.OWN} and _is_held(question.definition, actor, "apart"):
        raise Invalid(
            _("This figure is not asked here."),
            remedy=_("Who answers for what it counts reads it on a page of its own."),
        )
    held = reach is Reach.OWN and question.definition.disclosure not in UNMASKED
    if held or (reach is Reach.FREE and _is_held(question.definition, actor, "own")):
        own = (str(actor.acting_for().key),)
        if actor.has(Role.EXPERT) and question.filter.counterparts == own:
            return question
        return replace(question, filter=question.filter.narrowed(organisations=own))
    if reach is Reach.MASKED:
        if not is_asked(question.definition, actor):
            raise Invalid(
                _("This figure is not read by perimeter."),
                remedy=_("Read it on the page of a convention, or as it was published."),
            )
        if question.period and not _is_whole_years(question.period):
            raise Invalid(
                _("Figures of your perimeter are read over whole years."),
                remedy=_("Write a year, such as 2019."),
            )
        # A figure of texts and of their money lies nowhere: no perimeter narrows it.
        placed = "commune" in question.definition.dimensions
        return replace(question, filter=perimeter_of(actor) if placed else Filter())
    return question


def _is_held(definition: Definition, actor: Actor, how: str) -> bool:
    """Whether those who ask freely ask this of their own acts only, or nobody of the partners does."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return False
    return getattr(definition, "held", "") == how


def refuse_difficulties(asked: Filter, actor: Actor) -> None:
    """A theme that reveals a difficulty is asked of those whose acts one opens: one's own, and who shares theirs.

    Of the others it is the masked line of a breakdown, which counts: a free filter would name it.

    Raises:
        Invalid: such a theme is asked of other organisations' acts.
    """
    if reach_of(actor) is not Reach.FREE or actor.is_system:
        return  # what these ask is held to their own acts, to their perimeter, or to nothing
    if not any(map(ledger.themes.is_sensitive, asked.themes)):
        return
    owners = {actor.organisation_id, *actor.owners_sharing(ACTS, Sensitivity.DIFFICULTY)}
    keys = Organisation.objects.filter(pk__in=owners).values_list("key", flat=True)
    if not asked.organisations or not {str(key) for key in keys}.issuperset(asked.organisations):
        raise Invalid(
            _("This theme reveals a difficulty of firms: it is read of one's own organisation."),
            remedy=_("Add organisations=%(key)s, or split the figure by theme: it counts there.")
            % {"key": actor.acting_for().key},
        )


def is_asked(definition: Definition, actor: Actor) -> bool:
    """Whether this reader asks for the value of a figure, rather than reading what was published of it.

    An elected member asks for what can be held to their perimeter: a text and its budget cannot.
    """
    reach = reach_of(actor)
    if reach is Reach.MASKED:
        return figures.accepted(definition).issuperset(perimeter_of(actor).dimensions())
    return reach is not Reach.PUBLISHED and not _is_held(definition, actor, "apart")


def perimeter_of(actor: Actor) -> Filter:
    """The filter of an elected member's sight; without perimeter, nothing is held back but small counts."""
    listed = [code.strip() for code in actor.perimeter.split(",") if code.strip()]
    return Filter(communes=tuple(listed)) if len(listed) > 1 else Filter(territory="".join(listed))


def _is_whole_years(period: Period) -> bool:
    first = date(period.start.year, 1, 1)
    return period.start == first and period.end == date(period.end.year, 12, 31)


def answers(questions: list[Question], actor: Actor, at: datetime | None = None) -> list[Answer]:
    """The answers this reader may read; of figures that nobody published, the public reads none."""
    reach = reach_of(actor)
    if reach is Reach.PUBLISHED:
        return []
    given = figures.answer(questions, None if reach is Reach.MASKED else at)
    if reach is Reach.MASKED:
        return [reading.public(one, disclosed(one)) for one in given]
    return given
