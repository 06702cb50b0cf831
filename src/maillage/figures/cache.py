"""Values already computed, kept by the process: derived data, droppable at any time.

A key holds everything a value depends on: the heads of every chain, the loads of the register, the
vintages of places, the instant (or, for the live value, the day), and the whole question with its
pinned definition. Nothing is ever invalidated: what changes takes another key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from threading import Lock
from typing import Any

from maillage import ledger, places, register
from maillage.kernel import clock
from maillage.kernel.text import Words


class Kept:
    """The most recently used values, at most `size` of them, shared by the threads of the process."""

    def __init__(self, size: int) -> None:
        self._size, self._values, self._lock = size, OrderedDict[Hashable, Any](), Lock()

    def get(self, key: Hashable) -> Any:
        """The value kept under a key, or None."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; the least recently used leaves when there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


CACHE = Kept(8192)
LANGUAGE = Words("fr", "en")  # the labels of a breakdown are kept in the language they were read in


def stamp(as_of: datetime, *, live: bool) -> Hashable:
    """What the world of the figures was: chains, loads, places, and the as-of (its day when live)."""
    chains = tuple(tuple(head) for head in ledger.heads())
    instant: object = clock.local_day(as_of) if live else as_of
    return (chains, register.loads_stamp(), places.vintage_token(), instant, str(LANGUAGE))
