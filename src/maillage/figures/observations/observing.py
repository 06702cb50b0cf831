"""From cubes to observations: summed over areas, over activities and segments, with rates and stocks.

Every function returns rows of `COLUMNS`, less those of `Row` that tell which indicator they are of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from maillage.figures.observations import demography, headcount
from maillage.figures.observations.calendar import MONTH, YEAR, number
from maillage.figures.observations.continuity import BACK_WITHIN
from maillage.register.segments import CRAFT_RM, Segment

COLUMNS = (
    "indicator", "version", "area_kind", "area", "period", "activity", "segment",
    "value", "numerator", "denominator", "n", "status",
)  # fmt: skip
ALL = "all"
OPENLY, PROVISIONAL, FEW, DOMINATED, UNOBSERVED = "V", "P", "A", "B", "U"
"""What `publish()` will say of a cell: published, published as provisional, hidden because fewer than
three units, hidden because one makes most of it, not observed yet."""
THRESHOLD, DOMINANCE = 3, 0.85
SMALL = ("commune", "qpv")
"""Kinds of area that are not cut into divisions."""
_GROUP = ("area_kind", "area", "activity", "segment")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is observed: until which day, from which year, for which segments, under which suffix."""

    as_of: date
    first_year: int
    segments: Sequence[Segment]
    suffix: str = ""
    history_start: date = date(2003, 1, 1)

    @property
    def end(self) -> int:
        """The first day that is not observed."""
        return number(self.as_of + timedelta(1))

    @property
    def last_year(self) -> int:
        """The year of the as-of, which may be under way."""
        return self.as_of.year


def in_areas(cube: ir.Table, areas: ir.Table) -> ir.Table:
    """A cube summed from communes to areas (`commune, area_kind, area`)."""
    here = cube.join(areas, "commune")
    if "other" not in cube.columns:
        return _summed(here, [name for name in here.columns if name != "commune"])
    there = areas.select("area_kind", other="commune", other_area="area")
    both = here.left_join(there, ["area_kind", "other"])
    crossing = [flow.code for flow in demography.FLOWS if flow.crosses]
    inside = both.code.isin(crossing) & (both.other_area == both.area).coalesce(False)
    names = [name for name in here.columns if name not in {"commune", "other"}]
    return _summed(both.filter(~inside), names)


def _summed(rows: ir.Table, names: Sequence[str]) -> ir.Table:
    counted = [name for name in names if name == "n" or name.startswith(("n_", "alive_"))]
    by = [name for name in names if name not in counted]
    return rows.group_by(*by).aggregate(**{name: rows[name].sum() for name in counted})


def spread(cube: ir.Table, segments: Sequence[Segment], *, detailed: bool) -> ir.Table:
    """A cube with the total and each segment in turn and, if `detailed`, by activity.

    Craft is given by NAF subclass, everywhere; the whole of the register by division, but not by commune
    or neighbourhood: one of a hundred firms is not to be cut into eighty.
    """
    parts: list[ir.Table] = []
    for segment in (None, *segments):
        rows = cube if segment is None else cube.filter((cube.segments & segment.mask) != 0)
        label = segment.code if segment else ALL
        rows = rows.mutate(segment=ibis.literal(label)).drop("segments")
        levels = [rows.mutate(activity=ibis.literal(ALL))]
        known = rows.filter(rows.activity.length() >= 2)
        if detailed and segment == CRAFT_RM:
            levels.append(known)
        if detailed and segment is None:
            wide = known.filter(known.area_kind.notin(SMALL))
            levels.append(wide.mutate(activity=wide.activity.substr(0, 2)))
        parts += [_summed(level, level.columns) for level in levels]
    return ibis.union(*parts)


