"""Whether the data of this instance is invented: what leaves it as a file then says so, as its pages do."""

from __future__ import annotations

from collections.abc import Callable


def _real() -> str:
    return ""


_label: list[Callable[[], str]] = [_real]


def told_by(label: Callable[[], str] | None) -> None:
    """Hand in the function that labels invented data, blank where it is real (`site` does it once)."""
    _label[:] = [label or _real]


def label() -> str:
    """What to write on a file of this instance, in the reader's language; blank when its data is real."""
    return _label[0]()
