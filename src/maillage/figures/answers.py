"""Questions and answers: a figure is asked for, computed live, and says everything about itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import MINYEAR, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from maillage import places
from maillage.figures import dimensions
from maillage.figures.asking import Slot, moment_of, values_of
from maillage.figures.cache import kept_many
from maillage.figures.definitions import REGISTRY, Definition, Indicator, Median, Rate
from maillage.figures.engine import plan
from maillage.figures.engine.cells import Cell, totals
from maillage.figures.engine.plan import Seen
from maillage.figures.filters import Filter
from maillage.figures.relations import FILTER_COLUMNS, RELATIONS, Moment, Standing
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words

EVER = Period(date(MINYEAR, 1, 1), date(9999, 12, 31))


@dataclass(frozen=True, slots=True)
class Question:
    """A figure asked for: which definition, over which acts, over which days, split by what."""

    indicator: str
    filter: Filter = field(default_factory=Filter)
    period: Period | None = None
    by: str = ""

    @property
    def definition(self) -> Definition:
        """The pinned or newest version of what is asked."""
        return REGISTRY.get(self.indicator)

    def pinned(self) -> Question:
        """The same question with its version written down, as conventions and publications keep it."""
        return replace(self, indicator=self.definition.reference)


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a breakdown."""

    key: str
    label: str
    value: int | float | None
    n: int
    numerator: int | None = None
    denominator: int | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A figure and its identity card: rule, version, as-of, day of the data, reserve."""

    question: Question
    definition: Definition
    value: int | float | None
    n: int | None
    as_of: datetime
    end: date
    numerator: int | None = None
    denominator: int | None = None
    groups: tuple[Group, ...] = ()
    note: Words | None = None
    data_as_of: date | None = None
    masked: bool = False
    censored: int | None = None  # beside a median: the units that measure nothing yet
    seen: Seen | None = field(default=None, compare=False)  # by a split by first month, on its way

    @property
    def overlap(self) -> int:
        """By how much the parts exceed the whole (a firm seen in two months is in two parts)."""
        if not self.groups or not isinstance(self.value, int) or self.numerator is not None:
            return 0
        return sum(int(group.value or 0) for group in self.groups) - self.value


def answer(
    questions: Iterable[Question], at: datetime | None = None, *, cached: bool = True
) -> list[Answer]:
    """Answer every question as known at `at` (default: now), those of one relation in one query.

    Raises:
        Invalid: an unknown indicator or dimension, a territory unknown at that date.
    """
    asked = list(questions)
    as_of = at or clock.now()
    if not cached:
        return _compute(asked, as_of)
    found = kept_many(asked, lambda missing: _compute(missing, as_of), as_of=as_of, live=at is None)
    return [replace(found[question], as_of=as_of) for question in asked]


def _compute(questions: Sequence[Question], as_of: datetime) -> list[Answer]:
    slots: dict[Slot, None] = {}
    for question in questions:
        slots.update(dict.fromkeys([*_slots(question), *_beside(question)]))
    numbers = _totals(list(slots), as_of)
    return [_answer(question, as_of, numbers) for question in questions]


def _slots(question: Question) -> list[Slot]:
    definition = question.definition
    if isinstance(definition, Indicator):
        return [Slot(definition.reference, question.filter, question.period)]
    return [
        Slot(side.reference, question.filter.taking(takes), question.period)
        for side, takes in sides(definition)
    ]


def _beside(question: Question) -> list[Slot]:
    """What is read beside a median: the units that measure nothing yet."""
    definition = question.definition
    if not isinstance(definition, Median) or definition.censored is None:
        return []
    return [Slot(definition.censored.reference, question.filter, question.period)]


def sides(rate: Rate) -> list[tuple[Indicator, tuple[str, ...] | None]]:
    """The two lists of a rate, each with the filter dimensions it receives."""
    return [
        (rate.numerator, rate.numerator_takes),
        (rate.denominator, rate.denominator_takes),
    ]


def accepted(definition: Definition) -> frozenset[str]:
    """The filter dimensions a definition can be held to: those one of its lists has a column for."""
    if isinstance(definition, Indicator):
        columns = plan.columns(definition.relation)
        return frozenset(name for name, column in FILTER_COLUMNS.items() if column in columns)
    found: set[str] = set()
    for side, takes in sides(definition):
        found |= accepted(side) if takes is None else accepted(side) & set(takes)
    return frozenset(found)


Numbers = dict[Slot, Cell | None]


def _totals(slots: Sequence[Slot], as_of: datetime) -> Numbers:
    """Value and units of each slot (None where its relation knows nothing yet), grouped by query."""
    numbers: Numbers = {}
    batches: dict[tuple[str, Moment | None], list[Slot]] = {}
    for slot in slots:
        relation, moment = RELATIONS[slot.definition.relation], moment_of(slot.period, as_of)
        if not relation.standing(moment).known:
            numbers[slot] = None
        else:
            query = (relation.name, moment if relation.stock else None)
            batches.setdefault(query, []).append(slot)
    for (name, stock_at), batch in batches.items():
        values = RELATIONS[name].bind(stock_at or moment_of(None, as_of))
        values |= values_of(batch, as_of)
        pairs = totals(name, [slot.shape for slot in batch], values)
        numbers.update(zip(batch, pairs, strict=True))
    return numbers


def _answer(question: Question, as_of: datetime, numbers: Numbers) -> Answer:
    definition, moment = question.definition, moment_of(question.period, as_of)
    slots = _slots(question)
    pairs = [numbers[slot] for slot in slots]
    standing = _standing(slots, moment)
    card = Answer(
        question=question,
        definition=definition,
        value=None,
        n=None,
        as_of=as_of,
        end=moment.end,
        note=standing.note,
        data_as_of=standing.data_as_of,
    )
    if any(pair is None for pair in pairs):
        return card
    known = [pair for pair in pairs if pair is not None]
    if isinstance(definition, Indicator):
        waiting = [numbers[slot] for slot in _beside(question)]
        card = replace(card, value=known[0][0], n=known[0][1], censored=_units(waiting))
    else:
        top, bottom = int(known[0][0] or 0), int(known[1][0] or 0)
        card = replace(
            card,
            numerator=top,
            denominator=bottom,
            value=ratio(top, bottom, definition.unit),
        )
    return _parted(card, as_of) if question.by else card


def _units(cells: Sequence[Cell | None]) -> int | None:
    return next((cell[1] for cell in cells if cell), None)


def _standing(slots: Sequence[Slot], moment: Moment) -> Standing:
    """The reserve that matters most among the relations a figure reads."""
    standings = [RELATIONS[slot.definition.relation].standing(moment) for slot in slots]
    return min(standings, key=lambda s: (s.known, s.note is None, s.data_as_of is None))


def ratio(top: int, bottom: int, unit: str = "ratio") -> int | float | None:
    """One figure over another: a fraction of 1, or whole cents rounded half up; n/a over zero."""
    if not bottom:
        return None
    if unit == "cents":
        return int((Decimal(top) / bottom).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return top / bottom


def _parted(card: Answer, as_of: datetime) -> Answer:
    """The same answer with its breakdown."""
    question, definition = card.question, card.definition
    if question.by not in definition.dimensions:
        raise Invalid(
            Words(
                f"{definition.code} ne se ventile pas par «\u00a0{question.by}\u00a0».",
                f"{definition.code} is not split by “{question.by}”.",
            ),
            remedy=Words(
                f"Ses dimensions\u00a0: {', '.join(definition.dimensions) or '-'}.",
                f"Its dimensions: {', '.join(definition.dimensions) or '-'}.",
            ),
        )
    slots = _slots(question)
    parted = [dimensions.split(slot, question.by, as_of) for slot in slots]
    lists = [held for held, _seen in parted]
    found = {key for held in lists for key in held}
    labels = dimensions.labels(slots[0], question.by, found, as_of)
    keys = [key for key in labels if any(key in held for held in lists)]
    if isinstance(definition, Indicator):
        ((held, seen),) = parted
        groups = tuple(Group(k, labels[k], *held[k]) for k in keys)
        return replace(card, groups=groups, seen=seen)
    tops, bottoms = ({k: int(v[0] or 0) for k, v in held.items()} for held in lists)
    groups = tuple(
        Group(
            key=k,
            label=labels[k],
            value=ratio(tops.get(k, 0), bottoms.get(k, 0), definition.unit),
            n=tops.get(k, 0),
            numerator=tops.get(k, 0),
            denominator=bottoms.get(k, 0),
        )
        for k in keys
    )
    return replace(card, groups=groups)


def perimeter_of(question: Question, as_of: datetime) -> places.Perimeter | None:
    """The perimeter a question was read on: the territory at the end of its period."""
    if not question.filter.territory:
        return None
    return places.perimeter(question.filter.territory, moment_of(question.period, as_of).end)
