"""A small map: where something stands in its commune, among the communes around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from maillage.ui.charts.frame import Size, drawing, link
from maillage.ui.charts.plane import Ring, framed, outline
from maillage.ui.svg import joined, tag

WIDTH, HEIGHT, MARGIN = 320, 200, 28


@dataclass(frozen=True, slots=True)
class Ground:
    """One commune: its name and its outline as rings of (longitude, latitude)."""

    name: str
    rings: Sequence[Ring]


@dataclass(frozen=True, slots=True)
class Spot:
    """One place on the map, as a voice says it."""

    spoken: str
    lon: float
    lat: float


def spot_map(
    home: Ground, around: Sequence[Ground], spots: Sequence[Spot], *, title: str, name: str = "spot"
) -> SafeString:
    """The commune that is `home` fills the drawing, the others go on beyond its edge; spots off it are left out."""
    plane = framed(home.rings, WIDTH, HEIGHT, MARGIN)
    size = Size("p", "map spots", WIDTH, HEIGHT, left=0, right=0)
    marks = []
    for spot in spots:
        x, y = plane.place(spot.lon, spot.lat)
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            circle = tag("circle", class_="spot", cx=x, cy=y, r=8)
            marks.append(link("", spot.spoken, circle))
    ground = [
        tag("path", class_=style, d=outline(one.rings, plane), fill_rule="evenodd")
        for one, style in [*((other, "qv") for other in around), (home, "q1")]
    ]
    words = tag("text", home.name, x=WIDTH / 2, y=18, text_anchor="middle")
    return drawing(size, name, title, "", *ground, words, joined(*marks), links=bool(marks))
