"""The communes an invented stock is spread over, from the geography installed at set-up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from maillage.places.geometry import polygons_file, read_polygons
from maillage.places.sources import GeographyMissing, find_packages

LAMBERT = "EPSG:2154"


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, or an arrondissement of a city that INSEE's files tell apart."""

    code: str
    name: str
    postcode: str
    people: int
    x: float | None = None
    y: float | None = None


def places() -> list[Place]:
    """Every commune of today, Paris, Lyon and Marseille by arrondissement, with a point in Lambert 93.

    Overseas, and where the polygons are not installed, there is no point.

    Raises:
        GeographyMissing: the geography is not installed.
    """
    packages = find_packages(Path(settings.NODE_MODULES))
    rows = json.loads((packages[max(packages)] / "data" / "communes.json").read_text("utf-8"))
    cities = {row["commune"] for row in rows if row["type"] == "arrondissement-municipal"}
    points = _points()
    found = [
        Place(
            row["code"],
            row["nom"].upper(),
            (row.get("codesPostaux") or [""])[0],
            row.get("population") or 1,
            *points.get(row["code"], points.get(row.get("commune", ""), (None, None))),
        )
        for row in rows
        if row["type"] in {"commune-actuelle", "arrondissement-municipal"}
        and row["code"] not in cities
    ]
    return sorted(found, key=lambda place: place.code)


def _points() -> dict[str, tuple[float, float]]:
    """A point inside each commune of the mainland, in Lambert 93 metres."""
    path = polygons_file()
    if path is None:
        return {}
    import pyproj

    to_lambert = pyproj.Transformer.from_crs("EPSG:4326", LAMBERT, always_xy=True)
    found = list(_centres(path))
    xs, ys = to_lambert.transform([x for _c, x, _y in found], [y for _c, _x, y in found])
    return {
        code: (round(x), round(y)) for (code, _lon, _lat), x, y in zip(found, xs, ys, strict=True)
    }


def _centres(path: Path) -> Iterator[tuple[str, float, float]]:
    try:
        for polygon in read_polygons(path, ["all"]):
            if not polygon.code.startswith(("97", "98")):
                point = polygon.geometry.representative_point()
                yield polygon.code, point.x, point.y
    except GeographyMissing:
        return
