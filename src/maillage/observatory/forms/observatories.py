"""What may be asked of an observatory's page, among what is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage import places
from maillage.figures.models import Publication
from maillage.figures.observations import naming
from maillage.observatory.observatories.reading import (
    INDICATOR,
    PERIOD,
    SEGMENT,
    TRADE,
    WITH,
    Reading,
    segment_label,
    segments_of,
    trades,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One list of a filter: its name in the address, its words, what may be chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str, bool]]
    many: bool = False


class ObservatoryForm:
    """The filters of a page: native lists sent by GET, so that the address can be shared."""

    def __init__(self, reading: Reading, others: Sequence[Publication]) -> None:
        self.reading = reading
        self.others = others

    def __iter__(self):  # type: ignore[no-untyped-def]
        """The lists worth showing: those with more than one thing to choose."""
        made = (self._indicators(), self._segments(), self._trades(), self._periods())
        return iter([choice for choice in made if choice and len(choice.options) > 1])

    @property
    def fields(self) -> tuple[str, ...]:
        """The names it reads from an address, whether their lists are worth showing or not."""
        return INDICATOR, SEGMENT, TRADE, PERIOD, WITH

    @property
    def compared(self) -> Choice | None:
        """Other territories to stand beside."""
        on = self.reading.publication.vintage.as_of  # type: ignore[union-attr]
        options = []
        for one in self.others:
            siren = one.subject.partition(":")[2]
            name = places.perimeter(siren, on).name
            options.append((siren, name, siren in self.reading.compared))
        return Choice(WITH, _("Compare with"), options, many=True) if options else None

    def _indicators(self) -> Choice:
        told = [
            (code, str(naming.named(code).label), code == self.reading.indicator)
            for code in self.reading.observatory.indicators
        ]
        return Choice(INDICATOR, _("Indicator"), told)

    def _segments(self) -> Choice | None:
        if self.reading.trade:
            return None
        told = [
            (code, segment_label(code), code == self.reading.segment)
            for code in segments_of(self.reading.indicator)
        ]
        return Choice(SEGMENT, _("Which establishments"), told)

    def _trades(self) -> Choice | None:
        if not self.reading.observatory.by_trade:
            return None
        found = trades(self.reading.publication)
        every = [("", _("All trades"), not self.reading.trade)]
        told = [(code, name[:60], code == self.reading.trade) for code, name in found.items()]
        return Choice(TRADE, _("Trade"), [*every, *told])

    def _periods(self) -> Choice:
        told = [
            (period, period, period == self.reading.period)
            for period in sorted(self.reading.periods, reverse=True)
        ]
        return Choice(PERIOD, _("Period"), told)
