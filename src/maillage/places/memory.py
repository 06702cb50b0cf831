"""What a process remembers of the geography, which changes once a year.

Figures ask for a perimeter on every page: the answer is kept in the process until the geography is
loaded again, here (at once) or by another process (noticed within a minute).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from maillage.places.models import Edition, Vintage

P = ParamSpec("P")
R = TypeVar("R")

RENEWED_EVERY = 60.0  # seconds

_clear: list[Callable[[], None]] = []
_seen: dict[str, str | float] = {"token": "", "until": 0.0}


def remembered(reading: Callable[P, R]) -> Callable[P, R]:
    """Keep the answers of `reading` until the geography changes."""
    cached = lru_cache(maxsize=8192)(reading)
    _clear.append(cached.cache_clear)

    @wraps(reading)
    def read(*args: P.args, **kwargs: P.kwargs) -> R:
        _renew()
        return cached(*args, **kwargs)  # type: ignore[arg-type]  # hashable by contract

    return read


def forget() -> None:
    """Drop everything remembered: after a load, and between tests."""
    for clear in _clear:
        clear()
    _seen.update(token="", until=0.0)


def vintage_token() -> str:
    """One text that changes whenever the geography is loaded anew; part of the key of cached figures."""
    _renew()
    return str(_seen["token"])


def _renew() -> None:
    if time.monotonic() < float(_seen["until"]):
        return
    token = Vintage.objects.order_by("-year").values_list("digest", flat=True).first() or "-"
    editions = Edition.objects.filter(is_active=True).order_by("id").values_list("id", flat=True)
    if loaded := list(editions):
        token += "".join(f"+{number}" for number in loaded)
    if token != _seen["token"]:
        forget()
    _seen.update(token=token, until=time.monotonic() + RENEWED_EVERY)
