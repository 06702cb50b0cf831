"""What `build_observatory` was asked, as an order to the engine of observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from maillage import places
from maillage.figures.observations import building, loading
from maillage.figures.observations.stock import Files
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.places import districts


def build(asked: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    """Build, load what was observed of the chosen territories, and say what was written, until when.

    Raises:
        Invalid: a file or a territory cannot be taken, or no geography is loaded.
    """
    as_of = asked["as_of"] or clock.local_day(clock.now())
    require_geography()
    chosen = asked["load"] or asked["territory"]
    order = building.Order(
        files=Files(
            *(tuple(asked[role]) for role in ("units", "establishments", "history", "links"))
        ),
        areas=places.areas_on(as_of),
        out=asked["out"],
        as_of=as_of,
        history_start=asked["history_start"] or building.HISTORY_START,
        only=_communes(asked["territory"], as_of),
        opened=_communes(chosen, as_of) or frozenset(),
        kinds=asked["areas"],
        neighbourhoods=districts.drawn_on(as_of),
        engine=asked["engine"],
    )
    path = building.build(order, tell)
    if chosen:
        loading.load(_loading(asked, order, path, chosen), tell)
    return {
        "observations": str(path),
        "as_of": as_of.isoformat(),
        "history_start": order.history_start.isoformat(),
        "engine": order.engine,
        "rows": building.rows(path),
        "loaded": chosen,
    }


def require_geography() -> None:
    """Areas are those of a loaded geography.

    Raises:
        Invalid: none is.
    """
    if not places.is_loaded():
        raise Invalid(
            Words("Aucune géographie n’est chargée.", "No geography is loaded."),
            remedy=Words("Lancez maillage load_places.", "Run maillage load_places."),
        )


def _loading(
    asked: Mapping[str, Any], order: building.Order, path: Path, chosen: list[str]
) -> loading.Loading:
    return loading.Loading(
        path=path,
        as_of=order.as_of,
        history_start=order.history_start,
        source=asked["source"],
        is_invented=asked["invented"],
        territories=chosen,
        files=[
            {"name": path.name, "bytes": path.stat().st_size}
            for role in ("units", "establishments", "history", "links")
            for path in asked[role]
        ],
    )


def _communes(territories: list[str], on: date) -> frozenset[str] | None:
    """The communes of the chosen territories; None when all are."""
    if not territories:
        return None
    return frozenset(code for one in territories for code in places.perimeter(one, on).communes)
