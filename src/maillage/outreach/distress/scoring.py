"""From answers to a level, with the reasons that make it: nothing else enters, and the reasons sum to the score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from maillage.outreach.distress.points import Fact, Points


class Level(TextChoices):
    """What is proposed to whoever reads it; a person decides."""

    NONE = "none", pgettext_lazy("early signals", "Nothing in particular")
    WATCH = "watch", pgettext_lazy("early signals", "To be watched")
    CONTACT = "contact", pgettext_lazy("early signals", "Contact proposed")


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the answers of one visit weigh by one version of the table.

    `known` of `asked`: a question that nobody answered adds nothing, and is said to be unknown rather than zero.
    """

    score: int
    level: Level
    reasons: tuple[Fact, ...]
    known: int
    asked: int

    @property
    def proposals(self) -> list[str]:
        """What the reasons propose, each once."""
        return list(dict.fromkeys(str(fact.proposes) for fact in self.reasons if fact.proposes))

    @property
    def is_whole(self) -> bool:
        """Whether every question that weighs was answered."""
        return self.known == self.asked


def weigh(table: Points, answers: Mapping[str, Collection[str]]) -> Weighed:
    """The level of these answers: the sum of the facts that they are, and of nothing else."""
    reasons = tuple(fact for fact in table.facts if fact.answer in answers.get(fact.question, ()))
    score = sum(fact.points for fact in reasons)
    known = sum(bool(answers.get(question)) for question in table.asks)
    return Weighed(score, _level(table, score), reasons, known, len(table.asks))


def _level(table: Points, score: int) -> Level:
    if score >= table.contact:
        return Level.CONTACT
    return Level.WATCH if score >= table.watch else Level.NONE
