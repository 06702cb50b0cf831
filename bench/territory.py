"""A territory's stock into the application's database, against Django's own ways; then again a month later.

The stock is invented (`make_stock`), of one department; the MEL takes what lies in it. `BENCH_STOCK_ROWS` says how
many establishments the department has: 440 000 give the MEL some 200 000, and ratios are gates from there on. CPU
seconds of the process and of its database backend, in turn, the least of the rounds. Beside times: how long one
transaction lasts, which is how long another writer waits; how many rows a second run writes.
"""

from __future__ import annotations

import csv
import io
import os
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from bench import measure
from bench.peers import upsert

POSTGRESQL = True
ROWS, JUDGED = 20_000, 400_000
ROUNDS = 3
DEPARTMENT, TERRITORY = "59", "mel"
DAYS = ("2025-12-01", "2026-01-01")
DELTA, DELTA_DAY, DELTA_CPU = 1_000, "2026-01-02", 0.1
CHANGED = 100  # one line in so many
LIMITS = {"sqlite": (6.0, 10.0), "postgresql": (4.0, 7.0)}
WAIT = 0.5
NAMES = ("StockUniteLegale", "StockEtablissement")


@dataclass
class Found:
    """What the rounds told."""

    places: int = 0
    times: measure.Times = field(default_factory=dict)
    longest: list[float] = field(default_factory=list)  # of each round
    written: int = 0
    delta: list[float] = field(default_factory=list)


def measures(report: measure.Report, rows: int = 0, rounds: int = ROUNDS) -> None:
    """First import and re-import, ours and Django's in turn; then the second run of the same files."""
    from django.db import connection

    geography()
    rows = rows or int(os.environ.get("BENCH_STOCK_ROWS") or ROWS)
    with tempfile.TemporaryDirectory(prefix="maillage-territory-") as name, measure.one_thread():
        folder = Path(name)
        stocks = months(folder, rows)
        found = _rounds(stocks, delta(folder, stocks[1]), rounds)
    report.say(f"a department of {rows:,} establishments, {found.places:,} in the territory")
    for work, spent in found.times.items():
        each = found.places / min(spent)
        report.say(f"{work}: {min(spent):.2f} s of CPU, {each:,.0f} establishments a second")
    pairs = (("bulk_create", "first import"), ("update_conflicts", "a month later"))
    for (peer, ours), limit in zip(pairs, LIMITS[connection.vendor], strict=True):
        if rows >= JUDGED:
            report.gate(f"{peer}, over our {ours}", found.times, peer, ours, at_least=limit)
        else:
            ratio = min(found.times[peer]) / min(found.times[ours])
            report.say(f"{peer}, over our {ours}: {ratio:.2f} (reported)")
    _held(report, "the longest transaction, seconds", min(found.longest), WAIT)
    _held(report, "rows that a second run writes", found.written, 0)
    _held(report, f"a delta of {DELTA:,} establishments, CPU seconds", min(found.delta), DELTA_CPU)


def geography() -> None:
    """The official geographic code, unless it is loaded."""
    from django.core.management import call_command

    from maillage.places.models import Vintage

    if not Vintage.objects.exists():
        call_command("load_places", stdout=StringIO(), stderr=StringIO())


def _held(report: measure.Report, what: str, found: float, limit: float) -> None:
    kept = found <= limit
    report.say(f"{'ok  ' if kept else 'FAIL'} {what}: {found:.3g} (wanted ≤ {limit})")
    if not kept:
        report.failed.append(what)


def months(folder: Path, rows: int) -> list[upsert.Files]:
    """Two months of stock: the second one differs in a line of a hundred."""
    from maillage.register.importers.stock import StockFile
    from maillage.site.stock.making import make
    from maillage.site.stock.views import Plan

    plan = Plan(rows, 1, date.fromisoformat(DAYS[0]), (DEPARTMENT,))
    make(plan, folder, as_csv=True, tell=lambda _line: None)
    made = []
    for day in DAYS:
        units, places = (folder / f"{name}_{day}.csv" for name in NAMES)
        for path, name in zip((units, places), NAMES, strict=True):
            is_changed = day == DAYS[1] and path == places
            _written(folder / f"{name}_utf8.zip", path, CHANGED if is_changed else 0)
        made.append((StockFile(units, "units"), StockFile(places, "establishments")))
    return made


