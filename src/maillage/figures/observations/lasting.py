"""How long units last, by Kaplan and Meier: of those born in the three years that end with one, at one, three, five years.

The convention is that of `maillage survival` (`methods.exposure`, `methods.survival`), computed where the spells are: nothing is
looked at in the last months, whose ends are not all filed; who began before the history did is followed from its
beginning on; who is still there is followed until then. Those who could not yet be followed so long still say how
they began, which a cohort that waits for all its anniversaries does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import ibis
import ibis.expr.types as ir

from maillage.figures.methods.exposure import FILING_LAG, months_before
from maillage.figures.methods.survival import Z
from maillage.figures.observations.calendar import MONTH, YEAR, elapsed, number
from maillage.figures.observations.demography import CURVES, WINDOW
from maillage.figures.observations.observing import (
    ALL,
    FEW,
    OPENLY,
    PROVISIONAL,
    THRESHOLD,
    UNOBSERVED,
    Scope,
    numbered,
)
from maillage.register.segments import CRAFT_RM, Segment

Keep = Callable[[ir.Table, str], ir.Table]

AGE = 365 * 366
"""The age of one year: a day of a year of 365 or 366 is a whole number of it, so that ages are compared exactly."""
LAST = max(one.years for one in CURVES) * AGE
SEGMENTS: Sequence[Segment] = (CRAFT_RM,)
BORN = -1
"""The age at which those are met who are followed from their first day on."""
_GROUP = ("area_kind", "area", "activity", "segment", "period")


def until(scope: Scope) -> int:
    """The last day that is looked at."""
    return number(months_before(scope.as_of, FILING_LAG))


def cube(existences: ir.Table, scope: Scope) -> ir.Table:
    """How many are met, leave and cease at each age, by commune of birth, year and segments (`n_met, n_left, n_died`)."""
    last, since = until(scope), number(scope.history_start)
    t = existences
    t = t.mutate(
        finish=(t.over <= last).ifelse(t.over, last),
        met=(t.start >= since).ifelse(t.start, since),
        gone=t.over <= last,
        period=(t.start // YEAR).cast("int32"),
    )
    recent = (t.period > scope.first_year - WINDOW) & (t.period <= scope.last_year)
    met_late = t.met > t.start
    seen = (t.start < last) & (t.finish >= t.met) & ~((t.finish == t.met) & met_late)
    t = t.filter(recent, seen).mutate(left_at=_age(t.start, t.finish))
    t = t.mutate(met_at=(t.met > t.start).ifelse(_age(t.start, t.met), BORN))
    t = t.filter(t.met_at < LAST)
    told = t.left_at <= LAST
    cell = {"commune": t.commune, "segments": t.segments, "period": t.period}
    none = ibis.literal(0)
    leaving = t.select(
        **cell, age=told.ifelse(t.left_at, LAST + 1).cast("int64"),
        met=none, left=none + 1, died=(told & t.gone).cast("int64"),
    )  # fmt: skip
    meeting = t.select(**cell, age=t.met_at.cast("int64"), met=none + 1, left=none, died=none)
    rows = leaving.select(*_counted(leaving)).union(meeting.select(*_counted(meeting)))
    found = rows.group_by("commune", "segments", "period", "age").aggregate(
        n_met=rows.met.sum(), n_left=rows.left.sum(), n_died=rows.died.sum()
    )
    return found.mutate(activity=ibis.literal(ALL))


def _counted(rows: ir.Table) -> list[ir.Value]:
    """Counts of one type in both halves of a union."""
    counts = [rows[name].cast("int64").name(name) for name in ("met", "left", "died")]
    return [rows.commune, rows.segments, rows.period, rows.age, *counts]


def _age(start: ir.IntegerValue, day: ir.IntegerValue) -> ir.IntegerValue:
    """The age of who began on one day on another: whole anniversaries, then the part of the year that is running."""
    years = day // YEAR - start // YEAR
    whole = years - (_anniversary(start, years) > day).cast("int32")
    before, after = _anniversary(start, whole), _anniversary(start, whole + 1)
    length = elapsed(after) - elapsed(before)
    passed = elapsed(day) - elapsed(before)
    return whole.cast("int64") * AGE + passed * (length == 365).ifelse(366, 365)


def _anniversary(start: ir.IntegerValue, years: ir.IntegerValue) -> ir.IntegerValue:
    """That of a 29 February is a 28 February, but for the day itself."""
    is_leap_day = ((start % YEAR) == MONTH + 28) & (years != 0)
    return start + years * YEAR - is_leap_day.cast("int32")


def windows(spread: ir.Table, scope: Scope) -> ir.Table:
    """Areas' counts by year of birth, summed into the windows that each year is of."""
    every = spread.cross_join(numbered("ahead", 0, WINDOW))
    every = every.mutate(period=(every.period + every.ahead).cast("int32")).drop("ahead")
    told = every.filter(every.period >= scope.first_year, every.period <= scope.last_year)
    counts = {name: told[name].sum() for name in ("n_met", "n_left", "n_died")}
    return told.group_by(*_GROUP, "age").aggregate(**counts)


