"""One import at a time on an instance, released by itself when its process dies."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Conflict

_HERE = threading.Lock()  # an advisory lock lets the session that holds it in again
_LOCK = 7_260_314  # any number that no other advisory lock of the product uses


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold the right to import.

    Raises:
        Busy: another import is under way.
    """
    if not _HERE.acquire(blocking=False):
        raise _busy()
    try:
        with _advisory() if connection.vendor == "postgresql" else _file_lock():
            yield
    finally:
        _HERE.release()


@contextmanager
def _advisory() -> Iterator[None]:
    if not _asked("SELECT pg_try_advisory_lock(%s)"):
        raise _busy()
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)")


def _asked(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def _file_lock() -> Iterator[None]:
    with (Path(settings.HOME) / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise _busy() from problem
        yield


class Busy(Conflict):
    """Somebody else holds the right to import: it will be free again by itself."""


def _busy() -> Busy:
    return Busy(_("Another import is under way."), remedy=_("Wait until it ends."))
