"""Several figures of one relation in one query: a common prefilter, then one conditional aggregate each."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import connection

from maillage.figures.definitions import REGISTRY, Indicator
from maillage.figures.engine.parameters import Parameters, Template, Value
from maillage.figures.engine.sql import compile_template, run
from maillage.figures.relations import FILTER_COLUMNS, RELATIONS
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions compile to the same SQL: definition, filled dimensions, dated or not."""

    reference: str
    dimensions: tuple[str, ...] = ()
    dated: bool = False
    among: str = ""  # a column held to the values bound to `among` (one class of a breakdown)
    born: bool = False  # only units whose first month is among them

    @property
    def indicator(self) -> Indicator:
        """The definition, which a shape only ever takes from the registry."""
        definition = REGISTRY.get(self.reference)
        if not isinstance(definition, Indicator):
            raise TypeError(f"{self.reference} is a rate: its two lists are compiled apart")
        return definition


def condition(shape: Shape, rows: ir.Table, p: Parameters) -> ir.BooleanValue:
    """The inclusion rule of a question as one boolean over the rows of its relation."""
    indicator = shape.indicator
    terms: list[ir.BooleanValue] = [rows[indicator.key].notnull()]
    if indicator.kinds:
        terms.append(rows.kind.isin(indicator.kinds))
    if shape.dated and indicator.date:
        terms.append(rows[indicator.date] >= p.text("start"))
        terms.append(rows[indicator.date] <= p.text("until"))
    if indicator.where is not None:
        terms.append(indicator.where(rows))
    terms += [_dimension(name, rows, p) for name in shape.dimensions]
    if shape.among and not shape.born:
        terms.append(p.texts(rows[shape.among], "among"))
    return reduce(operator.and_, terms)


def _dimension(name: str, rows: ir.Table, p: Parameters) -> ir.BooleanValue:
    column = FILTER_COLUMNS[name]
    if column not in rows.columns:
        raise Invalid(
            Words(
                f"ce chiffre n’a pas de dimension «\u00a0{name}\u00a0»",
                f"this figure has no dimension “{name}”",
            )
        )
    if name == "segments":
        return (rows.segments & p.number("segments")) == p.number("segments")
    if rows[column].type().is_integer():
        return p.among(rows[column], name)
    return p.texts(rows[column], name)


def _prefiltered(rows: ir.Table, shapes: Sequence[Shape], p: Parameters) -> ir.Table:
    """The rows any of the questions may count: the union of their kinds and of their periods."""
    indicators = [shape.indicator for shape in shapes]
    if all(i.kinds for i in indicators):
        rows = rows.filter(rows.kind.isin(sorted({k for i in indicators for k in i.kinds})))
    days = {i.date for i in indicators}
    if all(s.dated for s in shapes) and len(days) == 1 and (day := days.pop()):
        rows = rows.filter(rows[day] >= p.text("first"), rows[day] <= p.text("last"))
    return rows


@cache
def columns(relation: str) -> frozenset[str]:
    """The columns a relation's rows offer."""
    return frozenset(RELATIONS[relation].build(Parameters()).columns)


def _is_row(shape: Shape) -> bool:
    """Whether each row is a unit of its own, so that counting units is counting rows."""
    return shape.indicator.key == RELATIONS[shape.indicator.relation].identity


def _aggregates(shapes: Sequence[Shape], rows: ir.Table, p: Parameters) -> dict[str, ir.Scalar]:
    """The value of each question, and for a sum the number of its summands."""
    columns: dict[str, ir.Scalar] = {}
    for rank, shape in enumerate(shapes):
        kept, indicator = condition(shape, rows, p.scoped(f"q{rank}.")), shape.indicator
        key = rows[indicator.key]
        columns[f"n{rank}"] = key.count(where=kept) if _is_row(shape) else key.nunique(where=kept)
        if indicator.measure is not None:
            columns[f"v{rank}"] = rows[indicator.measure].sum(where=kept)
    return columns


def _by_key(shapes: Sequence[Shape], rows: ir.Table, p: Parameters) -> ir.Table:
    """Distinct counts without one sort each: one group a key, then a count of the groups that hold.

    PostgreSQL sorts for every `count(DISTINCT …)`; grouping once by the key costs one hash for all.
    What counts rows or sums them rides along in the groups of the first key.
    """
    keys = sorted({s.indicator.key for s in shapes if not _is_row(s)})
    if not keys:
        return rows.aggregate(**_aggregates(shapes, rows, p))
    return reduce(
        lambda left, right: left.cross_join(right),
        [_groups_of(key, shapes, rows, p, first=key == keys[0]) for key in keys],
    )


