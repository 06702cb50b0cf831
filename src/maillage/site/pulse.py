"""A process says at regular intervals that it is alive, so that health can tell when it is not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

from maillage.site.models import beat

EVERY_SECONDS = 30.0
AGAIN_SECONDS = 2.0
logger = logging.getLogger(__name__)


@contextmanager
def beating(
    process: str, *, every: float = EVERY_SECONDS, also: Callable[[], object] | None = None
) -> Iterator[None]:
    """Beat for this process, and do this besides, from a thread of its own, as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=_beats, args=(process, every, stop, also), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def _beats(
    process: str, every: float, stop: threading.Event, also: Callable[[], object] | None
) -> None:
    try:
        while True:
            wait = every
            try:
                beat(process)
                if also:
                    also()
            except DatabaseError:
                logger.warning("The pulse of %s could not be written", process)
                connection.close()  # a database that restarted is found by a new connection only
                wait = min(every, AGAIN_SECONDS)
            if stop.wait(wait):
                return
    finally:
        connection.close()
