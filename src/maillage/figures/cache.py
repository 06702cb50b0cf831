"""What was already computed, kept by the process: derived data, droppable at any time.

A key holds everything a value depends on: the heads of every chain, the loads of the register, the
vintages of places, the names of organisations, the instant (or, for the live value, the day), the
language, and the whole question with its pinned definition. Nothing is ever invalidated: what changes
takes another key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from threading import Lock
from typing import Any, TypeAlias, TypeVar

from maillage import ledger, places, register
from maillage.accounts.models import Organisation
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
PAGES = Kept(64)  # whole pages, each some hundred times as heavy as a value
LANGUAGE = Words("fr", "en")  # the labels of a breakdown are kept in the language they were read in

World: TypeAlias = tuple[Hashable, ...]
N = TypeVar("N", bound=Hashable)
T = TypeVar("T")


def forget() -> None:
    """Forget everything that this process keeps."""
    CACHE.clear()
    PAGES.clear()


@dataclass
class _Page:
    """What a page being read saw of the world, and what it computed since."""

    world: World | None = None
    computed: dict[tuple[Kept, Hashable], Any] = field(default_factory=dict)

    def keep(self) -> None:
        """Keep what was computed, unless something was recorded meanwhile."""
        if self.computed and _world() == self.world:
            for (kept, key), value in self.computed.items():
                kept.put(key, value)


_PAGE: ContextVar[_Page | None] = ContextVar("figures_page", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Look once at the state of the world for everything a page reads; also a decorator of views.

    What is already kept is then found without asking again. What is computed meanwhile is kept only if
    a fresh look, when the page ends, still finds the same state.
    """
    if _PAGE.get() is not None:  # a page within a page sees the same world
        yield
        return
    page = _Page()
    token = _PAGE.set(page)
    try:
        yield
        page.keep()
    finally:
        _PAGE.reset(token)


def stamp(as_of: datetime, *, live: bool) -> tuple[World, object, str]:
    """What the world of the figures was: its state, the as-of (its day when live), the language."""
    page = _PAGE.get()
    if page is None:
        world = _world()
    else:
        page.world = world = page.world or _world()
    return (world, clock.local_day(as_of) if live else as_of, str(LANGUAGE))


def kept(
    name: Hashable,
    compute: Callable[[], T],
    *,
    as_of: datetime,
    live: bool,
    within: Kept = CACHE,
) -> T:
    """What is kept under a name in the present state of the world, else computed, and then kept.

    The name holds all that the value depends on besides that state: who may read it, if need be.
    """
    found: T = kept_many(
        [name], lambda _missing: [compute()], as_of=as_of, live=live, within=within
    )[name]
    return found


def kept_many(
    names: Sequence[N],
    compute: Callable[[list[N]], Sequence[Any]],
    *,
    as_of: datetime,
    live: bool,
    within: Kept = CACHE,
) -> dict[N, Any]:
    """The same for several names at once; `compute` is handed those that are not kept, each once."""
    before, page = stamp(as_of, live=live), _PAGE.get()
    computed = page.computed if page else {}
    keys: dict[N, Hashable] = {name: (before, name) for name in names}
    known = within.get_many(keys.values())
    known.update((key, computed[within, key]) for key in keys.values() if (within, key) in computed)
    found: dict[N, Any] = {name: known[key] for name, key in keys.items() if key in known}
    if missing := [name for name in keys if name not in found]:
        made = dict(zip(missing, compute(missing), strict=True))
        found |= made
        fresh: dict[tuple[Kept, Hashable], Any] = {
            (within, keys[name]): value for name, value in made.items()
        }
        if page:
            page.computed |= fresh  # kept when the page ends
        else:
            _Page(before[0], fresh).keep()
    return found


def _world() -> World:
    chains = tuple(tuple(head) for head in ledger.heads())
    stamps = (register.loads_stamp(), places.vintage_token(), ledger.themes.token())
    return (chains, *stamps, _names())


def _names() -> str:
    """Changes whenever an organisation is added or called otherwise."""
    rows = Organisation.objects.order_by("pk").values_list("pk", "name", "short_name")
    return blake2b(repr(list(rows)).encode(), digest_size=16).hexdigest()
