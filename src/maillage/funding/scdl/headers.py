"""What a file of grants says of itself: its encoding, the version of the schema it comes nearest, the headers it used."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from maillage.funding.scdl.fields import FIELDS, LATEST, VERSIONS
from maillage.intake.headers import seen_in
from maillage.kernel.rows import Column

_COLUMNS = tuple(Column(one.name, one.words, one.read, one.aliases, needed=False) for one in FIELDS)
_NEW = frozenset(one.name for one in FIELDS if one.since == LATEST)


def told_of(path: Path) -> dict[str, Any]:
    """`aliases` ({header seen: official name}), `encoding` and `version`; empty when the file cannot be read."""
    seen = seen_in(path, _COLUMNS)
    names = seen.headers.values()
    return {
        "aliases": seen.aliases,
        "encoding": seen.encoding,
        "version": _version(names) if names else "",
    }


def _version(names: Collection[str]) -> str:
    """The first version that has all these fields: a file does not say of which it is."""
    return LATEST if _NEW & set(names) else VERSIONS[1]
