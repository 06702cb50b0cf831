"""The process that reads one file: it sets its own limits, then sends rows until it is done or refuses.

    python -I -m maillage.intake.reading.child PATH NAME LIMITS

Each line of its output is one JSON list: `said`, `table`, `rows`, then `done` or `refused`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from maillage.intake.reading.kinds import Kind, kind_of
from maillage.intake.reading.limits import Limits, Meter, Refused
from maillage.intake.reading.sources import Source, members

_BLOCK_ROWS = 500
_BLOCK_CHARACTERS = 1 << 20

Event = tuple[Any, ...]


def confine(limits: Limits) -> None:
    """Give up memory, time and the right to write files beyond what a reading needs."""
    for what, at_most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (at_most, at_most))


def read(source: Source, meter: Meter, table: str = "", inside: str = "") -> Iterator[Event]:
    """Whatever a source holds, as events.

    Raises:
        Refused: it is refused whole.
    """
    kind = kind_of(source.name, source.head())
    yield "said", {"kind": kind}
    if kind == "zip":
        if inside:
            raise Refused("zip_in_zip")
        for member in members(source):
            yield from read(member, meter, member.name[-120:], inside="zip")
        return
    yield from reader_of(kind)(source, meter, table)


def reader_of(kind: Kind) -> Callable[[Source, Meter, str], Iterator[Event]]:
    """The function that reads a kind; its library is loaded here only."""
    from maillage.intake.reading import books, texts, tomls, trees

    return {
        "csv": texts.read_csv,
        "xlsx": books.read_xlsx,
        "json": trees.read_json,
        "geojson": trees.read_json,
        "ndjson": trees.read_ndjson,
        "parquet": books.read_parquet,
        "toml": tomls.read_toml,
    }[kind]


def blocks(events: Iterator[Event]) -> Iterator[Event]:
    """The same events with rows put together, so that the parent is not spoken to for each."""
    rows: list[Event] = []
    size = 0
    for event in events:
        if event[0] == "row":
            rows.append(event[1:])
            size += sum(map(len, event[2]))
            if len(rows) < _BLOCK_ROWS and size < _BLOCK_CHARACTERS:
                continue
        if rows:
            yield "rows", rows
            rows, size = [], 0
        if event[0] != "row":
            yield event
    if rows:
        yield "rows", rows


def answer(path: Path, name: str, limits: Limits) -> Iterator[Event]:
    """All that there is to say of a file, its refusal included."""
    meter = Meter(limits)
    source = Source(name, lambda: path.open("rb"), limits)
    try:
        meter.weigh(path.stat().st_size)
        yield from blocks(read(source, meter))
        yield "done", {"rows": meter.rows}
    except Refused as refused:
        yield "refused", refused.code, refused.line, refused.column, refused.value
    except MemoryError:
        yield "refused", "memory", 0, "", ""
    except OSError:
        yield "refused", "unreadable", 0, "", ""


def load(path: Path, name: str, limits: Limits) -> None:
    """Load what reads such a file before being confined: once confined, no bytecode could be kept."""
    with suppress(Refused, OSError):  # said in its turn, by the reading
        kind = kind_of(name, Source(name, lambda: path.open("rb"), limits).head())
        if kind == "parquet":
            from pyarrow import parquet  # noqa: F401 -- only to be there
        elif kind != "zip":
            reader_of(kind)


def main(path: str, name: str, limits: str) -> None:
    """Read and tell."""
    allowed = Limits(**json.loads(limits))
    load(Path(path), name, allowed)
    confine(allowed)
    for event in answer(Path(path), name, allowed):
        sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
