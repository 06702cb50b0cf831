"""Writing many rows quickly, the same way on both databases: the only SQL by hand of the register."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

_SMALL_CACHE = 8_000  # kilobytes


def is_postgresql() -> bool:
    """Whether the instance's database is PostgreSQL."""
    return connection.vendor == "postgresql"


@contextmanager
def small_cache() -> Iterator[None]:
    """Keep few pages of SQLite in memory while millions of rows go through it."""
    if is_postgresql():
        yield
        return
    usual = fetch("PRAGMA cache_size")[0][0]
    execute(f"PRAGMA cache_size = -{_SMALL_CACHE}")
    try:
        yield
    finally:
        execute(f"PRAGMA cache_size = {usual}")


def any_of(values: Iterable[object]) -> tuple[str, Any]:
    """A condition `= any of these`, and its single parameter."""
    if is_postgresql():
        return "= ANY(%s)", list(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Every row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one statement for each row of parameters."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows in their order: COPY on PostgreSQL, one prepared statement on SQLite.

    Raises:
        IntegrityError: a constraint of the table refuses one, on both alike.
    """
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    if not is_postgresql():
        marks = ", ".join(["%s"] * len(columns))
        execute_many(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 -- names of our own columns
        return
    command = f'COPY "{table}" ({names}) FROM STDIN'
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(command) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def learn_sizes(*tables: str) -> None:
    """Tell PostgreSQL how much was just written: it plans for empty tables until it has looked."""
    if is_postgresql():
        execute(f"ANALYZE {', '.join(tables)}")


def next_ids(table: str, count: int) -> Sequence[int]:
    """`count` fresh row numbers in ascending order; call it inside the transaction that uses them."""
    if is_postgresql():
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return sorted(row[0] for row in fetch(sql, [table, count]))
    last = fetch("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    first = (last[0][0] if last else 0) + 1
    return range(first, first + count)


def fresh_keys(count: int) -> list[str]:
    """UUIDs of version 7 as hexadecimal text, drawn together; ascending, as an index likes them."""
    millis = f"{time.time_ns() // 1_000_000 & (1 << 48) - 1:012x}7"
    chance = os.urandom(10 * count).hex()
    return sorted(
        f"{millis}{chance[at : at + 3]}{'89ab'[int(chance[at + 3], 16) & 3]}{chance[at + 4 : at + 19]}"
        for at in range(0, 20 * count, 20)
    )
