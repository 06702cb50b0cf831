"""The kernel against values others published: R's survey package on its schools, and Deville and Särndal's factors."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from maillage.surveys.estimation import files
from maillage.surveys.estimation.calibration import calibrate

SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "survey"
SCHOOLS = {"E": 4421, "H": 755, "M": 1018}
STRATIFIED = """
[design]
strata = "stype"
weight = "pw"
fpc = "fpc"
[[estimate]]
kind = "mean"
y = "api00"
[[estimate]]
kind = "total"
y = "enroll"
[[estimate]]
kind = "proportion"
y = "sch.wide"
ci = "t"
[[estimate]]
kind = "mean"
y = "api00"
by = ["stype"]
"""
SIMPLE = """
[design]
weight = "pw"
fpc = "fpc"
[[estimate]]
kind = "mean"
y = "api00"
[[estimate]]
kind = "total"
y = "enroll"
"""

pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the reference cases are not beside the project"
)


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, str]]:
    """What R prints, by its name of the estimate."""
    with (SHARED / "expected.csv").open(encoding="utf-8") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


def told(folder: Path, sample: str, design: str) -> dict[str, Any]:
    """What the command answers of a sample."""
    path = folder / "design.toml"
    path.write_text(design, encoding="utf-8")
    return files.estimate(SHARED / sample, path)


def assert_same(row: dict[str, Any], expected: dict[str, str]) -> None:
    """Each value R prints is found, to the tolerance the reference names."""
    for ours, theirs, close in (
        ("est", "estimate", 1e-8),
        ("se", "se", 1e-7),
        ("lo", "ci_lo", 1e-7),
        ("hi", "ci_hi", 1e-7),
        ("deff", "deff", 1e-6),
    ):
        if expected[theirs]:
            assert row[ours] == pytest.approx(float(expected[theirs]), rel=close), ours


def test_a_stratified_sample_gives_what_r_gives(
    tmp_path: Path, published: dict[str, dict[str, str]]
) -> None:
    answer = told(tmp_path, "apistrat.csv", STRATIFIED)
    mean, total, no, yes, *parts = answer["estimates"]
    assert_same(mean, published["strat mean api00"])
    assert_same(total, published["strat total enroll"])
    assert (no["category"], yes["category"]) == ("No", "Yes")
    assert_same(yes, published["strat prop sch.wide|sch.wideYes"])
    assert [part["domain"] for part in parts] == ["E", "H", "M"]
    for part in parts:
        assert_same(part, published[f"strat domain mean api00 stype|{part['domain']}"])


def test_a_simple_sample_gives_what_r_gives(
    tmp_path: Path, published: dict[str, dict[str, str]]
) -> None:
    mean, total = told(tmp_path, "apisrs.csv", SIMPLE)["estimates"]
    assert_same(mean, published["srs mean api00"])
    assert_same(total, published["srs total enroll"])


@pytest.mark.parametrize("method", ["linear", "truncated"])
def test_the_published_factors_of_calibration_are_found(method: str) -> None:
    case = json.loads((SHARED / "calib_example1.json").read_text(encoding="utf-8"))
    x = sparse.csr_array(np.array(case["X"], dtype=float))
    # Bounds that none of the published factors touches: truncated, it is the linear method.
    bounds = (0.5, 1.5) if method == "truncated" else None
    found = calibrate(
        x, np.array(case["d"], float), np.array(case["totals"], float), method, bounds
    )
    assert found.g.tolist() == pytest.approx(case["g"]["linear"], abs=case["tolerance"])


def test_a_calibration_on_last_years_results_narrows_the_mean_fivefold(tmp_path: Path) -> None:
    # The results of 1999 explain those of 2000: known for every school, they leave little doubt.
    calibrated = STRATIFIED + (
        '[calibration]\nmethod = "raking"\n'
        'totals = { "(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069 }\n'
    )
    before = told(tmp_path, "apistrat.csv", STRATIFIED)["estimates"][0]
    answer = told(tmp_path, "apistrat.csv", calibrated)
    assert answer["weights"]["sum"] == pytest.approx(6194, rel=1e-9)
    assert answer["estimates"][0]["se"] < before["se"] / 4.5


def test_the_example_of_the_manual_is_one_margin_of_school_types(tmp_path: Path) -> None:
    # Weights that already hold the margin are left as they are: the factors are 1.
    margin = ", ".join(f"{name} = {count}" for name, count in SCHOOLS.items())
    design = STRATIFIED + (
        '[calibration]\nmethod = "poststratify"\n'
        f'margins = [ {{ column = "stype", totals = {{ {margin} }} }} ]\n'
    )
    weights = told(tmp_path, "apistrat.csv", design)["weights"]
    assert (weights["g_min"], weights["g_max"]) == (pytest.approx(1), pytest.approx(1))
