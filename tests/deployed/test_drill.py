"""From nothing to a filled instance on PostgreSQL, by the commands of the documentation; killed, restored elsewhere."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.deployed.conftest import postgres
from tests.deployed.peopled import PASSWORD
from tests.deployed.running import ROOT, Browser, Instance, free_port, until_answers
from tests.factories import register as firms
from tests.factories.intake import MAPPING
from tests.intake import files

pytestmark = pytest.mark.deployed

CHIEF = "admin@cma.example"
GUIDES = ("install.md", "backup-and-restore.md", "deploy.md")
FIRMS, VISITS = 40, 120
FIGURES = ("outreach.firms_prospected", "outreach.attempts_done", "register.active_craft_firms")


@pytest.fixture(scope="module")
def url(server: Path) -> Iterator[str]:
    """The database of the instance, and room for the one where it is restored."""
    with postgres.cluster(server, durable=True) as found:
        for name in ("maillage", "elsewhere"):
            with psycopg.connect(
                found.replace("/maillage?", "/postgres?"), autocommit=True
            ) as there:
                there.execute(f"CREATE DATABASE {name}")
        yield found


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the partners already have: INSEE's files, and last year's visits in a spreadsheet."""
    folder = tmp_path_factory.mktemp("papers")
    rows = [firms.establishment_row(n) for n in range(1, FIRMS + 1)]
    firms.sirene_files(folder, rows)
    sirets = [row["siret"] for row in rows]
    header = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]
    visits = [
        [n, f"{n % 28 + 1:02}/{n % 12 + 1:02}/2025", sirets[n % FIRMS], "", "", "Visite faite", ""]
        for n in range(VISITS)
    ]
    (folder / "visites.csv").write_bytes(files.as_csv([header, *visits]))
    (folder / "visites.toml").write_text(MAPPING, encoding="utf-8")
    return folder


def documented(command: str) -> None:
    """What is run here is told there."""
    told = "".join((ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8") for name in GUIDES)
    told += "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "docs/manuel").glob("*.md")
    )
    told += (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert re.search(rf"maillage {command}\b", told), command


def run(instance: Instance, command: str, *words: object, typed: str = "") -> str:
    """A command of the documentation, answered on its standard input."""
    documented(command)
    done = subprocess.run(
        [sys.executable, "-m", "maillage", command, *map(str, words)], cwd=ROOT, check=False,
        env=instance.environment, input=typed, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stdout[-500:]} {done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def filled(url: str, papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The first day, line by line: organisation, register, convention, last year's visits."""
    made = Instance(tmp_path_factory.mktemp("first"), url)
    run(made, "init", "--organisation", "Chambre de métiers", "--short-name", "CMA", "--kind",
        "chamber", "--administrator", "Camille Martin", "--email", CHIEF, "--territory",
        "200093201", "--password-stdin", "--yes", typed=f"{PASSWORD}\n")  # fmt: skip
    units, places = sorted(papers.glob("*UniteLegale*")), sorted(papers.glob("*Etablissement*"))
    run(made, "import_sirene", "--units", units[0], "--establishments", places[0],
        "--territory", "200093201")  # fmt: skip
    run(made, "load_convention", "mel-cma-2019", "--create-organisations")
    run(made, "import_acts", papers / "visites.csv", "--mapping", papers / "visites.toml",
        "--organisation", "Chambre de métiers")  # fmt: skip
    return made


def figures(instance: Instance) -> dict[str, Any]:
    """A few figures, as the command computes them, and how far each chain goes."""
    found = {}
    for code in FIGURES:
        told = json.loads(run(instance, "figure", code, "--json"))
        found[code] = (told["value"], told["n"])
    return found | {
        "heads": instance.ask("SELECT keeper_id, seq, hash FROM ledger_head ORDER BY 1")
    }


def invited(instance: Instance, port: int, role: str) -> str:
    """Somebody is invited on screen and answers by the link of the message; their address."""
    chief, email = Browser(port), f"{role}@cma.example"
    chief.sign_in(CHIEF)
    sent = chief.post("/organisation/invitations/ajouter/", email=email, name=role, role=role,
                      once=str(uuid4()))  # fmt: skip
    assert sent.status == 302, sent.text[-500:]
    run(instance, "send_outbox")
    mail = "".join(path.read_text(errors="replace") for path in (instance.home / "mail").iterdir())
    links = re.findall(r"/l/[\w-]{20,}", mail.replace("=\n", ""))
    answered = Browser(port)
    for link in dict.fromkeys(links):
        if answered.get(link).status == 200 and answered.press(link).status == 302:
            return email
    raise AssertionError(f"no link answered for {email}")


@pytest.fixture(scope="module")
def peopled(filled: Instance) -> Instance:
    """Two more users, who answered their invitation in a browser; then the machine is killed."""
    port = free_port()
    words = ["serve", "--port", str(port), "--processes", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "maillage", *words], cwd=ROOT, env=filled.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as running:  # fmt: skip
        try:
            until_answers(port, running)
            assert [invited(filled, port, role) for role in ("officer", "adviser")]
        finally:
            os.killpg(running.pid, signal.SIGKILL)
    return filled


def test_the_first_day_gives_firms_a_convention_three_users_and_last_years_visits(
    peopled: Instance,
) -> None:
    found = figures(peopled)
    assert found["outreach.attempts_done"][0] == VISITS
    assert found["outreach.firms_prospected"][0] == FIRMS
    assert peopled.ask("SELECT count(*) FROM conventions_convention") == [(1,)]
    assert peopled.ask("SELECT count(*) FROM accounts_membership") == [(3,)]
    assert "ok" in run(peopled, "status")


def test_killed_then_restored_elsewhere_it_tells_the_same_figures(
    peopled: Instance, url: str, tmp_path: Path
) -> None:
    before = figures(peopled)
    secret = tmp_path / "passphrase"
    secret.write_text("une longue phrase pour les sauvegardes\n")
    secret.chmod(0o600)
    run(peopled, "heads", "--to", tmp_path / "heads.txt")
    run(peopled, "backup", "--out", tmp_path / "kept", "--passphrase-file", secret)
    elsewhere = Instance(tmp_path / "home", url.replace("/maillage?", "/elsewhere?"))
    elsewhere.home.mkdir()
    run(elsewhere, "restore", "--from", tmp_path / "kept", "--passphrase-file", secret)
    assert figures(elsewhere) == before
    run(elsewhere, "verify_ledger", "--heads", tmp_path / "heads.txt")
    port = free_port()
    with elsewhere.served(port):
        browser = Browser(port)
        browser.sign_in(CHIEF)
        assert "Chambre de métiers" in browser.get("/organisation/").text
