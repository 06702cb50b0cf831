"""Diagnoses of the story: firms that a visit found, seen again half a year later, and what was done of their plans."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, parsing
from maillage.diagnoses.actions.passes import Facts
from maillage.diagnoses.document import Document
from maillage.diagnoses.models import Pass, Questionnaire
from maillage.kernel.periods import Period
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from maillage.site.demo.field import LOCKDOWN, colleagues

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

FIRST = date(2018, 2, 5)
PLAYED = Period(date(2018, 10, 1), date(2020, 6, 29))
EVERY = timedelta(days=14)
REPLAYED = System("the demonstration plays its diagnoses")
#: Of three firms diagnosed on a day, how many answer about energy and waste.
CODES = ("digital", "digital", "energy")


def write_calendar(story: Story) -> None:
    """Questionnaires published early; then, every second Monday, a few firms seen, and others seen again."""
    story.on(FIRST, 11, lambda: _publish(story))
    day = PLAYED.start
    while day <= PLAYED.end:
        if day not in LOCKDOWN and day.month != 8:
            story.on(day, 15, lambda d=day: _play(story, d))  # type: ignore[misc]
        day += EVERY


def _publish(story: Story) -> None:
    head = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]
    for text in parsing.library().values():
        actions.publish(found=actions.bring(text=text, by=head), by=head)


def _play(story: Story, day: date) -> None:
    chance = random.Random(f"diagnoses {day}")  # noqa: S311 -- an invented story, not a secret
    team = colleagues(story.partners["cma"], Role.ADVISER)
    codes = CODES if story.size.name == "full" else CODES[::2]
    for code, firm in zip(codes, _firms(day, len(codes), chance), strict=False):
        _diagnose(firm, code, day, chance.choice(team), 0.35, chance)
    due = Pass.objects.visible_to(REPLAYED).due_again(day).select_related("questionnaire")
    for one in due.select_related("establishment__legal_unit").order_by("occurred_on", "pk")[:2]:
        if chance.random() < 0.7:  # the others wait on the list of their adviser
            _close_some(one, day, team, chance)
            _diagnose(
                one.establishment, one.questionnaire.code, day, _author(one, team), 0.6, chance
            )


def _firms(day: date, number: int, chance: random.Random) -> list[Establishment]:
    """Firms where somebody was met during the last two months, not diagnosed yet."""
    seen = Pass.objects.visible_to(REPLAYED).values("legal_unit")
    done = (
        Visit.objects.visible_to(REPLAYED)
        .standing()
        .filter(
            outcome=Outcome.DONE, occurred_on__gte=day - timedelta(days=60), occurred_on__lt=day
        )
    )
    found = done.exclude(legal_unit__in=seen).select_related("establishment__legal_unit")
    firms = {visit.legal_unit_id: visit.establishment for visit in found.order_by("pk")}
    return chance.sample(list(firms.values()), k=min(number, len(firms)))


def _diagnose(
    firm: Establishment, code: str, day: date, by: Actor, level: float, chance: random.Random
) -> None:
    questionnaire = Questionnaire.objects.visible_to(by).in_use().get(code=code)
    actions.record_pass(
        establishment=firm,
        questionnaire=questionnaire,
        facts=Facts(day, _answers(questionnaire.document, level, chance)),
        by=by,
        once=f"demo-{code}-{firm.pk}-{day}",
    )


def _answers(document: Document, level: float, chance: random.Random) -> dict[str, str]:
    """Answers about as good as the level; one in twelve is not known."""
    given = {}
    for question in document.questions.values():
        rank = round(chance.triangular(0, 1, level) * (len(question.choices) - 1))
        if chance.random() > 1 / 12:
            given[question.code] = question.choices[rank].code
    return given


def _close_some(one: Pass, day: date, team: Sequence[Actor], chance: random.Random) -> None:
    """Half of the steps were done by the day that was set, one in ten is dropped."""
    for step in one.steps.all():
        if not step.is_waiting or step.due_on > day:
            continue
        if chance.random() < 0.5:
            actions.finish_step(step=step, on=step.due_on, by=_author(one, team))
        elif chance.random() < 0.2:
            actions.drop_step(step=step, because="too_dear", by=_author(one, team))


def _author(one: Pass, team: Sequence[Actor]) -> Actor:
    return next(actor for actor in team if actor.person_id == one.adviser_id)
