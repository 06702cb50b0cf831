"""Problems of rounds, drawn and written by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from maillage.outreach.rounds import Break, Problem, Stop, Vehicle

HOUR = 3600


def flat(points: list[tuple[float, float]]) -> np.ndarray[Any, Any]:
    """Whole seconds between points of a plane, as TSPLIB rounds them."""
    return np.array([[round(math.dist(a, b)) for b in points] for a in points], dtype=np.int64)


def geographical(points: list[tuple[float, float]]) -> np.ndarray[Any, Any]:
    """Whole kilometres between points given as degrees and minutes (DDD.MM), as TSPLIB's GEO defines them."""

    def radians(told: float) -> float:
        degrees = int(told)
        return 3.141592 * (degrees + 5 * (told - degrees) / 3) / 180

    def between(one: tuple[float, float], other: tuple[float, float]) -> int:
        if one == other:
            return 0
        (lat, lon), (lat2, lon2) = (tuple(map(radians, point)) for point in (one, other))
        q1, q2, q3 = math.cos(lon - lon2), math.cos(lat - lat2), math.cos(lat + lat2)
        return int(6378.388 * math.acos(0.5 * ((1 + q1) * q2 - (1 - q1) * q3)) + 1)

    return np.array([[between(a, b) for b in points] for a in points], dtype=np.int64)


def tsplib(path: Path) -> list[tuple[float, float]]:
    """The points of a TSPLIB file."""
    words = (line.split() for line in path.read_text().splitlines())
    return [(float(w[1]), float(w[2])) for w in words if len(w) == 3 and w[0].isdigit()]


def closed(seconds: np.ndarray[Any, Any]) -> Problem:
    """One adviser who comes back, and a stop at every other place."""
    stops = [Stop(rank, rank) for rank in range(1, len(seconds))]
    return Problem(seconds, stops, [Vehicle("one", 0, 0)])


@st.composite
def days(draw: Any, *, most: int = 9) -> Problem:
    """A day of a few stops and advisers, with hours, skills, amounts, breaks, open ends, ways back that differ."""
    count = draw(st.integers(1, most))
    places = count + 2
    cells = draw(st.lists(st.integers(0, HOUR), min_size=places * places, max_size=places * places))
    seconds = np.array(cells, dtype=np.int64).reshape(places, places)
    np.fill_diagonal(seconds, 0)
    stops = [_stop(draw, rank) for rank in range(count)]
    vehicles = [_vehicle(draw, rank, count) for rank in range(draw(st.integers(0, 3)))]
    return Problem(seconds, stops, vehicles)


def _window(draw: Any, last: int) -> tuple[int, int]:
    first, second = sorted(draw(st.tuples(st.integers(0, last), st.integers(0, last))))
    return first, second


def _apart(windows: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    told: list[tuple[int, int]] = []
    for first, last in sorted(windows):
        if not told or first > told[-1][1]:
            told.append((first, last))
    return tuple(told)


def _stop(draw: Any, rank: int) -> Stop:
    hours = [_window(draw, 10 * HOUR) for _ in range(draw(st.integers(0, 2)))]
    return Stop(
        f"s{rank}", rank, draw(st.integers(0, 2 * HOUR)), _apart(hours),
        frozenset(draw(st.sets(st.sampled_from(["nl", "ess"]), max_size=1))),
        draw(st.integers(0, 100)), tuple(draw(st.lists(st.integers(0, 3), max_size=2))),
    )  # fmt: skip


def _vehicle(draw: Any, rank: int, count: int) -> Vehicle:
    end = draw(st.sampled_from([None, count, count + 1]))
    last = draw(st.integers(HOUR, 9 * HOUR))
    pauses = [
        Break(HOUR // 2, [_window(draw, last - HOUR // 2)]) for _ in range(draw(st.integers(0, 1)))
    ]
    return Vehicle(
        f"v{rank}", count, end, (0, last),
        frozenset(draw(st.sets(st.sampled_from(["nl", "ess"])))),
        draw(st.none() | st.lists(st.integers(0, 6), min_size=2, max_size=2)), pauses,
    )  # fmt: skip
