"""What was set right since: one journal, to which each package adds what it lets people take back.

A package says in `corrections.py` (`SOURCES`) which of its decisions change what was told before, each
with who, when and why; no central list is edited. The journal keeps nothing of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from maillage.accounts.actors import Actor
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """One decision: what was set right, by whom, for which organisation, when and why; where it opens.

    Of what a reader may not open, `month` stands for the instant.
    """

    at: datetime
    who: str
    organisation: str
    about: str
    why: str
    url: str = ""
    month: str = ""
    what: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of correction: its permanent name, and the rows that a reader may see, the latest first.

    `rows` gives the model's rows in that order, sliced by the journal; `told` puts some into words, in as
    many queries for ten as for fifty.
    """

    name: str
    words: Words
    rows: Callable[[Actor], Any]
    told: Callable[[Sequence[Any], Actor], list[Corrected]]


def sources() -> list[Source]:
    """Every kind of correction, in the order of the packages."""
    return [
        source
        for config in apps.get_app_configs()
        if config.name.startswith("maillage.")
        and module_has_submodule(config.module, "corrections")
        for source in import_module(f"{config.name}.corrections").SOURCES
    ]


def count(actor: Actor, only: str = "") -> int:
    """How many corrections this reader may see."""
    return sum(source.rows(actor).count() for source in _wanted(only))


def page(actor: Actor, start: int, end: int, only: str = "") -> list[Corrected]:
    """Some of the corrections, the latest first: those of ranks `start` to `end`."""
    told = (_named(source, source.rows(actor)[:end], actor) for source in _wanted(only))
    latest = heapq.merge(*told, key=attrgetter("at"), reverse=True)
    return [line for rank, line in enumerate(latest) if start <= rank < end]


def _wanted(only: str) -> list[Source]:
    return [source for source in sources() if only in {"", source.name}]


def _named(source: Source, rows: Any, actor: Actor) -> list[Corrected]:
    lines = source.told(list(rows), actor)
    return [replace(line, what=source.words) for line in lines]
