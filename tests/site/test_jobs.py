"""Jobs that come back: asked for in their turn, watched by health, forgotten in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult

from maillage.kernel import clock
from maillage.post import outbox
from maillage.post.jobs import EVERY, send_outbox
from maillage.site import health, jobs, pulse
from maillage.site.models import Pulse, beat
from tests.factories import post as make

pytestmark = pytest.mark.django_db

TURN = EVERY[send_outbox]


@pytest.fixture
def now() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-03-02T09:00:00+01:00", tick=False) as moment:
        yield moment


EVERY_JOB = jobs.coming_back


@pytest.fixture(autouse=True)
def _only_the_outbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """One job that comes back is enough to tell how they do."""
    monkeypatch.setattr(jobs, "coming_back", lambda: iter([(send_outbox, TURN)]))


def ended(status: str, ago: timedelta = timedelta(0)) -> DBTaskResult:
    """A run that ended so, some time ago."""
    row = DBTaskResult.objects.get(pk=send_outbox.enqueue().id)
    row.status, row.finished_at = status, clock.real_now() - ago
    row.save()
    return row


def finding() -> health.Finding:
    return next(one for one in health.examine() if one.name == "jobs")


def test_the_jobs_of_every_package_are_found() -> None:
    assert dict(EVERY_JOB())[send_outbox] == TURN
    assert len(dict(EVERY_JOB())) > 1


def test_a_job_is_asked_for_once_a_turn(now: time_machine.Coordinates) -> None:
    jobs.ask_for_due()
    jobs.ask_for_due()
    assert DBTaskResult.objects.count() == 1

    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=clock.real_now())
    now.shift(TURN - timedelta(seconds=1))
    jobs.ask_for_due()
    assert DBTaskResult.objects.count() == 1
    now.shift(2)
    jobs.ask_for_due()
    assert DBTaskResult.objects.count() == 2


def test_a_job_that_still_waits_is_not_asked_for_again(now: time_machine.Coordinates) -> None:
    jobs.ask_for_due()
    now.shift(10 * TURN)
    jobs.ask_for_due()

    assert DBTaskResult.objects.count() == 1


def test_a_run_that_died_with_its_worker_is_followed_by_another(
    now: time_machine.Coordinates,
) -> None:
    jobs.ask_for_due()
    DBTaskResult.objects.update(status="RUNNING", started_at=clock.real_now())
    now.shift(2 * TURN)
    jobs.ask_for_due()

    assert DBTaskResult.objects.ready().count() == 1


def test_old_runs_go_but_the_last_success_stays(now: time_machine.Coordinates) -> None:
    old = [ended("SUCCESSFUL", jobs.KEPT + timedelta(hours=hours)) for hours in (3, 2, 1)]
    failed = ended("FAILED", jobs.KEPT + timedelta(hours=4))
    recent = ended("FAILED", timedelta(hours=1))

    jobs.ask_for_due()

    kept = set(DBTaskResult.objects.finished().values_list("pk", flat=True))
    assert kept == {old[-1].pk, recent.pk}
    assert failed.pk not in kept


# What health says of them


def test_a_job_that_never_ran_is_the_worker_s_matter() -> None:
    assert finding().well
    assert finding().detail == "send_outbox: no success yet"
    assert not finding().grave


def test_a_job_that_ends_well_says_when(now: time_machine.Coordinates) -> None:
    ended("FAILED", timedelta(minutes=3))
    ended("SUCCESSFUL", timedelta(minutes=2))

    assert finding().well
    assert finding().detail == "send_outbox: last success 2026-03-02T07:58:00+00:00"


def test_a_job_that_fails_since_is_not_well(now: time_machine.Coordinates) -> None:
    ended("SUCCESSFUL", timedelta(minutes=3))
    ended("FAILED", timedelta(minutes=2))

    assert not finding().well
    assert "failed 2026-03-02T07:58:00+00:00" in finding().detail


def test_a_job_that_only_failed_is_not_well() -> None:
    ended("FAILED")

    assert not finding().well


def test_a_job_that_last_went_well_long_ago_is_late(now: time_machine.Coordinates) -> None:
    ended("SUCCESSFUL", jobs.TURNS_MISSED * TURN + timedelta(seconds=1))

    assert not finding().well


# With the worker


def test_a_pulse_does_what_it_is_asked_besides(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(pulse, "beat", done.append)
    with pulse.beating("worker", every=60, also=lambda: done.append("also")):
        pass

    assert done == ["worker", "also"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_what_waits_and_says_so(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    # The thread of the pulse would open the tests' database a second time: it has its own test.
    monkeypatch.setattr("maillage.site.pulse.beat", lambda _process: None)
    monkeypatch.setattr("maillage.site.jobs.ask_for_due", lambda: None)
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", int)
    monkeypatch.setattr(
        "django_tasks_db.management.commands.db_worker.Worker.configure_signals",
        lambda _worker: None,
    )
    settings.EMAIL_FILE_PATH = str(tmp_path)
    queued = make.message()

    call_command("worker", "--once")

    assert make.again(queued).state == "sent"
    assert outbox.waiting() == 0
    [job] = jobs.known()
    assert job.is_well
    assert job.succeeded_at is not None


def test_health_still_names_the_worker(now: time_machine.Coordinates) -> None:
    beat("worker")

    assert Pulse.objects.count() == 1
    assert [one.name for one in health.examine()][-3:] == ["queue", "disk", "backup"]
    assert {"worker", "jobs"} < {one.name for one in health.examine()}


# A database that goes away


class Interrupted:
    """A worker whose database goes away so many times before it ends."""

    interval = 0

    def __init__(self, times: int, *, told_to_stop: bool = False) -> None:
        self.times, self.running, self.runs, self.stops = times, True, 0, told_to_stop

    def run(self) -> None:
        self.runs += 1
        if self.runs <= self.times:
            self.running = not self.stops
            raise OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(jobs.time, "sleep", waits.append)
    monkeypatch.setattr(jobs.connection, "close", lambda: None)
    return waits


def test_a_worker_waits_for_its_database_and_goes_on(at_once: list[float]) -> None:
    worker: Any = Interrupted(3)
    jobs.outlive(worker)
    assert worker.runs == 4
    assert at_once == [1, 1, 1]


def test_a_worker_told_to_stop_while_its_database_is_away_stops(at_once: list[float]) -> None:
    worker: Any = Interrupted(3, told_to_stop=True)
    jobs.outlive(worker)
    assert worker.runs == 1


def test_another_fault_ends_the_worker(at_once: list[float]) -> None:
    class Broken(Interrupted):
        def run(self) -> None:
            raise ValueError("not the database")

    broken: Any = Broken(1)
    with pytest.raises(ValueError, match="not the database"):
        jobs.outlive(broken)


def test_a_pulse_finds_its_database_again_by_a_new_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It kept the dead connection for good: health said the worker late, and no job came back."""
    beats, closed, done = [], [], threading.Event()

    def beat_twice(process: str) -> None:
        beats.append(process)
        if len(beats) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        assert closed, "the dead connection was kept"
        done.set()

    class Connection:
        def close(self) -> None:
            closed.append(True)

    monkeypatch.setattr(pulse, "beat", beat_twice)
    monkeypatch.setattr(pulse, "connection", Connection())
    monkeypatch.setattr(pulse, "AGAIN_SECONDS", 0.001)
    with pulse.beating("worker", every=60):
        assert done.wait(10)
