"""A convention as a given reader may read it: live for its parties, published for the public.

Whatever the reader, a reading is a text and a function that answers questions, so that one page, one
file and one report serve everybody and cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.conventions.models import Convention
from maillage.figures import Answer, Group, Question
from maillage.figures.models import Publication, PublishedFigure
from maillage.figures.publication import disclosed
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory import outturn, permissions, publishing
from maillage.observatory.outturn import Text

NOT_PUBLISHED = Words(fr="Non publié.", en="Not published.")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks: days read, and the instant at which they are read (none: now)."""

    period: Period | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with the function that answers for it; `publication` is what the public reads.

    `actor` is who reads: figures do not depend on them, records and reasons do.
    """

    text: Text
    answer: Callable[[Sequence[Question]], list[Answer]]
    asked: Asked
    actor: Actor
    publication: Publication | None = None
    is_masked: bool = False

    @property
    def opens(self) -> bool:
        """Whether figures open onto records for this reader."""
        return not self.is_masked


TextOf = Callable[..., Text]


def of(
    convention: Convention,
    actor: Actor,
    asked: Asked | None = None,
    *,
    text_of: TextOf = outturn.read,
) -> Reading | None:
    """The reading of a convention this actor has a right to; None when nothing is published yet.

    `text_of` fetches the text: who may not need its lines only chooses it (`outturn.chosen`).

    Raises:
        Invalid: no text was in force on the day asked.
    """
    asked = asked or Asked()
    if permissions.can_read_live(actor, convention):
        return live(convention, actor, asked, text_of=text_of)
    # Days and instants of one's own choice are for parties: two masked readings a day apart would give
    # away, by subtraction, what each of them masks. Who asks for other days reads what was published.
    if permissions.can_read_masked(actor, convention) and asked == Asked():
        return Reading(text_of(convention), _masked, asked, actor, is_masked=True)
    publication = publishing.latest(convention, asked.period) or publishing.latest(convention)
    return published(convention, publication, actor, text_of=text_of) if publication else None


def live(
    convention: Convention, actor: Actor, asked: Asked, *, text_of: TextOf = outturn.read
) -> Reading:
    """The figures of the moment, or as known at the instant asked."""
    text = text_of(convention, period=asked.period, at=asked.at)
    return Reading(text, lambda questions: figures.answer(questions, asked.at), asked, actor)


def published(
    convention: Convention,
    publication: Publication,
    actor: Actor,
    *,
    text_of: TextOf = outturn.read,
) -> Reading:
    """What everybody may read of a publication, at the instant and over the period it froze."""
    period = Period(publication.period_start, publication.period_end)
    text = text_of(convention, period=period, at=publication.published_at)

    def answer(questions: Sequence[Question]) -> list[Answer]:
        frozen = {_name(f.reference, f.filter, f.by): f for f in publication.figures.all()}
        return [_frozen(question, frozen, text) for question in questions]

    asked = Asked(period, publication.published_at)
    return Reading(text, answer, asked, actor, publication=publication, is_masked=True)


def _name(reference: str, filter_: dict[str, Any], by: str) -> tuple[str, str, str]:
    return reference, json.dumps(filter_, sort_keys=True), by


def _frozen(
    question: Question, figures_: dict[tuple[str, str, str], PublishedFigure], text: Text
) -> Answer:
    definition, kept = question.definition, question.filter.to_dict()
    found = figures_.get(_name(definition.reference, kept, question.by))
    bare = Answer(
        question=question,
        definition=definition,
        value=None,
        n=None,
        as_of=text.as_of,
        end=text.day,
        note=NOT_PUBLISHED,
    )
    return public(bare, found.public) if found else bare


def _masked(questions: Sequence[Question]) -> list[Answer]:
    return [public(given, disclosed(given)) for given in figures.answer(questions)]


def public(given: Answer, says: dict[str, Any]) -> Answer:
    """An answer reduced to what `publish()` lets the public read, the reason of a mask as its note."""
    reason = Words(**says["reason"])
    return Answer(
        question=given.question,
        definition=given.definition,
        value=says["value"],
        n=says["n"],
        as_of=given.as_of,
        end=given.end,
        numerator=says["numerator"],
        denominator=says["denominator"],
        groups=tuple(Group(**group) for group in says["groups"]),
        note=reason if says["masked"] else None,
        data_as_of=given.data_as_of,
        masked=says["masked"],
    )


def life(convention: Convention) -> Period | None:
    """From the first day of the first signed text to the last day of the last one, to offer years."""
    signed = [version for version in convention.versions.all() if version.is_signed]
    starts = [version.effective_on for version in signed if version.effective_on]
    ends = [version.effective_until for version in signed if version.effective_until]
    if not starts:
        return None
    return Period(min(starts), max([*ends, min(starts)]))
