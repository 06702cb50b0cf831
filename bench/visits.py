"""Advisers who report visits at the same time, against the server as it is deployed: no error; the slowest of twenty is told.

Each posts a visit every thirty seconds: thirty of them on SQLite, two hundred on PostgreSQL, for `BENCH_LOAD` seconds (a quick
thirty; five minutes under `make verify-load`). Seconds on the wall, so they are those of the machine and of its load.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from bench import measure

POSTGRESQL = True
EVERY = 30.0
ADVISERS = {"sqlite": 30, "postgresql": 200}


def measures(report: measure.Report) -> None:
    """The load, then what the database holds."""
    from django.db import connection

    from maillage.outreach.models import Visit
    from tests.deployed.loading import posted
    from tests.deployed.running import Instance, free_port, until_answers

    number, lasting = ADVISERS[connection.vendor], float(os.environ.get("BENCH_LOAD") or EVERY)
    instance = Instance(Path(os.environ["MAILLAGE_HOME"]), os.environ.get("DATABASE_URL", ""))
    people = json.loads(instance.run("tests.deployed.loading", str(number)).splitlines()[-1])
    port = free_port()
    with instance.process("serve", "--port", str(port), log="served.log") as running:
        until_answers(port, running)
        told = posted(port, people, lasting, EVERY)
    recorded = Visit.objects.unscoped(reason="a measure").count()
    report.say(f"{number} advisers, a visit each every {EVERY:.0f} s, for {lasting:.0f} s")
    for words, share in (("half", 0.5), ("95 %", 0.95), ("all", 1)):
        report.say(f"{words} of the answers within {told.within(share) * 1000:,.0f} ms")
    report.hold(
        "visits posted, recorded",
        told.statuses.total() == recorded and not told.errors,
        f"{recorded:,}, errors: {told.errors}",
    )
