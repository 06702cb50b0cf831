"""The observatories: each module here declares one, found by being there.

An observatory asks a question and answers it by panels; a panel reads what was published and draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from maillage.kernel.text import Words

if TYPE_CHECKING:
    from maillage.observatory.observatories.reading import Reading


class Side(StrEnum):
    """Where a panel stands on a desk: the first row is a map and what stands beside it."""

    MAIN = "main"
    BESIDE = "beside"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page: its title says what it shows."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    side: Side = Side.BELOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Observatory:
    """A question, the indicators of its map, the panels that answer it, in their order."""

    slug: str
    rank: int
    title: Words
    question: Words
    indicators: Sequence[str]
    segment: str
    by_trade: bool = False
    panels: Sequence[Callable[[Reading], Panel | None]]


@cache
def every() -> tuple[Observatory, ...]:
    """The observatories that are declared, in their order."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    declared = [module.OBSERVATORY for module in modules if hasattr(module, "OBSERVATORY")]
    return tuple(sorted(declared, key=lambda one: one.rank))
