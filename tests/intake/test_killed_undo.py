"""The undoing of past acts killed with SIGKILL between two steps: taken up, each act is cancelled once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import register as firms
from tests.factories.intake import MAPPING
from tests.intake import files
from tests.register.test_killed_import import Instance

ROWS = 2_200  # four whole steps and what is left
HEADER = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]

PREPARE = """
import django; django.setup()
from tests.factories import accounts, register
accounts.organisation(name="CMA")
for n in range(1, 21):
    unit = register.legal_unit(siren=register.siren(n))
    register.establishment(legal_unit=unit)
"""

# A command that tells each step, so that a kill falls between two of them.
TELLING = """
import sys
import django
django.setup()
from maillage.__main__ import main
from maillage.intake import loading
told = loading.beat
def beat(load, rows):
    told(load, rows)
    print(load.state, rows, file=sys.stderr, flush=True)
loading.beat = beat
sys.argv = ["maillage", *sys.argv[1:]]
sys.exit(main())
"""

REVERSED = """
SELECT r.seq, r.reason_code, a.seq FROM ledger_act r
JOIN ledger_act a ON a.id = r.reverses_id ORDER BY r.seq
"""


def killed(instance: Instance, command: list[str], after: int) -> None:
    """Start a command and kill it once it has told so many steps of its undoing."""
    process = subprocess.Popen(
        [sys.executable, "-c", TELLING, *command],
        env=instance.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    seen = 0
    for line in process.stderr:
        seen += line.startswith("undoing")
        if seen == after:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


@pytest.fixture
def instance(tmp_path: Path, django_db_setup: None):
    """An instance with an organisation and twenty firms."""
    made = Instance(tmp_path / "home")
    made.run("-c", PREPARE)
    yield made
    made.drop()


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """The command that takes a table of visits over."""
    sirets = [firms.siret(firms.siren(n)) for n in range(1, 21)]
    rows = [
        [n, f"{n % 28 + 1:02}/05/2019", sirets[n % 20], "", "", "Visite faite", ""]
        for n in range(ROWS)
    ]
    (tmp_path / "v.csv").write_bytes(files.as_csv([HEADER, *rows]))
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    mapping = ["--mapping", str(tmp_path / "m.toml")]
    return ["import_acts", str(tmp_path / "v.csv"), "--organisation", "CMA", "--json", *mapping]


@pytest.mark.slow
@pytest.mark.django_db
def test_an_undoing_killed_twice_cancels_each_act_once_in_the_order_of_a_whole_one(
    instance, given
) -> None:
    """Reversals stand in the chain from the last act to the first, wherever the process was killed."""
    done = json.loads(instance.run("-c", TELLING, *given))
    assert done["accepted"] == ROWS
    undo = ["undo_load", str(done["load"]), "--because", "Mauvaise année", "--json"]

    killed(instance, undo, 2)  # the first of them is committed
    killed(instance, undo, 2)  # the first of them is committed
    asked = "SELECT state, undone_because FROM intake_load WHERE source = 'past_acts'"
    ((state, because),) = instance.ask(asked)
    assert (state, because) == ("undoing", "Mauvaise année")
    assert 1_000 <= len(instance.ask(REVERSED)) < ROWS
    assert json.loads(instance.run("-c", TELLING, *undo))["status"] == "undone"

    assert [tuple(one) for one in instance.ask(REVERSED)] == [
        (ROWS + rank, "load_undone", ROWS - rank + 1) for rank in range(1, ROWS + 1)
    ]
    ((left,),) = instance.ask("SELECT count(*) FROM ledger_pastact WHERE undone_at IS NULL")
    assert left == 0
    ((state, _because),) = instance.ask(asked)
    assert state == "undone"
    instance.run("-m", "maillage", "verify_ledger")
