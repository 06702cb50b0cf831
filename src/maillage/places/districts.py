"""Priority neighbourhoods (QPV): whether a point lay in one on a day, as far as polygons are loaded."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import shapely

from maillage.places.memory import remembered
from maillage.places.models import PriorityDistrict
from maillage.places.sources import department_of


def effective() -> dict[tuple[str, date], PriorityDistrict]:
    """The polygon that counts for each code and start: that of the last active load that tells of it."""
    rows = PriorityDistrict.objects.filter(edition__is_active=True)
    ordered = rows.order_by("edition__activated_at", "edition_id", "id")
    return {(row.code, row.starts_on): row for row in ordered}


def in_qpv(lon: float | None, lat: float | None, commune: str, day: date) -> bool | None:
    """Whether a point lay in a priority neighbourhood on a day.

    None when it is not known: no position, or no polygon of its département is loaded for that day.
    """
    if lon is None or lat is None or not (math.isfinite(lon) and math.isfinite(lat)):
        return None
    tree, known = _drawn(day)
    if department_of(commune).zfill(3) not in known:
        return None
    return bool(len(tree.query(shapely.Point(lon, lat), predicate="intersects")))


def is_any_loaded() -> bool:
    """Whether there is any polygon to ask."""
    return bool(_days())


def _drawn(day: date) -> tuple[Any, frozenset[str]]:
    """The polygons that hold on a day, and the départements they tell of."""
    held = tuple(
        rank
        for rank, (starts, ends) in enumerate(_days())
        if starts <= day and (ends is None or day <= ends)
    )
    return _tree(held)


@remembered
def _districts() -> tuple[PriorityDistrict, ...]:
    return tuple(effective().values())


@remembered
def _days() -> tuple[tuple[date, date | None], ...]:
    return tuple((one.starts_on, one.ends_on) for one in _districts())


@remembered
def _tree(ranks: tuple[int, ...]) -> tuple[Any, frozenset[str]]:
    kept = [_districts()[rank] for rank in ranks]
    shapes = [shapely.from_wkb(bytes(one.shape)) for one in kept]
    return shapely.STRtree(shapes), frozenset(one.code[2:5] for one in kept)


def held_on(code: str, day: date) -> bool | None:
    """Whether a neighbourhood of this code existed on a day; None when none of that day is loaded."""
    held = [one for one in _districts() if _holds(one, day)]
    return any(one.code == code for one in held) if held else None


def district_at(lon: float | None, lat: float | None, day: date) -> PriorityDistrict | None:
    """The neighbourhood in which a point lay on a day, where one is known."""
    if lon is None or lat is None:
        return None
    point = shapely.Point(lon, lat)
    held = (one for one in _districts() if _holds(one, day))
    return next((one for one in held if shapely.from_wkb(bytes(one.shape)).intersects(point)), None)


def districts_on(day: date) -> list[PriorityDistrict]:
    """Those that exist on a day, by name."""
    return sorted((one for one in _districts() if _holds(one, day)), key=lambda one: one.name)


def _holds(district: PriorityDistrict, day: date) -> bool:
    return district.starts_on <= day and (district.ends_on is None or day <= district.ends_on)
