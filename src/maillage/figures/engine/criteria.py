"""Criteria of firms as expressions: bits that rows carry, and rules read on the day (ADR 0024)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import ibis.expr.types as ir

from maillage.figures.engine.parameters import Parameters, Value
from maillage.figures.engine.sql import table
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.register import criteria
from maillage.register.models import Belonging
from maillage.register.rules import CODE_LENGTH, Age, Bands, Listed, Trades

PREFIX = "criterion"
KEPT = "segments"


def dimensions_of(mask: int) -> tuple[str, ...]:
    """The terms a mask stands for: its kept bits together, then one for each rule read on the day."""
    kept = (KEPT,) if mask & ~criteria.READ else ()
    return (*kept, *(f"{PREFIX}{bit}" for bit in criteria.bits_of(mask & criteria.READ)))


def values_of(mask: int, day: date) -> Mapping[str, Value]:
    """What those terms are bound to, on the day that is read."""
    values: dict[str, Value] = {KEPT: mask & ~criteria.READ}
    for bit in criteria.bits_of(mask & criteria.READ):
        name, segment = f"{PREFIX}{bit}", criteria.declared(bit)
        if criteria.is_of_list(bit):
            values[name] = criteria.codes_of(bit)
        elif segment is not None and isinstance(segment.read, Age):
            after, until = segment.read.limits(day)
            values |= {f"{name}_after": after.isoformat(), f"{name}_until": until.isoformat()}
    return values


def condition(name: str, rows: ir.Table, p: Parameters) -> ir.BooleanValue:
    """One term over the rows of a relation.

    Raises:
        Invalid: the relation cannot tell it.
    """
    bit = int(name.removeprefix(PREFIX))
    segment = criteria.declared(bit)
    rule = segment.read if segment else Trades()
    if isinstance(rule, Bands):
        return _column(rows, name, "size_band").isin(rule.bands)
    if isinstance(rule, Age):
        opened = _column(rows, name, "opened_on")
        return (opened > p.text(f"{name}_after")) & (opened <= p.text(f"{name}_until"))
    if isinstance(rule, Listed):
        return _listed(bit, rows, p)
    activity = _column(rows, name, "activity", "naf")
    if criteria.is_of_list(bit):
        return p.texts(activity, name)
    return _trades(rule or Trades(), activity, rows)


def _trades(rule: Trades, activity: ir.StringValue, rows: ir.Table) -> ir.BooleanValue:
    told = activity.substr(0, 2).isin(rule.divisions)
    if rule.codes:
        told = told | activity.isin(rule.codes)
    told = told & (activity.length() == CODE_LENGTH)
    if rule.but:
        told = told & activity.notin(rule.but)
    return told & ((rows.segments & rule.among) != 0) if rule.among else told


def _listed(bit: int, rows: ir.Table, p: Parameters) -> ir.BooleanValue:
    """An act keeps the bit; a spell does not, and the lists known by then are looked into."""
    if "load_id" not in rows.columns:
        return (_column(rows, "", "segments") & (1 << bit)) != 0
    told = table(Belonging)
    known = told.filter(
        told.bit == bit,
        told.made_at <= p.text("as_of"),
        told.ended_at.isnull() | (told.ended_at > p.text("as_of")),
        told.since <= p.text("end"),
    )
    return rows.legal_unit_id.isin(known.legal_unit_id)


def _column(rows: ir.Table, name: str, *columns: str) -> ir.Value:
    """The first of these columns that the relation has."""
    for column in columns:
        if column in rows.columns:
            return rows[column]
    segment = criteria.declared(int(name.removeprefix(PREFIX) or 0))
    label = segment.label if segment else Words("activité", "activity")
    raise Invalid(
        Words(
            f"ce chiffre ne peut pas être lu selon «\u00a0{label.fr}\u00a0»",
            f"this figure cannot be read by “{label.en}”",
        )
    )
