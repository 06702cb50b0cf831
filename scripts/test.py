"""`make test`: the whole suite on SQLite and on PostgreSQL, the journeys in Chromium, the coverage.

What the machine lacks is left out and named, with how to get it; in CI leaving out is a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import private_postgres

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
REPORTS = ROOT / "build" / "reports"
COVERAGE = REPORTS / ".coverage"
HOME = ROOT / "build" / "test-home"
# Lines are counted once, on SQLite, and where nobody waits.
COUNTED = ["-p", "tests.counting"] if os.environ.get("CI") else []
# What needs one database, whichever; real processes and browsers come after, once.
FAST = "not browser and not deployed and not spark"
CHROMIUM = ("chromium", "chromium-browser")
# Where these stand: reading the whole suite to find them takes a core a quarter of a minute.
DEPLOYED = [ROOT / "tests" / "deployed"]
JOURNEYS = [*DEPLOYED, ROOT / "tests" / "browser", *ROOT.glob("tests/*/test_in_browser.py")]


def pytest(name: str, *options: str, database: str = "") -> bool:
    """One run of the suite; its counts go to a report."""
    print(f"\n— {name}", flush=True)
    start = time.monotonic()
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "MAILLAGE_HOME": str(HOME),
        "COVERAGE_FILE": str(COVERAGE),
        "PYTHONDEVMODE": "0",
        # Each worker, each run and each process that a test starts reads what the first one compiled.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bytecode"),
    }
    report = f"--junit-xml={REPORTS / name}.xml"
    command = [BIN / "python", "-m", "pytest", "-q", report, *order(), *options]
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env=environment, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    print(f"  {name}: {time.monotonic() - start:.0f} s", flush=True)
    return done.returncode == 0


def workers(dist: str = "worksteal") -> list[str]:
    """One worker a core, when there are several.

    Each takes half of the suite in its order (`worksteal`), so what a file prepares is mostly prepared once;
    the journeys of one file go on in the same browser (`loadfile`).
    """
    cores = os.cpu_count() or 1
    return ["-n", str(cores), "--dist", dist] if cores > 1 else []


def order() -> list[str]:
    """The order of the tests, drawn from what was committed: the same when it is run again."""
    told = subprocess.run(
        ["git", "rev-parse", "HEAD^{tree}"],  # noqa: S607 -- whichever git this machine has
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [f"--randomly-seed={int(told.stdout[:8], 16)}"] if told.returncode == 0 else []


def on_postgresql(server: Path) -> bool:
    """The suite on a cluster made for it."""
    with private_postgres.cluster(server) as url:
        return pytest("postgresql", "-m", FAST, *workers(), database=url)


def counts() -> str:
    """How many tests passed, failed and were skipped, over all the runs."""
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for report in REPORTS.glob("*.xml"):
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 -- our own file
            for name in total:
                total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    return f"{passed} passed, {failed} failed, {total['skipped']} skipped"


def coverage() -> bool:
    """The lines and branches that the suite runs, against their floor in `pyproject.toml`."""
    environment = {**os.environ, "COVERAGE_FILE": str(COVERAGE)}
    words = [str(BIN / "python"), "-m", "coverage"]
    done = [
        subprocess.run([*words, what, *more], cwd=ROOT, env=environment, check=False).returncode
        for what, more in (("combine", ["--quiet"]), ("report", []))
    ]
    return not any(done)


@contextmanager
def termination_unwinds() -> Iterator[None]:
    """Being terminated leaves through the `finally` of whatever runs, so the cluster is stopped."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def both(*words: str) -> int:
    """Some tests on each database: long sizes, under `make verify-…`."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    held = [pytest("sqlite", *words)]
    if server := private_postgres.binaries():
        with private_postgres.cluster(server) as url:
            held.append(pytest("postgresql", *words, database=url))
    return 0 if all(held) else 1


def main() -> int:
    """Everything this machine can run, then the verdict."""
    if sys.argv[1:2] == ["--both"]:
        return both(*sys.argv[2:])
    shutil.rmtree(REPORTS, ignore_errors=True)
    REPORTS.mkdir(parents=True)
    left_out: list[str] = []
    held = {"SQLite": pytest("sqlite", "-m", FAST, *COUNTED, *workers())}
    if COUNTED:
        held["coverage"] = coverage()
    if server := private_postgres.binaries():
        held["PostgreSQL"] = on_postgresql(server)
    else:
        left_out.append("the suite on PostgreSQL (Debian: apt-get install postgresql)")
    if any(shutil.which(name) for name in CHROMIUM):
        held["Chromium"] = pytest(
            "chromium", "-m", "browser or deployed", *workers("loadfile"), *map(str, JOURNEYS)
        )
    else:
        held["deployed"] = pytest("deployed", "-m", "deployed", *map(str, DEPLOYED))
        left_out.append("the browser journeys (Debian: apt-get install chromium)")
    if not (shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")):
        left_out.append("the proxy (Debian: apt-get install nginx-light openssl)")
    print("\n".join(["", *(f"Left out: {what}" for what in left_out)]))
    if left_out and os.environ.get("CI"):
        held["everything run"] = False
    broken = [name for name, well in held.items() if not well]
    print(f"Not in order: {', '.join(broken)}" if broken else "All in order.")
    print(counts(), flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    with termination_unwinds():
        sys.exit(main())
