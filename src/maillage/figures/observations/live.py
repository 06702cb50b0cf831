"""The application's own register, observed where it lies: the rules of the observatories on SQLite or PostgreSQL.

The spells that visible loads tell are the periods, each establishment's latest the facts that INSEE's stock would give. Steps
are temporary tables of the connection that the framework has open, and go with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import connection, transaction

from maillage import register
from maillage.figures.engine.sql import compile_template, run
from maillage.figures.observations import continuity, cubes, demography, flows, observing, spells
from maillage.figures.observations.calendar import YEAR, numbered
from maillage.figures.observations.observing import ALL, Scope
from maillage.kernel import clock
from maillage.places.perimeters import Perimeter
from maillage.register.models import Spell, SuccessionLink

_SPELLS = {
    "id": "int64", "establishment_id": "int64", "legal_unit_id": "int64", "load_id": "int64",
    "starts_on": "date", "opened_on": "date", "state": "string", "commune": "string",
    "activity": "string", "segments": "int64",
}  # fmt: skip
_LINKS = {
    "id": "int64", "load_id": "int64", "predecessor_id": "int64", "successor_id": "int64",
    "linked_on": "date", "seat_transfer": "boolean", "continuity": "boolean",
}  # fmt: skip
_AREAS = {"commune": "int32", "code": "string", "area_kind": "string", "area": "string"}
AREA = "territory"
TOLD = (
    demography.STOCK,
    *(flow.code for flow in demography.FLOWS),
    *(ratio.code for ratio in demography.RATIOS),
)


class Own:
    """The database that the application writes to, as an engine of observations."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def keep(self, table: ir.Table, name: str) -> ir.Table:
        """Compute a step now; its rows, as a temporary table."""
        sql, bound = compile_template(table, []).bind({})
        return self._created(name, table.schema(), f"AS {sql}", bound)

    def given(
        self, name: str, kinds: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
    ) -> ir.Table:
        """A small table of ours."""
        types = {"string": "text"}
        columns = ", ".join(f'"{column}" {types.get(kind, "bigint")}' for column, kind in kinds.items())  # fmt: skip
        found = self._created(name, ibis.schema(dict(kinds)), f"({columns})", [])
        marks = ", ".join(["%s"] * len(kinds))
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{found.get_name()}" VALUES ({marks})',  # noqa: S608 -- names of ours
                [[row[column] for column in kinds] for row in rows],
            )
        return found

    def count(self, table: ir.Table) -> int:
        """How many rows."""
        return int(self.rows(table.aggregate(n=table.count()))[0]["n"])

    def rows(self, table: ir.Table) -> list[dict[str, Any]]:
        """All of them."""
        return run(compile_template(table, []), {})

    def drop(self) -> None:
        """Give room back."""
        with connection.cursor() as cursor:
            for name in self.made:
                cursor.execute(f'DROP TABLE "{name}"')

    def _created(self, name: str, schema: ibis.Schema, told: str, bound: list[Any]) -> ir.Table:
        called = f"observing_{len(self.made)}_{name}"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE TEMPORARY TABLE "{called}" {told}', bound)
        self.made.append(called)
        return ibis.table(schema, name=called)


def told(perimeter: Perimeter, as_of: date, first_year: int) -> dict[str, Any]:
    """The demography of a territory by the loaded register: each year's stock, flows and rates."""
    scope = Scope(as_of, first_year, ())
    with transaction.atomic():
        engine = Own()
        inside = [
            {"commune": number, "code": code, "area_kind": AREA, "area": perimeter.key}
            for number, code in enumerate(perimeter.all_codes, start=1)
        ]
        areas = engine.given("areas", _AREAS, inside)
        cube = engine.keep(cubes.flows(_flows(engine, scope, areas), YEAR), "cube")
        areas = areas.drop("code")
        here = engine.keep(observing.in_areas(cube, areas), "here")
        whole = engine.keep(observing.spread(here, (), detailed=False), "spread")
        years = engine.keep(observing.yearly(whole, scope), "years")
        found = [
            {"code": code, **row}
            for code, rows in (*observing.counts(years, scope), *observing.ratios(years, scope))
            for row in engine.rows(rows)
            if row["activity"] == row["segment"] == ALL
        ]
        engine.drop()
    return {"as_of": as_of.isoformat(), "territory": perimeter.name, "years": _by_year(found)}


def _by_year(found: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, float | int | None]]:
    years: dict[str, dict[str, float | int | None]] = {}
    for row in found:
        is_count = row["code"] not in {ratio.code for ratio in demography.RATIOS}
        value = row["value"]
        years.setdefault(row["period"], {})[row["code"]] = int(value) if is_count else value
    return {year: {code: years[year][code] for code in TOLD} for year in sorted(years)}


def _flows(engine: Own, scope: Scope, areas: ir.Table) -> ir.Table:
    """The spells of every establishment of the register, chained and dated."""
    loads = register.loads_known(clock.now())
    kept = engine.keep(_of_loads(_SPELLS, Spell, loads), "spells")
    facts = engine.keep(_facts(kept), "facts")
    found = spells.active_spells(_periods(kept), facts.select("unit", on="created"))
    found = engine.keep(spells.as_of(found, scope.end), "found")
    named = facts.drop("created").left_join(areas.select("code", number="commune"), "code")
    placed = named.select("unit", "legal_unit", "activity", "segments", commune=named.number.coalesce(0))  # fmt: skip
    active = engine.keep(found.join(placed, "unit"), "active")
    links = engine.keep(_links(_of_loads(_LINKS, SuccessionLink, loads)), "links")
    pairs = continuity.followings(active, links, engine.keep)
    roots = continuity.roots(pairs, engine.keep, engine.count)
    return engine.keep(flows.told(active, pairs, roots), "told")


def _of_loads(kinds: Mapping[str, str], model: Any, loads: Collection[int]) -> ir.Table:
    rows = ibis.table(dict(kinds), name=model._meta.db_table)  # noqa: SLF001 -- the framework's own door
    return rows.filter(rows.load_id.isin(list(loads)))


def _periods(kept: ir.Table) -> ir.Table:
    """What holds from each day on (`unit, start, is_active`): of the spells begun by then, the last one written."""
    dated = kept.mutate(start=numbered(kept.starts_on))
    last = dated.group_by("establishment_id", "start").aggregate(id=dated.id.max())
    so_far = ibis.window(group_by="establishment_id", order_by="start", preceding=None, following=0)
    ruling = last.mutate(newest=last.id.max().over(so_far))
    ruling = ruling.filter(ruling.id == ruling.newest).select("id")
    rows = dated.join(ruling, "id")
    return rows.select(unit="establishment_id", start="start", is_active=rows.state == "A")


def _facts(kept: ir.Table) -> ir.Table:
    """What is known last of each establishment."""
    newest = kept.group_by("establishment_id").aggregate(id=kept.id.max())
    rows = kept.join(newest.select("id"), "id")
    return rows.select(
        unit="establishment_id", legal_unit="legal_unit_id", code="commune", activity="activity",
        segments="segments", created=numbered(rows.opened_on),
    )  # fmt: skip


def _links(links: ir.Table) -> ir.Table:
    """The links in which the same activity goes on, between two establishments of the register."""
    both = links.predecessor_id.notnull() & links.successor_id.notnull()
    goes_on = links.continuity | links.seat_transfer
    rows = links.filter(both, goes_on)
    return rows.select(
        predecessor="predecessor_id", successor="successor_id", on=numbered(rows.linked_on)
    )
