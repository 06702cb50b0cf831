"""Several figures of one relation in one query: a common prefilter, then one conditional aggregate each."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from django.db import connection

from maillage.figures.definitions import REGISTRY, Indicator, Median
from maillage.figures.engine import criteria
from maillage.figures.engine.parameters import Parameters, Template, Value, alike
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
    return reduce(operator.and_, [rows[shape.indicator.key].notnull(), *_terms(shape, rows, p)])


def _terms(shape: Shape, rows: ir.Table, p: Parameters) -> list[ir.BooleanValue]:
    """What the rule of a question asks of a row, its key apart."""
    indicator = shape.indicator
    terms: list[ir.BooleanValue] = []
    if indicator.kinds:
        terms.append(rows.kind.isin(indicator.kinds))
    if shape.dated and indicator.date:
        terms.append(rows[indicator.date] >= p.text("start"))
        terms.append(rows[indicator.date] <= p.text("until"))
    if indicator.where is not None:
        terms.append(indicator.where(rows))
    if isinstance(indicator, Median):
        terms.append(rows[indicator.measure].notnull())
    terms += [_dimension(name, rows, p) for name in shape.dimensions]
    if shape.among and not shape.born:
        terms.append(p.texts(rows[shape.among], "among"))
    return terms


def _dimension(name: str, rows: ir.Table, p: Parameters) -> ir.BooleanValue:
    if name.startswith(criteria.PREFIX):
        return criteria.condition(name, rows, p)
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


MANY = 8
"""From so many figures on, SQLite reads the table from end to end.

Together they want most of its acts: found one by one along the index of kinds, those cost half as much
again at a hundred thousand acts, and more once the table outgrows the memory kept for it.
"""


def _prefiltered(
    rows: ir.Table, shapes: Sequence[Shape], p: Parameters, *, whole: bool = False
) -> ir.Table:
    """The rows any of the questions may count: the union of their kinds and of their periods.

    `whole`: SQLite is to read the table from end to end. It would rather walk the index of kinds and days,
    even by skipping over the kinds, and fetch nearly every act apart; an expression has no index.
    """
    indicators = [shape.indicator for shape in shapes]
    if all(i.kinds for i in indicators):
        kinds = sorted({k for i in indicators for k in i.kinds})
        rows = rows.filter(_column(rows, "kind", whole=whole).isin(kinds))
    days = {i.date for i in indicators}
    if all(s.dated for s in shapes) and len(days) == 1 and (name := days.pop()):
        day = _column(rows, name, whole=whole)
        rows = rows.filter(day >= p.text("first"), day <= p.text("last"))
    return rows


def _column(rows: ir.Table, name: str, *, whole: bool) -> ir.StringValue:
    column: ir.StringValue = rows[name]
    return column.coalesce("") if whole else column


@cache
def columns(relation: str) -> frozenset[str]:
    """The columns a relation's rows offer."""
    return frozenset(RELATIONS[relation].build(Parameters()).columns)


def _is_row(shape: Shape) -> bool:
    """Whether each row is a unit of its own, so that counting units is counting rows."""
    return shape.indicator.key == RELATIONS[shape.indicator.relation].identity


@dataclass(frozen=True, slots=True)
class _Narrow:
    """The rows of a query, and what each of its questions keeps of them."""

    rows: ir.Table
    kept: Sequence[ir.BooleanValue]  # by question, whether a row satisfies it


_TRUE = ibis.literal(True)
_EVERY = 2**62  # a limit above any table: the database then computes the narrow rows once each


def _as_asked(shapes: Sequence[Shape], rows: ir.Table, p: Parameters) -> _Narrow:
    """Each question with the whole of its rule: SQLite stops at the first term that a row fails."""
    terms = (_terms(shape, rows, p.scoped(f"q{rank}.")) for rank, shape in enumerate(shapes))
    return _Narrow(rows, [reduce(operator.and_, own, _TRUE) for own in terms])


