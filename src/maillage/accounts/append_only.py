"""Tables that are written once: the database itself refuses UPDATE, DELETE and an INSERT over a row.

A package names its own tables here, once its models are ready (`keep("figures_publication", …)`); no
central list is edited. On SQLite a rebuilt table loses its triggers, and anybody who owns a database
can drop them: they are laid again after each migrate, and looked at when the product starts and when
the ledger is verified. The tests have one door (`lifted`), and only they use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


class Unprotected(RuntimeError):  # noqa: N818 -- the name says what happened
    """A table written once stands open: something removed or altered its triggers."""


_kept: dict[str, tuple[str, ...]] = {}
_aged: set[str] = set()
# What a journal that is not kept for good keeps at least; its instants stand in the column `at`.
DAYS = 365


def keep(table: str, *unique: str, for_good: bool = True) -> None:
    """Declare a table as written once; `unique` names its unique columns beside `id`.

    A column list such as `publication_id, rank` stands for columns that are unique together. A table
    that is not kept for good lets its rows go once they are a year old, by the database's own clock:
    nobody, retention rules included, removes a younger one.
    """
    _kept[table] = ("id", *unique)
    if not for_good:
        _aged.add(table)


def tables() -> tuple[str, ...]:
    """Every table declared so far."""
    return tuple(sorted(_kept))


def protect(connection: BaseDatabaseWrapper, named: Iterable[str] | None = None) -> None:
    """Lay the triggers that refuse any change of these tables (all by default); safe to run again."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(_FUNCTION)
            cursor.execute(_FUNCTION_YOUNG)
        for table in tables() if named is None else named:
            on = "" if connection.vendor == "sqlite" else f" ON {table}"
            for name, statement in _triggers(connection.vendor, table).items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
                cursor.execute(statement)
                if on:  # also in a session that plays a replica, where ordinary triggers sleep
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def release(connection: BaseDatabaseWrapper, named: Iterable[str] | None = None) -> None:
    """Take the triggers away (a backward migration, the tests' reset)."""
    with connection.cursor() as cursor:
        for table in tables() if named is None else named:
            for name in _triggers(connection.vendor, table):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def protected(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Whether all the triggers of a table stand, awake and word for word ours."""
    catalogue = _SQLITE_CATALOGUE if connection.vendor == "sqlite" else _POSTGRESQL_CATALOGUE
    with connection.cursor() as cursor:
        cursor.execute(catalogue, [table])
        found = dict(cursor.fetchall())
    wanted = _triggers(connection.vendor, table)
    if connection.vendor != "sqlite":
        wanted = dict.fromkeys(wanted, f"A accounts_refuse_change {_BODY}")
        if table in _aged:
            wanted[f"{table}_refuses_delete"] = f"A accounts_refuse_young {_BODY_YOUNG}"
    return all(found.get(name) == text for name, text in wanted.items())


def assert_protected(using: str = "default") -> None:
    """One look at the catalogue for each table written once.

    Raises:
        Unprotected: some of them can be changed, and which.
    """
    connection = connections[using]
    if opened := [table for table in tables() if not protected(connection, table)]:
        raise Unprotected(f"not append-only any more: {', '.join(opened)}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper, named: Iterable[str] | None = None) -> Iterator[None]:
    """The tests' only door: the tables can be changed and emptied inside the block."""
    release(connection, named)
    try:
        yield
    finally:
        protect(connection, named)


def protect_after_migrate(using: str = "default", **_: Any) -> None:
    """Lay the triggers again after each migrate (framework hook)."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    protect(connection, [table for table in tables() if table in present])


_SQLITE_CATALOGUE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
_POSTGRESQL_CATALOGUE = (
    "SELECT tgname, tgenabled::text || ' ' || proname || ' ' || prosrc"
    " FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal"
)
_BODY = (
    "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END"
)
_BODY_YOUNG = (
    f"BEGIN IF OLD.at > now() - interval '{DAYS} days' THEN "
    "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END"
)
_FUNCTION_YOUNG = (
    "CREATE OR REPLACE FUNCTION accounts_refuse_young() RETURNS trigger LANGUAGE plpgsql AS "
    f"$keep${_BODY_YOUNG}$keep$"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$keep${_BODY}$keep$"
)


def _triggers(vendor: str, table: str) -> dict[str, str]:
    """The statement that lays each trigger of a table, by the trigger's name."""
    if vendor == "sqlite":
        return _sqlite(table)
    events = {"update": "ROW", "delete": "ROW", "truncate": "STATEMENT"}
    young = {"delete"} if table in _aged else set()
    return {
        f"{table}_refuses_{event}": f"CREATE TRIGGER {table}_refuses_{event} BEFORE {event} "
        f"ON {table} FOR EACH {level} EXECUTE FUNCTION "
        f"accounts_refuse_{'young' if event in young else 'change'}()"
        for event, level in events.items()
    }


def _sqlite(table: str) -> dict[str, str]:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    young = f"WHEN OLD.at > datetime('now', '-{DAYS} days') " if table in _aged else ""
    found = {
        f"{table}_refuses_{event}": f"CREATE TRIGGER {table}_refuses_{event} "
        f"BEFORE {event} ON {table} {young if event == 'delete' else ''}{refusal}"
        for event in ("update", "delete")
    }
    # INSERT OR REPLACE fires no DELETE trigger on a connection without recursive_triggers.
    name = f"{table}_refuses_replace"
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {_same(columns)})"  # noqa: S608 -- our own words only
        for columns in _kept[table]
    )
    found[name] = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {taken} {refusal}"
    return found


def _same(columns: str) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in columns.split(", "))
