"""A disk dies: the database is found again from a base and the journal kept aside, up to its last segment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.deployed.conftest import postgres
from tests.deployed.running import A_MOMENT, PATIENCE, ROOT, Instance

pytestmark = pytest.mark.deployed

ADD = """
import sys, django; django.setup()
from maillage.accounts.models import Organisation
from tests.factories import ledger
keeper = Organisation.objects.get(pk=int(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    ledger.act(ledger.PAYMENT, by=keeper, amount_cents=100)
"""


@dataclass
class Archived:
    """An instance whose database keeps its journal aside."""

    instance: Instance
    aside: Path
    server: Path

    @property
    def data(self) -> Path:
        """The folder of its database."""
        return Path(self.instance.url.partition("host=")[2]) / "data"

    def record(self, acts: int) -> None:
        """So many acts, acknowledged."""
        self.instance.run_code(ADD, str(self.instance.facts["owner"]), str(acts))

    def keep_aside(self) -> None:
        """What `archive_timeout` does: the segment under way is ended, and kept aside."""
        with psycopg.connect(self.instance.url, autocommit=True) as session:
            row = session.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        limit = time.monotonic() + PATIENCE
        while not (self.aside / row[0]).exists():
            assert time.monotonic() < limit, "nothing was kept aside"
            A_MOMENT.wait(0.05)

    def heads(self) -> object:
        """How far each chain goes, as the command tells it."""
        told = json.loads(self.instance.run("maillage", "verify_ledger", "--json"))
        assert told["valid"]
        return self.instance.ask("SELECT keeper_id, seq, hash FROM ledger_head ORDER BY 1")


def owned(*command: str | Path) -> None:
    """A command of the account that owns the database."""
    words = postgres._as_owner(*command)
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr


def shipped(aside: Path) -> list[str]:
    """The settings that ship, with this test's folder."""
    text = (ROOT / "deploy" / "archiving.conf").read_text(encoding="utf-8")
    assert text.count("/backups/wal") == 3
    return text.replace("/backups/wal", str(aside)).splitlines()


@pytest.fixture
def aside() -> Iterator[Path]:
    """Where segments are kept: not among the tests' folders, which the account of the database cannot enter."""
    with tempfile.TemporaryDirectory(prefix="maillage-wal-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        yield Path(folder)


@pytest.fixture
def archived(
    server: Path, aside: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archived]:
    with postgres.cluster(server, durable=True, settings=shipped(aside)) as url:
        with psycopg.connect(url.replace("/maillage?", "/postgres?"), autocommit=True) as there:
            there.execute("CREATE DATABASE maillage")
        made = Instance(tmp_path_factory.mktemp("archived"), url)
        made.prepare()
        yield Archived(made, aside, server)


def test_what_was_acknowledged_before_the_last_segment_is_found_again(archived: Archived) -> None:
    archived.record(3)
    base = archived.data.parent / "base"
    host = str(archived.data.parent)
    owned(archived.server / "pg_basebackup", "--pgdata", base, "--wal-method", "fetch", "--checkpoint", "fast",
          "--host", host, "--username", "postgres")  # fmt: skip
    archived.record(4)
    heads = archived.heads()
    archived.keep_aside()
    archived.record(5)  # not kept aside yet: five minutes at most

    owned(archived.server / "pg_ctl", "--pgdata", archived.data, "--mode", "immediate", "stop")
    shutil.rmtree(archived.data)
    owned("cp", "-a", f"{base}/.", archived.data)
    with (archived.data / "postgresql.auto.conf").open("a") as written:
        written.write(f"restore_command = 'cp {archived.aside}/%f %p'\n")
    owned("touch", archived.data / "recovery.signal")
    owned(archived.server / "pg_ctl", "--pgdata", archived.data, "--wait", "--log",
          archived.data.parent / "log", "--options", f"-k {host} -c listen_addresses=", "start")  # fmt: skip

    assert archived.heads() == heads
    assert archived.instance.ask("SELECT count(*) FROM ledger_act") == [(7,)]
    archived.record(1)
    assert archived.instance.ask("SELECT count(*) FROM ledger_act") == [(8,)], "and work goes on"
