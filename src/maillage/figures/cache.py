"""Values already computed, kept by the process: derived data, droppable at any time.

A key holds everything a value depends on: the heads of every chain, the loads of the register, the
vintages of places, the instant (or, for the live value, the day), and the whole question with its
pinned definition. Nothing is ever invalidated: what changes takes another key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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

    def get_many(self, keys: Iterable[Hashable]) -> dict[Hashable, Any]:
        """What is kept under some keys, in one hold of the lock; unknown keys are left out."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
            return found

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


_PAGE: ContextVar[list[Hashable] | None] = ContextVar("figures_page", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Look once at the state of the world for everything a page reads; also a decorator of views.

    What is already kept is then found without asking again. What is computed meanwhile is kept only if
    a fresh look still finds the same state.
    """
    token = _PAGE.set([])
    try:
        yield
    finally:
        _PAGE.reset(token)


def stamp(as_of: datetime, *, live: bool, fresh: bool = False) -> Hashable:
    """What the world of the figures was: chains, loads, places, and the as-of (its day when live)."""
    page = _PAGE.get()
    if page is None or fresh:
        world = _world()
    else:
        page[:] = page or [_world()]
        world = page[0]
    instant: object = clock.local_day(as_of) if live else as_of
    return (world, instant, str(LANGUAGE))


def _world() -> Hashable:
    chains = tuple(tuple(head) for head in ledger.heads())
    return (chains, register.loads_stamp(), places.vintage_token())
