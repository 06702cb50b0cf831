"""`python -m bench [NAME…]`: run the measures, each in a process of its own; exit 1 at a lost ratio."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from bench import measure, report

ROOT = Path(__file__).parents[1]
OURS = {"__init__", "__main__", "measure", "report"}


def one(name: str) -> int:
    """Run the measures of one module here."""
    print(f"{name}  ({measure.machine()})", flush=True)
    with measure.fresh_database():
        told = measure.Report(name)
        importlib.import_module(f"bench.{name}").measures(told)
    return 1 if told.failed else 0


def elsewhere(name: str, environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """Run one module in a process of its own, its lines shown as they come; its exit and its lines."""
    command = [sys.executable, "-m", "bench", name]
    lines = []
    with subprocess.Popen(  # noqa: S603
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    return process.returncode, lines


def made(url: str) -> None:
    """Make the database an address names: a new cluster holds only its own."""
    with psycopg.connect(url.replace("/maillage?", "/postgres?"), autocommit=True) as server:
        server.execute("CREATE DATABASE maillage")


def found() -> list[str]:
    """Every module that measures something."""
    files = Path(__file__).parent.glob("*.py")
    return sorted({path.stem for path in files if "def measures(" in path.read_text()} - OURS)


def both(names: Sequence[str]) -> int:
    """Each module on SQLite, then those that also speak of PostgreSQL on a cluster of our own."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import private_postgres

    told = [elsewhere(name, {"DATABASE_URL": ""}) for name in names]
    also = [
        name for name in names if "POSTGRESQL = True" in (ROOT / f"bench/{name}.py").read_text()
    ]
    server = private_postgres.binaries()
    if server is None:
        print("No PostgreSQL on this machine: measured on SQLite only.")
    for name in also if server else ():
        with private_postgres.cluster(server) as url:
            made(url)
            told.append(elsewhere(name, {"DATABASE_URL": url}))
    if write := os.environ.get("BENCH_REPORT"):
        Path(write).write_text(report.page([lines for _, lines in told], measure.acts()))
    return max((code for code, _ in told), default=0)


def main() -> int:
    """One process a module: what one loads or caches must not help or hurt the next."""
    names = sys.argv[1:]
    return one(names[0]) if len(names) == 1 else both(names or found())


if __name__ == "__main__":
    sys.exit(main())
