"""What an operator watches: one source of facts for the machine, the page and the terminal."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage.accounts import identity
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.ledger import jobs as ledger_jobs, verifying
from maillage.ledger.models import Verification
from maillage.post.models import State
from maillage.site import health, jobs, watching
from maillage.site.models import Backup, beat
from tests.factories import accounts as make, intake, ledger as acts, post

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")
GIGABYTE = 2**30


def finding(name: str) -> watching.Finding:
    return next(one for one in health.examine() if one.name == name)


# The chains


def test_chains_that_nobody_read_again_ask_for_a_look() -> None:
    assert not finding("chains").well
    assert "never verified" in finding("chains").detail


def test_the_nightly_job_reads_every_chain_and_says_so() -> None:
    acts.acts(3)
    assert "3" in ledger_jobs.verify_chains.call()
    assert finding("chains").well
    assert "valid, 3 acts" in finding("chains").detail
    with translation.override("fr"):
        assert "3 actes relus" in finding("chains").told


def test_chains_read_two_days_ago_are_read_too_seldom() -> None:
    verifying.note(verifying.verify())
    assert finding("chains").well
    Verification.objects.update(at=clock.real_now() - timedelta(days=2))
    assert not finding("chains").well


def test_a_broken_chain_is_told_until_somebody_looks() -> None:
    verifying.note(verifying.Verdict(acts=2, chains=1, sealed=False))
    assert not finding("chains").well
    assert "BROKEN" in finding("chains").detail
    assert health.report()[0] == 200  # pages are served: what is broken must be seen, not hidden


def test_the_command_that_verifies_leaves_a_note_too() -> None:
    call_command("verify_ledger", stdout=StringIO())
    assert Verification.objects.get().valid


def test_a_month_of_verifications_is_kept() -> None:
    old = verifying.note(verifying.verify())
    Verification.objects.filter(pk=old.pk).update(at=clock.real_now() - timedelta(days=32))
    verifying.note(verifying.verify())
    assert Verification.objects.count() == 1


# Disks


def disks(monkeypatch: pytest.MonkeyPatch, free: int, total: int = 100 * GIGABYTE) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(total, total - free, free))


@pytest.mark.parametrize(
    ("free", "total", "well"),
    [
        (50 * GIGABYTE, 100 * GIGABYTE, True),
        (4 * GIGABYTE, 100 * GIGABYTE, False),  # under one part in twenty
        (6 * GIGABYTE, 100 * GIGABYTE, True),
        (400 * 2**20, GIGABYTE, False),  # under 500 MB, however small the disk is
    ],
)
def test_a_disk_that_fills_up_asks_for_a_look(
    monkeypatch: pytest.MonkeyPatch, free: int, total: int, well: bool
) -> None:
    disks(monkeypatch, free, total)
    assert finding("disk").well is well
    assert f"{free // 2**20} of {total // 2**20} MB free" in finding("disk").detail


def test_a_disk_is_told_once_whatever_it_holds(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(watching, "folders", lambda: {"files": tmp_path, "temporary": tmp_path})
    assert finding("disk").detail.count("free") == 1


def test_the_folders_that_must_not_fill_up_are_those_written_to(
    settings: Any, tmp_path: Any
) -> None:
    settings.HOME = tmp_path
    assert watching.folders()["files"] == tmp_path
    assert ("database" in watching.folders()) is (connection.vendor == "sqlite")


# What waits


def test_what_waits_is_counted_and_an_uncertain_message_asks_for_a_decision() -> None:
    assert finding("queue").well
    post.standing(State.WAITING)
    intake.load(state="received")
    assert finding("queue").well
    assert "1 messages, 0 doubtful, 1 loads" in finding("queue").detail
    post.standing(State.UNCERTAIN)
    post.standing(State.FAILED)
    assert not finding("queue").well
    assert "2 doubtful" in finding("queue").detail


def test_the_database_says_which_it_is_and_how_much_it_holds() -> None:
    told = finding("database").detail
    assert told.startswith({"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 1"}[connection.vendor])
    assert told.endswith("MB")


@pytest.mark.parametrize(
    ("every", "late_after"),
    [(timedelta(minutes=1), timedelta(minutes=15)), (timedelta(days=1), timedelta(hours=26))],
)
def test_a_job_is_late_after_its_own_patience(every: timedelta, late_after: timedelta) -> None:
    now = clock.real_now()
    in_time = jobs.Job("x", Words("x", "x"), every, now - late_after + timedelta(seconds=30), None)
    late = jobs.Job("x", Words("x", "x"), every, now - late_after - timedelta(seconds=30), None)
    assert (in_time.is_well, late.is_well) == (True, False)


# The page and the terminal


@pytest.fixture
def operator(client: Client) -> Client:
    found = make.signed_in(client, Role.ADMINISTRATOR)
    identity.presume(identity.Face(organisation_id=found.organisation_id))
    return client


def test_the_page_tells_in_french_what_health_tells_machines(operator: Client) -> None:
    page = operator.get("/surveillance/").content.decode()
    assert "Quelque chose demande un regard" in page
    assert "Jamais vu" in page
    for title in ("Base de données", "Chaînes d’actes", "Disques", "Dernière sauvegarde"):
        assert title in page
    assert set(health.report()[1]) - {"status", "version"} == {f.name for f in health.examine()}


def test_the_page_of_an_instance_in_order_says_so(operator: Client) -> None:
    now = clock.real_now()
    beat("worker")
    Backup.objects.create(began_at=now, ended_at=now, outcome="done", folder="/backups/today")
    verifying.note(verifying.verify())
    page = operator.get("/surveillance/").content.decode()
    assert "Tout est en ordre" in page
    assert "/backups/today" in page
    assert "À regarder" not in page


def test_the_last_loads_are_told_and_the_page_asks_no_more_for_more(operator: Client) -> None:
    assert "Rien n’a encore été chargé" in operator.get("/surveillance/").content.decode()
    intake.load(state="active")
    with CaptureQueriesContext(connection) as one:
        operator.get("/surveillance/")
    for _ in range(8):
        intake.load(state="active")
    with CaptureQueriesContext(connection) as many:
        page = operator.get("/surveillance/").content.decode()
    assert len(many) == len(one)
    assert page.count("<li>\n            <strong>qpv") == 5


def test_administrators_and_auditors_watch_and_nobody_else(client: Client) -> None:
    answers = {}
    for role in (Role.ADMINISTRATOR, Role.AUDITOR, Role.ADVISER, Role.OFFICER):
        make.signed_in(client, role)
        answers[role] = client.get("/surveillance/").status_code
    assert list(answers.values()) == [200, 200, 403, 403]


def test_nobody_reads_there_what_another_organisation_loaded(client: Client) -> None:
    own = make.signed_in(client, Role.ADMINISTRATOR).organisation_id
    intake.load(state="active", source="past_acts", organisation=make.organisation().pk)
    assert "past_acts" not in client.get("/surveillance/").content.decode()
    intake.load(state="active", source="past_acts", organisation=own)
    assert "past_acts" in client.get("/surveillance/").content.decode()


def said(*words: str) -> str:
    out = StringIO()
    call_command("status", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_the_same_and_ends_well_while_the_instance_serves() -> None:
    body = json.loads(said("--json"))
    assert body["status"] == "degraded"
    lines = said().splitlines()
    assert {line[5:].split(":")[0] for line in lines} == set(body) - {"status", "version"}
    assert any(line.startswith("LOOK worker") for line in lines)


def test_the_command_ends_with_one_when_the_instance_must_not_be_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(health, "pending_migrations", away)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("status", "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["status"] == "down"
