"""A step is compiled once for all the stocks it is computed of, and each stock has its own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from maillage.figures.observations.engines import opened
from tests import migrated


def above_one(folder: Path, numbers: list[int]) -> tuple[str, list[Any]]:
    """The SQL of a step, and what it keeps of a table in a folder."""
    folder.mkdir()
    pq.write_table(pa.table({"n": numbers}), folder / "numbers.parquet")
    with opened("duckdb", folder / "it's work", threads=1) as engine:
        read = engine.read(folder / "numbers.parquet")
        step = read.filter(read.n > 1).order_by("n")
        return str(engine.connection.compile(step)), engine.keep(
            step, "above"
        ).n.to_pyarrow().to_pylist()


def test_the_same_step_has_the_same_sql_wherever_its_files_are_and_its_own_rows(
    tmp_path: Path,
) -> None:
    here, some = above_one(tmp_path / "here", [1, 2, 3])
    there, others = above_one(tmp_path / "there", [5, 1, 4])

    assert here == there
    assert (some, others) == ([2, 3], [4, 5])


def test_a_file_read_twice_is_two_tables(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1, 2]}), tmp_path / "a.parquet")
    with opened("duckdb", tmp_path / "work", threads=1) as engine:
        first = engine.read(tmp_path / "a.parquet")
        pq.write_table(pa.table({"n": [3]}), tmp_path / "a.parquet")
        second = engine.read(tmp_path / "a.parquet")
        assert first.get_name() != second.get_name()
        assert second.n.to_pyarrow().to_pylist() == [3]


def test_the_database_kept_for_instances_is_there(django_db_setup: None) -> None:
    assert migrated.kept()
