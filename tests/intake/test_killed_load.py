"""A load of past acts killed with SIGKILL at any moment: taken up, it ends as one that nobody killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import register as firms
from tests.intake import files
from tests.register.test_killed_import import Instance

ROWS = 3_000
HEADER = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]

PREPARE = """
import django; django.setup()
from tests.factories import accounts, register
accounts.organisation(name="CMA")
for n in range(1, 21):
    unit = register.legal_unit(siren=register.siren(n))
    register.establishment(legal_unit=unit)
"""

# The command, telling each chunk so that a kill falls between two of them.
IMPORT = """
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
sys.argv = ["maillage", "import_acts", "--organisation", "CMA", "--json", *sys.argv[1:]]
sys.exit(main())
"""

STATE = """
SELECT a.kind, a.occurred_on, e.siret, a.seq, p.line FROM ledger_act a
JOIN register_establishment e ON e.id = a.establishment_id
JOIN ledger_pastact p ON REPLACE(CAST(p.key AS text), '-', '') = REPLACE(a.source_key, '-', '')
ORDER BY a.seq
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A migrated database with its geography, an organisation and twenty firms."""
    made = Instance(tmp_path_factory.mktemp("template") / "home")
    made.run("-c", PREPARE)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> list[str]:
    """A table of visits, one row of which cannot be taken, and its mapping."""
    folder = tmp_path_factory.mktemp("given")
    sirets = [firms.siret(firms.siren(n)) for n in range(1, 21)]
    rows = [
        [n, f"{n % 28 + 1:02}/05/2019", sirets[n % 20], "", "", "Visite faite", ""]
        for n in range(ROWS)
    ]
    rows[1_234][2] = "4,9E+13"
    (folder / "v.csv").write_bytes(files.as_csv([HEADER, *rows]))
    from tests.factories.intake import MAPPING

    (folder / "m.toml").write_text(MAPPING, encoding="utf-8")
    return [str(folder / "v.csv"), "--mapping", str(folder / "m.toml")]


def killed(instance: Instance, given: list[str], after: int) -> None:
    """Start the load and kill it once it has told so many chunks of its applying."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, *given],
        env=instance.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    seen = 0
    for line in process.stderr:
        seen += line.startswith("applying")
        if seen == after:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory, given, template):
    """What a load that nobody kills leaves."""
    instance = Instance(tmp_path_factory.mktemp("whole") / "home", template)
    told = json.loads(instance.run("-c", IMPORT, *given))
    rows = instance.ask(STATE)
    instance.drop()
    return told, rows


@pytest.mark.slow
@pytest.mark.django_db
def test_a_load_killed_twice_ends_where_a_whole_one_ends(tmp_path: Path, given, template, whole):
    instance = Instance(tmp_path / "home", template)
    told, rows = whole
    assert len(rows) == ROWS - 1

    killed(instance, given, 1)
    killed(instance, given, 2)
    (begun,) = instance.ask("SELECT state FROM intake_load WHERE source = 'past_acts'")
    assert begun[0] == "applying"
    done = json.loads(instance.run("-c", IMPORT, *given))

    assert instance.ask(STATE) == rows
    for name in ("status", "read", "accepted", "rejected", "kinds"):
        assert done[name] == told[name]
    assert [one["line"] for one in done["rejects"]] == [one["line"] for one in told["rejects"]]
    instance.run("-m", "maillage", "verify_ledger")
    instance.drop()