def _groups_of(
    key: str, shapes: Sequence[Shape], rows: ir.Table, p: Parameters, *, first: bool
) -> ir.Table:
    cells: dict[str, ir.Scalar] = {}
    for rank, shape in enumerate(shapes):
        kept, indicator = condition(shape, rows, p.scoped(f"q{rank}.")), shape.indicator
        if _is_row(shape) and first:
            cells[f"n{rank}"] = rows[indicator.key].count(where=kept)
        elif indicator.key == key:
            cells[f"n{rank}"] = kept.any().ifelse(1, 0)
        else:
            continue
        if indicator.measure is not None:
            cells[f"v{rank}"] = rows[indicator.measure].sum(where=kept)
    groups = rows.group_by(key).aggregate(**cells)
    return groups.aggregate(**{name: groups[name].sum() for name in cells})


@lru_cache(maxsize=512)
def _template(vendor: str, relation: str, shapes: tuple[Shape, ...]) -> Template:
    p = Parameters()
    rows = _prefiltered(RELATIONS[relation].build(p), shapes, p)
    if vendor == "postgresql":
        expression = _by_key(shapes, rows, p)
    else:
        expression = rows.aggregate(**_aggregates(shapes, rows, p))
    return compile_template(expression, p.numbers, vendor=vendor)


@lru_cache(maxsize=512)
def _grouped(vendor: str, relation: str, shape: Shape, column: str) -> Template:
    p = Parameters()
    rows = _prefiltered(RELATIONS[relation].build(p), [shape], p)
    rows = rows.filter(condition(shape, rows, p.scoped("q0.")))
    groups = rows.group_by(group=rows[column]).aggregate(**_totals(shape, rows))
    return compile_template(groups, p.numbers, vendor=vendor)


@lru_cache(maxsize=128)
def _first(vendor: str, relation: str, shape: Shape) -> Template:
    """How many units counted for the first time in each month: their running sum is the figure."""
    p = Parameters()
    rows = _prefiltered(RELATIONS[relation].build(p), [shape], p)
    rows = rows.filter(condition(shape, rows, p.scoped("q0.")))
    indicator = shape.indicator
    if indicator.measure is not None:
        groups = rows.group_by(group=rows.month).aggregate(**_totals(shape, rows))
    else:
        births = rows.group_by(indicator.key).aggregate(group=rows.month.min())
        groups = births.group_by("group").aggregate(n0=births.count())
    return compile_template(groups, p.numbers, vendor=vendor)


def _totals(shape: Shape, rows: ir.Table) -> dict[str, ir.Scalar]:
    key = rows[shape.indicator.key]
    totals = {"n0": key.count() if _is_row(shape) else key.nunique()}
    if shape.indicator.measure is not None:
        totals["v0"] = rows[shape.indicator.measure].sum()
    return totals


Row = dict[str, Any]


def totals(
    relation: str, shapes: Sequence[Shape], values: Mapping[str, Value]
) -> list[tuple[int, int]]:
    """For each question its value and the number of its units, all from one query."""
    row = run(_template(connection.vendor, relation, tuple(shapes)), values)[0]
    return [_cell(row, rank) for rank in range(len(shapes))]


def _cell(row: Row, rank: int = 0) -> tuple[int, int]:
    """(value, units): the sum when something is measured, else the count; nothing is 0."""
    units = int(row[f"n{rank}"] or 0)
    return int(row.get(f"v{rank}", units) or 0), units


def breakdown(
    relation: str, shape: Shape, column: str, values: Mapping[str, Value]
) -> list[tuple[str, int, int]]:
    """(group, value, units) for each value of a column, in the column's order."""
    rows = run(_grouped(connection.vendor, relation, shape, column), values)
    return _sorted(rows)


def first_months(
    relation: str, shape: Shape, values: Mapping[str, Value]
) -> list[tuple[str, int, int]]:
    """(month, value, units) of what counted for the first time in that month."""
    return _sorted(run(_first(connection.vendor, relation, shape), values))


def _sorted(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    return sorted((_text(row["group"]), *_cell(row)) for row in rows)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def expression_of(indicator: Indicator) -> str:
    """The rule of an indicator over its relation's named columns, for its digest and its reader."""
    p = Parameters()
    shape = Shape(indicator.reference, dated=indicator.date is not None)
    schema = RELATIONS[indicator.relation].build(Parameters()).schema()
    rows = ibis.table(schema, name=indicator.relation)
    return _read(rows.filter(condition(shape, rows, p)).select(indicator.key), p)


def expression_of_relation(name: str) -> str:
    """What a relation reads, for its digest."""
    p = Parameters()
    return _read(RELATIONS[name].build(p), p)


def _read(expression: ir.Table, p: Parameters) -> str:
    template = compile_template(expression, p.numbers, vendor="sqlite")
    holes = [f":{name}" for name in template.names] + [""]
    return "".join(a + b for a, b in zip(template.parts, holes, strict=True))
