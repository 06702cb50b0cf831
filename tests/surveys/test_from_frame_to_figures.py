"""A survey end to end, as somebody runs it: processes at a terminal, files in between, figures recounted by hand."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.surveys.estimation import files

SEED = "campaign of spring"
PLAN = """
[design]
strata = "area"
weight = "weight"
fpc = "fpc"
[sample]
size = 90
allocation = "proportional"
minimum = 20
[nonresponse]
groups = ["area"]
fewest = 5
[[estimate]]
kind = "total"
y = "loss"
[[estimate]]
kind = "mean"
y = "loss"
by = ["area"]
[[estimate]]
kind = "proportion"
y = "open"
"""
Row = dict[str, str]


def frame() -> list[dict[str, Any]]:
    """300 firms in three areas, of which the staff is known."""
    return [
        {"id": f"f{n:03}", "area": ("north", "south", "west")[(n % 10) // 4], "staff": n % 17 + 1}
        for n in range(300)
    ]


def loss(unit: str) -> float:
    """What a firm of the frame lost."""
    return 10.0 + int(unit[1:]) % 23


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A table as a file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[Row]:
    """A file as rows."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the product in a process of its own, on a home where nothing was prepared."""
    return subprocess.run(
        [sys.executable, "-m", "maillage", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "MAILLAGE_HOME": str(folder / "home"), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def here(folder: Path, command: str, **files: Path | str) -> None:
    """The same command within this process, which imports nothing again."""
    named = {k: str(folder / v) if k != "seed" else str(v) for k, v in files.items()}
    call_command(command, *(word for name, v in named.items() for word in (f"--{name}", v)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A frame, a plan, the sample drawn from them, and the answers of two firms in three."""
    where = tmp_path_factory.mktemp("survey")
    written(where / "frame.csv", frame())
    (where / "plan.toml").write_text(PLAN, encoding="utf-8")
    done = run(
        where,
        *("draw_sample", "--frame", "frame.csv", "--design", "plan.toml"),
        *("--seed", SEED, "--out", "sample.csv"),
    )
    assert done.returncode == 0, done.stderr
    (where / "said").write_text(done.stdout, encoding="utf-8")
    answers = [
        {"id": row["id"], "loss": loss(row["id"]), "open": "yes" if int(row["staff"]) > 8 else "no"}
        for rank, row in enumerate(read(where / "sample.csv"))
        if rank % 3
    ]
    written(where / "answers.csv", answers)
    return where


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    """What the second command answers as JSON."""
    done = run(
        folder,
        *("estimate_survey", "--frame", "frame.csv", "--sample", "sample.csv"),
        *("--answers", "answers.csv", "--design", "plan.toml", "--json"),
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def answered(folder: Path) -> dict[str, list[Row]]:
    """The answers by area, with the lines of the sample they are of."""
    heard = {row["id"]: row for row in read(folder / "answers.csv")}
    areas: dict[str, list[Row]] = defaultdict(list)
    for row in read(folder / "sample.csv"):
        if row["id"] in heard:
            areas[row["area"]].append({**row, **heard[row["id"]]})
    return areas


SIZES = Counter(row["area"] for row in frame())


def test_the_draw_shares_ninety_firms_out_by_area(folder: Path) -> None:
    rows = read(folder / "sample.csv")
    drawn = Counter(row["area"] for row in rows)
    assert SIZES == {"north": 120, "south": 120, "west": 60}
    assert drawn == {"north": 35, "south": 35, "west": 20}, "the west has its minimum"
    assert (folder / "said").read_text(encoding="utf-8").splitlines() == [
        "north: 35 / 120",
        "south: 35 / 120",
        "west: 20 / 60",
    ]
    for row in rows:
        assert int(row["fpc"]) == SIZES[row["area"]]
        assert float(row["weight"]) == SIZES[row["area"]] / drawn[row["area"]]


def test_the_sample_is_lines_of_the_frame_in_its_order_each_once(folder: Path) -> None:
    rows = read(folder / "sample.csv")
    units = [row["id"] for row in rows]
    assert units == sorted(set(units))
    lines = {row["id"]: row for row in read(folder / "frame.csv")}
    assert all({name: row[name] for name in lines[row["id"]]} == lines[row["id"]] for row in rows)
    assert sum(float(row["weight"]) for row in rows) == pytest.approx(300)


def test_the_same_seed_draws_the_same_file_in_another_process(folder: Path) -> None:
    asked = {"frame": "frame.csv", "design": "plan.toml"}
    here(folder, "draw_sample", **asked, seed=SEED, out="again.csv")
    assert (folder / "again.csv").read_bytes() == (folder / "sample.csv").read_bytes()
    here(folder, "draw_sample", **asked, seed="another", out="other.csv")
    assert (folder / "other.csv").read_bytes() != (folder / "sample.csv").read_bytes()
    assert not list(folder.glob("*.part"))


def test_weights_are_the_firms_of_an_area_shared_by_its_answers(
    told: dict[str, Any], answered: dict[str, list[Row]]
) -> None:
    each = [SIZES[area] / len(rows) for area, rows in answered.items()]
    weights = told["weights"]
    assert weights["n"] == sum(map(len, answered.values())) == 60
    assert weights["sum"] == pytest.approx(300)
    assert (weights["min"], weights["max"]) == (pytest.approx(min(each)), pytest.approx(max(each)))
    assert (weights["g_min"], weights["g_max"]) == (1, 1), "nothing was calibrated"


def test_the_total_is_recounted_by_area(
    told: dict[str, Any], answered: dict[str, list[Row]]
) -> None:
    total = told["estimates"][0]
    by_hand, variance = 0.0, 0.0
    for area, rows in answered.items():
        values, size = [float(row["loss"]) for row in rows], SIZES[area]
        mean, n = sum(values) / len(values), len(values)
        by_hand += size * mean
        spread = sum((value - mean) ** 2 for value in values) / (n - 1)
        variance += size**2 * (1 - n / size) * spread / n
    assert total["est"] == pytest.approx(by_hand)
    assert total["se"] == pytest.approx(variance**0.5)
    true = sum(loss(row["id"]) for row in frame())
    assert total["lo"] < true < total["hi"], "of this seed, the truth is within the interval"


def test_the_mean_of_each_area_is_that_of_its_answers(
    told: dict[str, Any], answered: dict[str, list[Row]]
) -> None:
    rows = told["estimates"][1:4]
    assert [row["domain"] for row in rows] == ["north", "south", "west"]
    for row in rows:
        values = [float(one["loss"]) for one in answered[row["domain"]]]
        assert row["est"] == pytest.approx(sum(values) / len(values))
        assert row["n"] == len(values)
        assert row["hidden"] is (len(values) < 30), "under thirty answers nothing is shown"


def test_shares_of_open_firms_are_recounted(
    told: dict[str, Any], answered: dict[str, list[Row]]
) -> None:
    shares = {row["category"]: row for row in told["estimates"][4:]}
    by_hand = sum(
        SIZES[area] / len(rows) * sum(row["open"] == "yes" for row in rows)
        for area, rows in answered.items()
    )
    assert shares["yes"]["est"] == pytest.approx(by_hand / 300)
    assert shares["no"]["est"] == pytest.approx(1 - by_hand / 300)
    assert shares["yes"]["hi"] == pytest.approx(1 - shares["no"]["lo"])


def test_somebody_at_a_terminal_reads_a_line_a_figure(
    folder: Path, told: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    given = {"sample": "sample.csv", "answers": "answers.csv", "design": "plan.toml"}
    here(folder, "estimate_survey", **given)
    head, total, *others = capsys.readouterr().out.splitlines()
    assert head.startswith("60 réponses, poids de ")
    assert total.startswith(f"total loss: {told['estimates'][0]['est']:.6g} ± ")
    assert len(others) == len(told["estimates"]) - 1
    assert others[2].endswith("(moins de 30 réponses)")


def test_a_calibration_on_the_frame_brings_its_staff_back(folder: Path) -> None:
    """Staff is known of everybody: once weights are brought to it, its total is told without doubt."""
    staff = sum(row["staff"] for row in frame())
    (folder / "calibrated.toml").write_text(
        PLAN.split("[sample]", maxsplit=1)[0]
        + '[nonresponse]\ngroups = ["area"]\nfewest = 5\n'
        + f'[calibration]\nmethod = "linear"\nmargins = [{{ column = "area" }}]\ntotals = {{ staff = {staff} }}\n'
        + '[[estimate]]\nkind = "total"\ny = "staff"\n',
        encoding="utf-8",
    )
    answer = files.estimate(
        folder / "sample.csv",
        folder / "calibrated.toml",
        folder / "answers.csv",
        folder / "frame.csv",
    )
    (total,) = answer["estimates"]
    assert total["est"] == pytest.approx(staff)
    assert total["se"] == pytest.approx(0, abs=1e-6)
    assert answer["weights"]["sum"] == pytest.approx(300)
    assert answer["weights"]["g_min"] < 1 < answer["weights"]["g_max"]


def test_a_plan_that_cannot_be_taken_is_named_without_a_trace(folder: Path) -> None:
    done = run(folder, "estimate_survey", "--sample", "sample.csv", "--design", "frame.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert "frame.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_frame_that_is_not_there_leaves_the_sample_as_it_stood(folder: Path) -> None:
    before = (folder / "sample.csv").read_bytes()
    with pytest.raises(CommandError, match=r"none\.csv"):
        here(
            folder, "draw_sample", frame="none.csv", design="plan.toml", seed="s", out="sample.csv"
        )
    assert (folder / "sample.csv").read_bytes() == before
