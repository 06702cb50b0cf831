"""What a question is worth and how many units stand behind it: counts and sums from the database, medians from here.

No database of ours has a median that the others have too: what is measured is read in order, and the middle is taken
here, so that a figure is the same wherever it is computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import ibis
from django.db import connection

from maillage.figures.definitions import Median
from maillage.figures.engine import plan
from maillage.figures.engine.parameters import Parameters, Template, Value
from maillage.figures.engine.plan import Shape
from maillage.figures.engine.sql import compile_template, run
from maillage.figures.relations import RELATIONS

Worth = int | float | None
Cell = tuple[Worth, int]


def totals(relation: str, shapes: Sequence[Shape], values: Mapping[str, Value]) -> list[Cell]:
    """For each question its value and the number of its units: one query, and one more for each median."""
    cells: list[Cell] = list(plan.totals(relation, shapes, values))
    for rank, shape in enumerate(shapes):
        if isinstance(shape.indicator, Median):
            (_, units), middles = cells[rank], _medians(relation, shape, rank, "", values)
            cells[rank] = middles.get("", None), units
    return cells


def breakdown(
    relation: str, shape: Shape, column: str, values: Mapping[str, Value]
) -> dict[str, Cell]:
    """The value and the units of each value of a column, in the column's order."""
    rows = plan.breakdown(relation, shape, column, values)
    if not isinstance(shape.indicator, Median):
        return {part: (value, units) for part, value, units in rows}
    middles = _medians(relation, shape, 0, column, values)
    return {part: (middles.get(part), units) for part, _, units in rows}


def middle(ordered: Sequence[int]) -> float | None:
    """The middle of what is in order, half way between the two middle ones; nothing has none."""
    if not ordered:
        return None
    half, odd = divmod(len(ordered), 2)
    return float(ordered[half]) if odd else (ordered[half - 1] + ordered[half]) / 2


def _medians(
    relation: str, shape: Shape, rank: int, column: str, values: Mapping[str, Value]
) -> dict[str, float | None]:
    """The middle of each part; the whole is the part without a name."""
    rows = run(_ordered(connection.vendor, relation, shape, rank, column), values)
    parts = groupby(rows, key=itemgetter("part"))
    return {str(part or ""): middle([int(row["amount"]) for row in held]) for part, held in parts}


@lru_cache(maxsize=128)
def _ordered(vendor: str, relation: str, shape: Shape, rank: int, column: str) -> Template:
    """What each unit measures, least first within its part: a unit of several rows measures their sum, as it opens."""
    p = Parameters()
    rows = RELATIONS[relation].build(p)
    rows = rows.filter(plan.condition(shape, rows, p.scoped(f"q{rank}.")))
    part = rows[column] if column else ibis.literal("")
    rows = rows.select(
        part=part, unit=rows[shape.indicator.key], amount=rows[shape.indicator.measure]
    )
    units = rows.group_by("part", "unit").aggregate(amount=rows.amount.sum())
    return compile_template(
        units.select("part", "amount").order_by("part", "amount"), p.numbers, vendor=vendor
    )
