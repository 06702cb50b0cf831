"""How things are measured here: in turn, several rounds, the least of each, and the spread beside it."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
Times: TypeAlias = dict[str, list[float]]


QUICK = 100_000


def acts() -> int:
    """Over how many acts figures and pages are measured: `BENCH_ACTS`, a quick hundred thousand."""
    return int(os.environ.get("BENCH_ACTS") or QUICK)


def cpu() -> float:
    """CPU seconds of this process and of those it waited for: what a busy machine changes least."""
    waited = os.times()
    return time.process_time() + waited.children_user + waited.children_system


def everywhere() -> float:
    """CPU seconds of this process and of the database server that works for it, when there is one."""
    return cpu() + _server()


def _server() -> float:
    """CPU seconds of our own backend of a PostgreSQL on this machine."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return int(backend.read_text().split()[0]) / 1e9


@contextmanager
def one_thread() -> Iterator[None]:
    """The server works alone for us: what a second one would gain depends on the machine."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SET jit = off")
    yield


wall: Clock = time.perf_counter
"""Seconds on the wall, for what waits for a disk."""


def rounds(
    contenders: Mapping[str, Callable[[], object]], number: int = 7, *, clock: Clock = cpu
) -> Times:
    """Run the contenders in turn, `number` times each; how long each round of each took."""
    times: Times = {name: [] for name in contenders}
    for _ in range(number):
        for name, run in contenders.items():
            start = clock()
            run()
            times[name].append(clock() - start)
    return times


@dataclass
class Report:
    """What a module of measures found, and whether every ratio keeps its limit."""

    title: str
    lines: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Report something that no limit holds."""
        self.lines.append(line)
        print(f"  {line}", flush=True)

    def rate(self, what: str, times: list[float], number: int) -> None:
        """Report how many a second, in the best round."""
        self.say(f"{what}: {number / min(times):,.0f} a second")

    def hold(self, what: str, kept: bool, found: str) -> None:
        """Hold what has to be so, whatever the machine."""
        self.say(f"{'ok  ' if kept else 'FAIL'} {what}: {found}")
        if not kept:
            self.failed.append(what)

    def gate(
        self,
        what: str,
        times: Times,
        ours: str,
        peer: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """Hold ours / peer (least of each) to a limit; the spread is that of single rounds."""
        ratio = min(times[ours]) / min(times[peer])
        single = sorted(a / b for a, b in zip(times[ours], times[peer], strict=True))
        limit = f"≤ {at_most}" if at_most is not None else f"≥ {at_least}"
        kept = ratio <= (at_most or float("inf")) and ratio >= (at_least or 0)
        spread = f"rounds {single[0]:.2f} to {single[-1]:.2f}"
        self.hold(what, kept, f"{ratio:.2f} (wanted {limit}; {spread})")


def machine() -> str:
    """The machine in one line, to stand beside every absolute time."""
    names = [line for line in _cpuinfo() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else platform.machine()
    return (
        f"{os.cpu_count()} × {model}, Python {platform.python_version()},"
        f" {_database()}, load {os.getloadavg()[0]:.1f}"
    )


def _database() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return "PostgreSQL" if url.startswith("postgres") else f"SQLite {sqlite3.sqlite_version}"


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


@contextmanager
def fresh_database() -> Iterator[Path]:
    """An empty migrated database of its own: SQLite in a temporary folder unless DATABASE_URL says."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        os.environ["MAILLAGE_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
        sys.path.insert(0, str(Path(__file__).parents[1]))
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield Path(folder)
        finally:
            connections.close_all()
