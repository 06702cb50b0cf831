"""A questionnaire as data: axes, questions, choices with their points, what is advised after a low answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from maillage.kernel.text import Words

Scale = tuple[tuple[str, tuple[tuple[str, tuple[tuple[str, int], ...]], ...]], ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed when an answer is worth less than `below`: in how many days, on which theme."""

    below: int
    words: Words
    theme: str
    days: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given, and what it is worth."""

    code: str
    words: Words
    points: int


@dataclass(frozen=True)
class Question:
    """What is asked, and the answers that may be given."""

    code: str
    ask: Words
    choices: tuple[Choice, ...]
    advice: Advice | None = None

    @cached_property
    def worth(self) -> Mapping[str, int]:
        """What each answer is worth, by its code."""
        return {choice.code: choice.points for choice in self.choices}

    @property
    def most(self) -> int:
        """The most that it may give."""
        return max(self.worth.values())

    def said(self, answer: str) -> str:
        """An answer in the reader's words; blank when none was given."""
        return next((str(c.words) for c in self.choices if c.code == answer), "")


@dataclass(frozen=True, slots=True)
class Axis:
    """Questions that are scored together."""

    code: str
    title: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Document:
    """One version of a questionnaire, with the rule of its score in words."""

    code: str
    title: Words
    about: Words
    rule: Words
    axes: tuple[Axis, ...]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by its code, in their order."""
        return {q.code: q for axis in self.axes for q in axis.questions}

    @cached_property
    def axis_of(self) -> Mapping[str, Axis]:
        """The axis of each question, by the code of the question."""
        return {q.code: axis for axis in self.axes for q in axis.questions}

    @cached_property
    def scale(self) -> Scale:
        """What two versions share when their scores may be compared: axes, questions, answers and points.

        Computed, never claimed: new words leave it as it was, another question or another point do not.
        """
        return tuple(
            (axis.code, tuple((q.code, tuple(sorted(q.worth.items()))) for q in axis.questions))
            for axis in self.axes
        )
