"""An engine for tests of rules alone, and lines of a table drawn by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maillage.figures.observations.calendar import UNKNOWN, day, number
from maillage.figures.observations.engines import DuckDB, opened
from maillage.figures.observations.spells import OPEN

Rows = list[dict[str, Any]]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    """DuckDB on one thread, its folder dropped after the test."""
    with opened("duckdb", tmp_path / "work", threads=1) as running:
        assert isinstance(running, DuckDB)
        yield running


@pytest.fixture
def table(engine: DuckDB, tmp_path: Path) -> Callable[..., Any]:
    """A table of rows; days written `2015-03-01`, `?` for an unknown one, `-` for none yet."""
    made: list[str] = []

    def make(rows: Rows, **kinds: Any) -> Any:
        path = tmp_path / f"table_{len(made)}.parquet"
        made.append(path.name)
        told = [{name: numbered(value) for name, value in row.items()} for row in rows]
        if kinds:
            schema = pa.schema(list(kinds.items()))
            pq.write_table(pa.Table.from_pylist(told, schema=schema), path)
        else:
            pq.write_table(pa.Table.from_pylist(told), path)
        return engine.read(path)

    return make


def numbered(value: Any) -> Any:
    """A day as its number; anything else as it is."""
    if value == "?":
        return UNKNOWN
    if value == "-":
        return OPEN
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return number(date.fromisoformat(value))
    return value


def written(value: int) -> str:
    """A number as the day it stands for."""
    if value == UNKNOWN:
        return "?"
    return "-" if value >= OPEN else day(value).isoformat()


def rows_of(found: Any, *names: str) -> list[tuple[Any, ...]]:
    """The rows of a table, in order, by column; those that hold days are written so."""
    days = {"start", "end", "over", "on", "opened", "closed"}
    rows = found.to_pyarrow().to_pylist()
    told = [tuple(written(r[n]) if n in days else r[n] for n in names) for r in rows]
    return sorted(told, key=str)
