"""Opening an observed figure: the spells that it counts, read from the file kept beside the observations.

The rules are those that made the figure, asked of the same spells: what a figure counts is what it opens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from maillage.figures.observations import demography
from maillage.figures.observations.calendar import MONTH, YEAR, anniversary
from maillage.figures.observations.closed_list import DENSITY, JOBS_TOLD
from maillage.figures.observations.engines import Engine
from maillage.figures.observations.flows import BIRTH
from maillage.figures.observations.headcount import BANDS
from maillage.figures.observations.neighbourhoods import QPV
from maillage.figures.observations.observing import ALL
from maillage.register.segments import by_code

FILE, EMPLOYERS = "spells.parquet", "employers.parquet"
PLACES = ("commune", "came_from", "went_to")
EMPLOYING = sorted(band for band, bounds in BANDS.items() if max(bounds))
_COLUMNS = (
    "unit", "legal_unit", "id", "root", "start", "end", "entered", "left", "entry", "exit", "lasts",
    "over", "activity", "segments",
)  # fmt: skip
_LISTED = ("unit", "commune", "activity", "start", "end", "entry", "exit", "band")


def write(
    engine: Engine, spells: ir.Table, names: ir.Table, communes: Collection[str], path: Path
) -> None:
    """Keep the spells of some communes, each under its code (`code, number`) and each chain with its end.

    Where neighbourhoods were told apart (`qpv`), each bears its own too, and those it came from and went to.
    """
    ends = spells.group_by("root").aggregate(over=spells.end.max())
    told = spells.join(ends, "root")
    parts = [name for name in ("code", QPV) if name in names.columns]
    for column in PLACES:
        named = names.select(
            **{f"{column}_number": "number"}, **{f"{column}_{part}": part for part in parts}
        )
        told = told.left_join(named, told[column] == named[f"{column}_number"])
    kept = told.filter(told.commune_code.isin(sorted(communes))).select(
        *_COLUMNS,
        **{column: f"{column}_code" for column in PLACES},
        **{f"{column}_{QPV}": f"{column}_{QPV}" for column in PLACES if QPV in parts},
    )
    engine.write(kept.order_by("commune", "activity", "unit", "start"), path)


def write_employers(
    engine: Engine, present: ir.Table, names: ir.Table, communes: Collection[str], path: Path
) -> None:
    """Keep the employers of some communes that are there at the end, each with its headcount band."""
    here = present.filter(present.band.isin(EMPLOYING))
    named = names.select(number="number", commune_code="code")
    told = here.join(named, here.commune == named.number)
    kept = told.filter(told.commune_code.isin(sorted(communes))).select(
        "unit",
        "legal_unit",
        "activity",
        "segments",
        "band",
        start="created",
        commune="commune_code",
    )
    engine.write(kept.order_by("commune", "activity", "unit"), path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Which observation to open: `communes` are those of its area, `qpv` its neighbourhood if it is one."""

    indicator: str
    communes: Collection[str]
    period: str
    activity: str = ALL
    segment: str = ALL
    side: str = ""  # of a rate: `bottom` for what it divides by
    qpv: str = ""

    @property
    def first(self) -> int:
        """The number of the first day of the period."""
        year, _, month = self.period.partition("-")
        return int(year) * YEAR + (int(month) - 1) * MONTH if month else int(year) * YEAR

    @property
    def end(self) -> int:
        """The number of the first day after it."""
        return self.first + (MONTH if "-" in self.period else YEAR)


def is_opened(indicator: str) -> bool:
    """Whether the spells tell what an indicator counts."""
    return (
        indicator in {demography.STOCK, DENSITY, *JOBS_TOLD} | _FLOWS | _RATES | _SURVIVALS.keys()
    )


_FLOWS = {flow.code for flow in demography.FLOWS}
_RATES = {ratio.code for ratio in demography.RATIOS}
_SURVIVALS = {one.code: one.years for one in demography.SURVIVALS}


def page(
    path: Path, asked: Opened, *, start: int = 0, size: int = 50
) -> tuple[int, list[dict[str, Any]]]:
    """How many spells an observation counts, and some of them in the order of their SIRET.

    Jobs open onto their employers, whose bands are kept beside the spells.

    Raises:
        FileNotFoundError: the file of spells is not there any more, or that of employers never was.
    """
    if asked.indicator in JOBS_TOLD:
        path = path.with_name(EMPLOYERS)
    if not path.is_file():
        raise FileNotFoundError(path)
    connection = ibis.duckdb.connect(threads=1, memory_limit="256MB")
    try:
        rows = _counted(connection.read_parquet(path), asked)
        listed = rows.select(*(name for name in _LISTED if name in rows.columns))
        listed = listed.order_by("unit", "start").limit(size, offset=start)
        return int(rows.count().to_pyarrow().as_py()), listed.to_pyarrow().to_pylist()
    finally:
        connection.disconnect()


def _counted(spells: ir.Table, asked: Opened) -> ir.Table:
    rows = spells.filter(_is_inside(spells, "commune", asked))
    if asked.segment != ALL:
        rows = rows.filter((rows.segments & by_code(asked.segment).mask) != 0)
    if asked.activity != ALL:
        rows = rows.filter(rows.activity.startswith(asked.activity))
    if asked.indicator in JOBS_TOLD:
        return rows
    if asked.indicator in _SURVIVALS:
        return _cohort(rows, asked)
    if asked.indicator in _RATES:
        rate = next(one for one in demography.RATIOS if one.code == asked.indicator)
        codes = rate.under if asked.side else (rate.over,)
    else:
        codes = (demography.STOCK if asked.indicator == DENSITY else asked.indicator,)
    return ibis.union(*[_one(rows, code, asked) for code in codes])


def _is_inside(rows: ir.Table, column: str, asked: Opened) -> ir.BooleanValue:
    """Whether the place that a column tells is in the area."""
    if asked.qpv:
        return (rows[f"{column}_{QPV}"] == asked.qpv).coalesce(False)
    return rows[column].isin(sorted(asked.communes)).coalesce(False)


def _one(rows: ir.Table, code: str, asked: Opened) -> ir.Table:
    """The spells of one flow in the period, or those of the stock when it begins."""
    if code == demography.STOCK:
        return rows.filter(rows.entered < asked.first, rows.left >= asked.first)
    flow = next(flow for flow in demography.FLOWS if flow.code == code)
    day = rows[flow.dated]
    found = rows.filter(flow.where(rows), day >= asked.first, day < asked.end)
    if flow.crosses:
        found = found.filter(~_is_inside(found, flow.crosses, asked))
    return found


def _cohort(rows: ir.Table, asked: Opened) -> ir.Table:
    """The units born in the year: those that reached the anniversary, or all of them (`bottom`)."""
    born = rows.filter(
        rows.entry == BIRTH,
        rows.id == rows.root,
        rows.entered >= asked.first,
        rows.entered < asked.end,
    )
    if asked.side:
        return born
    return born.filter(born.over > anniversary(born.start, _SURVIVALS[asked.indicator]))
