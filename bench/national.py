"""From a month's national stock to every commune's and intercommunality's trades: against the mere reading of
its columns, DuckDB by hand and Polars by hand, whose sums must be ours; then one territory from the compact file.

`BENCH_STOCK=DIR` names a stock that `make_stock` wrote (ten or forty-two million establishments); without
it a hundred thousand are made, which show that the measure runs: ratios are held to their limits from ten
million on, where what a job costs to begin no longer counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from bench import measure
from bench.peers import national

AS_OF = date(2025, 12, 31)
SMALL, JUDGED, NATIONAL = 100_000, 10_000_000, 40_000_000
ROUNDS = 5
MEMORY = 700.0
MEL = "200093201"


def measures(report: measure.Report, rounds: int = ROUNDS) -> None:
    """The national job four ways in turn, then the slice of a territory."""
    with tempfile.TemporaryDirectory(prefix="maillage-national-") as kept:
        folder, areas = stocked(Path(kept))
        found = size(folder)
        report.say(f"a stock of {found:,} establishments, until {AS_OF}")
        runs = _runs(folder, Path(kept), rounds)
        _judged(report, runs, found)
        _territory(report, Path(kept) / "ours" / "spells.parquet", areas, runs)


def stocked(kept: Path) -> tuple[Path, Any]:
    """The stock that was named, or one of a hundred thousand, beside the small tables of communes."""
    from django.core.management import call_command

    from maillage import places
    from maillage.site.stock.making import make
    from maillage.site.stock.views import Plan

    call_command("load_places", stdout=StringIO(), stderr=StringIO())
    areas = places.areas_on(AS_OF)
    named = os.environ.get("BENCH_STOCK")
    folder = kept / "stock"
    folder.mkdir()
    if named:
        for name in (national.UNITS, national.PLACES):
            (folder / name).symlink_to(Path(named).absolute() / name)
    else:
        make(Plan(SMALL, 1, AS_OF, ()), folder, as_csv=False, tell=lambda _line: None)
    national.write_places(folder, areas)
    return folder, areas


def size(folder: Path) -> int:
    """How many establishments the stock holds."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(folder / national.PLACES).num_rows)


def _runs(folder: Path, kept: Path, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """What each contender told of each round, one process each, in turn."""
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in national.CONTENDERS}
    for _ in range(rounds):
        for name, runs in told.items():
            out = kept / name
            out.mkdir(exist_ok=True)
            runs.append(run(name, folder, out))
    first = told["ours"][0]["sums"]
    for name, runs in told.items():
        if any(run["sums"] != first for run in runs if name != "floor"):
            raise AssertionError((name, first, runs))
    return told


def run(name: str, folder: Path, out: Path) -> dict[str, Any]:
    """What one contender told, in a process of its own."""
    words: Sequence[str] = (name, str(folder), str(out), AS_OF.isoformat(), "1")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bench.peers.national", *words],
        capture_output=True, text=True, check=True, env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _judged(report: measure.Report, runs: dict[str, list[dict[str, Any]]], size: int) -> None:
    cpu = {name: [run["cpu"] for run in told] for name, told in runs.items()}
    for name, told in runs.items():
        memory = max(run["memory"] for run in told)
        report.say(f"{name}: {min(cpu[name]):.2f} s of CPU, {memory:.0f} MB")
    for name, value in runs["ours"][0]["sums"].items():
        report.say(f"sum, {name}: {value:,.3f}".rstrip("0").rstrip("."))
    limits = {"floor": 2.0 if size >= NATIONAL else 3.0, "polars": 1.1, "duckdb": 1.1}
    for peer, limit in limits.items():
        if size >= JUDGED:
            report.gate(f"ours, over {peer}", cpu, "ours", peer, at_most=limit)
        else:
            report.say(f"ours, over {peer}: {min(cpu['ours']) / min(cpu[peer]):.2f} (reported)")
    held = max(run["memory"] for run in runs["ours"])
    report.say(
        f"{'ok  ' if held <= MEMORY else 'FAIL'} memory: {held:.0f} MB (wanted ≤ {MEMORY:.0f})"
    )
    if held > MEMORY:
        report.failed.append("memory")


def _territory(
    report: measure.Report, spells: Path, areas: Any, runs: dict[str, list[dict[str, Any]]]
) -> None:
    from maillage.figures.observations import france

    of = france.territories_of(areas)
    times = measure.rounds({"one": lambda: france.of_territory(spells, MEL, of)}, 7)["one"]
    report.say(f"the compact file: {spells.stat().st_size / 1e6:.1f} MB")
    spent, whole = min(times), min(run["cpu"] for run in runs["ours"])
    kept = spent <= 0.1
    report.say(
        f"{'ok  ' if kept else 'FAIL'} one territory from it: {1000 * spent:.0f} ms of CPU (wanted ≤ 100);"
        f" the whole takes {whole / spent:,.0f} times as much"
    )
    if not kept:
        report.failed.append("one territory")
