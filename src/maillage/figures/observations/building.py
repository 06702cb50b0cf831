"""Building the observations of a stock: its files in, one table of figures out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir

from maillage.figures.observations import (
    continuity,
    cubes,
    demography,
    flows,
    lasting,
    neighbourhoods,
    observing,
    opening,
    spells,
)
from maillage.figures.observations.calendar import MONTH, YEAR, number
from maillage.figures.observations.engines import Engine, opened, whole
from maillage.figures.observations.neighbourhoods import QPV
from maillage.figures.observations.observing import COLUMNS, Scope
from maillage.figures.observations.stock import (
    POSITION,
    Files,
    establishments,
    hires,
    opened as read,
    periods,
    successions,
    with_segments,
)
from maillage.places.areas import KINDS, Areas
from maillage.register.segments import SEGMENTS, Segment

HISTORY_START = date(2003, 1, 1)
"""Older ceased units were purged from INSEE's files: no cohort is told before."""
LU = "_lu"
AREA_KINDS = (*KINDS[:-1], QPV, KINDS[-1])
"""Every kind of area that is observed; a priority neighbourhood alone is not made of communes."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to build: from which files, for which areas, until which day."""

    files: Files
    areas: Areas
    out: Path
    as_of: date
    history_start: date = HISTORY_START
    kinds: Sequence[str] = AREA_KINDS
    neighbourhoods: neighbourhoods.Drawn = field(default_factory=dict)
    only: frozenset[str] | None = None  # commune codes of the chosen territories; None: all
    opened: frozenset[str] = (
        frozenset()
    )  # the communes whose spells are kept, for figures to open onto
    segments: Sequence[Segment] = field(default_factory=lambda: SEGMENTS[:5])
    engine: str = "duckdb"


