"""The demography of a small register told in one table: who began, ceased, came back, lasted; unit by unit.

It runs the very rules of the observations, so that they can be checked against published cases by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis

from maillage.figures.observations import continuity, demography, flows, spells
from maillage.figures.observations.calendar import YEAR, number
from maillage.figures.observations.engines import opened
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

COLUMNS = ("unit", "created", "ceased", "reactivated")
"""A unit has a name and days `YYYY-MM-DD`: the first it was active, the first it no longer was, the first it
was again; blank when it did not happen. A unit that ceased again takes another line."""


def read(path: Path) -> list[tuple[str, int, bool]]:
    """The periods of a file: unit, first day as a number, whether it is then active.

    Raises:
        Invalid: a column lacks, or a line cannot be understood, with its number.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            if missing := [name for name in COLUMNS[:3] if name not in (rows.fieldnames or ())]:
                raise _refused(path, 1, ", ".join(missing), "colonne absente", "missing column")
            return [period for row in rows for period in _periods(path, rows.line_num, row)]
    except (OSError, UnicodeDecodeError) as fault:
        raise _refused(path, 0, "", "fichier illisible", "unreadable file") from fault


def _periods(path: Path, line: int, row: Mapping[str, str]) -> Iterable[tuple[str, int, bool]]:
    days = []
    for column, is_active in (("created", True), ("ceased", False), ("reactivated", True)):
        told = (row.get(column) or "").strip()
        try:
            if told:
                days.append((number(date.fromisoformat(told)), is_active))
        except ValueError as fault:
            raise _refused(
                path, line, column, f"date «\u00a0{told}\u00a0»", f"date “{told}”"
            ) from fault
    if not row["unit"] or not days:
        raise _refused(
            path, line, "unit", "unité sans nom ou sans date", "unit without name or day"
        )
    if days != sorted(days, key=lambda one: one[0]):
        raise _refused(path, line, "ceased", "dates en désordre", "days out of order")
    return [(row["unit"], day, is_active) for day, is_active in days]


def _refused(path: Path, line: int, column: str, fr: str, en: str) -> Invalid:
    where = f"{path.name}:{line} {column}".rstrip(" :0")
    return Invalid(
        Words(f"{where}\u00a0: {fr}.", f"{where}: {en}."),
        remedy=Words(
            f"Colonnes attendues\u00a0: {', '.join(COLUMNS)}, dates AAAA-MM-JJ.",
            f"Expected columns: {', '.join(COLUMNS)}, days YYYY-MM-DD.",
        ),
    )


def told(periods: Sequence[tuple[str, int, bool]], as_of: date) -> dict[str, Any]:
    """Year by year until `as_of`: stock, flows, rates and survival, each with the units it counts."""
    names = sorted({unit for unit, _day, _active in periods})
    rank = {unit: place for place, unit in enumerate(names)}
    with (
        TemporaryDirectory() as folder,
        opened("duckdb", Path(folder) / "work", threads=1) as engine,
    ):
        table = _written(engine, Path(folder), [(rank[u], d, a) for u, d, a in periods])
        found = spells.active_spells(table, table.select("unit", on=table.start).limit(0))
        same = {"commune": 0, "activity": 0, "segments": 0}  # one place, one trade
        found = engine.keep(found.mutate(legal_unit=found.unit, **same), "active")
        pairs = continuity.reactivations(found).mutate(how=ibis.literal(continuity.REACTIVATION))
        pairs = engine.keep(pairs, "pairs")
        roots = continuity.roots(pairs, engine.keep, engine.count)
        lives = engine.keep(flows.told(found, pairs, roots), "spells")
        lived = flows.existences(lives).to_pyarrow().to_pylist()
        rows = lives.to_pyarrow().to_pylist()
    return _years(rows, lived, names, as_of)


def _written(engine: Any, folder: Path, rows: list[tuple[int, int, bool]]) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = dict(zip(("unit", "start", "is_active"), zip(*rows, strict=True), strict=True))
    pq.write_table(pa.table(columns), folder / "periods.parquet")
    return engine.read(folder / "periods.parquet")


def _years(
    rows: list[dict[str, Any]], lived: list[dict[str, Any]], names: list[str], as_of: date
) -> dict[str, Any]:
    def units(chosen: Iterable[dict[str, Any]]) -> list[str]:
        return sorted({names[row["unit"]] for row in chosen})

    end = number(as_of + timedelta(1))
    rows = [row for row in rows if row["entered"] < end]
    years = {}
    for year in range(min(row["entered"] for row in rows) // YEAR, as_of.year + 1):
        opens, closes = year * YEAR, min((year + 1) * YEAR, end)

        def within(day: int, opens: int = opens, closes: int = closes) -> bool:
            return opens <= day < closes

        stock = [row for row in rows if row["entered"] < opens <= row["left"]]
        births = [r for r in rows if within(r["entered"]) and r["entry"] == flows.BIRTH]
        back = [r for r in rows if within(r["entered"]) and r["entry"] == continuity.REACTIVATION]
        closed = [r for r in rows if within(r["left"])]
        years[str(year)] = {
            "stock": units(stock),
            "births": units(births),
            "reactivations": units(back),
            "closures": units(closed),
            "deaths": units(row for row in closed if not row["lasts"]),
            "creation_rate_insee": _ratio(len(births), len(stock)),
            "birth_rate_eurostat": _ratio(len(births), len(stock) + len(births) + len(back)),
            "survival": {
                str(one.years): _survival(lived, year, one.years, end, names)
                for one in demography.SURVIVALS
            },
        }
    return {"as_of": as_of.isoformat(), "years": years}


def _survival(
    lived: list[dict[str, Any]], year: int, after: int, end: int, names: list[str]
) -> dict[str, Any]:
    """The units of a cohort alive at an anniversary; null until the last of them reached it."""
    cohort = [row for row in lived if row["entered"] // YEAR == year]
    if not cohort or (year + 1 + after) * YEAR > end:
        return {"cohort": len(cohort), "alive": None, "rate": None}
    alive = [row for row in cohort if row["over"] > row["start"] + after * YEAR]
    return {
        "cohort": len(cohort),
        "alive": sorted(names[row["unit"]] for row in alive),
        "rate": len(alive) / len(cohort),
    }


def _ratio(over: int, under: int) -> float | None:
    return over / under if under else None
