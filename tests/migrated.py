"""The database of a run as it is before any test, migrated and empty: what instances of tests begin with.

Migrating takes longer than most tests; a copy takes none. `conftest.py` keeps it as soon as it is there.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

_kept: list[str] = []


def kept() -> str:
    """The file, or the name of the database on the server, that an instance is copied from."""
    return _kept[-1]


def keep(folder: Path) -> None:
    """Keep the database that was just made."""
    name = str(folder / "migrated.sqlite3")
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
    else:
        of = connection.settings_dict["NAME"]
        name = f"{of}_migrated"
        _on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    _kept.append(name)


def drop() -> None:
    """Take the copy away: the run is over."""
    name = _kept.pop()
    if connection.vendor != "sqlite":
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(*statements: str) -> None:
    """What nobody may be connected to is copied from outside."""
    connection.close()
    outside: Any = connection._nodb_cursor()
    with outside as cursor:
        for statement in statements:
            cursor.execute(statement)
