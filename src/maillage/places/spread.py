"""Any list, commune by commune: one filter of its address, one map, which count the rows that the list shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Model, Q, QuerySet, Value, When
from django.utils.safestring import SafeString

from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.places.geometry import outlines
from maillage.places.names import commune_names, fold
from maillage.places.perimeters import UnknownTerritory, perimeter
from maillage.places.succession import follow, former_codes
from maillage.ui import formats
from maillage.ui.charts import Shape, commune_map
from maillage.ui.charts.maps import quintiles

Rows = TypeVar("Rows", bound="QuerySet[Any]")

#: The name, in the address of every list, of the commune it is narrowed to.
PARAMETER = "commune"
_CODE = re.compile(r"(\d{2}|2[AB])\d{3}", re.ASCII)
#: So many communes at most bear their name on the map: more names would hide one another.
NAMED = 6
#: What a link of the map does not carry along: the page of another list.
_LEFT_OUT = (PARAMETER, "page")


@dataclass(frozen=True)
class Spread(Generic[Rows]):
    """The rows of a list as they spread over communes, narrowed to one of them when the address names it.

    `path` leads from a row to the code of its commune. `told` is what a row has to satisfy for its commune to be
    told to this reader: the others stay in the list, are counted as being nowhere, and no commune finds them.
    """

    every: Rows
    path: str
    given: Mapping[str, str]
    told: Q = field(default_factory=Q)

    @cached_property
    def chosen(self) -> str:
        """The commune of the address, today's one for an old code; blank when it names none."""
        text = self.given.get(PARAMETER, "")
        return follow(text, clock.today()).code if _CODE.fullmatch(text) else ""

    @cached_property
    def rows(self) -> Rows:
        """The rows that the list shows."""
        if not self.chosen:
            return self.every
        codes = [self.chosen, *former_codes(frozenset({self.chosen}), clock.today())]
        return self.every.filter(self.told, **{f"{self.path}__in": codes})

    @cached_property
    def _everywhere(self) -> Counter[str]:
        """How many rows each commune of today has, whatever the commune chosen; under a blank, those nowhere."""
        where: Any = F(self.path)
        if self.told:
            where = Case(When(self.told, then=where), default=Value(""))
        # From the base manager: what joins and counts were asked for by the list would split its groups.
        plain: QuerySet[Model] = self.every.model._base_manager.all()  # noqa: SLF001 -- a documented door of Django
        found = plain.filter(pk__in=self.every.order_by().values("pk"))
        counted: Counter[str] = Counter()
        for code, number in found.values_list(where).annotate(number=Count("pk")).order_by():
            counted[follow(code, clock.today()).code if code else ""] += number
        return counted

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of the rows shown each commune has; under a blank, those nowhere."""
        if self.chosen:
            return {self.chosen: self._everywhere[self.chosen]}
        return dict(self._everywhere)

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """The communes that have a row, by name, and the one that is chosen."""
        codes = ({*self._everywhere, self.chosen}) - {""}
        return sorted(commune_names(codes).items(), key=lambda one: fold(one[1]))

    def on_map(self, title: object, territory: str) -> Map | None:
        """The rows shown, in the communes of a territory and wherever else there is one; None where no outline is known."""
        urls = {code: self.address(code) for code, count in self.counts.items() if count and code}
        return map_of(self.counts, title, territory, {**urls, self.chosen: ""})

    @property
    def here(self) -> str:
        """The same list, as the end of an address: what a file of it is asked by."""
        return self.address(self.chosen)

    def address(self, commune: str = "") -> str:
        """The same list in a commune, as the end of an address; without any, in all of them."""
        kept = {
            name: value for name, value in self.given.items() if name not in _LEFT_OUT and value
        }
        return "?" + urlencode(kept | ({PARAMETER: commune} if commune else {}))


def map_of(
    counts: Mapping[str, int], title: object, territory: str, urls: Mapping[str, str]
) -> Map | None:
    """So many rows a commune, those under a blank standing nowhere; None where there is nothing to draw."""
    number = sum(counts.values())
    shapes = outlines((ground_of(territory) | set(counts)) - {""})
    if not (shapes and number):
        return None
    names = commune_names(shapes)
    named = _named(counts, shapes)
    drawn = [
        Shape(
            names[code], shape.rings, counts.get(code, 0), formats.number(counts.get(code, 0)),
            urls.get(code, ""), labelled=code in named,
        )
        for code, shape in shapes.items()
    ]  # fmt: skip
    picture = commune_map(drawn, title=str(title), bounds=limits_of(counts.values()), name="spread")
    return Map(picture, number, sum(n for code, n in counts.items() if code not in shapes))


def _named(counts: Mapping[str, int], codes: Iterable[str]) -> list[str]:
    """The few communes that count most; none of those that count as much as one that would go unnamed."""
    first = sorted(filter(counts.get, codes), key=lambda code: -counts[code])
    unnamed = counts[first[NAMED]] if len(first) > NAMED else 0
    return [code for code in first[:NAMED] if counts[code] > unnamed]


def limits_of(counts: Iterable[float]) -> list[float]:
    """Nothing apart, then the communes that count in classes of about the same size."""
    positive = [count for count in counts if count]
    return sorted({min(positive), *quintiles(positive)[-3:]}) if positive else []


@dataclass(frozen=True, slots=True)
class Map:
    """A list drawn: the map, how many rows it counts in all, how many of them stand in no commune that it shows."""

    drawn: SafeString
    number: int
    nowhere: int


def ground_of(territory: str) -> set[str]:
    """The communes of a territory today; none when nothing answers to this name."""
    try:
        return set(perimeter(territory, clock.today()).communes) if territory else set()
    except (Invalid, UnknownTerritory):
        return set()
