"""Who stands behind a number, and what subtracting one public number from another would tell.

A reader sees numbers and subtracts them: a period from a longer one, a publication from its revision,
a subset from its base. Each of these differences is a cell like any other, so each is weighed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from maillage.figures import dimensions
from maillage.figures.answers import Question, accepted
from maillage.figures.asking import Slot, moment_of, values_of
from maillage.figures.changes import slots_of
from maillage.figures.definitions import REGISTRY, Indicator
from maillage.figures.engine import lists
from maillage.figures.filters import Filter
from maillage.figures.models import PublishedFigure
from maillage.figures.relations import RELATIONS
from maillage.kernel.periods import Period

Profile = Mapping[Hashable, int]
"""What each firm weighs in a number; a unit about no firm stands for itself."""


def plus(profiles: Iterable[Profile]) -> Profile:
    """Several cells taken together: three visits of one firm in three months are one firm's."""
    total: Counter[Hashable] = Counter()
    for profile in profiles:
        for holder, weight in profile.items():
            total[holder] += weight
    return total


def minus(one: Profile, other: Profile) -> Profile:
    """The holders whose weight differs between two cells, with by how much."""
    gaps = {holder: one.get(holder, 0) - other.get(holder, 0) for holder in {*one, *other}}
    return {holder: gap for holder, gap in gaps.items() if gap}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A number and the parts of its breakdown, each with who stands behind it."""

    whole: Profile
    parts: Mapping[str, Profile] = field(default_factory=dict)

    def over(self, keys: Collection[str] | None) -> Profile:
        """The whole, or some parts taken together."""
        return self.whole if keys is None else plus(self.parts.get(key, {}) for key in keys)


def weigh(slot: Slot, by: str, keys: Sequence[str], as_of: datetime) -> Weighed:
    """The holders of a number as known at an instant, whole and part by part."""
    if not by or by not in slot.definition.dimensions:
        return Weighed(_held(slot, as_of))
    parts = dimensions.parts(slot, by, keys, as_of)
    return Weighed(_held(slot, as_of), {key: _held(part, as_of) for key, part in parts.items()})


def _held(slot: Slot, as_of: datetime) -> Profile:
    relation, moment = RELATIONS[slot.definition.relation], moment_of(slot.period, as_of)
    if not relation.standing(moment).known:
        return {}
    values = {**relation.bind(moment), **values_of([slot], as_of)}
    found: Counter[Hashable] = Counter()
    for firm, unit, amount in lists.holdings(slot.shape, values):
        found["firm" if firm is not None else "unit", unit if firm is None else firm] += amount
    return found


def base_of(slot: Slot) -> Slot | None:
    """The list that a subset is taken from, held to the same filter."""
    if not slot.definition.subset_of:
        return None
    base = REGISTRY.get(slot.definition.subset_of)
    if not isinstance(base, Indicator):
        return None
    return Slot(base.reference, slot.filter.taking(tuple(accepted(base))), slot.period)


@dataclass(frozen=True, slots=True)
class Said:
    """A number that the public can read already, and since when."""

    slot: Slot
    at: datetime


class Public:
    """What was published before about days that overlap a period, whatever the subject.

    Disjoint days count different acts: nothing is learnt by subtracting one from the other.
    """

    def __init__(self, period: Period | None) -> None:
        self._said = list(_said(period)) if period else []

    def beside(self, slot: Slot) -> list[Said]:
        """What was said of the same figure, whatever its version, under the same filter."""
        code = slot.definition.code
        return [
            said
            for said in self._said
            if said.slot.definition.code == code and said.slot.filter == slot.filter
        ]


def _said(period: Period) -> Iterable[Said]:
    figures = PublishedFigure.objects.filter(
        publication__period_start__lte=period.end, publication__period_end__gte=period.start
    ).select_related("publication")
    seen = {}
    for figure in figures.order_by("publication_id", "rank"):
        one = figure.publication
        if figure.public["masked"]:
            continue
        days = Period(one.period_start, one.period_end)
        question = Question(figure.reference, Filter.from_dict(figure.filter), days, figure.by)
        for slot in slots_of(question):
            seen[slot, one.published_at] = Said(slot, one.published_at)
    return seen.values()
