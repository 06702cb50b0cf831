"""What `/health` says, and what makes it say otherwise."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import OperationalError
from django.test import Client

from maillage import __version__
from maillage.kernel import clock
from maillage.ledger import verifying
from maillage.site import health, pulse, server
from maillage.site.models import Backup, Pulse, beat, last_seen
from tests.doors import ledger_open

pytestmark = pytest.mark.django_db


def away(*_: object) -> None:
    raise OperationalError("could not connect to server")


def finding(name: str) -> health.Finding:
    return next(f for f in health.examine() if f.name == name)


def test_an_instance_in_order_says_so_to_anybody(client: Client) -> None:
    beat("worker")
    now = clock.real_now()
    Backup.objects.create(began_at=now, ended_at=now, outcome="done")
    verifying.note(verifying.verify())

    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["version"] == __version__
    assert {"database", "migrations", "ledger", "worker", "backup"} <= set(answer.json())


def test_health_is_never_kept_by_a_cache(client: Client) -> None:
    assert "no-store" in client.get("/health")["Cache-Control"]


def test_health_can_only_be_read(client: Client) -> None:
    assert client.post("/health").status_code == 405


def test_a_worker_never_seen_degrades_and_does_not_stop(client: Client) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["worker"]["ok"] is False


def test_a_worker_silent_for_minutes_is_late() -> None:
    beat("worker")
    Pulse.objects.update(seen_at=clock.real_now() - timedelta(minutes=3))

    assert not finding("worker").well


def test_a_worker_seen_a_moment_ago_is_well() -> None:
    Pulse.objects.create(process="worker", seen_at=clock.real_now() - timedelta(seconds=40))

    assert finding("worker").well


def test_a_database_away_is_said_and_nothing_else_is_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "pending_migrations", away)

    answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert "ledger" not in answer.json()


def test_a_migration_to_apply_makes_the_instance_unusable(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = health._written() | {("ledger", "9999_tomorrow")}
    monkeypatch.setattr(health, "_written", lambda: written)

    answer = client.get("/health")

    assert answer.status_code == 503
    assert answer.json()["migrations"]["detail"].startswith("1 to apply")


def test_a_ledger_without_its_seals_makes_the_instance_unusable() -> None:
    with ledger_open():
        status, body = health.report()

    assert status == 503
    assert body["ledger"]["ok"] is False


def test_serving_is_refused_before_the_database_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: ["ledger.9999_tomorrow"])

    with pytest.raises(CommandError, match="maillage migrate"):
        server.refuse_unready()


def test_serving_is_refused_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "pending_migrations", away)

    with pytest.raises(CommandError, match="DATABASE_URL"):
        server.refuse_unready()


def test_serving_is_refused_when_the_ledger_lies_open() -> None:
    with ledger_open(), pytest.raises(Exception, match=r"\w"):
        server.refuse_unready()


def test_a_database_in_order_is_served() -> None:
    assert server.refuse_unready() is None


def test_a_new_folder_is_given_the_files_that_browsers_ask_for_once(
    settings: Any, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.ManifestStaticFilesStorage"}
    }

    assert server.gather_static()
    assert "ui/maillage.css" in (tmp_path / "staticfiles.json").read_text()
    assert not server.gather_static()


def test_a_process_beats_from_its_start_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[str] = []
    thrice = threading.Event()

    def count(process: str) -> None:
        beats.append(process)
        if len(beats) == 3:
            thrice.set()

    monkeypatch.setattr(pulse, "beat", count)
    with pulse.beating("worker", every=0.001):
        assert thrice.wait(10)

    assert set(beats) == {"worker"}
    assert threading.active_count() == 1 or "_beats" not in str(threading.enumerate())


def test_a_pulse_that_cannot_be_written_does_not_stop_the_work(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried = threading.Event()

    def fails(process: str) -> None:
        tried.set()
        raise OperationalError("database is locked")

    monkeypatch.setattr(pulse, "beat", fails)
    with pulse.beating("worker", every=60):
        assert tried.wait(10)

    assert "The pulse of worker could not be written" in caplog.text


def test_the_pulse_of_a_process_is_one_row() -> None:
    beat("worker")
    beat("worker")

    assert str(Pulse.objects.get()).startswith("worker, seen ")
    assert last_seen("worker") is not None
    assert last_seen("other") is None
