"""The importer against its floor: the same files, parsed by the same parser and loaded raw.

The parser is the importer's own step `parse` (lines opened and checked, columns found by name, cells
read); the floor puts its rows as they come into one table without key or index. A lower floor is
reported beside it: the lines as the CSV module splits them. Every row lies in the territory (the worst
case: nothing is skipped). CPU seconds are compared, rounds in turn, the least of each kept. Peak memory
is read in processes of their own (`--memory ROWS`).
"""

from __future__ import annotations

import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench import measure

ROWS = 20_000
ROUNDS = 5
GATE = 0.4
FLAT = 1.35
MEMORY = (10_000, 1_000_000)
DAY = "2020-01-01"
WIDTH = 54
SIGNS = (
    "ATELIER",
    "AU BON PAIN",
    "COIFFURE",
    "GARAGE",
    "LE FOURNIL",
    "MENUISERIE",
    "TOITS DU NORD",
)
CODES = ("10.71C", "43.21A", "45.20A", "56.10A", "96.02A", "47.11B", "71.12B", "81.21Z")
TOWNS = ("59350", "59512", "59599", "59009")
_OURS = (
    "register_spell",
    "register_pendingchange",
    "intake_reject",
    "register_establishment",
    "register_legalunit",
    "intake_load",
    "register_wordform",
    "register_search",
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
    times: measure.Times = {"floor": [], "lines": [], "first": [], "again": []}
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
    least = {work: min(spent) for work, spent in times.items()}
    report.say(
        "of the CSV module's lines loaded raw (reported):"
        f" first {least['lines'] / least['first']:.2f}, again {least['lines'] / least['again']:.2f}"
    )
    report.rate("lines of a first import, CPU", times["first"], 2 * rows)
    if memory:
        _memory(report, memory)


def _timed(times: list[float], work: str, paths: tuple[Path, Path]) -> None:
    if work == "again":
        forget()
    works = {"floor": floor, "lines": raw_lines, "first": ours, "again": ours}
    start = measure.cpu()
    works[work](paths)
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
    """Invented lines of one of the two stock files; days, places, streets and codes differ as they do."""
    from tests.factories import register as firms

    chance = random.Random(11)
    first = date(1985, 1, 1)
    for number in range(1, count + 1):
        day = (first + timedelta(chance.randrange(12_000))).isoformat()
        code = chance.choice(CODES)
        yield (
            firms.unit_row(
                number, denominationUniteLegale=f"MAISON {number % 4999} {chance.choice(SIGNS)}",
                dateCreationUniteLegale=day, activitePrincipaleUniteLegale=code,
            )
            if of_units
            else firms.establishment_row(
                number, dateCreationEtablissement=day, dateDebut=day,
                enseigne1Etablissement=f"{chance.choice(SIGNS)} {number % 4999}",
                libelleVoieEtablissement=f"DE LA RUE {chance.randrange(3000)}",
                codeCommuneEtablissement=chance.choice(TOWNS),
                activitePrincipaleEtablissement=code,
                coordonneeLambertAbscisseEtablissement=str(690_000 + chance.randrange(300_000) / 10),
                coordonneeLambertOrdonneeEtablissement=str(7_045_000 + chance.randrange(300_000) / 10),
            )
        )  # fmt: skip


def files(folder: Path, count: int) -> tuple[Path, Path]:
    """Both stock files."""
    from tests.factories import register as firms

    units, places = folder / f"StockUniteLegale_{DAY}.csv", folder / f"StockEtablissement_{DAY}.csv"
    firms.write_csv(units, firms.UNIT_COLUMNS, rows_of(count, of_units=True))
    firms.write_csv(places, firms.ESTABLISHMENT_COLUMNS, rows_of(count, of_units=False))
    return units, places


def floor(paths: tuple[Path, Path]) -> None:
    """The importer's own parser, its rows put as they come into one table, in chunks."""
    from maillage.register.importers import parsing
    from maillage.register.importers.stock import StockFile

    _one_table()
    with StockFile(paths[0], "units").open() as lines:
        pick = parsing.unit_picker(lines.header)
        _load(parsing.read_unit(pick(line))[0] for line in lines)
    with StockFile(paths[1], "establishments").open() as lines:
        pick = parsing.place_picker(lines.header)
        at = parsing.PLACE_COLUMNS.index(parsing.COMMUNE)
        read = ((cells, parsing.read_place(cells, cells[at])) for cells in map(pick, lines))
        _load((told.siret, *told.identity, told.segments) for _cells, told in read)


def raw_lines(paths: tuple[Path, Path]) -> None:
    """The lines as the CSV module splits them, put into one table, in chunks."""
    _one_table()
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            next(reader)
            _load(reader)


def _one_table() -> None:
    from maillage.register import bulk

    bulk.execute("DROP TABLE IF EXISTS raw")
    bulk.execute(f"CREATE TABLE raw ({', '.join(f'c{n} text' for n in range(WIDTH))})")


def _load(rows: Iterable[Sequence[Any]]) -> None:
    from django.db import transaction

    from maillage.register import bulk

    rest = iter(rows)
    while chunk := list(islice(rest, 2000)):
        with transaction.atomic():
            bulk.insert("raw", [f"c{n}" for n in range(len(chunk[0]))], chunk)


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
        bulk.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own tables


def forget() -> None:
    """Let the same files be read again as though they were others."""
    from maillage.register import bulk

    bulk.execute("UPDATE intake_load SET digest = 'other'")


def peak(count: int) -> float:
    """Megabytes that a process of its own held at most while importing."""
    with measure.fresh_database() as folder:
        from tests.factories import places

        places.places_loaded()
        ours(files(folder, count))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] != ["--memory"]:
        raise SystemExit("python -m bench register")
    os.environ["DATABASE_URL"] = ""
    print(peak(int(sys.argv[2])))
