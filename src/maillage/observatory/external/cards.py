"""The cards of an observatory's external series, one for each that is declared for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.observatory.external import lacks, lines, ranks, totals
from maillage.observatory.external.drawn import Drawn
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series, Shape, every
from maillage.series.models import SeriesFile
from maillage.series.reading import files_of
from maillage.series.showing import load_address

Draw: TypeAlias = Callable[[Series, Sequence[SeriesFile], Reading], Drawn | None]
DRAW: Mapping[Shape, Draw] = {
    Shape.LINES: lines.draw,
    Shape.LACKS: lacks.draw,
    Shape.TOTALS: totals.draw,
    Shape.RANKS: ranks.draw,
}


@dataclass(frozen=True, slots=True)
class Card:
    """One series on a page: what is drawn of it; or why nothing is, and where a file is given."""

    series: Series
    drawn: Drawn | None = None
    why: str = ""
    load_url: str = ""

    @property
    def title(self) -> str:
        """What is shown, in words; else the name of the series."""
        return self.drawn.title if self.drawn else str(self.series.title)


def cards(slug: str, reading: Reading, actor: Actor) -> list[Card]:
    """The external series of an observatory, in their order."""
    declared = [one for one in every() if one.observatory == slug]
    files = files_of([one.code for one in declared])
    return [_card(one, files.get(one.code, []), reading, actor) for one in declared]


def _card(series: Series, files: Sequence[SeriesFile], reading: Reading, actor: Actor) -> Card:
    drawn = DRAW[series.shape](series, files, reading) if files else None
    if drawn:
        return Card(series, drawn)
    why = _("The files that are loaded tell nothing of this territory.") if files else ""
    return Card(series, why=why, load_url=load_address(series, actor))