def build(order: Order, tell: Tell = lambda _line: None) -> Path:
    """Write `observations.parquet` into a folder, and `spells.parquet` of the communes to open; its path.

    Raises:
        Invalid: a file is missing, damaged or another than said.
    """
    order.out.mkdir(parents=True, exist_ok=True)
    work = order.out / "work"
    shutil.rmtree(work, ignore_errors=True)
    with opened(order.engine, work) as engine:
        run = _Run(order, engine, work, tell)
        told = run.spells()
        if order.opened:
            opening.write(engine, told, run.named(), order.opened, order.out / opening.FILE)
            opening.write_employers(
                engine, run.present(), run.named(), order.opened, order.out / opening.EMPLOYERS
            )
        parts = [*run.of(told, ""), *run.of(run.legal_units(told), LU)]
        tell("writing observations")
        return _joined(parts, order.out / "observations.parquet")


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted once of all grounds, before areas are: flows by year and by month, cohorts, ages."""

    flows: ir.Table
    born: ir.Table
    lives: ir.Table
    months: ir.Table


@dataclass(slots=True)
class _Run:
    """One building: its order, its engine, the steps it keeps."""

    order: Order
    engine: Engine
    work: Path
    tell: Tell
    stock: ir.Table = None
    links: ir.Table = None
    hired: ir.Table = None
    communes: dict[str, int] = field(default_factory=dict)
    grounds: dict[int, tuple[str, str]] = field(default_factory=dict)  # number → commune, QPV

    def spells(self) -> ir.Table:
        """The spells of every establishment, chained and dated, kept beside the observations."""
        files = self.order.files
        opened_ = {
            role: read(self.engine, role, paths, self.work, POSITION.values() if self.drawn else ())
            for role, paths in (
                ("units", files.units),
                ("establishments", files.establishments),
                ("history", files.history),
            )
        }
        self.tell("reading establishments")
        stock = establishments(opened_["establishments"])
        stock = with_segments(self.engine, stock, opened_["units"], self.work)
        stock = self._grounded(stock.left_join(self._codes(), [("commune_code", "code")]))
        self.stock = self.engine.keep(
            stock.select(
                "unit", "legal_unit", "created", "since", "is_active", "activity", "band",
                "is_seat", "segments", commune="ground",
            ),
            "stock",
        )  # fmt: skip
        self.grounds = neighbourhoods.grounds(self._met(), self.communes, self.drawn)
        self.tell("reading history")
        found = spells.active_spells(
            periods(opened_["history"], self.stock), self.stock.select("unit", on="created")
        )
        facts = self.stock.select("unit", "legal_unit", "commune", "activity", "segments")
        found = spells.as_of(found, self.scope.end)
        joined = self.engine.keep(found.join(facts, "unit"), "active")
        self.hired = hires(opened_["history"])
        self.links = self._links()
        return self._chained(joined, "", self.links)

    @property
    def drawn(self) -> neighbourhoods.Drawn:
        """The neighbourhoods to tell apart, if those were asked."""
        return self.order.neighbourhoods if QPV in self.order.kinds else {}

    def _grounded(self, stock: ir.Table) -> ir.Table:
        if not self.drawn:
            return neighbourhoods.unplaced(stock)
        if "x" not in stock.columns:
            self.tell("these files tell no position: neighbourhoods are left out")
            return neighbourhoods.unplaced(stock)
        self.tell("looking for neighbourhoods")
        return neighbourhoods.grounded(self.engine, stock, self.drawn, self.work)

    def _met(self) -> list[int]:
        """The grounds on which somebody stands; nothing is read where none was looked for."""
        if not self.drawn:
            return []
        met = self.engine.keep(self.stock.select("commune").distinct(), "grounds")
        return list(met.to_pyarrow()["commune"].to_pylist())

    @property
    def scope(self) -> Scope:
        """What is observed of establishments."""
        order = self.order
        start = order.history_start
        return Scope(order.as_of, start.year, order.segments, history_start=start)

    def legal_units(self, told: ir.Table) -> ir.Table:
        """The spells of legal units, told of their seat."""
        self.tell("legal units")
        found = spells.of_legal_units(told.select("legal_unit", "start", "end"))
        seats = self.stock.filter(self.stock.is_seat)
        seats = seats.group_by("legal_unit").aggregate(unit=seats.unit.min())
        facts = self.stock.select("unit", "commune", "activity", "segments")
        seats = seats.join(facts, "unit").drop("unit")
        joined = found.join(seats, [("unit", "legal_unit")])
        joined = joined.mutate(legal_unit=joined.unit)
        joined = joined.select(
            "id", "unit", "legal_unit", "start", "end", "commune", "activity", "segments"
        )
        kept = self.engine.keep(joined, "active_lu")
        return self._chained(kept, LU, None)

    def _chained(self, active: ir.Table, suffix: str, links: ir.Table | None) -> ir.Table:
        def keep(table: ir.Table, name: str) -> ir.Table:
            return self.engine.keep(table, name + suffix)

        if links is None:
            pairs = continuity.reactivations(active)
            pairs = keep(pairs.mutate(how=ibis.literal(continuity.REACTIVATION)), "followings")
        else:
            pairs = continuity.followings(active, links, keep)
        roots = continuity.roots(pairs, keep, self.engine.count)
        return keep(flows.told(active, pairs, roots), "spells")

    def of(self, told: ir.Table, suffix: str) -> Iterator[Path]:
        """The observations of spells, in pieces."""
        scope = replace(self.scope, suffix=suffix)
        cube = self.engine.keep(cubes.flows(told, YEAR), f"cube{suffix}")
        existences = flows.existences(told)
        born = self.engine.keep(cubes.cohorts(existences), f"cohorts{suffix}")
        lives = self.engine.keep(lasting.cube(existences, scope), f"lives{suffix}")
        months = tuple(flow for flow in demography.FLOWS if flow.monthly)
        month = self.engine.keep(cubes.flows(told, MONTH, months), f"months{suffix}")
        for kinds in self._batches():
            self.tell(f"observing by {', '.join(kinds)}{' (legal units)' if suffix else ''}")
            measured = self._measured(kinds, _Counted(cube, born, lives, month), scope)
            for rank, (code, rows) in enumerate(measured):
                path = self.work / f"part_{kinds[0]}{suffix}_{rank}.parquet"
                self.engine.write(_labelled(rows, code + suffix), path)
                yield path

    def _batches(self) -> list[tuple[str, ...]]:
        """The kinds of area that there are, observed together: one by one for the whole of France, for memory's sake."""
        known = {kind for found in self._areas_of().values() for kind in found}
        kinds = [kind for kind in self.order.kinds if kind in known]
        return [(kind,) for kind in kinds] if self.order.only is None else [tuple(kinds)]

    def _measured(
        self, kinds: Sequence[str], counted: _Counted, scope: Scope
    ) -> Iterator[tuple[str, ir.Table]]:
        areas, suffix = self._areas(kinds), f"_{kinds[0]}{scope.suffix}"

        def over(
            cube: ir.Table,
            name: str,
            *,
            detailed: bool = True,
            segments: Sequence[Segment] = scope.segments,
        ) -> ir.Table:
            here = self.engine.keep(observing.in_areas(cube, areas), f"{name}{suffix}_here")
            spread = observing.spread(here, segments, detailed=detailed)
            return self.engine.keep(spread, f"{name}{suffix}")

        years = observing.yearly(over(counted.flows, "flows", detailed=not scope.suffix), scope)
        years = self.engine.keep(years, f"years{suffix}")
        yield from observing.counts(years, scope)
        yield from observing.ratios(years, scope)
        yield from observing.survivals(over(counted.born, "born", detailed=not scope.suffix), scope)
        lives = over(counted.lives, "lives", detailed=False, segments=lasting.SEGMENTS)
        lived = self.engine.keep(lasting.windows(lives, scope), f"windows{suffix}")
        yield from lasting.curves(lived, scope, self.engine.keep, suffix)
        yield "register.density_per_10k", observing.density(years, self._people(kinds), scope)
        yield from observing.monthly(over(counted.months, "month", detailed=False), scope)
        if not scope.suffix:
            yield demography.HIRES.code, observing.simple(over(self._hired(), "hired"), scope)
            yield from observing.jobs(over(self._present(), "present"), scope)

    def _hired(self) -> ir.Table:
        rows = self.stock.join(self.hired, "unit")
        rows = rows.filter(rows.on <= number(self.order.as_of))
        rows = rows.select(*cubes.CELL, period=(rows.on // YEAR).cast("int32"))
        return rows.group_by(*cubes.CELL, "period").aggregate(n=rows.count())

    def present(self) -> ir.Table:
        """The units of the stock that are there at the end."""
        stock = self.stock
        return stock.filter(stock.is_active, stock.created <= number(self.order.as_of))

    def _present(self) -> ir.Table:
        rows = self.present()
        return rows.group_by(*cubes.CELL, "band").aggregate(n=rows.count())

    def _links(self) -> ir.Table:
        files = self.order.files
        if files.links:
            links = successions(read(self.engine, "links", files.links, self.work))
            return self.engine.keep(links, "links")
        nobody = self.stock.filter(ibis.literal(False))
        return self.engine.keep(
            nobody.select(predecessor="unit", successor="unit", on="created"), "links"
        )

    def _codes(self) -> ir.Table:
        """Every commune code a file may bear, with a number for the commune it leads to."""
        final = sorted({found["commune"] for found in self.order.areas.of.values()})
        self.communes = {code: rank for rank, code in enumerate(final, start=1)}
        only = self.order.only
        rows = [
            {"code": code, "number": self.communes[found["commune"]]}
            for code, found in self.order.areas.of.items()
            if only is None or found["commune"] in only
        ]
        return self._table("codes", rows, {"code": "string", "number": "int32"})

    def named(self) -> ir.Table:
        """The grounds by their number, each with its commune of today and, where any was looked for, its neighbourhood."""
        rows = [
            {"code": code, "number": number, QPV: qpv}
            for number, (code, qpv) in self.grounds.items()
        ]
        columns = {"code": "string", "number": "int32", **({QPV: "string"} if self.drawn else {})}
        return self._table("named", rows, columns)

    def _areas_of(self) -> dict[int, dict[str, str]]:
        """The areas of each ground; one that reaches beyond what is observed would be told in part, and is not."""
        of, only = self.order.areas.of, self.order.only
        beyond = {
            area
            for found in of.values()
            if only is not None and found["commune"] not in only
            for area in found.items()
        }
        return {
            number: dict(of[code].items() - beyond) | ({QPV: qpv} if qpv else {})
            for number, (code, qpv) in self.grounds.items()
        }

    def _areas(self, kinds: Sequence[str]) -> ir.Table:
        rows = [
            {"commune": number, "area_kind": kind, "area": found[kind]}
            for number, found in self._areas_of().items()
            for kind in kinds
            if kind in found
        ]
        columns = {"commune": "int32", "area_kind": "string", "area": "string"}
        return self._table(f"areas_{kinds[0]}", rows, columns)

    def _people(self, kinds: Sequence[str]) -> ir.Table:
        rows = [
            {"area_kind": kind, "area": area, "inhabitants": people}
            for (kind, area), people in self.order.areas.inhabitants.items()
            if kind in kinds
        ]
        columns = {"area_kind": "string", "area": "string", "inhabitants": "int64"}
        return self._table(f"people_{kinds[0]}", rows, columns)

    def _table(self, name: str, rows: list[dict[str, object]], kinds: dict[str, str]) -> ir.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.work / f"{name}.parquet"
        schema = pa.schema([(column, getattr(pa, kind)()) for column, kind in kinds.items()])
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        return self.engine.read(path)


def _labelled(rows: ir.Table, code: str) -> ir.Table:
    told = rows.mutate(indicator=ibis.literal(code), version=ibis.literal(1).cast("int32"))
    return told.select(*COLUMNS)


def _joined(parts: Iterable[Path], path: Path) -> Path:
    """The pieces in one file, appearing whole under its name."""
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    with whole(path) as staged, ExitStack() as stack:
        writer = None
        for part in parts:
            for batch in ds.dataset(part, format="parquet").to_batches():
                if writer is None:
                    opened_ = pq.ParquetWriter(staged, batch.schema, compression="zstd")
                    writer = stack.enter_context(opened_)
                writer.write_batch(batch.cast(writer.schema))
        stack.close()
    return path


def rows(path: Path) -> int:
    """How many observations a file holds."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)