def _narrowed(shapes: Sequence[Shape], rows: ir.Table, p: Parameters) -> _Narrow:
    """Say once for each row what several questions ask of it.

    Written out in each aggregate, a list of ninety communes is looked through for every question about
    it, and each column is decoded anew; the databases share none of that by themselves. What a single
    question asks stays with it, looked at only for rows that pass the rest.
    """
    asked = [_terms(shape, rows, p.scoped(f"q{rank}.")) for rank, shape in enumerate(shapes)]
    times = Counter(term.op() for terms in asked for term in terms)
    shared = {op: f"t{rank}" for rank, op in enumerate(times) if times[op] > 1}
    read = {shape.indicator.key for shape in shapes}
    read |= {shape.indicator.summed for shape in shapes if shape.indicator.summed}
    read |= {field.name for op in times if op not in shared for field in _fields(op)}
    terms = {name: op.to_expr() for op, name in shared.items()}
    narrow = rows.select(*sorted(read), **terms).limit(_EVERY)
    kept = [
        reduce(
            operator.and_,
            (narrow[shared[t.op()]] if t.op() in shared else _read_from(narrow, t) for t in own),
            _TRUE,
        )
        for own in asked
    ]
    return _Narrow(narrow, kept)


def _fields(term: ops.Node) -> Sequence[ops.Field]:
    found: Sequence[ops.Field] = term.find(ops.Field, filter=ops.Value)
    return found


def _read_from(narrow: ir.Table, term: ir.BooleanValue) -> ir.BooleanValue:
    """The same term over the narrow rows."""
    moved = {field: ops.Field(narrow, field.name) for field in _fields(term.op())}
    return term.op().replace(moved).to_expr()


def _aggregates(shapes: Sequence[Shape], narrow: _Narrow) -> ir.Table:
    """The value of each question, and for a sum the number of its summands."""
    rows, cells = narrow.rows, dict[str, ir.Scalar]()
    for rank, shape in enumerate(shapes):
        kept, key = narrow.kept[rank], rows[shape.indicator.key]
        cells[f"n{rank}"] = rows.count(where=kept) if _is_row(shape) else key.nunique(where=kept)
        if summed := shape.indicator.summed:
            cells[f"v{rank}"] = rows[summed].sum(where=kept & key.notnull())
    return rows.aggregate(**cells)


def _by_key(shapes: Sequence[Shape], narrow: _Narrow) -> ir.Table:
    """Distinct counts without one sort each: one group a key, then a count of the groups that hold.

    PostgreSQL sorts for every `count(DISTINCT …)`; grouping once by the key costs one hash for all.
    What counts rows or sums them rides along in the groups of the first key.
    """
    keys = sorted({s.indicator.key for s in shapes if not _is_row(s)})
    if not keys:
        return _aggregates(shapes, narrow)
    return reduce(
        lambda left, right: left.cross_join(right),
        [_groups_of(key, shapes, narrow, first=key == keys[0]) for key in keys],
    )


def _groups_of(key: str, shapes: Sequence[Shape], narrow: _Narrow, *, first: bool) -> ir.Table:
    rows, cells, units = narrow.rows, dict[str, ir.Scalar](), set()
    for rank, shape in enumerate(shapes):
        kept, indicator = narrow.kept[rank], shape.indicator
        if indicator.key != key and not (_is_row(shape) and first):
            continue
        cells[f"n{rank}"] = rows.count(where=kept)
        if not _is_row(shape):
            units.add(f"n{rank}")
        if indicator.summed is not None:
            summed = kept & rows[indicator.key].notnull()
            cells[f"v{rank}"] = rows[indicator.summed].sum(where=summed)
    groups = rows.group_by(key).aggregate(**cells)
    return groups.aggregate(**{
        name: groups.count(where=(groups[name] > 0) & groups[key].notnull())
        if name in units
        else groups[name].sum()
        for name in cells
    })  # fmt: skip


Same = tuple[tuple[str, str], ...]


