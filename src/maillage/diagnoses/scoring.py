"""The score of a diagnosis: a pure function of a questionnaire and the answers given, stored nowhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from maillage.diagnoses.document import Document, Question

#: Two passes nearer than this measure the same firm twice, not what became of it (I33).
APART = timedelta(days=180)
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Points over the most that the questions answered could give, and how many were answered."""

    points: int
    most: int
    answered: int
    asked: int

    @property
    def thousandths(self) -> int | None:
        """The score in thousandths, rounded half up; None when nothing was answered."""
        return (2000 * self.points + self.most) // (2 * self.most) if self.most else None

    @property
    def share(self) -> float | None:
        """The same as a fraction of 1."""
        return self.points / self.most if self.most else None

    @property
    def is_whole(self) -> bool:
        """Whether every question was answered."""
        return self.answered == self.asked


@dataclass(frozen=True, slots=True)
class Scores:
    """The score of each axis by its code, and of the whole."""

    axes: Mapping[str, Score]
    whole: Score


def score(document: Document, answers: Answers, among: Collection[str] | None = None) -> Scores:
    """What answers are worth; a question without an answer is unknown, not zero.

    `among` leaves only these questions, to compare two passes on what both know.
    """
    axes = {
        axis.code: _score([q for q in axis.questions if among is None or q.code in among], answers)
        for axis in document.axes
    }
    every = [q for q in document.questions.values() if among is None or q.code in among]
    return Scores(axes, _score(every, answers))


def _score(questions: Sequence[Question], answers: Answers) -> Score:
    known = [q for q in questions if answers.get(q.code) in q.worth]
    points = sum(q.worth[answers[q.code]] for q in known)
    return Score(points, sum(q.most for q in known), len(known), len(questions))


def unknown(document: Document, answers: Answers) -> list[str]:
    """The codes of answers that the questionnaire does not offer."""
    questions = document.questions
    return [
        code
        for code, answer in answers.items()
        if code not in questions or answer not in questions[code].worth
    ]


def advised(document: Document, answers: Answers) -> list[Question]:
    """The questions whose answer is low enough for their advice, in their order."""
    return [
        q
        for q in document.questions.values()
        if q.advice and answers.get(q.code) in q.worth and q.worth[answers[q.code]] < q.advice.below
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """A pass as pairing sees it: of which day, by which version, what was answered, and whose it is."""

    on: date
    document: Document
    answers: Answers
    of: Any = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passes of one firm that may be compared, scored on the questions that both answered."""

    first: Taken
    second: Taken
    common: frozenset[str]

    @property
    def before(self) -> Scores:
        """What the first answers were worth, on the common questions."""
        return score(self.first.document, self.first.answers, self.common)

    @property
    def after(self) -> Scores:
        """What the second answers were worth, on the common questions."""
        return score(self.second.document, self.second.answers, self.common)

    @property
    def gain(self) -> int:
        """The progress in thousandths; less than zero for a firm that went back."""
        return (self.after.whole.thousandths or 0) - (self.before.whole.thousandths or 0)

    @property
    def share(self) -> float:
        """The same as a fraction of 1."""
        return self.gain / 1000


def pair(passes: Sequence[Taken]) -> Pair | None:
    """The pair by which a firm counts: its first pass, and the first one that may be compared with it.

    That is at least 180 days later, on the same scale, with half of the questions answered in both. When no
    pass follows the first one so (the scale changed), the next one is tried. A third pass moves nothing:
    a firm counts once for each questionnaire, by what it became half a year after it was first seen.
    """
    ordered = sorted(passes, key=lambda taken: taken.on)
    for rank, first in enumerate(ordered):
        for second in ordered[rank + 1 :]:
            if second.on - first.on >= APART and (common := _common(first, second)):
                return Pair(first, second, common)
    return None


def compared(first: Taken, second: Taken) -> Pair | None:
    """Any two passes side by side, when their scale is the same and half of the questions are common."""
    common = _common(first, second)
    return Pair(first, second, common) if common else None


def _common(first: Taken, second: Taken) -> frozenset[str]:
    if first.document.scale != second.document.scale:
        return frozenset()
    questions = first.document.questions
    common = frozenset(
        code
        for code, question in questions.items()
        if first.answers.get(code) in question.worth and second.answers.get(code) in question.worth
    )
    return common if 2 * len(common) >= len(questions) else frozenset()
