"""Everything that is asked about a convention: its promises, its series, its money, its lateness.

The dashboard, the report and the publication ask from this one list, so none says what another does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from maillage.conventions.indicators import (
    BUDGET,
    COMMITMENTS,
    EXECUTION,
    EXECUTION_OF_AMOUNT,
    LATE_ACTIONS,
    PAYMENTS,
)
from maillage.conventions.models import Target
from maillage.figures import Filter, Question
from maillage.observatory.outturn import Text, question_of

BY_FUNDER = "counterpart"
SERIES = "first_month"
OWN = frozenset(i.code for i in (COMMITMENTS, PAYMENTS, LATE_ACTIONS))
"""Figures that every convention shows, whether or not its text watches them."""


@dataclass(frozen=True)
class Asking:
    """The questions of one text over one period."""

    text: Text

    @cached_property
    def targets(self) -> list[Target]:
        """The promises of the text in its order: floors and targets first, what is watched after."""
        return sorted(self.text.version.targets.all(), key=lambda target: target.amount is None)

    @cached_property
    def head(self) -> Target | None:
        """The promise that stands for the convention: its first one followed month by month."""
        followed = [t for t in self.targets if SERIES in self.of(t).definition.dimensions]
        return followed[0] if followed else None

    @property
    def series(self) -> Question | None:
        """The head promise, month by month of what it counted for the first time."""
        return replace(self.of(self.head), by=SERIES) if self.head else None

    def of(self, target: Target) -> Question:
        """What a promise asks over the period read."""
        return question_of(target, self.text.period)

    @cached_property
    def committed(self) -> Question:
        """Money committed to the actions."""
        return self._money(COMMITMENTS.reference, BY_FUNDER)

    @cached_property
    def paid(self) -> Question:
        """Money paid for the actions."""
        return self._money(PAYMENTS.reference, BY_FUNDER)

    @cached_property
    def execution(self) -> Question:
        """I12: paid over committed."""
        return self._money(EXECUTION.reference)

    @cached_property
    def execution_of_amount(self) -> Question:
        """Paid over the budget of the text."""
        return self._money(EXECUTION_OF_AMOUNT.reference, schemes=self._scheme)

    @cached_property
    def budget(self) -> Question:
        """The budget of the text, by funder."""
        return self._whole(BUDGET.reference, BY_FUNDER)

    @cached_property
    def late(self) -> Question:
        """I13: actions past their day and not completed."""
        return self._whole(LATE_ACTIONS.reference)

    def page(self) -> list[Question]:
        """What a dashboard shows."""
        return [
            *map(self.of, self.targets),
            *([self.series] if self.series else []),
            *self.money(),
            self.late,
        ]

    def money(self) -> list[Question]:
        """Budget, commitments, payments, and the two rates of execution."""
        return [self.budget, self.committed, self.paid, self.execution, self.execution_of_amount]

    def whole(self) -> list[Question]:
        """What a publication and the annex of a report say: the page, and its promises split."""
        return list(dict.fromkeys([*self.page(), *self._split()]))

    def _split(self) -> Iterator[Question]:
        for target in self.targets:
            asked = self.of(target)
            if SERIES in asked.definition.dimensions:
                yield replace(asked, by=SERIES)
            if "sector" in asked.definition.dimensions and asked.filter.territory:
                yield replace(asked, by="sector")

    @property
    def _scheme(self) -> tuple[str, ...]:
        return (self.text.convention.scheme,)

    def _money(self, code: str, by: str = "", schemes: tuple[str, ...] = ()) -> Question:
        charged = Filter(action_keys=self.text.action_keys or ("-",), schemes=schemes)
        return Question(code, charged, self.text.period, by)

    def _whole(self, code: str, by: str = "") -> Question:
        return Question(code, Filter(schemes=self._scheme), self.text.period, by)
