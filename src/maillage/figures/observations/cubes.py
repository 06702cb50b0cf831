"""Counting once, finely, then summing: units by commune, period, activity and mask of segments."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from maillage.figures.observations.calendar import YEAR, anniversary
from maillage.figures.observations.demography import FLOWS, SURVIVALS, Flow

CELL = ("commune", "activity", "segments")


def flows(spells: ir.Table, unit: int, declared: tuple[Flow, ...] = FLOWS) -> ir.Table:
    """How many times each flow happened, by commune, the other commune, period, activity and segments.

    `period` is the day's number divided by `unit`: a year, or a month.
    """
    return ibis.union(*[_flow(spells, one, unit) for one in declared])


def _flow(spells: ir.Table, flow: Flow, unit: int) -> ir.Table:
    counted = spells.filter(flow.where(spells))
    other = counted[flow.crosses] if flow.crosses else ibis.null("int32")
    rows = counted.select(
        *CELL, other=other.cast("int32"), period=(counted[flow.dated] // unit).cast("int32")
    )
    cells = rows.group_by(*CELL, "other", "period").aggregate(n=rows.count())
    return cells.mutate(code=ibis.literal(flow.code))


def cohorts(existences: ir.Table) -> ir.Table:
    """Units born by commune of birth, year, activity and segments, and how many reached each anniversary."""
    t = existences
    rows = t.select(
        *CELL,
        period=(t.entered // YEAR).cast("int32"),
        **{
            f"alive_{one.years}": (t.over > anniversary(t.start, one.years)).cast("int64")
            for one in SURVIVALS
        },
    )
    alive = {f"alive_{one.years}": rows[f"alive_{one.years}"].sum() for one in SURVIVALS}
    return rows.group_by(*CELL, "period").aggregate(n=rows.count(), **alive)
