"""A dashboard on paper: promises and answers laid out without a database, to read what pages make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from maillage import figures
from maillage.accounts.actors import System
from maillage.conventions.models import Action, Axis, Convention, Target
from maillage.conventions.states import ActionState, Fact
from maillage.conventions.tree import ActionLine, AxisLine, Tree
from maillage.figures import Answer, Filter, Group, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory.asking import Asking
from maillage.observatory.dashboard import AxisRow, Dashboard, Figure
from maillage.observatory.outturn import Promise, Text, due_elapsed
from maillage.observatory.reading import Asked, Reading

LIFE = Period(date(2019, 1, 1), date(2020, 12, 31))
SMALL = Words("moins de 3 unités", "fewer than 3 units")


def answer(
    code: str = "I01",
    value: float | None = 0,
    *,
    n: int | None = None,
    by: str = "",
    sides: tuple[int, int] | None = None,
    groups: Sequence[Group] = (),
    masked: bool = False,
    note: Words | None = None,
    day: date = date(2020, 6, 30),
    question: Question | None = None,
) -> Answer:
    """An answer that nobody computed."""
    definition = figures.get(code)
    top, bottom = sides or (None, None)
    return Answer(
        question=question or Question(definition.reference, by=by),
        definition=definition,
        value=None if masked else value,
        n=n if n is not None or sides or not isinstance(value, int) else value,
        as_of=clock.end_of_day(day),
        end=day,
        numerator=top,
        denominator=bottom,
        groups=tuple(groups),
        note=note or (SMALL if masked else None),
        masked=masked,
    )


def group(key: str, value: float | None, label: str = "", **more: Any) -> Group:
    """One part of a breakdown."""
    return Group(key, label or key, value, more.pop("n", int(value or 0)), **more)


def target(
    kind: str = "floor",
    amount: int | None = 100,
    code: str = "I01",
    *,
    by_on: date | None = None,
    axis: int | None = None,
    pk: int = 1,
) -> Target:
    """What a text promises, unsaved."""
    definition = figures.get(code)
    return Target(
        pk=pk,
        code=f"T{pk}",
        kind=kind,
        indicator=definition.code,
        indicator_version=definition.version,
        filter={},
        amount=amount,
        by_on=by_on,
        axis_id=axis,
    )


def figure(made: Answer, promised: Target | None = None, elapsed: float = 0.5) -> Figure:
    """A figure of a page beside what was promised, opened by its reader."""
    promise = Promise(promised, made, elapsed) if promised else None
    return Figure(made, promise, opens=True)


def action(
    code: str = "1.1", state: str = "to_come", late: int = 0, due: date | None = None
) -> ActionLine:
    """An action of an axis, in a state and late by so many days."""
    pk = int(code.replace(".", ""))
    made = Action(pk=pk, code=code, key=f"on-paper/{code}", title=f"Action {code}", due_on=due)
    return ActionLine(made, ActionState(state), late)


def axis_line(*actions: ActionLine, code: str = "1", pk: int = 1) -> AxisLine:
    """An axis with its actions."""
    return AxisLine(Axis(pk=pk, code=code, title=f"Axis {code}"), actions, ())


@dataclass
class Paper:
    """What is needed to lay out a dashboard; every figure not named is worth nothing."""

    targets: Sequence[Target] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    day: date = date(2020, 6, 30)
    period: Period = LIFE
    opens: bool = True
    axes: Sequence[AxisLine] = ()
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    publication: Any = None
    more: Sequence[Answer] = ()

    @property
    def text(self) -> Text:
        """The text and when it is read."""
        rows = SimpleNamespace(all=lambda: list(self.targets))
        actions = SimpleNamespace(
            all=lambda: [line.action for a in self.axes for line in a.actions]
        )
        parties = SimpleNamespace(all=lambda: [SimpleNamespace(organisation="MEL")])
        version: Any = SimpleNamespace(number=0, targets=rows, actions=actions, parties=parties)
        convention = Convention(pk=1, slug="on-paper", title="Convention de papier")
        return Text(convention, version, self.period, clock.end_of_day(self.day), LIFE)

    def answered(self, question: Question) -> Answer:
        """What this paper says of a question: by `code/dimension`, else by code, else zero."""
        code = question.definition.alias or question.definition.code
        said = self.answers.get(f"{code}/{question.by}" if question.by else code)
        made = said or answer(code, 0, day=self.day)
        return replace(made, question=question, as_of=clock.end_of_day(self.day))

    def lay_out(self, *, whole: bool = False) -> Dashboard:
        """The dashboard that a page, a file and a report would read."""
        text = self.text
        asking = Asking(text)
        questions = asking.whole() if whole else asking.page()
        answers = {question: self.answered(question) for question in questions}
        answers |= {made.question: made for made in self.more}
        reading = Reading(
            text,
            lambda asked: [self.answered(one) for one in asked],
            Asked(),
            System("on paper"),
            publication=self.publication,
            is_masked=not self.opens,
        )
        made = [
            Figure(
                answers[asking.of(one)],
                Promise(one, answers[asking.of(one)], due_elapsed(one, text), text.is_whole),
                self.opens,
            )
            for one in asking.targets
        ]
        rows = [
            AxisRow(
                line,
                next((f for f in made if f.target and f.target.axis_id == line.axis.pk), None),
                None,
            )
            for line in self.axes
        ]
        tree = Tree(text.version, self.axes, ())
        return Dashboard(reading, asking, answers, made, tree, rows, self.facts)


def narrowed(code: str, **filled: Any) -> Question:
    """A question with a filter, for addresses."""
    return Question(figures.get(code).reference, Filter(**filled))
