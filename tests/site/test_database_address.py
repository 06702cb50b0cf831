"""What an address of a database turns into, on each engine, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from maillage.site import database
from maillage.site.environment import Misset

HOME = Path("/srv/maillage")
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///",
        "sqlite://folder/file.sqlite3",
        "postgresql://",
        "postgresql://app@db.example",
        "postgres://app@db.example/",
    ],
)
def test_an_address_without_a_database_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(Misset, match="names no database: write sqlite:///path") as refused:
        database.from_url(url, home=HOME)

    assert "app@" not in str(refused.value)


@pytest.mark.parametrize("port", ["abc", "70000", "-1", "5432x"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(Misset, match="a port that is none"):
        database.from_url(f"postgresql://app:secret@db.example:{port}/maillage", home=HOME)


@pytest.mark.parametrize("scheme", ["mysql", "oracle", "http", "file", "SQLITE3"])
def test_another_engine_is_refused_by_its_name(scheme: str) -> None:
    with pytest.raises(Misset, match=f"starts with “{scheme.lower()}”"):
        database.from_url(f"{scheme}://a@b/c", home=HOME)


@settings(max_examples=30)
@given(name=WORDS, user=WORDS, password=st.text(min_size=1, max_size=12))
def test_whatever_a_password_holds_reaches_the_server(name: str, user: str, password: str) -> None:
    from urllib.parse import quote

    chosen = database.from_url(
        f"postgresql://{quote(user)}:{quote(password, safe='')}@db.example/{quote(name)}", home=HOME
    )

    assert (chosen["NAME"], chosen["USER"], chosen["PASSWORD"]) == (name, user, password)


def test_instants_of_the_server_are_utc_whatever_else_is_asked() -> None:
    chosen = database.from_url("postgresql://a@b/c?sslmode=require&connect_timeout=3", home=HOME)

    assert chosen["OPTIONS"] == {
        "options": "-c timezone=UTC",
        "sslmode": "require",
        "connect_timeout": "3",
    }


def test_connections_to_the_server_are_kept_for_a_minute() -> None:
    assert database.from_url("postgresql://a@b/c", home=HOME)["CONN_MAX_AGE"] == 60


def test_a_file_is_opened_afresh_by_each_request() -> None:
    assert "CONN_MAX_AGE" not in database.from_url("", home=HOME)


@pytest.mark.parametrize("slashes", ["///", "////"])
def test_a_path_starts_from_the_root_however_many_slashes(slashes: str) -> None:
    chosen = database.from_url(f"sqlite:{slashes}var/lib/m.sqlite3", home=HOME)

    assert chosen["NAME"] == "/var/lib/m.sqlite3"


@pytest.mark.parametrize(
    ("version", "journal", "synchronous"),
    [((3, 40, 1), "DELETE", "FULL"), ((3, 51, 3), "WAL", "NORMAL")],
)
def test_what_is_written_survives_a_cut_on_every_engine(
    version: tuple[int, int, int], journal: str, synchronous: str
) -> None:
    told = dict(
        pragma.removeprefix("PRAGMA ").split("=")
        for pragma in database.sqlite_pragmas(version).strip(";").split(";")
    )

    assert (told["journal_mode"], told["synchronous"]) == (journal, synchronous)
    assert told["recursive_triggers"] == "ON"
    assert int(told["busy_timeout"]) >= 20_000
