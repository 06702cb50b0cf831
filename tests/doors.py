"""The one door by which tests open what the product keeps sealed. Nothing in `src` does this.

`ledger_open()` lets a test tamper with recorded acts, `signed_texts_open()` with signed texts. Tests in real transactions empty the tables
when they end: `empty_sealed_tables()` (called once by `conftest.py`) lets that emptying through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations

from maillage.accounts import append_only
from maillage.conventions import sealing as texts
from maillage.ledger import sealing

# The index of the search is no table of a model: the framework would leave its words to the next test.
EMPTY_SEARCH = ("DELETE FROM register_search", "DELETE FROM register_wordform")


@contextmanager
def ledger_open(using: str = "default") -> Iterator[None]:
    """Inside the block the database lets acts be changed, removed and inserted at will."""
    unseal(using)
    try:
        yield
    finally:
        _settle(using)
        sealing.seal(using)


def unseal(using: str = "default") -> None:
    """Take the seal off the table of acts."""
    _settle(using)
    connection = connections[using]
    triggers = sealing.triggers(connection.vendor)
    with connection.cursor() as cursor:
        for name in triggers:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {sealing.TABLE}")
        if connection.vendor == "postgresql":
            cursor.execute(f"GRANT DELETE, TRUNCATE ON {sealing.TABLE} TO CURRENT_USER")


@contextmanager
def signed_texts_open(using: str = "default") -> Iterator[None]:
    """Inside the block the database lets what a signed version says be changed at will."""
    _settle(using)
    texts.lift(using)
    try:
        yield
    finally:
        _settle(using)
        texts.seal(using)


@contextmanager
def journals_open(using: str = "default") -> Iterator[None]:
    """Inside the block the database lets journals and publications be changed at will."""
    _settle(using)
    with append_only.lifted(connections[using]):
        yield
        _settle(using)


def _settle(using: str) -> None:
    """PostgreSQL alters no table whose foreign keys are still to be checked."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def empty_sealed_tables() -> None:
    """Open the sealed tables while the framework empties the database between transactional tests."""
    empty = BaseDatabaseOperations.execute_sql_flush

    def empty_with_doors_open(self: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        connection = self.connection
        alias = connection.alias
        with ledger_open(alias), signed_texts_open(alias), append_only.lifted(connection):
            empty(self, [*statements, *EMPTY_SEARCH])

    BaseDatabaseOperations.execute_sql_flush = empty_with_doors_open  # type: ignore[method-assign]
