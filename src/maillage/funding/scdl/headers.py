"""What a file of grants says of itself: its encoding, the version of the schema it comes nearest, the headers it used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from maillage.funding.scdl.fields import FIELDS, LATEST, VERSIONS
from maillage.intake.reading.limits import Refused
from maillage.intake.reading.parent import events
from maillage.intake.tables import HEADER_WITHIN, Header
from maillage.kernel.rows import Column

_COLUMNS = tuple(Column(one.name, one.words, one.read, one.aliases, needed=False) for one in FIELDS)
_NEW = frozenset(one.name for one in FIELDS if one.since == LATEST)


def told_of(path: Path) -> dict[str, Any]:
    """`aliases` ({header seen: official name}), `encoding` and `version`; empty when the file cannot be read."""
    said: dict[str, Any] = {}
    found: dict[str, str] = {}
    names: frozenset[str] = frozenset()
    for cells in _headers(path, said):
        header = Header.of(cells, _COLUMNS)
        if len(header.places) > len(names):
            names = frozenset(header.places)
            found = {cells[rank].strip(): name for name, rank in header.places.items()}
    return {
        "aliases": {seen: name for seen, name in found.items() if seen != name},
        "encoding": said.get("encoding", ""),
        "version": _version(names) if names else "",
    }


def _version(names: frozenset[str]) -> str:
    """The first version that has all these fields: a file does not say of which it is."""
    return LATEST if names & _NEW else VERSIONS[1]


def _headers(path: Path, said: dict[str, Any]) -> Iterator[Sequence[str]]:
    """What may be a header: the names of a table, or its first rows."""
    try:
        for event in events(path, path.name):
            if event[0] == "said":
                said.update(event[1])
            elif event[0] == "table" and event[2]:
                yield event[2]
            elif event[0] == "rows":
                for _line, cells in event[1][:HEADER_WITHIN]:
                    yield cells
                return
    except (Refused, OSError):
        return  # the reading itself says why
