"""An import killed at any moment: nothing shows, and the same files end where a whole run ends."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.db import connection

from tests import migrated
from tests.factories import register as firms

ROWS = 1200
SOURCE = Path(__file__).parents[2] / "src"

PREPARE = """
import django; django.setup()
from tests.factories import places
places.places_loaded()
"""

STATE = """
SELECT e.siret, e.trade_name, e.commune, u.siren, u.name, s.starts_on, s.state, s.activity, s.segments
FROM register_spell s JOIN register_establishment e ON e.id = s.establishment_id
JOIN register_legalunit u ON u.id = s.legal_unit_id JOIN intake_load l ON l.id = s.load_id
WHERE l.state = 'active' ORDER BY e.siret, s.id
"""


# The command, in blocks small enough that a kill falls between two of them.
IMPORT = """
import sys
from maillage.register.importers import spool
from maillage.__main__ import main
spool.CHUNK = 300
sys.argv = ["maillage", "import_sirene", "--territory", "mel", "--json", *sys.argv[1:]]
sys.exit(main())
"""


class Instance:
    """An instance with a database of its own, driven as an operator would: by commands."""

    def __init__(self, home: Path, template: Instance | None = None, *, bare: bool = False) -> None:
        home.mkdir()
        self.home = home
        self.database = self._database(template)
        self.environment = os.environ | {
            "MAILLAGE_HOME": str(home),
            "DATABASE_URL": self._url(),
            "DJANGO_SETTINGS_MODULE": "maillage.site.settings",
            "PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}",
        }
        if not template and not bare:
            self.run("-c", PREPARE)

    def _database(self, template: Instance | None) -> str:
        of = template.database if template else migrated.kept()
        if connection.vendor == "sqlite":
            return str(shutil.copy(of, self.home / "maillage.sqlite3"))
        name = f"killed_{uuid4().hex}"
        with server() as cursor:
            cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{of}"')
        return name

    def _url(self) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.database}"
        told = urlsplit(os.environ["DATABASE_URL"])
        return urlunsplit(told._replace(path=f"/{self.database}"))

    def drop(self) -> None:
        """Take the database away."""
        if connection.vendor == "postgresql":
            with server() as cursor:
                cursor.execute(f"DROP DATABASE {self.database} WITH (FORCE)")

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_command(self, units: Path, establishments: Path) -> list[str]:
        return ["-c", IMPORT, "--units", str(units), "--establishments", str(establishments)]

    def kill_import(self, units: Path, establishments: Path, after_lines: int) -> None:
        """Start an import and kill it once it has told this much progress."""
        process = subprocess.Popen(
            [sys.executable, *self.import_command(units, establishments)],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        for _ in range(after_lines):
            process.stderr.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.database)) as reading:
                return reading.execute(sql).fetchall()
        with server(self.database) as cursor:
            return cursor.execute(sql).fetchall()


@contextmanager
def server(name: str = "postgres"):
    """A session of PostgreSQL beside the one of the tests."""
    import psycopg

    told = connection.settings_dict
    address = {"host": told["HOST"], "user": told["USER"], "password": told["PASSWORD"]}
    if told["PORT"]:
        address["port"] = told["PORT"]
    with psycopg.connect(dbname=name, autocommit=True, **address) as session:
        yield session.cursor()


@pytest.fixture
def instance(tmp_path, template):
    """One more instance, its geography loaded."""
    made = Instance(tmp_path / "home", template)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock")
    rows = [firms.establishment_row(n) for n in range(1, ROWS + 1)]
    rows[41]["siret"] = "4,9E+13"
    rows[ROWS - 2]["codeCommuneEtablissement"] = "62498"
    return firms.sirene_files(folder, rows)


@pytest.fixture(scope="module")
def template(tmp_path_factory, django_db_setup):
    """A migrated database with its geography, made once."""
    made = Instance(tmp_path_factory.mktemp("template") / "home")
    yield made
    made.drop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, stock, template):
    """What an import that nobody kills leaves."""
    instance = Instance(tmp_path_factory.mktemp("whole") / "home", template)
    told = json.loads(instance.run(*instance.import_command(*stock)))
    rows = instance.ask(STATE)
    instance.drop()
    return told, rows


@pytest.mark.slow
def test_an_import_killed_twice_ends_where_a_whole_one_ends(instance, stock, whole):
    """From outside, as an operator sees it; tests/intake/test_killed_load.py kills every load many times."""
    chance = random.Random(1)  # noqa: S311
    for _ in range(2):
        instance.kill_import(*stock, after_lines=chance.randrange(1, 10))
        if not instance.ask("SELECT 1 FROM intake_load WHERE state = 'active'"):
            assert instance.ask(STATE) == []

    told = json.loads(instance.run(*instance.import_command(*stock)))

    expected, rows = whole
    assert instance.ask(STATE) == rows
    assert told["new"] + told["unchanged"] == expected["new"]
    assert told["rejected"] == expected["rejected"] == 1
    assert instance.ask("SELECT count(*) FROM register_search") == [(len(rows),)]
    assert instance.ask("SELECT count(*) FROM register_establishment") == [(len(rows),)]
    assert instance.ask("SELECT count(*) FROM intake_load WHERE state = 'active'") == [(1,)]


@pytest.mark.slow
def test_other_files_after_a_kill_start_afresh(tmp_path, instance, stock):
    instance.kill_import(*stock, after_lines=4)
    other = firms.sirene_files(tmp_path, [firms.establishment_row(1)], day="2020-02-01")

    told = json.loads(instance.run(*instance.import_command(*other)))

    assert told["new"] == 1
    assert instance.ask("SELECT count(*) FROM register_establishment") == [(1,)]
    assert instance.ask("SELECT count(*) FROM register_legalunit") == [(1,)]
