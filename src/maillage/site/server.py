"""Serving an instance: what must hold before a request is taken, and the server itself."""

from __future__ import annotations

import os
import socket
from argparse import ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command

from maillage.accounts import identity
from maillage.intake import jobs
from maillage.register import erasing
from maillage.site import health
from maillage.site.first_day import key

MANIFEST = "staticfiles.json"
# Requests a process answers at once: each holds a database connection, and Python runs one at a time.
THREADS = 4
LAST_PORT = 65535
BEGIN = "\nThis instance is empty. Begin: {first_page}"
# What WhiteNoise writes last when it has gathered everything.
MANIFEST = "staticfiles.json"
# Connections a process holds at once. Granian counts a connection as long as its browser keeps it open,
# idle or not, and each browser keeps six: with fewer, a few open browsers leave the next one waiting
# half a minute for one to be given up.
CONNECTIONS = 1024


def refuse_unready() -> None:
    """Stop before serving or working on a database that this version does not fit.

    Raises:
        CommandError: the database is away, is not migrated, or lost the seals of its ledger; or a
            restore was interrupted.
    """
    if reason := health.unready():
        raise CommandError(reason)
    health.assert_sealed()
    # A restore that was killed before its end, or a list copied here since: forgotten before anybody reads.
    erasing.replay()
    erasing.write()


def begin_work() -> None:
    """What holds before a worker takes its first job: a ready database, and nothing left by a killed one.

    Raises:
        CommandError: the database is not ready.
    """
    refuse_unready()
    jobs.resume_left()


def gather_static() -> bool:
    """Put the files that browsers ask for where they are served from; says whether it had to.

    An instance whose folder is new has none yet, and every page would fail on the first one it names.
    """
    if (Path(settings.STATIC_ROOT) / MANIFEST).exists():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    return True


def port(text: str) -> int:
    """A port as one types it.

    Raises:
        ArgumentTypeError: no program can listen there.
    """
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LAST_PORT):
        raise ArgumentTypeError(f"“{text}” is no port: write a number from 1 to {LAST_PORT}")
    return int(text)


def some(text: str) -> int:
    """How many of something, at least one.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError(f"“{text}”: write a whole number, 1 or more")
    return int(text)


def refuse_taken(host: str, port: int) -> None:
    """Stop when another program already listens there.

    Raises:
        CommandError: the address is taken or cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            other = port + 1 if port < LAST_PORT else LAST_PORT - 1
            raise CommandError(
                f"{host}:{port} cannot be had: {fault.strerror}.\n"
                "Is Maillage running already? Remedy: stop it, or choose another port "
                f"(maillage serve --port {other}, make run PORT={other})."
            ) from fault


def first_page(url: str) -> dict[str, str]:
    """Where an empty instance begins, with its key; nothing once it has begun."""
    return {"first_page": key.address(url)} if identity.is_empty() else {}


def serve(host: str, port: int, *, processes: int | None = None) -> None:
    """Serve until interrupted; requests under way are finished first."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "maillage.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes or min(2, os.cpu_count() or 1),
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
