"""Keeping everything against what the database itself offers, over 60 000 acts and 200 000 firms.

The peers are the databases' own: `.dump` of the `sqlite3` shell, not compressed, and reading it back;
`pg_dump -Fc` and `pg_restore`. Ours also verifies the
ledger when it reads and when it writes, sums every byte, compresses, and indexes the search again.
Seconds on the wall, since servers and shells work in processes of their own; contenders in turn.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection, connections

from bench import measure, register as firms

POSTGRESQL = True
ROUNDS = 3
MOST = 60_000
GATE = 0.3
BATCH = 5_000


def measures(report: measure.Report) -> None:
    """A backup and its restoring, of the database's own; leaving and coming back (reported)."""
    from tests.site.keeping.instances import Empty

    if connection.vendor == "sqlite" and not shutil.which("sqlite3"):
        report.say("no sqlite3 shell on this machine (Debian: sqlite3): nothing to compare with")
        return
    with tempfile.TemporaryDirectory(prefix="maillage-bench-keeping-") as name:
        fill(min(measure.acts(), MOST), Path(name))
        empty = Empty(Path(name) / "empty", dict(connections["default"].settings_dict))
        try:
            compare(report, empty, Path(name))
        finally:
            empty.close()


def fill(acts: int, folder: Path) -> None:
    """Acts of one organisation, each batch about a firm, in a register of ten firms for three acts."""
    from maillage.accounts.actors import System
    from maillage.register.models import Establishment
    from tests.factories import accounts, ledger, places

    places.places_loaded()
    firms.ours(firms.files(folder, acts * 10 // 3))
    by = System("bench", organisation=accounts.organisation())
    for place in Establishment.objects.select_related("legal_unit")[: -(-acts // BATCH)]:
        ledger.acts(min(BATCH, acts), by=by, establishment=place)


def compare(report: measure.Report, empty: Any, folder: Path, rounds: int = ROUNDS) -> None:
    """Each contender in turn, every round in a place of its own."""
    from maillage.site.keeping import backup, leaving, restore
    from tests.site.keeping.instances import at

    numbers = count()
    last: dict[str, Path] = {}

    def write(kind: str) -> None:
        last[kind] = folder / f"{kind}{next(numbers)}"
        if kind == "backup":
            backup.make(last[kind], passphrase="", tell=len)
        elif kind == "export":
            leaving.leave(last[kind], tell=len)
        else:
            _dump(last[kind])

    def read(kind: str) -> None:
        with at(empty(migrated=False)) as place:
            if kind == "backup":
                restore.put_back(restore.Backup(last[kind], tell=len), tell=len)
            elif kind == "export":
                restore.put_back(leaving.Export(last[kind], tell=len), tell=len)
            else:
                _load(last[kind], place)

    peers = ("backup", "dump")
    times = measure.rounds({k: partial(write, k) for k in peers}, rounds, clock=measure.wall)
    own = "pg_dump -Fc" if connection.vendor == "postgresql" else "sqlite3 .dump"
    report.gate(f"backup, of {own}", times, "dump", "backup", at_least=GATE)
    _say(report, "backup", times["backup"], last["backup"])
    times = measure.rounds({k: partial(read, k) for k in peers}, rounds, clock=measure.wall)
    report.gate(f"restore, of reading {own}", times, "dump", "backup", at_least=GATE)
    _say(report, "restore", times["backup"], last["backup"])
    _say(report, "export", measure.rounds({"": partial(write, "export")}, 1)[""], last["export"])
    _say(report, "import", measure.rounds({"": partial(read, "export")}, 1)[""], last["export"])


def _say(report: measure.Report, what: str, times: list[float], folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    report.say(f"{what}: {min(times):.1f} s, {size / 1e6:,.0f} MB of files")


def _dump(to: Path) -> None:
    if connection.vendor == "postgresql":
        _run(_postgresql("pg_dump"), "-Fc", "-f", to, "-d", _address())
        return
    with to.open("wb") as file:
        _run("sqlite3", connection.settings_dict["NAME"], ".dump", stdout=file)


def _load(dump: Path, place: Any) -> None:
    if connection.vendor == "postgresql":
        _run(_postgresql("pg_restore"), "--no-owner", "-d", _address(), dump)
        return
    with dump.open("rb") as file:
        _run("sqlite3", place.database, stdin=file)


def _run(*words: object, **streams: Any) -> None:
    subprocess.run([str(word) for word in words], check=True, **streams)  # noqa: S603


def _address() -> str:
    at = connection.settings_dict
    return f"host={at['HOST']} dbname={at['NAME']} user={at['USER']}"


def _postgresql(name: str) -> Path:
    sys.path.insert(0, str(Path(__file__).parents[1] / "scripts"))
    import private_postgres

    server = private_postgres.binaries() or Path("/usr/bin")
    beside = (server / "initdb").resolve().with_name(name)
    return beside if beside.exists() else Path(shutil.which(name) or name)
