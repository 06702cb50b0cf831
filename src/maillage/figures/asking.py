"""One list of counted units behind a question, and the values its SQL is bound to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from maillage import places
from maillage.accounts.models import Organisation
from maillage.figures.definitions import REGISTRY, Indicator
from maillage.figures.engine import criteria
from maillage.figures.engine.parameters import Value
from maillage.figures.engine.plan import Shape
from maillage.figures.filters import Filter
from maillage.figures.relations import Moment
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Slot:
    """One indicator over one filter and one period: what a single list of records answers."""

    reference: str
    filter: Filter = field(default_factory=Filter)
    period: Period | None = None
    column: str = ""
    among: tuple[str, ...] = ()
    born: bool = False

    @property
    def definition(self) -> Indicator:
        """The indicator behind the list."""
        return self.shape.indicator

    @property
    def shape(self) -> Shape:
        """What the SQL depends on; everything else is bound."""
        dated = self.period is not None and isinstance(REGISTRY.get(self.reference), Indicator)
        return Shape(self.reference, self.terms, dated, self.column, self.born)

    @property
    def terms(self) -> tuple[str, ...]:
        """What is asked of a row: each dimension that is filled in, and each criterion read on the day."""
        given, mask = self.filter.dimensions(), self.filter.segments
        plain = tuple(name for name in given if name != criteria.KEPT)
        return plain + criteria.dimensions_of(mask) if mask else plain


def moment_of(period: Period | None, as_of: datetime) -> Moment:
    """Stocks and perimeters stand at the end of the period, or on the as-of's day when it is earlier."""
    today = clock.local_day(as_of)
    return Moment(as_of, min(period.end, today) if period else today)


def values_of(slots: Sequence[Slot], as_of: datetime) -> dict[str, Value]:
    """The values of every question of a query, and of the prefilter they share."""
    values: dict[str, Value] = {}
    periods = [slot.period for slot in slots if slot.period]
    if periods:
        values["first"] = min(p.start for p in periods).isoformat()
        values["last"] = max(p.end for p in periods).isoformat()
    for rank, slot in enumerate(slots):
        values |= {f"q{rank}.{name}": value for name, value in _own_values(slot, as_of).items()}
    return values


def _own_values(slot: Slot, as_of: datetime) -> dict[str, Value]:
    moment = moment_of(slot.period, as_of)
    values: dict[str, Value] = {
        "among": list(slot.among),
        "as_of": as_of,
        "end": moment.end.isoformat(),
        "today": moment.today.isoformat(),
    }
    if slot.period:
        values |= {"start": slot.period.start.isoformat(), "until": slot.period.end.isoformat()}
    for name in slot.filter.dimensions():
        values[name] = _bound(name, slot, as_of)
    if slot.filter.segments:
        values |= criteria.values_of(slot.filter.segments, moment.end)
    return values


def _bound(name: str, slot: Slot, as_of: datetime) -> Value:
    given = getattr(slot.filter, name)
    if name == "territory":
        return places.perimeter(given, moment_of(slot.period, as_of).end).all_codes
    if name in {"organisations", "counterparts"}:
        keys = [_key(text) for text in given]
        return list(Organisation.objects.filter(key__in=keys).values_list("id", flat=True))
    return list(given) if isinstance(given, tuple) else given


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(
            Words(
                f"«\u00a0{text}\u00a0» n’est pas la clé d’une organisation.",
                f"“{text}” is no key of an organisation.",
            )
        ) from error
