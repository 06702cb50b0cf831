"""The list behind a figure: the counted units, newest first, a page at a time.

A unit stands in the list at its most recent row. A page is found by walking rows from the newest, a
stretch at a time, and keeping those that lead their unit, so a page costs the same whether the table
holds a hundred thousand acts or a million. (The same in one query, as rows that no later row of their
unit overtakes, PostgreSQL answers by joining the whole list to itself.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import connection

from maillage.figures.engine.parameters import Parameters, Template, Value
from maillage.figures.engine.plan import SEEN, Shape, condition
from maillage.figures.engine.sql import compile_template, run
from maillage.figures.relations import RELATIONS


def _counted(shape: Shape, p: Parameters) -> ir.Table:
    rows = RELATIONS[shape.indicator.relation].build(p)
    asked = p.scoped("q0.")
    rows = rows.filter(condition(shape, rows, asked))
    if not shape.born:
        return rows
    key = shape.indicator.key
    births = rows.group_by(key).aggregate(born=rows[shape.among].min())
    births = births.filter(asked.texts(births.born, "among"))
    return rows.filter(rows[key].isin(births[key]))


def _columns(shape: Shape, rows: ir.Table) -> dict[str, ir.Value]:
    relation, indicator = RELATIONS[shape.indicator.relation], shape.indicator
    columns = {
        "unit": rows[indicator.key],
        "day": rows[relation.order],
        "row": rows[relation.identity],
    }
    if relation.act:
        columns["act"] = rows[relation.act]
    if indicator.measure:
        columns["amount"] = rows[indicator.measure]
    return columns


@lru_cache(maxsize=256)
def _walk(vendor: str, shape: Shape, length: int, after: bool) -> Template:
    """Counted rows from the newest, those after a mark.

    Each kind is walked apart and stops when told, since an index gives the days of one kind in order
    and not those of several; the walks are then merged. An act is never recorded before its day, so a
    walk as of an instant starts at that day and not at acts of later days, unknown then.
    """
    p = Parameters()
    rows, kinds = _counted(shape, p), shape.indicator.kinds
    relation = RELATIONS[shape.indicator.relation]
    if relation.act == relation.identity:
        rows = rows.filter(rows[relation.order] <= p.text("today"))
    apart = [rows.filter(rows.kind == kind) for kind in kinds] if len(kinds) > 1 else [rows]
    walks = [_newest(part.select(**_columns(shape, part)), p, length, after) for part in apart]
    merged = walks[0] if len(walks) == 1 else _newest(ibis.union(*walks), p, length, after=False)
    return compile_template(merged, p.numbers, vendor=vendor)


def _newest(rows: ir.Table, p: Parameters, length: int, after: bool) -> ir.Table:
    if after:
        last_day, last_row = p.text("after_day"), p.number("after_row")
        rows = rows.filter(rows.day <= last_day)
        rows = rows.filter((rows.day < last_day) | (rows.row < last_row))
    return rows.order_by([ibis.desc("day"), ibis.desc("row")]).limit(length)


@lru_cache(maxsize=256)
def _rows_of(vendor: str, shape: Shape) -> Template:
    p = Parameters()
    rows = _counted(shape, p)
    rows = rows.select(**_columns(shape, rows))
    rows = rows.filter(
        p.among(rows.unit, "units")
        if rows.unit.type().is_integer()
        else p.texts(rows.unit, "units")
    )
    rows = rows.order_by([ibis.desc("day"), ibis.desc("row")])
    return compile_template(rows, p.numbers, vendor=vendor)


@lru_cache(maxsize=256)
def _all(vendor: str, shape: Shape) -> Template:
    p = Parameters()
    rows = _counted(shape, p)
    rows = rows.select(**_columns(shape, rows))
    return compile_template(rows.order_by(["unit", "day", "row"]), p.numbers, vendor=vendor)


Rows = list[dict[str, Any]]
LONGEST = 8000  # rows walked at a time: their units are given to one query, which takes so many


def page(
    shape: Shape, values: Mapping[str, Value], *, size: int, after: tuple[str, int] | None
) -> list[Rows]:
    """At most `size` units after the one shown last, each with all its counted rows, newest first."""
    found: list[Rows] = []
    length = 2 * size
    while len(found) < size:
        walked = _walked(shape, values, length, after)
        behind = _by_unit(rows_of(shape, values, list({row["unit"] for row in walked})))
        leading = (behind[row["unit"]] for row in walked if _leads(row, behind[row["unit"]]))
        found += leading
        if len(walked) < length:
            break
        after, length = (str(walked[-1]["day"]), int(walked[-1]["row"])), min(2 * length, LONGEST)
    return found[:size]


def newest(
    shape: Shape, values: Mapping[str, Value], *, size: int, among: Sequence[Any]
) -> list[Rows] | None:
    """The same first units, found among those that a split by first month saw to have the newest rows.

    None when it does not settle which they are, several having their newest row on the same day.
    """
    found = _by_unit(rows_of(shape, values, among)).values() if among else ()
    ordered = sorted(found, key=lambda rows: (str(rows[0]["day"]), rows[0]["row"]), reverse=True)
    if len(ordered) < len(among):
        return None
    if len(among) < SEEN or ordered[size - 1][0]["day"] > ordered[-1][0]["day"]:
        return ordered[:size]
    return None


def _walked(
    shape: Shape, values: Mapping[str, Value], length: int, after: tuple[str, int] | None
) -> Rows:
    mark: dict[str, Value] = {"after_day": after[0], "after_row": after[1]} if after else {}
    template = _walk(connection.vendor, shape, length, after is not None)
    return run(template, {**values, **mark})


def _by_unit(rows: Rows) -> dict[Any, Rows]:
    units: dict[Any, Rows] = {}
    for row in rows:
        units.setdefault(row["unit"], []).append(row)
    return units


def _leads(row: Mapping[str, Any], rows: Rows) -> bool:
    """Whether a row is the newest of its unit, the one at which the unit stands in the list."""
    return bool(row["row"] == rows[0]["row"])


def rows_of(shape: Shape, values: Mapping[str, Value], units: Sequence[Any]) -> Rows:
    """Every counted row of some units, newest first."""
    return run(_rows_of(connection.vendor, shape), {**values, "units": list(units)})


def all_rows(shape: Shape, values: Mapping[str, Value]) -> Rows:
    """Every counted row, unit by unit: the whole list, for exports and checks."""
    return run(_all(connection.vendor, shape), values)


@lru_cache(maxsize=256)
def _size(vendor: str, shape: Shape) -> Template:
    p = Parameters()
    rows = _counted(shape, p)
    return compile_template(rows.aggregate(size=rows.count()), p.numbers, vendor=vendor)


def size(shape: Shape, values: Mapping[str, Value]) -> int:
    """How many rows the rule keeps, those of a unit counted once included."""
    return int(run(_size(connection.vendor, shape), values)[0]["size"])


@lru_cache(maxsize=256)
def _touched(vendor: str, shape: Shape) -> Template:
    p = Parameters()
    relation = RELATIONS[shape.indicator.relation]
    rows = (relation.recorded or relation.build)(p)
    rows = rows.filter(condition(shape, rows, p.scoped("q0.")), p.among(rows[relation.act], "acts"))
    return compile_template(rows.select(act=rows[relation.act]), p.numbers, vendor=vendor)


def touched(shape: Shape, values: Mapping[str, Value], acts: Collection[int]) -> set[int]:
    """Which of these acts the rule counts, even when they were reversed since."""
    rows = run(_touched(connection.vendor, shape), {**values, "acts": sorted(acts)})
    return {int(row["act"]) for row in rows}


@lru_cache(maxsize=256)
def _holdings(vendor: str, shape: Shape) -> Template:
    p = Parameters()
    rows = _counted(shape, p)
    indicator = shape.indicator
    firm = rows.legal_unit_id if "legal_unit_id" in rows.columns else ibis.null("int64")
    amount = rows[indicator.summed] if indicator.summed else ibis.literal(1)
    rows = rows.select(firm=firm, unit=rows[indicator.key], amount=amount)
    held = rows.group_by(["firm", "unit"])
    totals = held.aggregate(amount=rows.amount.sum() if indicator.summed else rows.amount.max())
    return compile_template(totals, p.numbers, vendor=vendor)


def holdings(shape: Shape, values: Mapping[str, Value]) -> list[tuple[int | None, Any, int]]:
    """Each counted unit with the firm it is about, if any, and what it adds to the figure."""
    rows = run(_holdings(connection.vendor, shape), values)
    return [(row["firm"], row["unit"], int(row["amount"] or 0)) for row in rows]
