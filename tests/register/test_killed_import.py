"""An import killed at any moment: nothing shows, and the same files end where a whole run ends."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.factories import register as firms

ROWS = 4000
SOURCE = Path(__file__).parents[2] / "src"

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import places
places.places_loaded()
"""

STATE = """
SELECT e.siret, e.trade_name, e.commune, u.siren, u.name, s.starts_on, s.state, s.activity, s.segments
FROM register_spell s JOIN register_establishment e ON e.id = s.establishment_id
JOIN register_legalunit u ON u.id = s.legal_unit_id JOIN register_load l ON l.id = s.load_id
WHERE l.state = 'active' ORDER BY e.siret, s.id
"""


class Instance:
    """An instance of its own on a SQLite file, driven as an operator would: by commands."""

    def __init__(self, home: Path, template: Path | None = None) -> None:
        home.mkdir()
        self.database = home / "maillage.sqlite3"
        if template:
            shutil.copy(template, self.database)
        self.environment = os.environ | {
            "MAILLAGE_HOME": str(home),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "maillage.site.settings",
            "PYTHONPATH": f"{SOURCE}{os.pathsep}{SOURCE.parent}",
        }
        if not template:
            self.run("-c", PREPARE)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def import_command(self, units: Path, establishments: Path) -> list[str]:
        return [
            *("-m", "maillage", "import_sirene", "--territory", "mel", "--json"),
            *("--units", str(units), "--establishments", str(establishments)),
        ]

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
        reading = sqlite3.connect(self.database)
        try:
            return reading.execute(sql).fetchall()
        finally:
            reading.close()


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stock")
    rows = [firms.establishment_row(n) for n in range(1, ROWS + 1)]
    rows[41]["siret"] = "4,9E+13"
    rows[ROWS - 2]["codeCommuneEtablissement"] = "62498"
    return firms.sirene_files(folder, rows)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A migrated database with its geography, made once."""
    return Instance(tmp_path_factory.mktemp("template") / "home").database


@pytest.fixture(scope="module")
def whole(tmp_path_factory, stock, template):
    """What an import that nobody kills leaves."""
    instance = Instance(tmp_path_factory.mktemp("whole") / "home", template)
    told = json.loads(instance.run(*instance.import_command(*stock)))
    return told, instance.ask(STATE)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="drives instances on SQLite files")
@pytest.mark.parametrize("seed", [1, 2])
def test_an_import_killed_twice_ends_where_a_whole_one_ends(tmp_path, stock, whole, template, seed):
    chance = random.Random(seed)  # noqa: S311
    instance = Instance(tmp_path / "home", template)
    for _ in range(2):
        instance.kill_import(*stock, after_lines=chance.randrange(1, 5))
        if not instance.ask("SELECT 1 FROM register_load WHERE state = 'active'"):
            assert instance.ask(STATE) == []

    told = json.loads(instance.run(*instance.import_command(*stock)))

    expected, rows = whole
    assert instance.ask(STATE) == rows
    assert told["new"] + told["unchanged"] == expected["new"]
    assert told["rejected"] == expected["rejected"] == 1
    assert instance.ask("SELECT count(*) FROM register_search") == [(len(rows),)]
    assert instance.ask("SELECT count(*) FROM register_establishment") == [(len(rows),)]
    assert instance.ask("SELECT count(*) FROM register_load WHERE state = 'active'") == [(1,)]


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="drives instances on SQLite files")
def test_other_files_after_a_kill_start_afresh(tmp_path, stock, template):
    instance = Instance(tmp_path / "home", template)
    instance.kill_import(*stock, after_lines=4)
    other = firms.sirene_files(tmp_path, [firms.establishment_row(1)], day="2020-02-01")

    told = json.loads(instance.run(*instance.import_command(*other)))

    assert told["new"] == 1
    assert instance.ask("SELECT count(*) FROM register_establishment") == [(1,)]
    assert instance.ask("SELECT count(*) FROM register_legalunit") == [(1,)]
