"""The dashboard of a convention laid out for reading: nothing here is computed but shares and words.

One call answers every figure of the page; states of actions and the day of their last act come from
the ledger as known at the same instant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from maillage import figures, ledger
from maillage.conventions.facts import facts_of
from maillage.conventions.models import Target
from maillage.conventions.readings import fetch_agreed
from maillage.conventions.states import ActionState, Fact
from maillage.conventions.tree import ActionLine, AxisLine, Tree, tree_of
from maillage.figures import Answer, Leading, Question
from maillage.figures.cache import kept
from maillage.observatory.addresses import records_url
from maillage.observatory.asking import OWN, Asking
from maillage.observatory.outturn import TOLERANCE, Promise, Text, due_elapsed
from maillage.observatory.reading import Reading
from maillage.observatory.wording import opening, written

NEWEST = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the page with what its text promised, ready to be written anywhere."""

    answer: Answer
    promise: Promise | None
    opens: bool

    @property
    def label(self) -> str:
        """The indicator in words."""
        return str(self.answer.definition.label)

    @property
    def unit(self) -> str:
        """In what it is counted."""
        return self.answer.definition.unit

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return written(self.answer.value, self.unit)

    @property
    def target(self) -> Target | None:
        """The promise it follows."""
        return self.promise.target if self.promise else None

    @property
    def amount(self) -> str:
        """What was promised, as people read it; blank when nothing was."""
        target = self.target
        return written(target.amount, self.unit) if target and target.amount else ""

    @property
    def state(self) -> str:
        """`late`, `ontrack`, `ahead`, `done`, `waiting`, or `monitor`."""
        return self.promise.state if self.promise else "monitor"

    @property
    def url(self) -> str:
        """The records behind it, for whoever may open them."""
        if not self.opens:
            return ""
        asked = self.answer.question
        part = "numerator" if self.answer.numerator is not None else ""
        whole = Question(asked.indicator, asked.filter, asked.period)
        return records_url(whole, self.answer.as_of, part)

    @property
    def opening(self) -> str:
        """The words of that link."""
        return opening(self.answer)


