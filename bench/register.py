"""The importer against its floor: the same files, parsed by the same parser and loaded raw.

Every row lies in the territory (the worst case: nothing is skipped). CPU seconds are compared, rounds
in turn, the least of each kept. Peak memory is read in processes of their own (`--memory ROWS`).
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench import measure

ROWS = 20_000
ROUNDS = 5
GATE = 0.4
FLAT = 1.35
MEMORY = (10_000, 100_000)
DAY = "2020-01-01"
WIDTH = 54
_OURS = (
    "spell",
    "pendingchange",
    "reject",
    "load",
    "establishment",
    "legalunit",
    "wordform",
    "search",
)


def measures(
    report: measure.Report,
    rows: int = ROWS,
    rounds: int = ROUNDS,
    memory: Sequence[int] = MEMORY,
) -> None:
    """A first import and a second one that finds nothing new, against the floor; memory."""
    from tests.factories import places

    places.places_loaded()
    times: measure.Times = {"floor": [], "first": [], "again": []}
    with tempfile.TemporaryDirectory() as name:
        paths = files(Path(name), rows)
        for _ in range(rounds):
            wipe()
            for work in times:
                _timed(times[work], work, paths)
    report.gate("first import, of the floor", times, "floor", "first", at_least=GATE)
    report.gate(
        "import that finds nothing new, of the floor", times, "floor", "again", at_least=GATE
    )
    report.rate("lines of a first import, CPU", times["first"], 2 * rows)
    if memory:
        _memory(report, memory)


def _timed(times: list[float], work: str, paths: tuple[Path, Path]) -> None:
    if work == "again":
        forget()
    start = measure.cpu()
    floor(paths) if work == "floor" else ours(paths)
    times.append(measure.cpu() - start)


def _memory(report: measure.Report, sizes: Sequence[int]) -> None:
    peaks = {}
    for rows in sizes:
        told = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "bench.register", "--memory", str(rows)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks[rows] = float(told.stdout)
        report.say(f"peak memory for {rows:,} establishments: {peaks[rows]:,.0f} MB")
    few, many = min(peaks), max(peaks)
    report.gate(
        f"memory for {many:,} rows, of that for {few:,}",
        {"many": [peaks[many]], "few": [peaks[few]]}, "many", "few", at_most=FLAT,
    )  # fmt: skip


def rows_of(count: int, *, of_units: bool) -> Iterator[dict[str, str]]:
    """Invented lines of one of the two stock files."""
    from tests.factories import register as firms

    for number in range(1, count + 1):
        sign = f"ATELIER {number % 4999} DU {number % 97}"
        yield (
            firms.unit_row(number)
            if of_units
            else firms.establishment_row(number, enseigne1Etablissement=sign)
        )


def files(folder: Path, count: int) -> tuple[Path, Path]:
    """Both stock files."""
    from tests.factories import register as firms

    units, places = folder / f"StockUniteLegale_{DAY}.csv", folder / f"StockEtablissement_{DAY}.csv"
    firms.write_csv(units, firms.UNIT_COLUMNS, rows_of(count, of_units=True))
    firms.write_csv(places, firms.ESTABLISHMENT_COLUMNS, rows_of(count, of_units=False))
    return units, places


def floor(paths: tuple[Path, Path]) -> None:
    """Parse both files and put each raw line into one table, in chunks, without key or index."""
    from django.db import connection, transaction

    from maillage.register import bulk

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS raw")
        cursor.execute(f"CREATE TABLE raw ({', '.join(f'c{n} text' for n in range(WIDTH))})")
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            names = [f"c{n}" for n in range(len(next(reader)))]
            while chunk := list(islice(reader, 2000)):
                with transaction.atomic():
                    bulk.insert("raw", names, chunk)


def ours(paths: tuple[Path, Path]) -> None:
    """The real importer."""
    from maillage.accounts.actors import System
    from maillage.register.importers.sirene import import_stock

    units, places = paths
    import_stock(units=units, establishments=places, territory="mel", by=System("bench"))


def wipe() -> None:
    """An empty register."""
    from maillage.register import bulk

    for table in _OURS:
        bulk.execute(f"DELETE FROM register_{table}")  # noqa: S608 -- our own tables


def forget() -> None:
    """Let the same files be read again as though they were others."""
    from maillage.register import bulk

    bulk.execute("UPDATE register_load SET digest = 'other'")


def peak(count: int) -> float:
    """Megabytes that a process of its own held at most while importing."""
    from tests.factories import places

    with measure.fresh_database() as folder:
        places.places_loaded()
        ours(files(folder, count))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] != ["--memory"]:
        raise SystemExit("python -m bench register")
    os.environ["DATABASE_URL"] = ""
    print(peak(int(sys.argv[2])))
