"""The database is stopped under load: 503 while it is away, nothing after, and nothing lost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.deployed.conftest import postgres
from tests.deployed.running import (
    A_MOMENT,
    PATIENCE,
    ROOT,
    Browser,
    Instance,
    free_port,
    until_answers,
)

pytestmark = pytest.mark.deployed

RESTARTS = int(os.environ.get("MAILLAGE_RESTARTS", "1"))
SETTLED = 1.0
ADD = "/organisations/ajouter/"


class Reader(threading.Thread):
    """Reads and writes without a pause; notes each answer with the instant it was asked at, and what was promised."""

    def __init__(self, port: int, stop: threading.Event, *, writes: bool) -> None:
        super().__init__(daemon=True)
        self.browser, self.stop, self.writes = Browser(port), stop, writes
        self.seen: list[tuple[float, int, str]] = []
        self.promised: list[str] = []
        self.browser.sign_in()

    def run(self) -> None:
        while not self.stop.is_set():
            if self.writes:
                self._write()
            else:
                self._asked(self.browser.get, "/organisations/")

    def _write(self) -> None:
        name = f"Partenaire {uuid4().hex}"
        typed = {"once": str(uuid4()), "organisation": name, "kind": "support"}
        if self._asked(self.browser.post, ADD, **typed) == 302:
            self.promised.append(name)

    def _asked(self, how, path, **typed) -> int:  # type: ignore[no-untyped-def]
        # A busy machine may bring late the refusal of what was asked in time.
        at = time.monotonic()
        answer = how(path, **typed)
        if answer.status == 503:
            assert answer.headers["retry-after"], "503 says when to come back"
        self.seen.append((at, answer.status, answer.text if answer.status >= 500 else ""))
        return int(answer.status)


@pytest.fixture
def served(instance: Instance) -> Iterator[int]:
    port = free_port()
    with instance.served(port):
        yield port


def names(instance: Instance) -> list[str]:
    with psycopg.connect(instance.url) as connection:
        rows = connection.execute("SELECT name FROM accounts_organisation").fetchall()
    return [row[0] for row in rows]


def until(condition, seconds: float = 60) -> None:  # type: ignore[no-untyped-def]
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        A_MOMENT.wait(0.02)


def test_a_database_that_restarts_under_load_costs_503_and_loses_nothing(
    instance: Instance, server: Path, served: int
) -> None:
    stop = threading.Event()
    readers = [Reader(served, stop, writes=number % 2 == 0) for number in range(4)]
    for reader in readers:
        reader.start()
    ready: list[float] = []
    for _ in range(RESTARTS):
        before = [len(reader.seen) for reader in readers]
        until(lambda: all(len(r.seen) > n + 3 for r, n in zip(readers, before, strict=True)))  # noqa: B023
        postgres.restart(server, instance.url)
        ready.append(time.monotonic())
        well = ready[-1] + SETTLED
        until(lambda: all(r.seen[-1][0] > well + 1 for r in readers))  # noqa: B023
    stop.set()
    for reader in readers:
        reader.join(30)

    seen = [one for reader in readers for one in reader.seen]
    assert set(Counter(status for _at, status, _text in seen)) <= {200, 302, 503}
    late = [
        (at, status)
        for at, status, _text in seen
        if status == 503 and not any(at < there + SETTLED for there in ready)
    ]
    assert not late, "an error a second after the database was ready"
    for _at, status, text in seen:
        if status == 503:
            assert "Traceback" not in text
            assert "psycopg" not in text
    promised = [name for reader in readers for name in reader.promised]
    assert len(promised) > 4
    kept = names(instance)
    assert not set(promised) - set(kept), "an acknowledged write was lost"
    assert len(kept) == len(set(kept)), "a write was doubled"


def test_a_worker_outlives_its_database(instance: Instance, server: Path) -> None:
    with instance.process("worker", "--interval", "1", log="worker.log") as worker:
        until(lambda: pulse(instance) is not None)
        for _ in range(RESTARTS):
            postgres.restart(server, instance.url)
            ready = pulse(instance)
            until(lambda: worker.poll() is not None or pulse(instance) != ready)  # noqa: B023
            assert worker.poll() is None, "the worker ended with its database"


def pulse(instance: Instance) -> object:
    with psycopg.connect(instance.url) as connection:
        row = connection.execute(
            "SELECT seen_at FROM site_pulse WHERE process = 'worker'"
        ).fetchone()
    return row and row[0]


def test_a_log_without_room_stops_nobody(instance: Instance) -> None:
    """What goes on for days says things on its way: when the disk under its log is full, pages answer."""
    port = free_port()
    with Path("/dev/full").open("wb") as full:
        running = subprocess.Popen(
            [sys.executable, "-m", "maillage", "serve", "--port", str(port), "--processes", "1"],
            cwd=ROOT, env=instance.environment, stdin=subprocess.DEVNULL, stdout=full, stderr=full,
        )  # fmt: skip
        try:
            until_answers(port, running)
            browser = Browser(port)
            browser.sign_in()
            assert browser.get("/organisation/").status == 200
            assert browser.get("/nowhere/").status == 404
            assert running.poll() is None
        finally:
            running.terminate()
            running.wait(PATIENCE)
