"""Priority neighbourhoods (QPV): whether a point lay in one on a day, as far as polygons are loaded."""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from typing import Any

import shapely

from maillage.places.geometry import locate
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
    if not _is_point(lon, lat):
        return None
    tree, known = _drawn(_held(day))
    if department_of(commune).zfill(3) not in known:
        return None
    return bool(len(tree.query(shapely.Point(lon, lat), predicate="intersects")))


def is_any_loaded() -> bool:
    """Whether there is any polygon to ask."""
    return bool(_days())


def held_on(code: str, day: date) -> bool | None:
    """Whether a neighbourhood of this code existed on a day; None when none of that day is loaded."""
    held = _of(_held(day))
    return any(one.code == code for one in held) if held else None


def district_at(lon: float | None, lat: float | None, day: date) -> PriorityDistrict | None:
    """The neighbourhood in which a point lay on a day, where one is known."""
    if not _is_point(lon, lat):
        return None
    held = _held(day)
    tree, _known = _drawn(held)
    found = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return _of(held)[min(found)] if len(found) else None


def districts_on(day: date) -> list[PriorityDistrict]:
    """Those that exist on a day, by name."""
    return sorted(_of(_held(day)), key=lambda one: one.name)


def drawn_on(day: date) -> dict[str, bytes]:
    """Their polygons on a day by code, in degrees, as well-known binary."""
    return {one.code: bytes(one.shape) for one in _of(_held(day))}


def names_on(day: date) -> dict[str, str]:
    """Their names on a day by code."""
    return {one.code: one.name for one in _of(_held(day))}


def names_within(communes: Collection[str], day: date) -> dict[str, str]:
    """The names, by code, of those of a day whose middle lies in one of these communes."""
    known = {department_of(code).zfill(3) for code in communes}
    near = [one for one in _of(_held(day)) if one.code[2:5] in known]
    middles = ((one, shapely.from_wkb(bytes(one.shape)).representative_point()) for one in near)
    return {one.code: one.name for one, at in middles if locate(at.x, at.y) in communes}


def _is_point(lon: float | None, lat: float | None) -> bool:
    return lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat)


def _held(day: date) -> tuple[int, ...]:
    """The ranks of the polygons that hold on a day."""
    return tuple(
        rank
        for rank, (starts, ends) in enumerate(_days())
        if starts <= day and (ends is None or day <= ends)
    )


def _of(ranks: tuple[int, ...]) -> list[PriorityDistrict]:
    every = _districts()
    return [every[rank] for rank in ranks]


@remembered
def _districts() -> tuple[PriorityDistrict, ...]:
    """By code, whatever the order of their loads: of two that overlap, the first has the point, here as in the observatories."""
    return tuple(told for _place, told in sorted(effective().items()))


@remembered
def _days() -> tuple[tuple[date, date | None], ...]:
    return tuple((one.starts_on, one.ends_on) for one in _districts())


@remembered
def _drawn(ranks: tuple[int, ...]) -> tuple[Any, frozenset[str]]:
    """The polygons of these ranks, and the départements they tell of."""
    kept = _of(ranks)
    shapes = [shapely.from_wkb(bytes(one.shape)) for one in kept]
    return shapely.STRtree(shapes), frozenset(one.code[2:5] for one in kept)
