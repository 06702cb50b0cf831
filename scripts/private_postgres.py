"""A PostgreSQL cluster of one's own for the length of a run: no service, no password, no trace.

It lives in a temporary folder, listens on a Unix socket only, and writes nothing durably: tests want
its rules, not its safety. Those that stop it on purpose ask for a durable one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

HASTE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50"]


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine, if any."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(found, key=lambda path: int(path.parts[-3]), reverse=True)
    return newest[0].parent if newest else None


def _as_owner(*command: str | Path) -> list[str]:
    """The command, as the user `postgres` when we are root: the server refuses to run as root."""
    words = [str(word) for word in command]
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


def _run(*command: str | Path) -> None:
    subprocess.run(_as_owner(*command), check=True, stdout=subprocess.DEVNULL, cwd="/")


def restart(server: Path, url: str) -> None:
    """Stop a cluster as a power cut would, and start it again; ends when it takes connections."""
    data = Path(url.partition("host=")[2]) / "data"
    _run(server / "pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait",
         "--log", data.parent / "log", "restart")  # fmt: skip


@contextmanager
def cluster(server: Path, *, durable: bool = False, settings: Iterable[str] = ()) -> Iterator[str]:
    """The `DATABASE_URL` of a cluster that is stopped and removed when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    options = f"-k {folder} -c listen_addresses= " + " ".join(
        f"-c {word}" for word in HASTE[3 if durable else 0 :]
    )
    lines = "".join(f"{line}\n" for line in settings)
    try:
        _run(server / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        with (data / "postgresql.conf").open("a") as written:
            written.write(lines)
        _run(server / "pg_ctl", "--pgdata", data, "--wait", "--log", folder / "log",
             "--options", options, "start")  # fmt: skip
        try:
            yield f"postgresql://postgres@/maillage?host={folder}"
        finally:
            _run(server / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
