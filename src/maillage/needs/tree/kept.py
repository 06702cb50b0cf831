"""The versions of the tree that a process remembers, so that naming a theme asks the database nothing.

It looks again after ten seconds, or at once when it published one itself: a theme made confidential is masked everywhere within that time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from django.db import Error

from maillage.ledger.themes import Tree
from maillage.needs.models import ThemeTree
from maillage.needs.tree import document

AGAIN_AFTER: Final = 10.0
_read: dict[str, Any] = {}


def versions() -> Sequence[Tree]:
    """Every published version, the shipped one first."""
    instant = time.monotonic()
    if "trees" not in _read or instant > _read["until"]:
        try:
            trees = _look()
        except Error:  # away, or not migrated yet: as it was known, and ask again next time
            return _read.get("trees", (document.shipped(),))  # type: ignore[no-any-return]
        _read.update(trees=trees, until=instant + AGAIN_AFTER)
    return _read["trees"]  # type: ignore[no-any-return]


def _look() -> tuple[Tree, ...]:
    newer = ThemeTree.objects.published().order_by("number")
    rows = newer.values_list("families", "number", "published_at")
    return (document.shipped(), *(document.read(*row) for row in rows))


def forget() -> None:
    """Look again at the database: a version was just published."""
    _read.clear()


def presume() -> None:
    """Take the shipped version for the one in force, without looking (tests)."""
    _read.update(trees=(document.shipped(),), until=time.monotonic() + AGAIN_AFTER)
