"""The firms of a list on a map: one by one while they are few, commune by commune otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from maillage import places
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.campaigns import ListedFirmQuerySet
from maillage.outreach.touring import points_of
from maillage.outreach.walking import WORDS, sign_of
from maillage.ui.charts import Ground, Heap, Pin, point_map

MOST = 150
"""Up to so many firms each has its own sign: more would hide one another."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A map, and how many firms stand nowhere that is known."""

    drawn: SafeString
    unplaced: int


def picture(
    campaign: Campaign, lines: ListedFirmQuerySet, *, seen: str, may_report: bool
) -> Picture | None:
    """The map of some lines of a list; None while no outline of their communes is loaded."""
    towns = Counter(lines.order_by().values_list("commune", flat=True))
    shapes = places.outlines(towns)
    names = places.communes(towns)
    grounds = [
        Ground(names[code].name, shape.rings) for code, shape in shapes.items() if code in names
    ]
    if not grounds:
        return None
    pins: list[Pin] = []
    heaps: list[Heap] = []
    if sum(towns.values()) <= MOST:
        pins, unplaced = _pins(list(lines), may_report=may_report)
    else:
        middles = places.centres(towns)
        page = reverse("outreach:firms", args=[campaign.key])
        heaps = [
            Heap(
                _told(names[code].name, count), *middles[code], count,
                f"{page}?{urlencode({'commune': code, 'seen': seen, 'vue': 'carte'})}",
            )
            for code, count in towns.items()
            if code in middles and code in names
        ]  # fmt: skip
        unplaced = sum(count for code, count in towns.items() if code not in middles)
    words = {sign: str(said) for sign, said in WORDS.items()}
    title = _("Firms of %(campaign)s") % {"campaign": campaign}
    return Picture(point_map(grounds, pins, heaps, words, title=title), unplaced)


def _told(town: str, count: int) -> str:
    words = ngettext("%(town)s, %(count)s firm", "%(town)s, %(count)s firms", count)
    return words % {"town": town, "count": count}


def _pins(lines: Sequence[ListedFirm], *, may_report: bool) -> tuple[list[Pin], int]:
    """One sign a firm; one that keeps its address to itself is not shown by a point."""
    shown = [line for line in lines if line.establishment.is_open]
    points = points_of([line.establishment for line in shown])
    pins = []
    for line in shown:
        place = line.establishment
        if place.pk in points:
            sign = sign_of(line.last_outcome, place)
            said = f"{place.display_name}, {WORDS[sign]}"
            url = reverse("outreach:new_visit", args=[place.key]) if may_report else ""
            pins.append(Pin(said, *points[place.pk], sign, url))
    return pins, len(lines) - len(pins)
