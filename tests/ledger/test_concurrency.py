"""Eight writers at once lose nothing, on both databases."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.ledger.writers import ACTS_PER_ACTION

WRITERS = 8
ACTIONS = int(os.environ.get("MAILLAGE_ACTIONS", "12"))
ROOT = Path(__file__).parents[2]


def address(folder: Path) -> str:
    """The database that the writers share: this one, or a copy in a file of one held in memory."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        file = sqlite3.connect(folder / "writers.sqlite3")
        connection.ensure_connection()
        connection.connection.backup(file)
        file.close()
        return f"sqlite:///{folder / 'writers.sqlite3'}"
    user, password = quote(chosen["USER"]), quote(chosen["PASSWORD"] or "")
    host = quote(chosen["HOST"], safe="")
    return f"postgresql://{user}:{password}@/{chosen['NAME']}?host={host}&port={chosen['PORT']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_writers_lose_nothing_and_every_chain_holds(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": address(tmp_path),
        "MAILLAGE_HOME": str(tmp_path),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, "-m", "tests.ledger.writers", str(WRITERS), str(ACTIONS)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    expected = WRITERS * ACTIONS * ACTS_PER_ACTION + ACTIONS
    assert told == {"valid": True, "acts": expected, "chains": 2}
