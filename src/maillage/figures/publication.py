"""Publishing a period, and telling later what changed since: «published 483, today 481».

Publication is the only door to the public: what leaves is masked here, by the class each definition
declares, whatever the page, file or command that shows it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures import changes, secrecy
from maillage.figures.answers import Answer, Group, Question, answer, sides
from maillage.figures.definitions import Rate
from maillage.figures.filters import Filter
from maillage.figures.models import Publication, PublishedFigure
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.kernel.periods import Period
from maillage.kernel.text import Words


@ledger.action
def publish(
    *,
    subject: str,
    questions: Sequence[Question],
    period: Period,
    by: Actor,
    once: str,
    revises: Publication | None = None,
) -> Publication:
    """Freeze the figures of a period, computed while no act can be recorded.

    Raises:
        Conflict: this submission was already used for another subject or period.
    """
    with ledger.standstill():  # two sendings at the same instant wait for each other here
        if existing := Publication.objects.filter(once=once).first():
            return _same(existing, subject, period)
        at = clock.now()
        answers = answer([question.pinned() for question in questions], at, cached=False)
        figures = [_figure(rank, given) for rank, given in enumerate(answers)]
        publication = Publication.objects.create(
            subject=subject,
            organisation=by.acting_for(),
            person=by.person,
            period_start=period.start,
            period_end=period.end,
            published_at=at,
            heads=[list(head) for head in ledger.heads()],
            digest=_digest(figures),
            revises=revises,
            once=once,
        )
        for figure in figures:
            figure.publication = publication
        PublishedFigure.objects.bulk_create(figures)
    return publication


def _same(existing: Publication, subject: str, period: Period) -> Publication:
    if (existing.subject, existing.period_start, existing.period_end) != (
        subject,
        period.start,
        period.end,
    ):
        raise Conflict(
            Words(
                "Ce formulaire a déjà publié autre chose.",
                "This form has already published something else.",
            )
        )
    return existing


def _figure(rank: int, given: Answer) -> PublishedFigure:
    return PublishedFigure(
        rank=rank,
        reference=given.definition.reference,
        filter=given.question.filter.to_dict(),
        by=given.question.by,
        unit=given.definition.unit,
        value=given.value,
        n=given.n,
        numerator=given.numerator,
        denominator=given.denominator,
        groups=[asdict(group) for group in given.groups],
        public=disclosed(given),
    )


def disclosed(given: Answer) -> dict[str, Any]:
    """What the public may read of an answer: value, parts, and the reason of what is masked."""
    rule = secrecy.CLASSES[given.definition.disclosure]
    whole, by_part = changes.holdings(given) if rule.threshold else (None, {})
    units = given.n if given.n is not None else min(given.numerator or 0, given.denominator or 0)
    lists = _sides(given)
    hidden = rule.hides(
        min(units, whole.firms) if whole else units, whole.dominant if whole else 0.0
    )
    hidden = hidden or any(side["masked"] for side in lists)
    hidden_parts = {g["key"] for side in lists for g in side["groups"] if g["masked"]}
    withheld = any(side["withheld"] for side in lists)
    parts = None if withheld else secrecy.mask(given.groups, rule, by_part, hidden_parts)
    return {
        "value": None if hidden else given.value,
        "n": None if hidden else given.n,
        "numerator": None if hidden else given.numerator,
        "denominator": None if hidden else given.denominator,
        "masked": hidden,
        "withheld": hidden or parts is None,
        "reason": {"fr": rule.words.fr, "en": rule.words.en},
        "groups": [asdict(group) for group in (parts or ()) if not hidden],
    }


def _sides(given: Answer) -> list[dict[str, Any]]:
    """What the public may read of both lists of a rate: it says nothing that one of them masks.

    A share of a public budget, or a cost per firm, would otherwise give a masked sum away.
    """
    asked, definition = given.question, given.definition
    if not isinstance(definition, Rate):
        return []
    lists = [
        Question(
            side.reference,
            asked.filter.taking(takes),
            asked.period,
            asked.by if asked.by in side.dimensions else "",
        )
        for side, takes in sides(definition)
    ]
    return [disclosed(side) for side in answer(lists, given.as_of, cached=False)]


def _digest(figures: Sequence[PublishedFigure]) -> str:
    """SHA-256 of what the public reads, and of nothing else: it is printed in reports.

    Over whole values it would betray them: a masked cell holds one of few small numbers, and whoever
    tries them all would see which one gives the digest.
    """
    content = [[f.reference, f.filter, f.by, f.public] for f in figures]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A published figure beside today's, and the acts recorded since that its rule touches."""

    published: PublishedFigure
    today: Answer
    acts: tuple[changes.Change, ...]

    @property
    def delta(self) -> float | None:
        """Today's value less the published one."""
        published: int | float | None = self.published.value
        if self.today.value is None or published is None:
            return None
        return self.today.value - published


def question_of(figure: PublishedFigure, period: Period) -> Question:
    """The question a published figure answered, with its pinned version."""
    return Question(figure.reference, Filter.from_dict(figure.filter), period, figure.by)


def compare(
    publication: Publication, actor: Actor, *, at: datetime | None = None
) -> list[Difference]:
    """Every figure of a publication against the same question asked now, with the acts in between."""
    period = Period(publication.period_start, publication.period_end)
    figures = list(publication.figures.order_by("rank"))
    questions = [question_of(figure, period) for figure in figures]
    since: Mapping[str, int] = {keeper: seq for keeper, seq, _ in publication.heads}
    touched = changes.since(since, questions, actor, at=at)
    return [
        Difference(figure, today, tuple(touched[question]))
        for figure, question, today in zip(figures, questions, answer(questions, at), strict=True)
    ]


def groups_of(figure: PublishedFigure) -> tuple[Group, ...]:
    """The parts of a published figure as the public may read them."""
    return tuple(Group(**group) for group in figure.public["groups"])
