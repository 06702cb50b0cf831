"""Processes of an instance, and a browser of a few lines that keeps cookies and reads forms."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings

from tests.deployed.peopled import EMAIL, PASSWORD

ROOT = Path(settings.BASE_DIR)
PATIENCE = 60
A_MOMENT = threading.Event()  # never set: between two looks at what is awaited
NAME = "maillage.example"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Instance:
    """Where an instance lives, and how its processes are started."""

    home: Path
    url: str
    more: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are set by."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "MAILLAGE_HOME": str(self.home),
            "ALLOWED_HOSTS": f"{NAME},127.0.0.1",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "maillage.site.settings",
            **self.more,
        }

    def run(self, *words: str) -> str:
        """A command, run to its end."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, check=False,
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def run_code(self, code: str, *words: str) -> str:
        """A few lines of Python, run to their end."""
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=ROOT, env=self.environment, check=False,
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of its database, beside it."""
        with psycopg.connect(self.url) as session:
            return session.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]

    def prepare(self) -> None:
        """Migrate its database and put an administrator into it."""
        self.run("maillage", "migrate", "--verbosity", "0")
        self.facts = json.loads(self.run("tests.deployed.peopled").splitlines()[-1])

    @contextmanager
    def process(self, *words: str, log: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process that goes on until the block ends."""
        with (self.home / log).open("ab") as said:
            running = subprocess.Popen(
                [sys.executable, "-m", "maillage", *words], cwd=ROOT, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
            try:
                yield running
            finally:
                running.terminate()
                running.wait(PATIENCE)

    @contextmanager
    def served(self, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """Pages on a port, until the block ends."""
        words = ("serve", "--port", str(port), "--processes", "1")
        with self.process(*words, log=f"served-{port}.log") as running:
            until_answers(port, running)
            yield running


def until_answers(port: int, running: subprocess.Popen[bytes]) -> None:
    """Wait for the first answer of a process, which must not end before."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        assert running.poll() is None, "the server ended"
        try:
            if Browser(port).get("/health").status:
                return
        except OSError:
            A_MOMENT.wait(0.05)
    raise AssertionError("the server does not answer")


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Browser:
    """Asks one address, keeps its cookies, fills in its forms."""

    port: int
    secure: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._ask("GET", path)

    def post(self, path: str, **typed: str) -> Answer:
        """Send a form with the token of the page."""
        typed["csrfmiddlewaretoken"] = self._token(path)
        return self._ask("POST", path, urlencode(typed))

    def press(self, path: str) -> Answer:
        """Press the one button of a page that needs no token: that of a signed link."""
        return self._ask("POST", path, "pressed=1")

    def sign_in(self, email: str = EMAIL) -> None:
        """As the administrator, unless it is somebody else."""
        answer = self.post("/connexion/", login=email, password=PASSWORD)
        assert answer.status == 302, (answer.status, answer.text[-800:])

    def _token(self, path: str) -> str:
        named = [name for name in self.cookies if name.endswith("csrftoken")]
        if not named:
            self.get(path)
            named = [name for name in self.cookies if name.endswith("csrftoken")]
        return self.cookies[named[0]]

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        kind: Any = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        how = {"context": ssl._create_unverified_context()} if self.secure else {}  # noqa: S323 -- its own certificate
        connection = kind("127.0.0.1", self.port, timeout=PATIENCE, **how)
        headers = {"Host": NAME if self.secure else f"127.0.0.1:{self.port}", **self.headers}
        if self.secure:
            headers["Referer"] = f"https://{NAME}/"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            found = connection.getresponse()
            text = found.read().decode("utf-8", "replace")
            for name, value in found.getheaders():
                if name.lower() == "set-cookie" and (kept := re.match(r"([^=]+)=([^;]*)", value)):
                    self.cookies[kept[1]] = kept[2]
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, text)
        finally:
            connection.close()