@lru_cache(maxsize=512)
def _template(vendor: str, relation: str, shapes: tuple[Shape, ...], same: Same) -> Template:
    p = Parameters(same=dict(same))
    whole = vendor == "sqlite" and len(shapes) >= MANY
    known = RELATIONS[relation]
    build = (known.scanned if whole else None) or known.build
    rows = _prefiltered(build(p), shapes, p, whole=whole)
    if vendor == "postgresql":
        expression = _by_key(shapes, _narrowed(shapes, rows, p))
    else:
        expression = _aggregates(shapes, _as_asked(shapes, rows, p))
    return compile_template(expression, p.numbers, vendor=vendor)


@lru_cache(maxsize=512)
def _grouped(vendor: str, relation: str, shape: Shape, column: str) -> Template:
    p = Parameters()
    rows = _prefiltered(RELATIONS[relation].build(p), [shape], p)
    rows = rows.filter(condition(shape, rows, p.scoped("q0.")))
    groups = rows.group_by(group=rows[column]).aggregate(**_totals(shape, rows))
    return compile_template(groups, p.numbers, vendor=vendor)


SEEN = 12
"""How many units a split by first month names on its way: twice what a page first shows, and two more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a split by first month saw on its way: how many rows, and which units have the newest."""

    rows: int
    newest: tuple[Any, ...] | None = None  # not told where rows are not grouped by unit


@lru_cache(maxsize=128)
def _first(vendor: str, relation: str, shape: Shape) -> Template:
    """How many units counted for the first time in each month: their running sum is the figure.

    To find first times, rows are grouped by unit: how many rows there are, and which units have the
    newest, costs nothing more to tell.
    """
    p = Parameters()
    known, indicator = RELATIONS[relation], shape.indicator
    rows = _prefiltered(known.build(p), [shape], p)
    rows = rows.filter(condition(shape, rows, p.scoped("q0.")))
    if indicator.measure is not None or _is_row(shape):
        groups = rows.group_by(group=rows.month)
        groups = groups.aggregate(**_totals(shape, rows), rows=rows.count())
        return compile_template(groups, p.numbers, vendor=vendor)
    births = rows.group_by(unit=rows[indicator.key])
    births = births.aggregate(
        group=rows.month.min(), rows=rows.count(), last=rows[known.order].max()
    )
    months = births.group_by("group").aggregate(n0=births.count(), rows=births["rows"].sum())
    newest = births.order_by(ibis.desc("last")).limit(SEEN)
    told = ibis.union(
        months.select("group", "n0", "rows", unit=ibis.null(births.unit.type())),
        newest.select(group=ibis.null("string"), n0=ibis.null("int64"), rows=ibis.null("int64"), unit="unit"),
    )  # fmt: skip
    return compile_template(told, p.numbers, vendor=vendor, once=True)


def _totals(shape: Shape, rows: ir.Table) -> dict[str, ir.Scalar]:
    key = rows[shape.indicator.key]
    totals = {"n0": key.count() if _is_row(shape) else key.nunique()}
    if shape.indicator.summed is not None:
        totals["v0"] = rows[shape.indicator.summed].sum()
    return totals


Row = dict[str, Any]


def totals(
    relation: str, shapes: Sequence[Shape], values: Mapping[str, Value]
) -> list[tuple[int, int]]:
    """For each question its value and the number of its units, all from one query."""
    template = _template(connection.vendor, relation, tuple(shapes), alike(values))
    row = run(template, values)[0]
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
    return sorted((_text(row["group"]), *_cell(row)) for row in rows)


def first_months(
    relation: str, shape: Shape, values: Mapping[str, Value]
) -> tuple[list[tuple[str, int, int]], Seen]:
    """(month, value, units) of what counted for the first time in that month, and what was seen."""
    rows = run(_first(connection.vendor, relation, shape), values)
    grouped = not shape.indicator.measure and not _is_row(shape)
    newest = tuple(row["unit"] for row in rows if grouped and row["unit"] is not None)
    months = [row for row in rows if row["rows"] is not None]
    seen = Seen(sum(int(row["rows"]) for row in months), newest if grouped else None)
    return sorted((_text(row["group"]), *_cell(row)) for row in months), seen


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
