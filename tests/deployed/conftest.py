"""An instance on a PostgreSQL of its own that keeps what it was given; nginx in front, from our file."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest

from tests.deployed.running import NAME, ROOT, Browser, Instance, free_port


def _postgres() -> ModuleType:
    spec = importlib.util.spec_from_file_location("owned", ROOT / "scripts/private_postgres.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["owned"] = module
    spec.loader.exec_module(module)
    return module


postgres = _postgres()


@pytest.fixture(scope="session")
def server() -> Path:
    """Where the programs of PostgreSQL are."""
    found: Path | None = postgres.binaries()
    if found is None:
        pytest.skip("no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    return found


@pytest.fixture(scope="session")
def instance(server: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A migrated instance with one administrator; a proxy tells it whom it serves."""
    with postgres.cluster(server, durable=True) as url:
        with psycopg.connect(url.replace("/maillage?", "/postgres?"), autocommit=True) as there:
            there.execute("CREATE DATABASE maillage")
        made = Instance(tmp_path_factory.mktemp("deployed"), url)
        made.prepare()
        yield made


class Proxy:
    """nginx on the file that ships, with this machine's ports, paths and a certificate of the day."""

    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        self.folder, self.port, self.plain = folder, free_port(), free_port()
        (folder / "logs").mkdir()
        for word in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
            (folder / word).mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
             f"/CN={NAME}", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
        (folder / "nginx.conf").write_text(self._written(ports))
        self.running: subprocess.Popen[bytes] | None = None

    def _written(self, ports: tuple[int, int]) -> str:
        text = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
        for shipped, ours in {
            "/etc/ssl/maillage/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/logs/",
            "127.0.0.1:8001": f"127.0.0.1:{ports[0]}",
            "127.0.0.1:8002": f"127.0.0.1:{ports[1]}",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
        }.items():
            assert shipped in text
            text = text.replace(shipped, ours)
        text = re.sub(r"^\s*listen \[::\].*$", "", text, flags=re.MULTILINE)
        paths = "".join(
            f"{word}_temp_path {self.folder}/{word.split('_')[-1]};\n"
            for word in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        who = "user root;\n" if os.geteuid() == 0 else ""
        return (
            f"{who}daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/logs/main.log;\n"
            f"worker_processes 1;\nevents {{ worker_connections 256; }}\nhttp {{\n{paths}{text}\n}}\n"
        )

    def start(self) -> None:
        """Serve until stopped."""
        self.running = subprocess.Popen(
            ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def stop(self) -> None:
        """Let requests end, then stop."""
        if self.running:
            self.running.terminate()
            self.running.wait(30)

    def browser(self) -> Browser:
        """Somebody new at the door."""
        return Browser(self.port, secure=True)

    @property
    def log(self) -> str:
        """Every line that nginx wrote."""
        return "".join(path.read_text() for path in (self.folder / "logs").iterdir())


@pytest.fixture(scope="session")
def proxy_program() -> str:
    """nginx, from the machine."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None or shutil.which("openssl") is None:
        pytest.skip("no nginx on this machine (Debian: apt-get install nginx-light openssl)")
    return found
