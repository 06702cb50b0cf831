"""What the tests of the ledger share: raw access to the table of acts, by the tests' own door."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from maillage.ledger.models import Act
from tests.doors import ledger_open


def kept() -> list[Act]:
    """All acts, chain after chain."""
    return list(Act.objects.unscoped(reason="tests read everything").order_by("keeper_id", "seq"))


def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """One SQL statement on the database as it is."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def tamper(statement: str, *values: Any) -> None:
    """One SQL statement of somebody who first took the seal away, and put it back."""
    with ledger_open():
        run(statement, *values)


_VENDOR = connection.vendor
postgresql = pytest.mark.skipif(_VENDOR != "postgresql", reason="PostgreSQL only")
sqlite = pytest.mark.skipif(_VENDOR != "sqlite", reason="SQLite only")
