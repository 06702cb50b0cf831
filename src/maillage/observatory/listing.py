"""The records behind a figure as a page, a table for a spreadsheet and data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from maillage import figures
from maillage.figures import Behind, Page, Rate, Record
from maillage.ledger import kinds
from maillage.observatory.addresses import AFTER, GROUP, PART
from maillage.observatory.inquiry import PARTS, Inquiry
from maillage.observatory.proving import ProofLine, proved
from maillage.observatory.saying import counted
from maillage.observatory.telling import told, told_record, with_records
from maillage.observatory.wording import written
from maillage.ui import formats

SIZE = 50
CENTS = "cents"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two lists of a rate."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what a figure counts."""

    inquiry: Inquiry
    page: Page
    n: int | None
    value: str
    proof: ProofLine

    @property
    def counted(self) -> str:
        """How many units there are over all pages, in words."""
        return counted(self.n, self.inquiry.listed.definition.unit) if self.n is not None else ""

    @property
    def part(self) -> str:
        """The part of the breakdown that is opened, blank for the whole."""
        cell = self.inquiry.cell
        if cell is None:
            return ""
        dimension = figures.DIMENSIONS[self.inquiry.question.by]
        label = formats.month(cell.key) if dimension.column == "month" else cell.label
        return _("%(dimension)s: %(part)s") % {"dimension": dimension.words, "part": label}

    @property
    def is_sum(self) -> bool:
        """Whether the figure is the sum of the amounts of its lines."""
        return bool(getattr(self.inquiry.listed.definition, "measure", None))

    @property
    def lines(self) -> list[tuple[Record, str]]:
        """The records of the page, each with what it adds to a sum or measures, in its unit."""
        unit = self.inquiry.listed.definition.unit
        return [
            (one, "" if one.amount is None else written(one.amount, unit))
            for one in self.page.records
        ]

    @property
    def next_url(self) -> str:
        """Where the following records are, blank on the last page."""
        following = self.page.following
        return self.inquiry.address("records", **{AFTER: following}) if following else ""

    @property
    def first_url(self) -> str:
        """Back to the newest, from a later page."""
        return self.inquiry.address("records") if self.inquiry.asked.get(AFTER) else ""

    @property
    def whole_url(self) -> str:
        """The whole figure, from one of its parts."""
        return self.inquiry.address("records", **{GROUP: None}) if self.inquiry.cell else ""

    @property
    def sides(self) -> list[Side]:
        """The two lists of a rate, nothing for a figure that has one."""
        definition = self.inquiry.definition
        if not isinstance(definition, Rate):
            return []
        labels = (definition.numerator.label, definition.denominator.label)
        return [
            Side(
                str(label),
                self.inquiry.address("records", **{PART: part}),
                part == self.inquiry.part,
            )
            for part, label in zip(PARTS, labels, strict=True)
        ]


def of(inquiry: Inquiry) -> Listing:
    """The page of records that an address asks for.

    Raises:
        Invalid: the page, or the part, does not exist.
    """
    answer, cell = inquiry.listed_answer, inquiry.cell
    value, n = (cell.value, cell.n) if cell else (answer.value, answer.n)
    after = inquiry.asked.get(AFTER, "")
    page = figures.records(
        inquiry.listed,
        inquiry.actor,
        at=inquiry.at,
        group=inquiry.group,
        after=after,
        size=SIZE,
    )
    read = figures.rows_read(inquiry.listed, inquiry.at, group=inquiry.group)
    proof = proved(answer, read, n)
    return Listing(inquiry, page, n, written(value, answer.definition.unit), proof)


def header(inquiry: Inquiry) -> list[str]:
    """The columns of the export."""
    in_money = inquiry.listed.definition.unit == CENTS
    return [
        _("Unit"),
        _("Name"),
        _("Act"),
        _("Kind of act"),
        _("Day"),
        _("Month"),
        _("Kept by"),
        _("Source"),
        _("Amount (€)") if in_money else _("Measured"),
        _("Masked line"),
    ]


def rows(inquiry: Inquiry) -> Iterator[list[Any]]:
    """One line for each act behind each counted unit, masked ones included."""
    in_money = inquiry.listed.definition.unit == CENTS
    for record in _every(inquiry):
        amount: float | None = record.amount
        if in_money and amount is not None:
            amount /= 100
        if not record.acts:
            yield [record.unit, record.label, "", "", record.day, "", "", "", amount, False]
        for act in record.acts:
            yield _row(record, act, amount)


def _row(record: Record, act: Behind, amount: float | None) -> list[Any]:
    kind = kinds().get(act.kind)
    return [
        record.unit,
        record.label,
        act.key,
        str(kind.words) if kind else act.kind,
        act.occurred_on,
        act.entry.month,
        act.entry.keeper,
        act.source,
        amount,
        act.is_masked,
    ]


def _every(inquiry: Inquiry) -> Iterator[Record]:
    if inquiry.question.by:
        _ = inquiry.listed_answer  # a file refuses the split that its page would refuse
    return figures.every_record(inquiry.listed, inquiry.actor, at=inquiry.at, group=inquiry.group)


def tells(inquiry: Inquiry) -> dict[str, Any]:
    """The figure and its records under the keys of the command `figure --records`.

    A rate tells the union of its lists, as the command does, unless the address names one of them.
    """
    if inquiry.group is None and PART not in inquiry.asked:
        return with_records(figures.answer([inquiry.question], inquiry.at)[0], inquiry.actor)
    found = [told_record(record) for record in _every(inquiry)]
    cell = inquiry.cell
    tale = told(inquiry.listed_answer) | {"records": found}
    if cell:
        tale |= {"group": cell.key, "value": cell.value, "n": cell.n}
    return tale
