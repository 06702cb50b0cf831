"""The external series that importers declare: one `SERIES` a module of `importers/`, found by being there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from maillage.kernel.text import Words


class Shape(StrEnum):
    """How a page shows a series."""

    LINES = "lines"  # an area each, period after period
    LACKS = "lacks"  # which communes have none of a thing
    TOTALS = "totals"  # what the lines of the territory's communes sum to, period after period
    RANKS = "ranks"  # which details come first, last period


WHOLE = "_T"
"""The detail of a line that tells of all details together."""
AREA_KINDS = {
    "commune": Words("commune", "commune"),
    "employment_zone": Words("zone d’emploi", "employment zone"),
}
"""The kinds of area for which something is published, as the publisher means them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of a publisher: who, what, of which areas, in which file, under which licence.

    `code` is permanent and the name of its importer. `file` says which file to ask for, `page` where its publisher gives
    it. `observatory` is the page that shows it. `details` names what a line may be split by.
    """

    code: str
    observatory: str
    shape: Shape
    publisher: str
    title: Words
    about: Words
    unit: Words
    places: int
    area_kind: str
    file: Words
    page: str
    licence: str
    rank: int = 0
    details: Mapping[str, Words] = field(default_factory=dict)

    @property
    def area_words(self) -> Words:
        """The kind of its areas in words."""
        return AREA_KINDS[self.area_kind]


@cache
def every() -> tuple[Series, ...]:
    """The series that are declared, in their order."""
    package = import_module("maillage.series.importers")
    modules = (
        import_module(f"{package.__name__}.{one.name}") for one in iter_modules(package.__path__)
    )
    found = [module.SERIES for module in modules if hasattr(module, "SERIES")]
    return tuple(sorted(found, key=lambda one: (one.observatory, one.rank, one.code)))


def series_of(code: str) -> Series | None:
    """The series of this code, if one is declared."""
    return next((one for one in every() if one.code == code), None)
