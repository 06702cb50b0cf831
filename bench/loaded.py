"""The national job against PostgreSQL with its load: the month's files must be in its tables before it counts.

On PostgreSQL only. `BENCH_STOCK=DIR` names a stock that `make_stock` wrote; without it a hundred thousand establishments are
made, which show that the measure runs. CPU seconds: of the process for ours; of the process, of DuckDB that pours the
columns out and of the server's backend for PostgreSQL, one worker each.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench import measure, national
from bench.peers import postgres

POSTGRESQL = True
ROUNDS = 2
JUDGED = 1_000_000
WANTED = 12.0


def measures(report: measure.Report, rounds: int = ROUNDS) -> None:
    """Ours, then the load and the count there, in turn."""
    from maillage.register import bulk

    if not bulk.is_postgresql():
        report.say("measured on PostgreSQL only")
        return
    times: measure.Times = {"ours": [], "load": [], "count": [], "load and count": []}
    with tempfile.TemporaryDirectory(prefix="maillage-loaded-") as kept, measure.one_thread():
        folder, _areas = national.stocked(Path(kept))
        size = national.size(folder)
        for _ in range(rounds):
            _round(folder, Path(kept), times)
    report.say(f"a stock of {size:,} establishments, until {national.AS_OF}")
    for name, spent in times.items():
        report.say(f"{name}: {min(spent):.2f} s of CPU")
    what = "PostgreSQL with its load, over ours"
    if size >= JUDGED:
        report.gate(what, times, "load and count", "ours", at_least=WANTED)
    else:
        ratio = min(times["load and count"]) / min(times["ours"])
        report.say(f"{what}: {ratio:.2f} (reported)")


def _round(folder: Path, kept: Path, times: measure.Times) -> None:
    """One turn of each; their sums are the same."""
    from django.db import connection

    out = kept / "ours"
    out.mkdir(exist_ok=True)
    ours = national.run("ours", folder, out)
    times["ours"].append(ours["cpu"])
    with connection.cursor() as wrapped:
        wrapped.execute("CREATE SCHEMA peer")
        wrapped.execute("SET search_path TO peer")
        cursor = wrapped.cursor
        steps = {
            "load": lambda: postgres.load(cursor, folder, national.AS_OF),
            "count": lambda: postgres.job(cursor, folder, national.AS_OF),
        }
        spent = measure.rounds(steps, 1, clock=measure.everywhere)
        found = postgres.sums(cursor)
        wrapped.execute("DROP SCHEMA peer CASCADE")
        wrapped.execute("SET search_path TO public")
    for name in steps:
        times[name] += spent[name]
    times["load and count"].append(spent["load"][0] + spent["count"][0])
    if any(abs(found[name] - value) > 1e-2 for name, value in ours["sums"].items()):
        raise AssertionError((ours["sums"], found))
