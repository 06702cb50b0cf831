"""The same observations on Spark: counts exactly, floats to 1e-9 (`make test-spark`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.figures.observations.test_building import built, drawn
from tests.figures.observations.test_neighbourhoods import DRAWN, placed

pytestmark = pytest.mark.spark

WHERE = ("indicator", "version", "area_kind", "area", "period", "activity", "segment")


def by_cell(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Each observation under what it is of."""
    return {tuple(row[name] for name in WHERE): row for row in rows}


def test_spark_and_duckdb_observe_the_same(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="run by make test-spark")
    stock, _of = placed(drawn(7, number=120))
    told: dict[str, Any] = {"kinds": ("commune", "epci", "qpv"), "neighbourhoods": DRAWN}
    here = by_cell(built(stock, tmp_path / "duckdb", **told))
    there = by_cell(built(stock, tmp_path / "spark", engine="spark", **told))
    assert here.keys() == there.keys()
    assert {cell[2] for cell in here} == {"commune", "epci", "qpv"}
    assert len(here) > 1_000
    for cell, row in here.items():
        other = there[cell]
        assert (row["n"], row["status"]) == (other["n"], other["status"]), cell
        for name in ("value", "numerator", "denominator"):
            if row[name] is None:
                assert other[name] is None, (cell, name)
            else:
                assert other[name] == pytest.approx(row[name], rel=1e-9), (cell, name)