def yearly(cube: ir.Table, scope: Scope) -> ir.Table:
    """The flows of a cube in columns, one row a year, with the stock of 1 January.

    The stock of a year is what came in less what went out before it; years without any event of a
    group stand too, while something is there.
    """
    flows = {flow.code: flow for flow in demography.FLOWS}
    columns = {name(code): cube.n.sum(where=cube.code == code) for code in flows}
    wide = cube.group_by(*_GROUP, "period").aggregate(**columns)
    # What happened before the first year is told by the stock that it opens with.
    opening = (wide.period < scope.first_year).ifelse(scope.first_year - 1, wide.period)
    wide = wide.filter(wide.period <= scope.last_year).mutate(period=opening.cast("int32"))
    counts = {name(code): wide[name(code)].sum().coalesce(0) for code in flows}
    wide = wide.group_by(*_GROUP, "period").aggregate(**counts)
    years = numbered("period", scope.first_year - 1, scope.last_year + 1)
    grid = wide.select(*_GROUP).distinct().cross_join(years)
    full = grid.left_join(wide, [*_GROUP, "period"])
    full = full.select(
        *_GROUP, "period", **{name(code): full[name(code)].coalesce(0) for code in flows}
    )
    net = reduce(add, (full[name(code)] * flow.adds for code, flow in flows.items() if flow.adds))
    before = ibis.window(group_by=_GROUP, order_by="period", preceding=(None, 1))
    full = full.mutate(net=net)
    full = full.mutate(stock=full.net.sum().over(before).coalesce(0))
    here = full.filter(full.period >= scope.first_year).drop("net")
    moves = reduce(add, (here[name(code)] for code in flows))
    return here.filter((here.stock + moves) > 0)


def numbered(column: str, first: int, end: int) -> ir.Table:
    """A row for each number from the first on, before the end; said so that SQLite too understands."""
    rows = (ibis.literal(n).cast("int32").name(column).as_table() for n in range(first, end))
    return ibis.union(*rows)


def name(code: str) -> str:
    """The column of a code."""
    return code.partition(".")[2]


