"""The establishments behind an observed figure: as many lines as it counts, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from maillage import places
from maillage.figures.models import Publication
from maillage.figures.observations import demography, loading, naming, opening
from maillage.figures.observations.calendar import day
from maillage.figures.observations.closed_list import JOBS_TOLD
from maillage.figures.observations.headcount import BANDS
from maillage.figures.observations.neighbourhoods import QPV
from maillage.figures.observations.observing import ALL
from maillage.figures.observations.spells import OPEN
from maillage.kernel.errors import Invalid
from maillage.observatory import observed
from maillage.observatory.observatories.reading import (
    INDICATOR,
    PERIOD,
    SEGMENT,
    TRADE,
    segment_label,
    written,
)
from maillage.places import districts
from maillage.places.perimeters import Perimeter
from maillage.register.activities import label
from maillage.register.models import Establishment

PAGE, FEW = 50, 10
AREA, SIDE = "zone", "liste"
BOTTOM = "bottom"
RATES = {
    *(one.code for one in demography.RATIOS),
    *(one.code for one in demography.SURVIVALS),
}


@dataclass(frozen=True)
class Found(Sequence[dict[str, Any]]):
    """What was opened: the figure in words, and its establishments as a sequence that a page slices."""

    publication: Publication
    asked: opening.Opened
    cell: observed.Observed
    area_name: str

    def __len__(self) -> int:
        return self._first[0]

    def __getitem__(self, wanted: Any) -> Any:
        """Some of them, in the order of their SIRET."""
        start, size = wanted.start or 0, (wanted.stop or 0) - (wanted.start or 0)
        rows = self._first[1] if start == 0 else self._page(start, size)[1]
        return _named(rows[:size])

    @cached_property
    def _first(self) -> tuple[int, list[dict[str, Any]]]:
        return self._page(0, PAGE)

    def _page(self, start: int, size: int) -> tuple[int, list[dict[str, Any]]]:
        vintage = self.publication.vintage
        try:
            return opening.page(loading.spells_of(vintage), self.asked, start=start, size=size)  # type: ignore[arg-type]
        except FileNotFoundError as lost:
            raise Invalid(
                _("The list of establishments of this stock is not kept here any more."),
                remedy=_("Build the observations of this stock again."),
            ) from lost

    @property
    def title(self) -> str:
        """The figure that is opened, in words."""
        one = naming.named(self.asked.indicator)
        if self.asked.side:
            return str(_("%(label)s: what it divides by") % {"label": one.label})
        return str(one.label)

    @property
    def shown(self) -> str:
        """Its value."""
        return written(self.cell.value, naming.named(self.asked.indicator).unit)

    @cached_property
    def beside(self) -> Found | None:
        """The other list of a rate: what it divides by, or what it counts."""
        if not self.is_rate:
            return None
        side = "" if self.is_bottom else BOTTOM
        return replace(self, asked=replace(self.asked, side=side))

    @property
    def query(self) -> str:
        """The question of this list, as an address asks it."""
        asked = {
            INDICATOR: self.asked.indicator, AREA: self.cell.area, PERIOD: self.asked.period,
            SEGMENT: "" if self.asked.segment == ALL else self.asked.segment,
            TRADE: "" if self.asked.activity == ALL else self.asked.activity, SIDE: self.asked.side,
        }  # fmt: skip
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def first(self) -> list[dict[str, Any]]:
        """Its first lines."""
        rows: list[dict[str, Any]] = self[:FEW]
        return rows

    @property
    def said(self) -> list[str]:
        """Of where, when, which activity, which segment."""
        words = [self.area_name, self.asked.period, segment_label(self.asked.segment)]
        if self.asked.activity != ALL:
            words.append(label(self.asked.activity))
        return words

    @property
    def is_rate(self) -> bool:
        """Whether it has two lists."""
        return self.asked.indicator in RATES

    @property
    def is_estimate(self) -> bool:
        """Whether it is summed over headcount bands."""
        return self.asked.indicator in JOBS_TOLD

    @property
    def is_bottom(self) -> bool:
        """Whether the list is that of what it divides by."""
        return bool(self.asked.side)


def find(
    publication: Publication, perimeter: Perimeter, asked: Mapping[str, str], *, opens: bool
) -> Found:
    """The published figure that is asked, with its establishments.

    Raises:
        Invalid: it was not published, is masked, or opens for the parties only.
    """
    indicator, area = asked.get(INDICATOR, ""), asked.get(AREA, perimeter.siren)
    if not opening.is_opened(indicator):
        raise _nothing()
    rows = observed.cells(
        publication, [indicator], areas=[area], segments=[asked.get(SEGMENT) or ALL],
        activities=[asked.get(TRADE) or ALL], periods=[asked.get(PERIOD, "")],
    )  # fmt: skip
    if not rows or rows[0].is_hidden:
        raise _nothing()
    if naming.named(indicator).disclosure != "open_register" and not opens:
        raise Invalid(
            _("This figure is read by everybody, and opened by those who work for a party."),
            remedy=_("Sign in to open it."),
        )
    is_qpv = rows[0].area_kind == QPV
    communes, name = _within(perimeter, publication, area, is_qpv=is_qpv)
    wanted = opening.Opened(
        indicator=indicator,
        communes=communes,
        qpv=area if is_qpv else "",
        period=rows[0].period,
        activity=rows[0].activity,
        segment=rows[0].segment,
        side=BOTTOM if asked.get(SIDE) == BOTTOM and indicator in RATES else "",
    )
    return Found(publication, wanted, rows[0], name)


def _nothing() -> Invalid:
    return Invalid(
        _("No such figure is published, or its value is masked."),
        remedy=_("Open a figure from the page of its observatory."),
    )


def _within(
    perimeter: Perimeter, publication: Publication, area: str, *, is_qpv: bool
) -> tuple[list[str], str]:
    """The communes of an area and its name."""
    if area in perimeter.communes:
        return [area], places.commune_name(area)
    on = publication.vintage.as_of  # type: ignore[union-attr]
    if is_qpv:
        return list(perimeter.communes), districts.names_on(on).get(area, area)
    for sector in places.sectors(perimeter.key, on):
        if sector.key == area:
            return list(sector.communes), str(sector.name)
    return list(perimeter.communes), perimeter.name


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each establishment with what the register here knows of it; a SIRET alone where it knows nothing."""
    sirets = [f"{row['unit']:014d}" for row in rows]
    known = Establishment.objects.filter(siret__in=sirets)
    here = dict(known.values_list("siret", "legal_unit__key"))
    return [
        {
            "siret": siret,
            "unit": here.get(siret),
            "commune": places.commune_name(row["commune"]),
            "activity": label(row["activity"]),
            "start": day(row["start"]) if row["start"] else None,
            "end": day(row["end"]) if row.get("end", OPEN) < OPEN else None,
            "band": BANDS.get(row.get("band", "")),
        }
        for siret, row in zip(sirets, rows, strict=True)
    ]
