"""From one address to the settings that lose nothing, on each engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from maillage.site import database

HOME = Path("/srv/maillage")


def test_without_an_address_the_data_is_one_file_at_home() -> None:
    chosen = database.from_url("", home=HOME)

    assert chosen["ENGINE"] == "django.db.backends.sqlite3"
    assert chosen["NAME"] == "/srv/maillage/maillage.sqlite3"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////var/lib/m.sqlite3", "/var/lib/m.sqlite3"),
        ("sqlite:///with%20blank.sqlite3", "/with blank.sqlite3"),
    ],
)
def test_a_file_is_named_by_its_path(url: str, name: str) -> None:
    assert database.from_url(url, home=HOME)["NAME"] == name


def test_sqlite_takes_the_write_lock_before_reading_what_it_will_change() -> None:
    options = database.from_url("", home=HOME)["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 20


@pytest.mark.parametrize(
    "version", [(3, 51, 3), (3, 51, 9), (3, 52, 0), (4, 0, 0), (3, 50, 7), (3, 44, 6)]
)
def test_a_corrected_engine_writes_ahead(version: tuple[int, int, int]) -> None:
    assert "journal_mode=WAL" in database.sqlite_pragmas(version)


@pytest.mark.parametrize(
    "version", [(3, 40, 1), (3, 44, 5), (3, 45, 9), (3, 49, 9), (3, 50, 6), (3, 51, 2), (3, 7, 0)]
)
def test_an_engine_that_can_lose_writes_gets_the_slow_and_safe_journal(
    version: tuple[int, int, int],
) -> None:
    pragmas = database.sqlite_pragmas(version)

    assert "journal_mode=DELETE" in pragmas
    assert "synchronous=FULL" in pragmas


def test_replacing_a_row_fires_the_triggers_of_the_ledger() -> None:
    assert "recursive_triggers=ON" in database.sqlite_pragmas((3, 40, 1))


def test_a_server_is_named_with_everything_it_needs() -> None:
    chosen = database.from_url(
        "postgresql://app:p%40ss@db.example:6432/maillage?sslmode=require", home=HOME
    )

    assert chosen["ENGINE"] == "django.db.backends.postgresql"
    assert [chosen[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "maillage", "app", "p@ss", "db.example", "6432",
    ]  # fmt: skip
    assert chosen["OPTIONS"]["sslmode"] == "require"


def test_a_server_may_be_reached_by_its_socket() -> None:
    chosen = database.from_url("postgresql://postgres@/maillage?host=/run/pg", home=HOME)

    assert chosen["HOST"] == "/run/pg"
    assert "host" not in chosen["OPTIONS"]


def test_a_server_that_went_away_is_noticed_before_a_request_uses_it() -> None:
    assert database.from_url("postgres://a@b/c", home=HOME)["CONN_HEALTH_CHECKS"] is True


def test_another_engine_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="mysql"):
        database.from_url("mysql://a@b/c", home=HOME)


def test_no_request_opens_a_transaction_by_itself() -> None:
    # On SQLite every reading page would take the write lock.
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


@pytest.mark.django_db
def test_the_connection_in_use_follows_the_rules() -> None:
    asked = "PRAGMA recursive_triggers" if connection.vendor == "sqlite" else "SHOW timezone"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        [answer] = cursor.fetchone()

    assert answer in {1, "UTC"}
