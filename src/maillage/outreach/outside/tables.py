"""The two services that tell tables of ways, each in its own words: OSRM and Valhalla.

https://project-osrm.org/docs/v5.24.0/api/#table-service
https://valhalla.github.io/valhalla/api/matrix/api-reference/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside.told import Cell, Point

FARTHEST = 10**7
"""Seconds, or metres, beyond which no way is believed."""
Part = Sequence[Point]
Question = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """How a service is asked for the ways from some points to others, and how its answer is read."""

    name: str
    ask: Callable[[Part, Part, Going], Question]
    read: Callable[[Any], dict[str, list[list[Cell]]]]


def _osrm_asked(here: Part, there: Part, going: Going) -> Question:
    """One list of points, those one leaves from first. A server knows one way of going, whatever it is called."""
    profile = {Going.WALKING: "foot", Going.CAR: "driving"}[going]
    points = ";".join(f"{lon:.5f},{lat:.5f}" for lon, lat in (*here, *there))
    ranks = [str(rank) for rank in range(len(here) + len(there))]
    return f"/table/v1/{profile}/{points}", {
        "annotations": "duration,distance",
        "sources": ";".join(ranks[: len(here)]),
        "destinations": ";".join(ranks[len(here) :]),
    }


def _osrm_read(said: Mapping[str, Any]) -> dict[str, list[list[Cell]]]:
    if said["code"] != "Ok":
        raise ValueError(said["code"])
    return {
        "seconds": [[_whole(cell) for cell in row] for row in said["durations"]],
        "metres": [[_whole(cell) for cell in row] for row in said["distances"]],
    }


def _valhalla_asked(here: Part, there: Part, going: Going) -> Question:
    def places(points: Part) -> list[dict[str, float]]:
        return [{"lat": lat, "lon": lon} for lon, lat in points]

    costing = {Going.WALKING: "pedestrian", Going.CAR: "auto"}[going]
    asked = {"sources": places(here), "targets": places(there), "costing": costing}
    return "/sources_to_targets", {"json": json.dumps(asked, separators=(",", ":"))}


def _valhalla_read(said: Mapping[str, Any]) -> dict[str, list[list[Cell]]]:
    if said.get("units", "kilometers") not in {"kilometers", "km"}:
        raise ValueError(said["units"])
    rows = said["sources_to_targets"]
    return {
        "seconds": [[_whole(cell["time"]) for cell in row] for row in rows],
        "metres": [[_whole(cell["distance"], 1000) for cell in row] for row in rows],
    }


def _whole(said: object, times: int = 1) -> Cell:
    """A number of seconds or metres; None where there is no way."""
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TypeError(said)
    if not 0 <= said * times <= FARTHEST:  # neither is what is no number
        raise ValueError(said)
    return round(said * times)


OSRM = Table("OSRM", _osrm_asked, _osrm_read)
VALHALLA = Table("Valhalla", _valhalla_asked, _valhalla_read)
