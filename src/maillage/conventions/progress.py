"""How far each promise of a text is (I11): its indicator's answer over the amount, beside elapsed time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maillage.conventions.models import Target, Version
from maillage.figures import Answer, Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period

TOLERANCE = 0.05
"""Points of progress either side of elapsed time that still count as on pace."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One target of a text, the answer that measures it, and the share of its time gone by."""

    target: Target
    answer: Answer
    elapsed: float
    is_whole: bool = True  # read from its first day: a year alone is not held to the whole promise

    @property
    def question(self) -> Question:
        """What is asked to measure the target."""
        return self.answer.question

    @property
    def progress(self) -> float | None:
        """Actual over promised, at most 1 (I11); None for a monitor or an unknown value."""
        if not self.target.amount or self.answer.value is None or not self.is_whole:
            return None
        return min(1.0, self.answer.value / self.target.amount)

    @property
    def gap(self) -> int:
        """Points of progress ahead of (positive) or behind (negative) elapsed time."""
        return round(((self.progress or 0.0) - self.elapsed) * 100)

    @property
    def state(self) -> str:
        """`done`, `ahead`, `ontrack` or `late` beside elapsed time; `monitor` when nothing is promised.

        A part of the convention's life alone is only watched: the promise is held over the whole of it.
        """
        if not self.target.amount or not self.is_whole:
            return "monitor"
        if self.progress is None:
            return "waiting"
        if self.progress >= 1:
            return "done"
        if self.progress < self.elapsed - TOLERANCE:
            return "late"
        return "ahead" if self.progress > self.elapsed + TOLERANCE else "ontrack"


def question_of(target: Target, period: Period, by: str = "") -> Question:
    """The question a target pins: its indicator version, its filter, over a period."""
    reference = f"{target.indicator}@{target.indicator_version}"
    return Question(reference, Filter.from_dict(target.filter), period, by)


def lifetime(versions: Sequence[Version], version: Version) -> Period:
    """From the day the first signed text took effect to the day the present one ends."""
    first = next((v for v in versions if v.is_signed and v.effective_on), version)
    start = first.effective_on or clock.today()
    return Period(start, version.effective_until or max(start, clock.today()))


def due_elapsed(target: Target, life: Period, day: date) -> float:
    """The share gone by of the time that a promise has: to its own day, else to the end of the text."""
    due = target.by_on if target.by_on and target.by_on >= life.start else life.end
    return Period(life.start, due).elapsed(day)
