"""The areas of a series that are of a territory, and what stands of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from maillage import places
from maillage.series.declared import Series
from maillage.series.models import SeriesFile
from maillage.series.reading import Standing, areas, standing


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
