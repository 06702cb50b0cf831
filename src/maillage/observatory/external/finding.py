"""The areas of a series that are of a territory, and what stands of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from maillage import places
from maillage.places.perimeters import Perimeter
from maillage.places.zones import zone_of
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.reading import Standing, areas, standing


@dataclass(frozen=True, slots=True)
class Found:
    """What stands of a series for a territory; how many of its communes each area holds, where it is known."""

    standing: Standing
    holds: Mapping[str, int]


def told_of(series: Series, files: Sequence[SeriesFile], perimeter: Perimeter, on: date) -> Found:
    """What stands of a series for a territory of a day, by the areas that its publisher knows.

    A zone is of a territory when it holds one of its communes; where the table of zones is not loaded, when it is
    named after one.
    """
    if series.area_kind == "commune":
        return Found(standing(series, files, perimeter.all_codes), {})
    known = zone_of(on)
    if known:
        holds = Counter(known[code] for code in perimeter.communes if code in known)
        return Found(standing(series, files, list(holds)), holds)
    names = places.commune_names(perimeter.communes).values()
    return Found(standing(series, files, named_after(areas(files), names)), {})


def named_after(known: Mapping[str, str], communes: Collection[str]) -> list[str]:
    """The areas whose name begins with that of one of these communes: «Lens – Hénin» for Lens."""
    begins = {places.fold(one) for one in communes}
    return sorted(code for code, name in known.items() if _starts(places.fold(name)) & begins)


def _starts(name: str) -> set[str]:
    """Every beginning of a name, word by word."""
    words = name.split()
    return {" ".join(words[: rank + 1]) for rank in range(len(words))}
