"""The cards of an observatory's external series, one for each that is declared for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts.actors import Actor
from maillage.observatory.external import lines
from maillage.observatory.external.drawn import Drawn
from maillage.observatory.observatories.reading import Reading
from maillage.series.declared import Series, Shape, every
from maillage.series.models import SeriesFile
from maillage.series.reading import Standing, areas, files_of, standing
from maillage.series.showing import load_address, spoken

REVISED = 12
DRAW: Mapping[Shape, Callable[[Standing, Reading], Drawn | None]] = {Shape.LINES: lines.draw}


@dataclass(frozen=True, slots=True)
class Card:
    """One series on a page: what is drawn of it, from which files; or why nothing is."""

    series: Series
    title: str
    drawn: Drawn | None = None
    standing: Standing | None = None
    why: str = ""
    load_url: str = ""
    revised: Sequence[str] = field(default_factory=tuple)
    context: Mapping[str, Any] = field(default_factory=dict)


def cards(slug: str, reading: Reading, actor: Actor) -> list[Card]:
    """The external series of an observatory, in their order."""
    declared = [one for one in every() if one.observatory == slug]
    files = files_of([one.code for one in declared])
    return [_card(one, files.get(one.code, []), reading, actor) for one in declared]


def _card(series: Series, files: Sequence[SeriesFile], reading: Reading, actor: Actor) -> Card:
    url = load_address(series, actor)
    if not files:
        return Card(series, str(series.title), load_url=url)
    found = told_of(series, files, reading.perimeter.all_codes, reading.communes.values())
    drawn = DRAW[series.shape](found, reading) if found.told else None
    if drawn is None:
        why = _("The files that are loaded tell nothing of this territory.")
        return Card(series, str(series.title), why=why, load_url=url)
    revised = [f"{one.area_name} {spoken(one, series)}".strip() for one in found.revised[:REVISED]]
    return Card(series, drawn.title, drawn, found, revised=revised)


def told_of(
    series: Series, files: Sequence[SeriesFile], communes: Collection[str], names: Collection[str]
) -> Standing:
    """What stands of a series for a territory, by the areas that its publisher knows."""
    if series.area_kind == "commune":
        return standing(series, files, communes)
    return standing(series, files, named_after(areas(files), names))


def named_after(known: Mapping[str, str], communes: Collection[str]) -> list[str]:
    """The areas whose name begins with that of one of these communes: «Lens – Hénin» for Lens."""
    begins = {places.fold(one) for one in communes}
    return sorted(code for code, name in known.items() if _starts(places.fold(name)) & begins)


def _starts(name: str) -> set[str]:
    """Every beginning of a name, word by word."""
    words = name.split()
    return {" ".join(words[: rank + 1]) for rank in range(len(words))}
