"""Whole instances of tests: each a folder and a database of its own, visited one at a time.

The one that is kept has the smallest demonstration, and beside it every value that a line, a cell or
another database could spoil. It is made once a run, on SQLite; what is restored from it lives on the
database of the run, so the suite crosses from one to the other when it runs on PostgreSQL.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from django.utils import translation

from maillage import figures, places
from maillage.conventions.models import Convention
from maillage.figures import cache
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.observatory import outturn
from maillage.observatory.asking import Asking
from maillage.site import database, instance
from tests import migrated as migrations

_numbers = itertools.count(1)
PRESENT = datetime(2020, 6, 30, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Where an instance is."""

    home: Path
    url: str = ""

    @property
    def database(self) -> Path:
        return self.home / "maillage.sqlite3"


@contextmanager
def at(place: Place) -> Iterator[Place]:
    """Be that instance: its folder, its database, its time."""
    place.home.mkdir(parents=True, exist_ok=True)
    known = {"default": database.from_url(place.url, home=place.home)}
    known["default"]["CONN_MAX_AGE"] = 0
    there = connections.configure_settings(known)["default"]
    before, wrapper = connections["default"], connections["default"].__class__
    if there["ENGINE"] != before.settings_dict["ENGINE"]:
        from django.db.utils import load_backend

        wrapper = load_backend(there["ENGINE"]).DatabaseWrapper
    connections["default"] = visited = wrapper(there, "default")
    _forget()
    try:
        with override_settings(HOME=place.home), translation.override("fr"):
            clock.install(instance.now)
            yield place
    finally:
        visited.close()
        connections["default"] = before
        clock.install(None)
        _forget()


def _forget() -> None:
    instance.forget()
    places.forget()
    cache.forget()


def copied(place: Place, home: Path) -> Place:
    """Another instance with the same database, on SQLite."""
    home.mkdir(parents=True)
    shutil.copy(place.database, home)
    return Place(home)


class Empty:
    """Gives empty instances on the database of the run, migrated or not."""

    def __init__(self, folder: Path, server: dict[str, Any]) -> None:
        self.folder, self.server = folder, server
        self.on_postgresql = "postgresql" in server["ENGINE"]
        self._made: list[str] = []
        self._free: list[str] = []

    def __call__(self, *, migrated: bool = True) -> Place:
        number = next(_numbers)
        if migrated and self._free:
            return Place(self.folder / f"empty{number}", self._free.pop())
        place = Place(self.folder / f"empty{number}", self._url(f"maillage_keeping_{number}"))
        self._create(place, like=migrations.kept() if migrated else "")
        return place

    def take_back(self, place: Place) -> None:
        """A server makes and drops databases slowly: this one, emptied, will be given again."""
        if place.url:
            with at(place):
                call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            self._free.append(place.url)

    def close(self) -> None:
        for name in reversed(self._made):
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _url(self, name: str) -> str:
        if not self.on_postgresql:
            return ""
        at = self.server
        login = f"{at['USER']}:{at['PASSWORD']}" if at["PASSWORD"] else at["USER"]
        name = f"{name}_{self.server['NAME']}"
        return f"postgresql://{login}@:{at['PORT']}/{name}?host={at['HOST']}"

    def _create(self, place: Place, like: str) -> None:
        if not place.url:
            if like:
                place.home.mkdir(parents=True)
                shutil.copy(like, place.database)
            return
        name = urlsplit(place.url).path[1:]
        self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like}"' if like else ""))
        self._made.append(name)

    def _run(self, sql: str) -> None:
        with psycopg.connect(
            dbname="postgres",
            host=self.server["HOST"],
            port=self.server["PORT"] or None,
            user=self.server["USER"],
            password=self.server["PASSWORD"] or None,
            autocommit=True,
        ) as server:
            server.execute(sql)


def told() -> dict[str, list[Any]]:
    """Every figure of the instance: all that each convention publishes, and each indicator."""
    found = {}
    for convention in Convention.objects.unscoped(reason="a test reads every one"):
        try:
            asked = Asking(outturn.read(convention, at=PRESENT)).whole()
        except Invalid:
            asked = []  # no text of it is in force yet
        found[convention.slug] = [
            _told(one) for one in figures.answer(asked, PRESENT, cached=False)
        ]
    everywhere = [d.reference for d in figures.REGISTRY.all() if not d.code.startswith("tests.")]
    asked = [figures.Question(reference) for reference in everywhere]
    answers = figures.answer(asked, PRESENT, cached=False)
    found |= {name: [_told(one)] for name, one in zip(everywhere, answers, strict=True)}
    return found


def _told(answer: figures.Answer) -> list[Any]:
    parts = sorted([str(part.key), part.value, part.n] for part in answer.groups)
    return [answer.question.by, answer.value, answer.n, answer.numerator, answer.denominator, parts]


def rows(table: str, columns: str = "*", where: str = "") -> list[tuple[Any, ...]]:
    """The rows of a table as this database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} {where}")  # noqa: S608 -- our own words
        return list(cursor.fetchall())


def tables() -> list[str]:
    return connection.introspection.table_names()


def home() -> Path:
    return Path(settings.HOME)