def delta(folder: Path, stock: upsert.Files) -> upsert.Files:
    """A day later, the headcount of the first establishments of the territory: their lines alone, no legal unit."""
    from maillage.register.importers.stock import StockFile

    of_us, made = inside(), []
    for file in stock:
        path = folder / f"{NAMES[len(made)]}_{DELTA_DAY}.csv"
        with (
            file.path.open(encoding="utf-8", newline="") as lines,
            path.open("w", encoding="utf-8", newline="") as out,
        ):
            rows = csv.DictReader(lines)
            writer = csv.DictWriter(out, rows.fieldnames or [], lineterminator="\n")
            writer.writeheader()
            if file.role == "establishments":
                ours = (row for row in rows if of_us(row["codeCommuneEtablissement"]))
                for row in islice(ours, DELTA):
                    band = "11" if row["trancheEffectifsEtablissement"] != "11" else "12"
                    writer.writerow(row | {"trancheEffectifsEtablissement": band})
        made.append(StockFile(path, file.role))
    return made[0], made[1]


def _written(packed: Path, path: Path, every: int) -> None:
    chance = random.Random(5)
    with (
        zipfile.ZipFile(packed) as archive,
        archive.open(archive.namelist()[0]) as member,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        rows = csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""))
        writer = csv.DictWriter(out, rows.fieldnames or [], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            is_changed = every and chance.randrange(every) == 0
            writer.writerow(_changed(row, chance) if is_changed else row)


def _changed(row: dict[str, str], chance: random.Random) -> dict[str, str]:
    """What a month brings: it closed, it moved next door, or it is counted otherwise."""
    what = chance.randrange(3)
    if what == 0 and row["etatAdministratifEtablissement"] == "A":
        return row | {"etatAdministratifEtablissement": "F", "dateDebut": "2025-12-15"}
    if what == 1 and row["statutDiffusionEtablissement"] == "O":
        return row | {"numeroVoieEtablissement": str(chance.randrange(1, 200))}
    return row | {"trancheEffectifsEtablissement": chance.choice(("01", "02", "03", "11"))}


def _rounds(months: list[upsert.Files], day: upsert.Files, rounds: int) -> Found:
    from bench import register
    from maillage.register.models import Establishment

    found = Found()
    works: dict[str, Callable[[], Any]] = {
        "bulk_create": lambda: upsert.first(months[0], inside(), loaded()),
        "update_conflicts": lambda: upsert.again(months[1], inside()),
        "first import": lambda: imported(months[0]),
        "a month later": lambda: imported(months[1]),
    }
    found.times = {work: [] for work in works}
    for _ in range(rounds):
        longest: list[float] = []
        for work, run in works.items():
            if work in {"bulk_create", "first import"}:
                register.wipe()
            is_ours = work in {"first import", "a month later"}
            with transactions(longest) if is_ours else nullcontext():
                start = measure.everywhere()
                run()
                found.times[work].append(measure.everywhere() - start)
        found.longest.append(max(longest))
        if not found.delta:
            before = rows_written()
            imported(months[1])
            found.written = rows_written() - before
        start = measure.everywhere()
        imported(day, changes=True)
        found.delta.append(measure.everywhere() - start)
    found.places = Establishment.objects.count()
    return found


def imported(files: upsert.Files, *, changes: bool = False) -> None:
    """The real importer."""
    from maillage.accounts.actors import System
    from maillage.register.importers.sirene import import_stock

    units, places = (file.path for file in files)
    import_stock(
        units=units, establishments=places, territory=TERRITORY, by=System("bench"), changes=changes
    )


def inside() -> Callable[[str], bool]:
    """Whether a commune's code is one of the territory's."""
    from maillage import places

    codes = set(places.perimeter(TERRITORY, date.fromisoformat(DAYS[0])).all_codes)
    return codes.__contains__


def loaded() -> Any:
    """The load that Django's spells name."""
    from maillage.kernel import clock
    from maillage.register.models import Load, Source

    now = clock.now()
    return Load.objects.create(
        source=Source.FIELD, state=Load.State.ACTIVE,
        staged_at=now, activated_at=now, settled_at=now,
    )  # fmt: skip


@contextmanager
def transactions(lasted: list[float]) -> Iterator[None]:
    """Note how long each outermost transaction lasts, in CPU seconds of ours and of the backend."""
    from django.db import connection
    from django.db.transaction import Atomic

    enter, leave, begun = Atomic.__enter__, Atomic.__exit__, [0.0]

    def entered(self: Any) -> None:
        if not connection.in_atomic_block:
            begun[0] = time.process_time()
        enter(self)

    def left(self: Any, *raised: Any) -> None:
        leave(self, *raised)
        if not connection.in_atomic_block:
            lasted.append(time.process_time() - begun[0])

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    try:
        yield
    finally:
        Atomic.__enter__, Atomic.__exit__ = enter, leave  # type: ignore[method-assign]


def rows_written() -> int:
    """How many rows this connection wrote so far."""
    from django.db import connection

    from maillage.register import bulk

    connection.ensure_connection()
    if not bulk.is_postgresql():
        return int(connection.connection.total_changes)
    bulk.fetch("SELECT pg_stat_force_next_flush()")
    sql = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables"
    return int(bulk.fetch(sql)[0][0])
