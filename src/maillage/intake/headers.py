"""What a file says of itself before its rows are read: its encoding, under which headers it has the columns looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maillage.intake.reading.limits import Refused
from maillage.intake.reading.parent import events
from maillage.intake.tables import HEADER_WITHIN, Header
from maillage.kernel.rows import Column


@dataclass
class Seen:
    """The headers recognised, each with the official name of its column; the encoding of a text."""

    headers: dict[str, str] = field(default_factory=dict)
    encoding: str = ""

    @property
    def aliases(self) -> dict[str, str]:
        """Those that are not the official name: `{header seen: official name}`."""
        return {seen: name for seen, name in self.headers.items() if seen != name}


def seen_in(path: Path, columns: Sequence[Column]) -> Seen:
    """The row of a file that has most of these columns; nothing where the file cannot be read."""
    said: dict[str, Any] = {}
    found = Seen()
    for cells in _headers(path, said):
        header = Header.of(cells, columns)
        if len(header.places) > len(found.headers):
            found.headers = {cells[rank].strip(): name for name, rank in header.places.items()}
    found.encoding = str(said.get("encoding", ""))
    return found


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
