"""The one verified door by which an instance is filled from outside: all of it, or nothing.

Everything happens in one transaction, tables and seals included, which both databases allow: a
process killed in the middle leaves the instance as empty as it was. Inside, triggers, foreign keys
and indexes are taken off, rows go in as they were, everything is put back, and nothing is
committed before the seals stand, the foreign keys hold, every row and sum is there, and the chains
of acts are those whose heads were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from maillage import places
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import heads as ledger_heads
from maillage.post import outbox
from maillage.register import indexing
from maillage.site import health, instance
from maillage.site.keeping import backup, tables, values
from maillage.site.keeping.backup import Tell
from maillage.site.keeping.manifest import Content
from maillage.site.keeping.tables import Table

Read = Callable[[Table], Iterator[bytes]]


@contextmanager
def filling(content: Content, kept: list[Table], read: Read, *, tell: Tell) -> Iterator[None]:
    """Fill the empty instance; what the block adds (files) is part of it: if it fails, nothing stays.

    Raises:
        Conflict: the instance is not empty, or its database was prepared for something else.
        Invalid: what was kept is not what it says, or this database cannot hold it.
    """
    connection.ensure_connection()
    checked = connection.disable_constraint_checking()  # SQLite: before the transaction, or never
    try:
        with transaction.atomic(durable=True):
            _prepare(content, kept)
            _fill(content, kept, read, tell)
            _verify(content)
            if doubted := outbox.doubt():
                tell(
                    f"{doubted} messages waited, and may have left since: a person decides of each"
                )
            yield
    except DatabaseError as fault:
        raise Invalid(f"The database refuses what was kept: {fault}") from fault
    finally:
        if checked:
            connection.enable_constraint_checking()
        places.forget()
        instance.forget()


def _prepare(content: Content, kept: list[Table]) -> None:
    """Lay the tables as they were on the day of the backup; the instance must be empty."""
    executor = MigrationExecutor(connection)
    received = set(executor.loader.applied_migrations)
    if not received:
        executor.migrate(tables.leaves(content.nodes, executor.loader))
    elif received != set(content.nodes):
        raise Conflict(
            "The database was prepared by another version than the one this was kept from.",
            remedy=f"Give a database without tables: {_emptied()}, and do not migrate it first.",
        )
    _refuse_occupied(kept)


def _fill(content: Content, kept: list[Table], read: Read, tell: Tell) -> None:
    with _bare([table.name for table in kept]):
        for table in kept:
            _load(table, read(table))
            _go_on_from(table, content.tables[table.name].last)
            tell(f"{table.name}: {content.tables[table.name].rows} rows")
    # To this version; then the packages lay their seals, as after every migration.
    call_command("migrate", verbosity=0, interactive=False)
    indexing.rebuild()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _refuse_occupied(kept: Sequence[Table]) -> None:
    with connection.cursor() as cursor:
        for table in kept:
            if connection.vendor == "postgresql":
                cursor.execute(f'LOCK TABLE "{table.name}" IN ACCESS EXCLUSIVE MODE')
            cursor.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1')  # noqa: S608 -- our own names
            if cursor.fetchone():
                raise Conflict(
                    f"This instance is not empty ({table.name} holds rows), and nothing is restored"
                    " over what is there.",
                    remedy=f"Give an empty one: {_emptied()}, or MAILLAGE_HOME and DATABASE_URL of"
                    " a new place.",
                )


def _emptied() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        return f"dropdb {name} && createdb {name}"
    return f"move {name} away"


def _load(table: Table, lines: Iterator[bytes]) -> None:
    names = ", ".join(f'"{name}"' for name in table.names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f'COPY "{table.name}" ({names}) FROM STDIN'
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for chunk in lines:
                    copy.write(chunk)
            return
        marks = ", ".join(["%s"] * len(table.names))
        insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 -- our own names
        for rows in values.rows(table, lines):
            cursor.executemany(insert, rows)


def _go_on_from(table: Table, last: int | None) -> None:
    """No number is given twice, not even that of a row that is gone: journals still name it."""
    if not last:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = f"pg_get_serial_sequence('{table.name}', '{table.key}')"
            cursor.execute(f"SELECT setval({sequence}, %s)", [last])
            return
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        cursor.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last]
        )


# What is taken off a table before it is filled, and put back afterwards.


@contextmanager
def _bare(kept: list[str]) -> Iterator[None]:
    """Without triggers, foreign keys and indexes; the last two come back, the seals are laid later."""
    found = _on_postgresql(kept) if connection.vendor == "postgresql" else _on_sqlite(kept)
    with connection.cursor() as cursor:
        for drop, _make in found:
            cursor.execute(drop)
        yield
        for make in (make for _drop, make in reversed(found) if make):
            cursor.execute(make)


def _on_sqlite(kept: list[str]) -> list[tuple[str, str]]:
    found = _fetch(
        "SELECT type, name, CASE type WHEN 'index' THEN sql ELSE '' END, tbl_name"
        " FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    )
    return [(f'DROP {kind} "{name}"', made) for kind, name, made, table in found if table in kept]


def _on_postgresql(kept: list[str]) -> list[tuple[str, str]]:
    """Foreign keys first when they go, hence last when they come back: they want their indexes."""
    triggers = (
        "SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass), '' FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)"
    )
    keys = (
        "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
        " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,"
        " pg_get_constraintdef(oid)) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)"
    )
    indexes = (
        "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        " FROM pg_index WHERE indrelid::regclass::text = ANY(%s)"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
    )
    return [(drop, make) for sql in (triggers, keys, indexes) for drop, make in _fetch(sql, [kept])]


def _fetch(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _verify(content: Content) -> None:
    """What was read back is what was kept.

    Raises:
        Invalid: a foreign key leads nowhere, a seal is missing, or the ledger is another.
    """
    connection.check_constraints()
    health.assert_sealed()
    found = [head._asdict() for head in ledger_heads()]
    if found != content.heads:
        raise Invalid("The heads of the ledger are not those that were kept.")
    verdict = backup.verified(ledger_heads())
    if content.ledger is not None and verdict != content.ledger:
        raise Invalid(f"The ledger does not verify as it did when it was kept: {verdict}")