@dataclass(frozen=True, slots=True)
class AxisRow:
    """An axis: its main promise, or the state of its actions when it promises nothing."""

    line: AxisLine
    main: Figure | None
    last: date | None

    @property
    def completed(self) -> int:
        """How many of its actions are completed."""
        return sum(1 for action in self.line.actions if action.state.value == "completed")

    @property
    def share(self) -> float | None:
        """The part of its actions that are completed; none without an action."""
        actions = len(self.line.actions)
        return self.completed / actions if actions else None

    @property
    def is_paced(self) -> bool:
        """Whether its state is the pace of its main promise."""
        return self.main is not None and self.main.state != "monitor"

    @property
    def state(self) -> str:
        """The pace of its promise, else what its actions say: the worst comes first."""
        if self.is_paced and self.main is not None:
            return self.main.state
        pills = {"late" if action.late else action.pill for action in self.line.actions}
        if "late" in pills or pills == {"done"}:
            return "late" if "late" in pills else "done"
        more = any(action.state is ActionState.TO_COME for action in self.line.actions)
        return "ontrack" if "ontrack" in pills or ("done" in pills and more) else "waiting"

    @property
    def state_words(self) -> str:
        """Words of its own, when its state is not a pace."""
        if self.is_paced and self.main is not None:
            return _("Masked") if self.main.answer.masked else ""
        to_come = all(line.state.value == "to_come" for line in self.line.actions)
        stopped = _("To come") if to_come else _("Stopped")
        return {"ontrack": _("Under way"), "waiting": stopped}.get(self.state, "")

    @property
    def troubled(self) -> list[ActionLine]:
        """Its actions late, blocked, paused or abandoned."""
        return [
            line
            for line in self.line.actions
            if line.late or line.state.value in {"blocked", "paused", "abandoned"}
        ]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows."""

    reading: Reading
    asking: Asking
    answers: Mapping[Question, Answer]
    figures: Sequence[Figure]
    tree: Tree
    axes: Sequence[AxisRow]
    facts: Mapping[str, Sequence[Fact]]

    @property
    def text(self) -> Text:
        """The text read and when."""
        return self.reading.text

    def of(self, question: Question) -> Figure:
        """The figure that answers a question of the page."""
        return Figure(self.answers[question], None, self.reading.opens)

    @property
    def head(self) -> Figure | None:
        """The promise that stands for the convention."""
        target = self.asking.head
        found = (f for f in self.figures if target and f.target and f.target.pk == target.pk)
        return next(found, None)

    @property
    def series(self) -> Answer | None:
        """The head promise month by month."""
        asked = self.asking.series
        return self.answers[asked] if asked else None

    @property
    def committed_share(self) -> float | None:
        """Committed over the budget of the text."""
        committed, budget = self.answers[self.asking.committed], self.answers[self.asking.budget]
        if committed.value is None or not budget.value:
            return None
        return committed.value / budget.value

    @property
    def committed_state(self) -> str:
        """The pace of commitments beside elapsed time."""
        return pace(self.committed_share, self.text.elapsed)

    @property
    def own(self) -> list[Figure]:
        """Promises of the convention as a whole that no other section of the page shows."""
        return [
            f
            for f in self.figures
            if f.target
            and f.target.axis_id is None
            and f.target.action_id is None
            and (f.target.amount or f.answer.definition.code not in OWN)
        ]

    @property
    def late_promises(self) -> list[Figure]:
        """What was promised and is behind elapsed time."""
        return [figure for figure in self.figures if figure.state == "late"]


def pace(share: float | None, elapsed: float) -> str:
    """The state of a share beside elapsed time, with the same tolerance as promises."""
    if share is None:
        return "waiting"
    if share < elapsed - TOLERANCE:
        return "late"
    return "ahead" if share > elapsed + TOLERANCE else "ontrack"


def of(reading: Reading, *, whole: bool = False, more: Sequence[Question] = ()) -> Dashboard:
    """Lay out a reading; `whole` also asks what only a publication or an annex says."""
    text, asking = reading.text, Asking(reading.text)
    fetch_agreed(text.version)
    asked = list(dict.fromkeys([*(asking.whole() if whole else asking.page()), *more]))
    answers = dict(zip(asked, reading.answer(asked), strict=True))
    made = [
        Figure(
            answers[asking.of(target)],
            Promise(target, answers[asking.of(target)], due_elapsed(target, text), text.is_whole),
            reading.opens,
        )
        for target in asking.targets
    ]
    facts = facts_of([text.convention], text.as_of)
    tree = tree_of(text.version, facts, text.day)
    last = {} if reading.is_masked else last_acts(reading)
    axes = [_axis(line, made, last) for line in tree.axes]
    return Dashboard(reading, asking, answers, made, tree, axes, facts)


def _axis(line: AxisLine, made: Sequence[Figure], last: Mapping[str, date]) -> AxisRow:
    actions = {action.action.pk for action in line.actions}
    own = [
        figure
        for figure in made
        if figure.target
        and (figure.target.axis_id == line.axis.pk or figure.target.action_id in actions)
    ]
    days = [last[a.action.key] for a in line.actions if a.action.key in last]
    return AxisRow(line, own[0] if own else None, max(days, default=None))


def last_acts(reading: Reading) -> dict[str, date]:
    """The day of the last standing act charged to each action."""
    text = reading.text
    return kept(
        ("last_acts", text.action_keys, text.day),
        lambda: _last_acts(text),
        as_of=text.as_of,
        live=reading.asked.at is None,
    )


def _last_acts(text: Text) -> dict[str, date]:
    acts = ledger.Act.objects.unscoped(reason="the day of the last act is told to the parties")
    rows = acts.effective(text.as_of).filter(action_key__in=text.action_keys)
    # Not blank, which says nothing new: SQLite then takes the index of acts charged to an action.
    rows = rows.exclude(action_key="").filter(occurred_on__lte=text.day).order_by()
    return dict(rows.values_list("action_key").annotate(last=Max("occurred_on")))


def newest(page: Dashboard) -> Leading | None:
    """The five newest records of the head promise, before it is asked who may see them."""
    if page.head is None or not page.reading.opens:
        return None
    asked = page.head.answer.question
    if not hasattr(asked.definition, "key"):
        return None
    seen = page.series.seen if page.series else None
    return figures.leading(asked, at=page.text.as_of, size=NEWEST, seen=seen)
