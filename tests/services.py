"""A service outside, played by a real HTTP server on this machine: it says what a test makes it say."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from maillage.kernel.remote import Client, Folder, Service
from maillage.kernel.text import Words

SHARED = Path(os.environ.get("MAILLAGE_SHARED", Path(__file__).parents[2] / "shared"))
SAMPLES = SHARED / "data" / "apis"
NO_SAMPLES = f"no recorded answers in {SAMPLES}"
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One question that reached the server."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What the server says to one question; `claims` is the length it announces, `is_silent`: nothing at all."""

    body: bytes = b"{}"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    claims: int | None = None
    is_silent: bool = False


def said(data: Any, status: int = 200, **headers: str) -> Reply:
    """A reply in JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(data).encode(), status, named)


class Outside:
    """The server as a test holds it: what it will say, what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.replies: list[Reply] = []
        self.answering: Callable[[Asked], Reply] | None = None
        self.port = 0
        self.over = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, *replies: Reply) -> None:
        """Say these in turn; the last one again and again."""
        self.replies = list(replies)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if self.answering is not None:
            return self.answering(asked)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined when it closes: no thread outlives its test
    outside: Outside


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        outside = self.server.outside
        there = urlsplit(self.path)
        params = dict(parse_qsl(there.query))
        reply = outside.reply(Asked(there.path, params, dict(self.headers.items())))
        self.close_connection = True
        if reply.is_silent:
            outside.over.wait(20)
            return
        with suppress(OSError):  # who asked may have left
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            claims = len(reply.body) if reply.claims is None else reply.claims
            self.send_header("Content-Length", str(claims))
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, *_words: object) -> None:
        """Nothing: tests look at `asked`."""


@contextmanager
def running() -> Iterator[Outside]:
    """The server, for the time of a block."""
    outside = Outside()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.outside = outside
    outside.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield outside
    finally:
        outside.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Hands:
    """The clock and the pauses of a client, held by a test: pauses take no time but on this clock."""

    def __init__(self) -> None:
        self.at = NOON
        self.paused: list[float] = []

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:
        return self.at.timestamp()

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.at += timedelta(seconds=seconds)


SERVICE = Service(
    key="firms",
    name=Words("Annuaire", "Directory"),
    variable="MAILLAGE_API_FIRMS",
    key_variable="MAILLAGE_API_KEY",
    without=Words("Faites à la main.", "Do it by hand."),
    timeout=5,
    patience=10,
)


def client(service: Service, folder: Path, hands: Hands | None = None) -> Client:
    """A client that keeps its answers in a folder and lives by the test's clock."""
    held = hands or Hands()
    kept = Folder(folder / service.key)
    return Client(service, cache=kept, now=held.now, ticks=held.ticks, pause=held.pause)
