"""A text laid out for reading: axes, actions with their computed state, promises in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from maillage import figures
from maillage.conventions.counting import in_words
from maillage.conventions.facts import facts_of
from maillage.conventions.models import Action, Axis, Convention, Target, Version
from maillage.conventions.readings import with_text
from maillage.conventions.states import (
    ActionState,
    ConventionState,
    Fact,
    action_state,
    convention_state,
    days_late,
    in_force,
)
from maillage.kernel.errors import Invalid

PILLS = {
    ActionState.TO_COME: "waiting",
    ActionState.UNDER_WAY: "ontrack",
    ActionState.COMPLETED: "done",
    ActionState.PAUSED: "waiting",
    ActionState.BLOCKED: "late",
    ActionState.ABANDONED: "waiting",
}


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A promise with the label of its indicator and its filter in words."""

    target: Target
    label: str
    unit: str
    counts: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action, where it stands and how late it is."""

    action: Action
    state: ActionState
    late: int
    targets: Sequence[TargetLine] = ()

    @property
    def pill(self) -> str:
        """The look of its state."""
        return PILLS[self.state]

    @property
    def code(self) -> str:
        """What follows the convention in its permanent key: its place in addresses."""
        return self.action.key.partition("/")[2]


@dataclass(frozen=True, slots=True)
class AxisLine:
    """An axis with its actions and its own promises."""

    axis: Axis
    actions: Sequence[ActionLine]
    targets: Sequence[TargetLine]


@dataclass(frozen=True, slots=True)
class Tree:
    """A version of the text as a page shows it."""

    version: Version
    axes: Sequence[AxisLine]
    targets: Sequence[TargetLine]

    @property
    def described(self) -> int:
        """How many actions the text describes."""
        return sum(len(axis.actions) for axis in self.axes)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(1 for axis in self.axes for line in axis.actions if line.late)


def tree_of(version: Version, facts: Mapping[str, Sequence[Fact]], on: date) -> Tree:
    """The text of a version fetched `with_text`, with states on a day."""
    promised = list(version.targets.all())
    counts = in_words([t.filter for t in promised], [t.indicator for t in promised])
    targets = [(t, _target_line(t, said)) for t, said in zip(promised, counts, strict=True)]
    actions = [
        _action_line(
            action,
            facts.get(action.key, ()),
            on,
            [line for t, line in targets if t.action_id == action.pk],
        )
        for action in version.actions.all()
    ]
    axes = [
        AxisLine(
            axis,
            [line for line in actions if line.action.axis_id == axis.pk],
            [line for t, line in targets if t.axis_id == axis.pk],
        )
        for axis in version.axes.all()
    ]
    alone = [line for t, line in targets if t.axis_id is None and t.action_id is None]
    return Tree(version, axes, alone)


def _action_line(
    action: Action, facts: Sequence[Fact], on: date, targets: Sequence[TargetLine] = ()
) -> ActionLine:
    state = action_state(facts, on)
    return ActionLine(action, state, days_late(state, action.due_on, on), targets)


def action_line(action: Action, convention: Convention, on: date, known: datetime) -> ActionLine:
    """One action on its own page."""
    return _action_line(action, facts_of([convention], known).get(action.key, ()), on)


def _target_line(target: Target, counts: str) -> TargetLine:
    try:
        definition = figures.get(f"{target.indicator}@{target.indicator_version}")
        label, unit = str(definition.label), definition.unit
    except Invalid:
        label, unit = target.indicator, ""
    return TargetLine(target, label, unit, counts)


def text_at(
    convention: Convention, on: date, known: datetime, number: int | None = None
) -> Version | None:
    """The text to show: the one asked for, else in force, else the first signed, else the draft."""
    versions = list(with_text(convention.versions.all()).order_by("number"))
    if number is not None:
        return next((v for v in versions if v.number == number), None)
    signed = [v for v in versions if v.is_signed]
    return in_force(versions, on, known) or next(iter([*signed, *versions]), None)


def states_of(
    conventions: Sequence[Convention], on: date, known: datetime
) -> list[tuple[Convention, ConventionState]]:
    """Each convention with its computed state; fetched with versions, parties and deliberations."""
    facts = facts_of(conventions, known)
    return [
        (c, convention_state(list(c.versions.all()), facts.get(c.scheme, ()), on, known))
        for c in conventions
    ]
