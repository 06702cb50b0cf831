"""Tables that are written once: the database itself refuses UPDATE, DELETE and REPLACE.

On SQLite a rebuilt table loses its triggers: they are laid again after each migrate. The tests have one
door (`lifted`), and only they use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("accounts_access", "accounts_change")


def protect(connection: BaseDatabaseWrapper, tables: Iterable[str] = TABLES) -> None:
    """Lay the triggers that refuse any change of these tables; safe to run again."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table in tables:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def release(connection: BaseDatabaseWrapper, tables: Iterable[str] = TABLES) -> None:
    """Take the triggers away (a backward migration, the tests' reset)."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(connection.vendor, table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def protected(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether all the triggers of a table stand."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue, [table])
        found = {str(row[0]) for row in cursor.fetchall()}
    return found >= set(_names(connection.vendor, table))


@contextmanager
def lifted(connection: BaseDatabaseWrapper, tables: Iterable[str] = TABLES) -> Iterator[None]:
    """The tests' only door: the tables can be emptied inside the block."""
    release(connection, tables)
    try:
        yield
    finally:
        protect(connection, tables)


def protect_after_migrate(using: str = "default", **_: Any) -> None:
    """Lay the triggers again after each migrate (framework hook)."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    protect(connection, [table for table in TABLES if table in present])


def _names(vendor: str, table: str) -> list[str]:
    events = ["update", "delete"] + (["truncate"] if vendor == "postgresql" else [])
    return [f"{table}_refuses_{event}" for event in events]


def _statements(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        # With recursive_triggers, INSERT OR REPLACE passes here as a DELETE.
        for event in ("update", "delete"):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{event} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    yield (
        "CREATE OR REPLACE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for event, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_refuses_{event} BEFORE {event} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION accounts_refuse_change()"
        )
