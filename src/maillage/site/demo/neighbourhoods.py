"""Priority neighbourhoods of the story: invented outlines inside real communes, loaded by the product's own importer.

No real neighbourhood is drawn or named. Codes of the first list are QP and six digits; these end in ZZ and a digit, a
form that the importer reads and that no decree gave. Each name says that it is invented, wherever it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, pi, radians, sin
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from maillage.accounts.actors import System
from maillage.intake.telling import load_file
from maillage.kernel.errors import Invalid
from maillage.places.memory import remembered
from maillage.site.demo import stocks

if TYPE_CHECKING:
    from maillage.site.demo.sirene_rows import Town
    from maillage.site.demo.story import Story

LOADED = date(2018, 1, 2)
METRES_A_DEGREE = 111_320
AWAY, WIDE = 0.3, 0.42
"""How far from the middle of its commune, and how wide, as shares of the room there is around that middle."""
CORNERS = (1.0, 0.8, 0.95, 0.7, 1.0, 0.85, 0.75, 0.9)
"""How far each corner is, as a share of its width: nobody takes such an outline for a surveyed one."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An invented neighbourhood: its code, its name, its commune, on which side of the middle it lies."""

    code: str
    name: str
    territory: str
    commune: str
    turn: float

    @property
    def called(self) -> str:
        """Its name as the file gives it."""
        return f"{self.name} (quartier inventé)"

    def centre(self) -> Point | None:
        """The point in its middle (longitude, latitude); None where no outline of its commune is loaded."""
        town = _towns(self.territory).get(self.commune)
        if town is None or town.lon is None or town.lat is None:
            return None
        return _away((town.lon, town.lat), AWAY * town.room, self.turn)

    def outline(self) -> list[Point]:
        """Its corners, the first one again at the end; none where no outline of its commune is loaded."""
        town, middle = _towns(self.territory).get(self.commune), self.centre()
        if town is None or middle is None:
            return []
        turns = ((share, 2 * pi * rank / len(CORNERS)) for rank, share in enumerate(CORNERS))
        drawn = [_away(middle, share * WIDE * town.room, turn) for share, turn in turns]
        return [*drawn, drawn[0]]


NEIGHBOURHOODS = (
    Neighbourhood("QP059ZZ1", "Les Tisserands", "mel", "59350", 0.6),
    Neighbourhood("QP059ZZ2", "La Filature", "mel", "59512", 2.4),
    Neighbourhood("QP059ZZ3", "Les Cardeurs", "mel", "59599", 4.0),
    Neighbourhood("QP062ZZ1", "La Fosse", "call", "62498", 1.2),
    Neighbourhood("QP062ZZ2", "Le Chevalement", "call", "62510", 5.1),
)


def write_calendar(story: Story) -> None:
    """Loaded before anything happens: acts keep whether an address lay in a neighbourhood on their day."""
    story.on(LOADED, 5, _load)


def of(commune: str) -> Neighbourhood | None:
    """The invented neighbourhood of a commune."""
    return next((one for one in NEIGHBOURHOODS if one.commune == commune), None)


def point_in(commune: str) -> Mapping[str, Any]:
    """Longitude and latitude of the middle of the neighbourhood of a commune, as records take them; nothing if unknown."""
    found = of(commune)
    middle = found.centre() if found else None
    return {"lon": round(middle[0], 6), "lat": round(middle[1], 6)} if middle else {}


def geojson(told: Iterable[Neighbourhood]) -> dict[str, Any]:
    """Those that can be drawn, as the ANCT publishes them."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code_qp": one.code, "lib_qp": one.called},
                "geometry": {"type": "Polygon", "coordinates": [outline]},
            }
            for one in told
            if (outline := one.outline())
        ],
    }


def _load() -> None:
    drawn = geojson(NEIGHBOURHOODS)
    if not drawn["features"]:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "quartiers-inventes.geojson"
        path.write_text(json.dumps(drawn), encoding="utf-8")
        answer, code = load_file("qpv", path, {}, by=System("the demonstration loads its map"))
    if code or answer["rejected"]:
        raise Invalid(f"{path.name}: {answer}")


@remembered
def _towns(territory: str) -> Mapping[str, Town]:
    return {one.code: one for one in stocks.towns(territory)}


def _away(point: Point, metres: float, turn: float) -> Point:
    """The point so many metres away, on a plane: a neighbourhood is smaller than what the Earth's curve shows."""
    lon, lat = point
    up = metres * sin(turn) / METRES_A_DEGREE
    along = metres * cos(turn) / (METRES_A_DEGREE * cos(radians(lat)))
    return lon + along, lat + up
