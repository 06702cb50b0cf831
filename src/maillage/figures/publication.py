"""Publishing a period, and telling later what changed since: «published 483, today 481».

Publication is the only door to the public: what leaves is masked here, by the class each definition
declares, whatever the page, file or command that shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures import changes, secrecy, witnessed
from maillage.figures.answers import Answer, Group, Question, answer
from maillage.figures.filters import Filter
from maillage.figures.models import Publication, PublishedFigure, StockVintage
from maillage.figures.observations import guarding
from maillage.figures.weighing import Public, base_of, weigh
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words

AGAIN = Words(
    "Dites pourquoi vous publiez de nouveau cette période.",
    "Say why you publish this period again.",
)


@ledger.action
def publish(
    *,
    subject: str,
    questions: Sequence[Question],
    period: Period,
    by: Actor,
    once: str,
    revises: Publication | None = None,
    reason: str = "",
    vintage: StockVintage | None = None,
) -> Publication:
    """Freeze the figures of a period, computed while no act can be recorded; a revision says why.

    `vintage` makes public what was loaded of a stock for the territory that `subject` names.

    Raises:
        Invalid: another publication is revised, and no reason is given.
        Conflict: this submission published something else, or the vintage was masked before what is public since.
    """
    with ledger.standstill():  # two sendings at the same instant wait for each other here
        if existing := Publication.objects.filter(once=once).first():
            return _same(existing, subject, period)
        if vintage is not None:
            guarding.require_guarded(vintage, subject.partition(":")[2])
        publication = Publication(
            subject=subject,
            vintage=vintage,
            organisation=by.acting_for(),
            person=by.person,
            period_start=period.start,
            period_end=period.end,
            published_at=_instant(),
            heads=[list(head) for head in ledger.heads()],
            revises=revises,
            reason=_why(revises, reason),
            once=once,
        )
        _freeze(publication, questions, period)
        witnessed.witness(publication, by)
    return publication


def _why(revises: Publication | None, reason: str) -> str:
    if revises is not None and not reason.strip():
        raise Invalid(str(AGAIN), fields={"reason": str(AGAIN)})
    return reason.strip()[:300] if revises else ""


def _freeze(publication: Publication, questions: Sequence[Question], period: Period) -> None:
    """Compute the figures as known at the instant of the publication, and keep them with it."""
    pinned = [question.pinned() for question in questions]
    answers = answer(pinned, publication.published_at, cached=False)
    public = Public(period)
    figures = [_figure(rank, given, public) for rank, given in enumerate(answers)]
    publication.digest = witnessed.digest(publication, figures)
    publication.save(force_insert=True)
    for figure in figures:
        figure.publication = publication
    PublishedFigure.objects.bulk_create(figures)


def _instant() -> datetime:
    """Now, and never before an act that the heads hold: values and heads are of one instant."""
    newest: datetime | None = ledger.Head.objects.aggregate(at=Max("recorded_at"))["at"]
    return max(clock.now(), newest) if newest else clock.now()


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


def _figure(rank: int, given: Answer, public: Public) -> PublishedFigure:
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
        public=disclosed(given, public),
    )


def disclosed(given: Answer, public: Public | None = None) -> dict[str, Any]:
    """What may be said of an answer beside what is public: value, parts, and the reason of what is masked.

    A rate says nothing when one of its lists may not be said: a share of a public budget, or a cost
    per firm, would otherwise give a masked sum away.
    """
    rule = secrecy.CLASSES[given.definition.disclosure]
    sights = _sights(given, public or Public(None))
    units = given.n if given.n is not None else min(given.numerator or 0, given.denominator or 0)
    whys = [sight.betrays() for sight in sights]
    why = rule.words if rule.hides(units) else next(filter(None, whys), None)
    parts = secrecy.mask(given.groups, lambda keys: any(sight.betrays(keys) for sight in sights))
    part_why = None if why else _why_parts(given.groups, parts, sights)
    reason = why or part_why or rule.words
    return {
        "value": None if why else given.value,
        "n": None if why else given.n,
        "numerator": None if why else given.numerator,
        "denominator": None if why else given.denominator,
        "masked": bool(why),
        "withheld": bool(why) or parts is None,
        "reason": {"fr": reason.fr, "en": reason.en},
        "groups": [asdict(group) for group in (parts or ()) if not why],
    }


def _why_parts(
    groups: Sequence[Group], parts: Sequence[Group] | None, sights: Sequence[secrecy.Sight]
) -> Words | None:
    """Why parts are masked or withheld: the first reason met."""
    if parts is not None and not any(part.masked for part in parts):
        return None
    told = (sight.betrays({group.key}) for group in groups for sight in sights)
    return next(filter(None, told), None)


def _sights(given: Answer, public: Public) -> list[secrecy.Sight]:
    """The lists behind an answer that have a threshold, each beside what can be subtracted from it."""
    asked, keys, found = given.question, [group.key for group in given.groups], []
    for slot in changes.slots_of(asked):
        rule = secrecy.CLASSES[slot.definition.disclosure]
        if not rule.threshold:
            continue
        base = base_of(slot)
        by = asked.by if base and asked.by in base.definition.dimensions else ""
        found.append(
            secrecy.Sight(
                rule,
                weigh(slot, asked.by, keys, given.as_of),
                base=weigh(base, by, keys, given.as_of) if base else None,
                earlier=[
                    (clock.local_day(said.at), weigh(said.slot, asked.by, keys, said.at))
                    for said in public.beside(slot)
                ],
                counted=slot.definition.summed is None,
            )
        )
    return found


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
