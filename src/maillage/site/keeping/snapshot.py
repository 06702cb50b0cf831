"""One moment of the whole database, read while others go on writing.

PostgreSQL keeps the moment for a transaction that asks for it. SQLite would hold up every writer, and
then every reader, as long as the reading lasts (ADR 0007: without WAL on most machines): its pages are
copied first, which takes seconds, and the copy is read. The copy has lost its name by then: it goes
with the process, however that ends.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction

from maillage.site.keeping import values
from maillage.site.keeping.tables import Table

COPY = "snapshot-*.sqlite3"
_FORGOTTEN_AFTER = 24 * 3600
_CHUNK = 1 << 18


class Snapshot(Protocol):
    """The database at one moment."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """Every row of a small query."""

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table in their lines and order, many at a time."""

    def last(self, table: Table) -> int | None:
        """The greatest number that a row of the table ever bore: it must not be given twice."""


@contextmanager
def taken() -> Iterator[Snapshot]:
    """The instance's database as it is now."""
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # What the server's own settings might make of values.
            cursor.execute("SET LOCAL datestyle = 'ISO'")
            cursor.execute("SET LOCAL bytea_output = 'hex'")
            cursor.execute("SET LOCAL extra_float_digits = 1")
            yield _OnPostgresql()
        return
    # Beside the database: what protects it there protects its copy.
    with closing(_copied(Path(settings.HOME))) as copy:
        yield _OnSqlite(copy)


class _OnPostgresql:
    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def lines(self, table: Table) -> Iterator[bytes]:
        held: list[bytes] = []
        size = 0
        copying = f"COPY ({values.select(table)}) TO STDOUT"
        errors = connection.wrap_database_errors
        with connection.cursor() as cursor, errors, cursor.copy(copying) as copy:
            for line in copy:
                held.append(bytes(line))
                size += len(line)
                if size > _CHUNK:
                    yield b"".join(held)
                    held, size = [], 0
        yield b"".join(held)

    def last(self, table: Table) -> int | None:
        if not table.numbered:
            return None
        found = self.fetch(f"SELECT pg_get_serial_sequence('{table.name}', '{table.key}')")
        given = self.fetch(f"SELECT last_value, is_called FROM {found[0][0]}")[0]  # noqa: S608
        return max(given[0] if given[1] else 0, _greatest(self, table))


class _OnSqlite:
    def __init__(self, copy: sqlite3.Connection) -> None:
        self._copy = copy

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        return self._copy.execute(sql).fetchall()

    def lines(self, table: Table) -> Iterator[bytes]:
        names = ", ".join(map(values.named, table.columns))
        found = self._copy.execute(f'SELECT {names} FROM "{table.name}" ORDER BY "{table.key}"')  # noqa: S608
        return values.lines(table, _batches(found))

    def last(self, table: Table) -> int | None:
        if not table.numbered:
            return None
        given = self.fetch(f"SELECT seq FROM sqlite_sequence WHERE name = '{table.name}'")  # noqa: S608
        return max(given[0][0] if given else 0, _greatest(self, table))


def _greatest(snapshot: Snapshot, table: Table) -> int:
    found = snapshot.fetch(f'SELECT max("{table.key}") FROM "{table.name}"')  # noqa: S608
    return int(found[0][0] or 0)


def _batches(cursor: sqlite3.Cursor) -> Iterable[Sequence[Sequence[Any]]]:
    while batch := cursor.fetchmany(values.BATCH):
        yield batch


def _copied(folder: Path) -> sqlite3.Connection:
    """A copy of the database as a file without a name.

    Raises:
        OSError: there is no room for it.
    """
    for left in folder.glob(COPY):  # of a process killed while it copied
        if time.time() - left.stat().st_mtime > _FORGOTTEN_AFTER:
            left.unlink(missing_ok=True)
    path = folder / COPY.replace("*", uuid4().hex)
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(path)) as target:
            target.execute("PRAGMA synchronous = OFF")
            connection.connection.backup(target)
        # Immutable: read as it stands, even where the database it copies writes its log apart (WAL).
        copy = sqlite3.connect(
            f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
        )
        copy.execute("SELECT 1 FROM sqlite_master").fetchall()
    except sqlite3.Error as fault:
        raise OSError(f"the database could not be copied into {folder}: {fault}") from fault
    finally:
        path.unlink(missing_ok=True)
    return copy
