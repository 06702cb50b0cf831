"""The process that opens one big table, CSV (zipped or not) or Parquet, and pours it out as CSV, within limits it sets itself.

    python -I -S pouring.py PATH LIMITS

Alone on purpose: for CSV it imports nothing of ours, so that it starts in a hundredth of a second and a file
of gigabytes costs no more than one copy of its bytes; for Parquet alone it finds our packages and its library. Its last word, on the error channel, is a code: `done`,
or why the file is refused.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import ExitStack

TYPE_CHECKING = False
if TYPE_CHECKING:  # neither is loaded: the child starts for each file
    from collections.abc import Iterator, Mapping
    from typing import IO

BLOCK = 1 << 16
ZIP = (b"PK\x03\x04", b"PK\x05\x06")


class Stop(Exception):  # noqa: N818 -- it names what happens
    """The file is refused, for this reason."""


def confine(limits: Mapping[str, int]) -> None:
    """Give up memory, time and the right to write files beyond what a reading needs."""
    for what, at_most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (at_most, at_most))


def opened(path: str, stack: ExitStack) -> tuple[IO[bytes], int]:
    """The bytes of the table, and how many they are packed into (0: they are not)."""
    stream = stack.enter_context(open(path, "rb"))  # noqa: PTH123, SIM115 -- pathlib would double the start
    head = stream.read(4)
    stream.seek(0)
    if head not in ZIP:
        return stream, 0
    import zipfile  # a table that is not packed does without

    archive = stack.enter_context(zipfile.ZipFile(stream))
    tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
    if len(tables) != 1 or tables[0].flag_bits & 1:
        raise Stop("zip_content")
    return stack.enter_context(archive.open(tables[0])), max(tables[0].compress_size, 1)


def load_parquet() -> None:
    """Find our packages and load the library, once for all: confined, it could not keep its bytecode."""
    import site

    site.main()
    from pyarrow import csv, parquet  # noqa: F401 -- only to be there


def columnar(path: str, limits: Mapping[str, int]) -> Iterator[bytes]:
    """A Parquet file as blocks of CSV.

    Raises:
        Stop: it passes a limit, or is no readable Parquet file.
    """
    from maillage.intake.reading import columnar as parquet

    try:
        yield from parquet.blocks(path, limits)
    except parquet.Beyond as beyond:
        raise Stop(str(beyond)) from beyond
    except ValueError as problem:
        raise Stop("broken_parquet") from problem


def pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a table of text, block by block."""
    while block := stream.read(BLOCK):
        yield block


def unfolded(path: str, stack: ExitStack, limits: Mapping[str, int]) -> tuple[Iterator[bytes], int]:
    """The blocks of the table whatever it lies in, and how many bytes they are packed into."""
    if limits.get("is_parquet"):
        return columnar(path, limits), 0
    stream, packed = opened(path, stack)
    return pieces(stream), packed


def blocks(found: Iterator[bytes], packed: int, limits: Mapping[str, int]) -> Iterator[bytes]:
    """The bytes as they come, counted: all of them, those of one line, and against what packed them."""
    given = line = 0
    for block in found:
        given += len(block)
        if given > limits["open_bytes"]:
            raise Stop("too_big")
        if packed and given > max(limits["ratio_from"], limits["ratio"] * packed):
            raise Stop("bomb")
        first = block.find(b"\n")
        line += len(block) if first < 0 else first
        if line > limits["line"]:
            raise Stop("giant_cell")
        if first >= 0:
            line = len(block) - block.rfind(b"\n") - 1
        yield block


def pour(path: str, limits: Mapping[str, int]) -> str:
    """Pour a file to the output; the last word to say of it."""
    packed = 0
    try:
        with ExitStack() as stack:
            found, packed = unfolded(path, stack, limits)
            for block in blocks(found, packed, limits):
                rest = memoryview(block)
                while rest:
                    rest = rest[os.write(1, rest) :]
    except Stop as stop:
        return str(stop)
    except BrokenPipeError:  # nobody wants the rest
        return "done"
    except MemoryError:
        return "memory"
    except FileNotFoundError:
        return "unreadable"
    except Exception as problem:  # noqa: BLE001 -- whatever a damaged archive makes a library raise
        return "unreadable" if isinstance(problem, OSError) and not packed else "zip"
    return "done"


if __name__ == "__main__":
    allowed = json.loads(sys.argv[2])
    if allowed.get("is_parquet"):
        load_parquet()
    confine(allowed)
    os.write(2, pour(sys.argv[1], allowed).encode())
