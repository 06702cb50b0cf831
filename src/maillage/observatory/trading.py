"""What `observe_france` and `observe_territory` were asked, as orders to the engine of observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from maillage import places
from maillage.figures.observations import compact, france
from maillage.figures.observations.stock import Files
from maillage.kernel import clock
from maillage.observatory.building import require_geography

TOLD = 10
"""How many trades the terminal tells of a territory; the files hold them all."""


def whole(asked: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """The trades of every commune and intercommunality of a month's stock, written as files.

    Raises:
        Invalid: a file cannot be taken, or no geography is loaded.
    """
    require_geography()
    as_of = asked["as_of"] or clock.local_day(clock.now())
    month = compact.Month(
        files=Files(tuple(asked["units"]), tuple(asked["establishments"]), ()),
        areas=places.areas_on(as_of),
        as_of=as_of,
        out=asked["out"],
        engine=asked["engine"],
    )
    made = france.observed(month, tell)
    return {
        "as_of": as_of.isoformat(),
        **{name: str(getattr(made, name)) for name in ("spells", "communes", "territories")},
        "rows": dict(made.rows),
    }


def one(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The commonest trades of one territory in the last whole year, from the compact file.

    Raises:
        Invalid: the file is another one, no geography is loaded, or there is no such territory.
    """
    require_geography()
    as_of = compact.until(asked["spells"])
    perimeter = places.perimeter(asked["territory"], as_of)
    of = france.territories_of(places.areas_on(as_of))
    tables = france.of_territory(asked["spells"], perimeter.siren, of)
    if asked["out"]:
        france.written(tables, asked["out"])
    year = as_of.year - ((as_of.month, as_of.day) != (12, 31))
    return {
        "territory": perimeter.name, "as_of": as_of.isoformat(), "year": year,
        "trades": france.commonest(tables, year, TOLD),
    }  # fmt: skip
