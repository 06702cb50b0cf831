"""From the periods of a history to spells of presence: who was active, from which day, until which.

A unit is an establishment (its SIRET as an integer) or a legal unit (its SIREN). An end is the first
day on which it is no longer active.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from maillage.figures.observations.calendar import UNKNOWN

OPEN = 1 << 30  # the end of what has none yet
RANKS = 4096  # more spells than a unit ever had


def active_spells(periods: ir.Table, created: ir.Table) -> ir.Table:
    """The spells (`unit, rank, start, end`) of units whose `periods` are (`unit, start, is_active`).

    Successive periods in the same state are one. The first begins on the creation day when
    `created` (`unit, on`) knows it, else on its own; of two periods of a same day, a closure wins.
    """
    one_a_day = periods.group_by("unit", "start").aggregate(is_active=periods.is_active.min())
    in_order = ibis.window(group_by="unit", order_by="start")
    told = one_a_day.mutate(before=one_a_day.is_active.lag().over(in_order))
    changes = told.filter(told.before.isnull() | (told.before != told.is_active))
    changes = changes.mutate(
        end=changes.start.lead().over(in_order).coalesce(OPEN), is_first=changes.before.isnull()
    )
    spells = changes.filter(changes.is_active)
    joined = spells.left_join(created, "unit")
    known = joined.is_first & (joined.on.coalesce(UNKNOWN) != UNKNOWN) & (joined.on < joined.end)
    dated = joined.select(
        unit=joined.unit, start=known.ifelse(joined.on, joined.start), end=joined.end
    )
    return _ranked(dated.filter(dated.start < dated.end))


def as_of(spells: ir.Table, end: int) -> ir.Table:
    """The spells as they stood when `end`, the first day that is not observed, had not come."""
    begun = spells.filter(spells.start < end)
    return begun.mutate(end=(begun.end > end).ifelse(OPEN, begun.end).cast("int32"))


def of_legal_units(spells: ir.Table) -> ir.Table:
    """The spells of legal units: active while one of their establishments is.

    `spells` are those of establishments (`legal_unit, start, end`), of a known start.
    """
    known = spells.filter(spells.start != UNKNOWN)
    earlier = ibis.window(group_by="legal_unit", order_by=["start", "end"], preceding=(None, 1))
    told = known.mutate(before=known.end.max().over(earlier))
    begins = told.mutate(begins=(told.before.isnull() | (told.start > told.before)).cast("int32"))
    in_order = ibis.window(
        group_by="legal_unit", order_by=["start", "end"], preceding=None, following=0
    )
    numbered = begins.mutate(island=begins.begins.sum().over(in_order))
    whole = numbered.group_by("legal_unit", "island").aggregate(
        start=numbered.start.min(), end=numbered.end.max()
    )
    return _ranked(whole.select(unit=whole.legal_unit, start=whole.start, end=whole.end))


def _ranked(spells: ir.Table) -> ir.Table:
    """Each spell under a key of its own, the spells of a unit following one another."""
    in_order = ibis.window(group_by="unit", order_by="start")
    ranked = spells.mutate(rank=ibis.row_number().over(in_order))
    return ranked.mutate(id=ranked.unit * RANKS + ranked["rank"])
