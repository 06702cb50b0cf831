"""Indicators: defined once, computed live, opened always, published under secrecy.

The door of the package. A domain declares its figures in `indicators.py`:

    FIRMS = figures.declare(figures.Indicator(code="outreach.firms_prospected", version=1, ...))

and a page asks for several at once: `figures.answer([figures.Question("outreach.firms_prospected", ...)])`.
Names are resolved when first used, since definitions are read before the models are ready.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maillage.figures.answers import Answer, Group, Question, accepted, answer
    from maillage.figures.definitions import (
        REGISTRY,
        Definition,
        Indicator,
        Median,
        Rate,
        in_segment,
    )
    from maillage.figures.dimensions import DIMENSIONS, Dimension, dimension, other_parties
    from maillage.figures.engine.parameters import Parameters
    from maillage.figures.engine.plan import expression_of
    from maillage.figures.engine.sql import table
    from maillage.figures.filters import Filter
    from maillage.figures.opening import (
        Behind,
        Leading,
        Page,
        Record,
        every_record,
        leading,
        records,
        rows_read,
        shown,
    )
    from maillage.figures.publication import Difference, compare, publish
    from maillage.figures.relations import Moment, Relation, Standing, relate, standing_acts
    from maillage.figures.released import digest
    from maillage.figures.secrecy import CLASSES
    from maillage.figures.units import Name, name_units

    declare = REGISTRY.declare
    get = REGISTRY.get

_HOMES = {
    "answers": ("Answer", "Group", "Question", "accepted", "answer"),
    "definitions": (
        "REGISTRY",
        "Definition",
        "Indicator",
        "Median",
        "Rate",
        "in_segment",
        "declare",
        "get",
    ),
    "dimensions": ("DIMENSIONS", "Dimension", "dimension", "other_parties"),
    "engine.parameters": ("Parameters",),
    "engine.plan": ("expression_of",),
    "engine.sql": ("table",),
    "filters": ("Filter",),
    "opening": (
        "Behind",
        "Leading",
        "Page",
        "Record",
        "every_record",
        "leading",
        "records",
        "rows_read",
        "shown",
    ),
    "publication": ("Difference", "compare", "publish"),
    "released": ("digest",),
    "relations": ("Moment", "Relation", "Standing", "relate", "standing_acts"),
    "secrecy": ("CLASSES",),
    "units": ("Name", "name_units"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "CLASSES",
    "DIMENSIONS",
    "REGISTRY",
    "Answer",
    "Behind",
    "Definition",
    "Difference",
    "Dimension",
    "Filter",
    "Group",
    "Indicator",
    "Leading",
    "Median",
    "Moment",
    "Name",
    "Page",
    "Parameters",
    "Question",
    "Rate",
    "Record",
    "Relation",
    "Standing",
    "accepted",
    "answer",
    "compare",
    "declare",
    "digest",
    "dimension",
    "every_record",
    "expression_of",
    "get",
    "in_segment",
    "leading",
    "name_units",
    "other_parties",
    "publish",
    "records",
    "relate",
    "rows_read",
    "shown",
    "standing_acts",
    "table",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(name)
    return getattr(import_module(f"maillage.figures.{_HOME[name]}"), name)
