"""`serve`, `worker` and `reference` as one types them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from maillage.site import health, reference, server
from maillage.site.management.commands import worker as worker_command

pytestmark = pytest.mark.django_db


def said(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        server, "serve", lambda host, port, processes: calls.append((host, port, processes))
    )
    return calls


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serving_says_where(served: list[tuple[object, ...]], free_port: int) -> None:
    words = said("serve", "--port", str(free_port))

    assert f"http://127.0.0.1:{free_port}/" in words
    assert served == [("127.0.0.1", free_port, None)]


def test_serving_says_where_to_a_program(served: list[tuple[object, ...]], free_port: int) -> None:
    answer = json.loads(said("serve", "--port", str(free_port), "--json"))

    assert answer == {"url": f"http://127.0.0.1:{free_port}/", "pid": os.getpid()}


def test_a_port_that_is_taken_is_named_with_a_way_out(served: list[tuple[object, ...]]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"make run PORT={port + 1}"):
            said("serve", "--port", str(port))

    assert not served


def test_an_unmigrated_database_is_not_served(
    served: list[tuple[object, ...]], free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: ["places.0001_initial"])

    with pytest.raises(CommandError, match="1 migrations are not applied"):
        said("serve", "--port", str(free_port))
    assert not served


def test_the_server_is_given_the_wsgi_door(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def granian(target: str, **options: object) -> SimpleNamespace:
        asked.update(options, target=target)
        return SimpleNamespace(serve=lambda: asked.update(serving=True))

    monkeypatch.setattr("granian.Granian", granian)
    server.serve("127.0.0.1", 8123, processes=3)

    assert asked["target"] == "maillage.site.wsgi:application"
    assert (asked["port"], asked["workers"], asked["serving"]) == (8123, 3, True)


class FakeWorker:
    """A worker that finds no job; it keeps what it was made with."""

    running = True

    made: list[dict[str, object]] = []

    def __init__(self, **options: object) -> None:
        self.made.append(options)

    def configure_signals(self) -> None:
        """The test keeps its own signals."""

    def run(self) -> None:
        self.made[-1]["ran"] = True


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    monkeypatch.setattr(FakeWorker, "made", [])
    monkeypatch.setattr(worker_command, "Worker", FakeWorker)
    monkeypatch.setattr("maillage.site.pulse.beat", lambda _process: None)
    monkeypatch.setattr("maillage.site.jobs.ask_for_due", lambda: None)
    return FakeWorker.made


def test_the_worker_takes_every_queue(workers: list[dict[str, object]]) -> None:
    words = said("worker")

    assert "looks for jobs" in words
    assert workers[0]["queue_names"] == ["*"]
    assert (workers[0]["batch"], workers[0]["ran"]) == (False, True)


def test_the_worker_may_stop_when_nothing_waits(workers: list[dict[str, object]]) -> None:
    answer = json.loads(said("worker", "--once", "--json"))

    assert answer["pid"] == os.getpid()
    assert workers[0]["batch"] is True


def test_reference_pages_are_written_then_fresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path / "reference")

    with pytest.raises(CommandError, match="make docs"):
        said("reference", "--check")
    assert "settings.md" in said("reference")
    said("reference", "--check")
    assert "Nothing to write" in said("reference")
    assert json.loads(said("reference", "--json")) == {"stale": []}


def test_the_reference_tells_what_a_command_takes() -> None:
    page = reference.pages()[reference.FOLDER / "commands.md"]

    assert "## maillage serve" in page
    assert "| `--port PORT` | `8000` |" in page
    assert "--verbosity" not in page


def test_the_reference_names_no_folder_of_the_machine_it_is_written_on() -> None:
    pages = "".join(reference.pages().values())

    assert str(reference.settings.HOME) not in pages
    assert str(reference.settings.BASE_DIR) not in pages


def test_the_reference_tells_who_may_take_a_route() -> None:
    page = reference.pages()[reference.FOLDER / "routes.md"]

    assert "| `/health` | GET | read health | everyone | none | public |" in page


def test_the_reference_speaks_of_every_indicator() -> None:
    page = reference.pages()[reference.FOLDER / "indicators.md"]

    assert all(definition.reference in page for definition in reference.indicators())


def test_the_console_command_tells_misuse_from_refusal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "maillage", "serve", "--port", "eighty"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(reference.settings.BASE_DIR / "src")},
    )  # fmt: skip

    assert done.returncode == 2
    assert "eighty" in done.stderr