def curves(
    counts: ir.Table, scope: Scope, keep: Keep, suffix: str = ""
) -> Iterator[tuple[str, ir.Table]]:
    """The share that lasts and its 95 % interval at each age told, a row a window."""
    earlier = ibis.window(group_by=_GROUP, order_by="age", preceding=(None, 1))
    # Met strictly before this age, and not gone strictly before it.
    at = counts.mutate(risk=(counts.n_met - counts.n_left).sum().over(earlier).coalesce(0))
    steps = at.mutate(
        stays=(at.risk - at.n_died).cast("float64"),
        from_birth=(at.age == BORN),
        died=at.n_died.cast("float64"),
    )
    some = (steps.n_died > 0) & (steps.stays > 0)
    steps = steps.mutate(
        log=some.ifelse((steps.stays / steps.risk.cast("float64").nullif(0)).log(), 0.0),
        doubt=some.ifelse(steps.died / (steps.risk.cast("float64") * steps.stays).nullif(0), 0.0),
        is_last=((steps.n_died > 0) & (steps.stays <= 0)).cast("int64"),
    )
    facts = {"n": steps.n_left.sum(), "born": steps.n_met.sum(where=steps.from_birth).coalesce(0)}
    for one in CURVES:
        within = steps.age <= one.years * AGE
        facts |= {
            f"log_{one.years}": steps.log.sum(where=within).coalesce(0.0),
            f"doubt_{one.years}": steps.doubt.sum(where=within).coalesce(0.0),
            f"nobody_{one.years}": steps.is_last.max(where=within).coalesce(0),
            f"far_{one.years}": steps.n_left.sum(where=steps.age >= one.years * AGE).coalesce(0),
        }
    told = keep(steps.group_by(*_GROUP).aggregate(**facts), f"curves{suffix}")
    for one in CURVES:
        yield from _of(told, one.code, one.years, scope)


def _of(told: ir.Table, code: str, years: int, scope: Scope) -> Iterator[tuple[str, ir.Table]]:
    """One age of all curves; untold where nobody was followed from birth, or nobody so far."""
    nobody = told[f"nobody_{years}"] > 0
    share = nobody.ifelse(0.0, told[f"log_{years}"].exp())
    between = (share > 0.0) & (share < 1.0)
    inner = between.ifelse(share, 0.5)  # the interval of a sure share is itself
    spread = told[f"doubt_{years}"].sqrt() * Z / inner.log()
    bounds = {
        "": share,
        "_lower": between.ifelse(inner ** (-spread).exp(), share),
        "_upper": between.ifelse(inner ** spread.exp(), share),
    }
    known = (told.born > 0) & ((told[f"far_{years}"] > 0) | nobody)
    all_followed = (told.period + 1 + years) * YEAR <= until(scope)
    few = (told.n < THRESHOLD).ifelse(FEW, all_followed.ifelse(OPENLY, PROVISIONAL))
    unknown = ibis.null("float64")
    for ending, value in bounds.items():
        yield (
            f"{code}{ending}",
            told.select(
                *_GROUP[:-1],
                period=told.period.cast("string"),
                value=known.ifelse(value, unknown),
                numerator=unknown,
                denominator=unknown,
                n=told.n.cast("int64"),
                status=known.ifelse(few, UNOBSERVED),
            ),
        )
