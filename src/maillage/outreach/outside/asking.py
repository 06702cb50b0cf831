"""Asking for the ways between points, part by part, within the patience of a page; all of them, or none.

Only points travel: neither a name, nor who asks. The points of one day are asked for in their own order, whatever the
order of the firms, so that the same day is answered from what was kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings

from maillage.kernel.remote import Client, Unavailable
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside.tables import OSRM, VALHALLA, Part, Table
from maillage.outreach.outside.told import NOTHING, Cell, Point, Ways, spot

FRESH = timedelta(days=7)
PART = 40
"""So many points to so many: less than what either service takes at once as it is delivered (100 points, 2 500 pairs)."""
Told = dict[str, list[list[Cell]]]


def is_on(going: Going) -> bool:
    """Whether some service may be asked for the ways of those who go so."""
    return _asked(going) is not None


def ways(
    points: Iterable[Point], going: Going, *, ticks: Callable[[], float] = time.monotonic
) -> Ways:
    """The ways between these points: of OSRM when it is on for this way of going, else of Valhalla.

    A service that does not answer is named; one that answers in part is not believed in part.
    """
    there = sorted({spot(point) for point in points})
    found = _asked(going)
    if found is None or len(there) < 2:
        return NOTHING
    client, table = found
    parts = [there[first : first + PART] for first in range(0, len(there), PART)]
    deadline = ticks() + client.service.patience
    seconds: list[list[Cell]] = []
    metres: list[list[Cell]] = []
    try:
        for here in parts:
            row = []
            for other in parts:
                if ticks() > deadline:
                    return Ways(silent=table.name)
                row.append(_told(client, table, here, other, going))
            seconds += _joined([one["seconds"] for one in row])
            metres += _joined([one["metres"] for one in row])
    except Unavailable:
        return Ways(silent=table.name)
    return Ways(table.name, "", there, seconds, metres)


def _asked(going: Going) -> tuple[Client, Table] | None:
    for key, table in ((f"osrm_{going.value}", OSRM), ("valhalla", VALHALLA)):
        client: Client = settings.OUTSIDE[key]
        if client.service.is_on:
            return client, table
    return None


def _told(client: Client, table: Table, here: Part, there: Part, going: Going) -> Told:
    path, asked = table.ask(here, there, going)
    read = partial(_shaped, len(here), len(there))
    return client.ask(path, asked, sift=table.read, read=read, fresh=FRESH).data


def _shaped(rows: int, columns: int, told: Any) -> Told:
    """What was told, when it is about as many points as were asked for."""
    for cells in (told["seconds"], told["metres"]):
        if len(cells) != rows or any(len(row) != columns for row in cells):
            raise ValueError(rows, columns)
    return {"seconds": told["seconds"], "metres": told["metres"]}


def _joined(parts: Sequence[list[list[Cell]]]) -> list[list[Cell]]:
    """Tables side by side, made one."""
    return [[cell for row in rows for cell in row] for rows in zip(*parts, strict=True)]
