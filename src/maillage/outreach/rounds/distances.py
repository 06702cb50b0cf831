"""How long one takes from a place to another when no network of streets is at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARTH = 6_371_008.8  # metres, mean radius


@dataclass(frozen=True, slots=True)
class Pace:
    """A way of going about: how much longer streets are than the bird's way, and how fast one goes (km/h)."""

    detour: float
    speed: float


ON_FOOT, BY_CAR = Pace(1.3, 4.5), Pace(1.4, 25.0)
"""Default paces in town; both are parameters, to set from visits that were made."""


def crow(points: Sequence[tuple[float, float]], pace: Pace = ON_FOOT) -> NDArray[Any]:
    """Whole seconds between all points (longitude, latitude), along the great circle times the detour."""
    import numpy as np

    lon, lat = np.radians(np.asarray(points, dtype=float).reshape(-1, 2)).T
    across = np.sin((lon[:, None] - lon) / 2) ** 2
    up = np.sin((lat[:, None] - lat) / 2) ** 2
    half = np.clip(up + np.cos(lat[:, None]) * np.cos(lat) * across, 0, 1)
    metres = 2 * EARTH * np.arcsin(np.sqrt(half))
    found: NDArray[Any] = np.rint(metres * pace.detour * 3.6 / pace.speed).astype(np.int64)
    return found