def counts(years: ir.Table, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """The stock and the flows of each year, a row each; no row stands for none but of a total."""
    is_total = (years.activity == ALL) & (years.segment == ALL)
    under_way = (years.period + 1) * YEAR > scope.end
    for code in (demography.STOCK, *(flow.code for flow in demography.FLOWS)):
        column = years[name(code)]
        unsure = under_way & (code != demography.STOCK)
        if code == demography.DEATHS.code:
            unsure = (years.period + 1 + BACK_WITHIN) * YEAR > scope.end
        told = years.filter((column > 0) | is_total).select(
            *_GROUP,
            period=years.period.cast("string"),
            value=column.cast("float64"),
            numerator=ibis.null("float64"),
            denominator=ibis.null("float64"),
            n=column.cast("int64"),
            status=unsure.ifelse(PROVISIONAL, OPENLY),
        )
        yield code, told


def ratios(years: ir.Table, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """The rates of each year, null where nobody was there to begin; of a commune or a neighbourhood, over all activities."""
    years = years.filter((years.activity == ALL) | years.area_kind.notin(SMALL))
    for ratio in demography.RATIOS:
        over = years[name(ratio.over)].cast("float64")
        under = reduce(add, (years[name(code)] for code in ratio.under)).cast("float64")
        under_way = (years.period + 1) * YEAR > scope.end
        yield (
            ratio.code,
            years.select(
                *_GROUP,
                period=years.period.cast("string"),
                value=(under > 0).ifelse(over / under.nullif(0), ibis.null("float64")),
                numerator=over,
                denominator=under,
                n=under.cast("int64"),
                status=under_way.ifelse(PROVISIONAL, OPENLY),
            ),
        )


def survivals(cohorts: ir.Table, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """The survival of each cohort; null until its last unit reached its anniversary."""
    rows = cohorts.filter(cohorts.period >= scope.first_year, cohorts.period <= scope.last_year)
    for one in demography.SURVIVALS:
        reached = (rows.period + 1 + one.years) * YEAR <= scope.end
        sure = (rows.period + 1 + one.years + BACK_WITHIN) * YEAR <= scope.end
        alive, born = rows[f"alive_{one.years}"].cast("float64"), rows.n.cast("float64")
        unknown = ibis.null("float64")
        few = (rows.n < THRESHOLD).ifelse(FEW, sure.ifelse(OPENLY, PROVISIONAL))
        yield (
            one.code,
            rows.select(
                *_GROUP,
                period=rows.period.cast("string"),
                value=reached.ifelse(alive / born, unknown),
                numerator=reached.ifelse(alive, unknown),
                denominator=born,
                n=rows.n.cast("int64"),
                status=reached.ifelse(few, UNOBSERVED),
            ),
        )


def monthly(cube: ir.Table, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """Births and closures of each month; the month under way is provisional."""
    rows = cube.filter(
        cube.period >= scope.first_year * 12, cube.period <= (scope.end - 1) // MONTH
    )
    year, month = (rows.period // 12).cast("string"), (rows.period % 12 + 1).cast("string")
    told = rows.select(
        *_GROUP,
        "code",
        period=year + "-" + month.lpad(2, "0"),
        value=rows.n.cast("float64"),
        numerator=ibis.null("float64"),
        denominator=ibis.null("float64"),
        n=rows.n.cast("int64"),
        status=((rows.period + 1) * MONTH > scope.end).ifelse(PROVISIONAL, OPENLY),
    )
    for flow in demography.FLOWS:
        if flow.monthly:
            yield flow.code, told.filter(told.code == flow.code).drop("code")


def simple(cube: ir.Table, scope: Scope) -> ir.Table:
    """The count of each year of a cube that has no other side."""
    rows = cube.filter(cube.period >= scope.first_year, cube.period <= scope.last_year)
    return rows.select(
        *_GROUP,
        period=rows.period.cast("string"),
        value=rows.n.cast("float64"),
        numerator=ibis.null("float64"),
        denominator=ibis.null("float64"),
        n=rows.n.cast("int64"),
        status=((rows.period + 1) * YEAR > scope.end).ifelse(PROVISIONAL, OPENLY),
    )


def jobs(cube: ir.Table, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """Jobs of the units present at the as-of, by headcount bands: at least, estimated, at most."""
    bands = cube.band

    def each(taken: Callable[[int, int], float]) -> ir.Value:
        values = [(band, float(taken(*bounds))) for band, bounds in headcount.BANDS.items()]
        return bands.cases(*values, else_=0.0)

    rows = cube.mutate(mid=each(headcount.middle), low=each(min), high=each(max))
    rows = rows.mutate(employs=(rows.high > 0).ifelse(rows.n, 0))
    told = rows.group_by(*_GROUP).aggregate(
        jobs_estimate=(rows.mid * rows.n).sum(),
        jobs_lower=(rows.low * rows.n).sum(),
        jobs_upper=(rows.high * rows.n).sum(),
        largest=rows.mid.max(where=rows.n > 0),
        n=rows.employs.sum(),
    )
    told = told.filter(told.n > 0)
    dominated = told.largest >= DOMINANCE * told.jobs_estimate
    status = (told.n < THRESHOLD).ifelse(FEW, dominated.ifelse(DOMINATED, OPENLY))
    for code in ("jobs_estimate", "jobs_lower", "jobs_upper"):
        yield (
            f"register.{code}",
            told.select(
                *_GROUP,
                period=ibis.literal(str(scope.last_year)),
                value=told[code].cast("float64"),
                numerator=ibis.null("float64"),
                denominator=ibis.null("float64"),
                n=told.n.cast("int64"),
                status=status,
            ),
        )


def density(years: ir.Table, people: ir.Table, scope: Scope) -> ir.Table:
    """Units present on 1 January for 10 000 inhabitants (`people`: `area_kind, area, inhabitants`)."""
    here = years.filter(years.period == scope.last_year, years.stock > 0)
    both = here.join(people, ["area_kind", "area"]).filter(lambda t: t.inhabitants > 0)
    return both.select(
        *_GROUP,
        period=both.period.cast("string"),
        value=both.stock / both.inhabitants * 10_000.0,
        numerator=both.stock.cast("float64"),
        denominator=both.inhabitants.cast("float64"),
        n=both.stock.cast("int64"),
        status=ibis.literal(OPENLY),
    )
