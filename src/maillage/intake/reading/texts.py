"""CSV as people send it: encoding and separator are found out, and said."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from maillage.intake.reading.limits import Meter, Refused
from maillage.intake.reading.sources import Source

SEPARATORS = (";", ",", "\t", "|")
_BLOCK = 1 << 16
_HEAD_LINES = 20
# Not one of these means anything in Windows-1252: a file that holds them is in another encoding.
_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def read_csv(source: Source, meter: Meter, table: str = "") -> Iterator[tuple[Any, ...]]:
    """The rows of a CSV file.

    Raises:
        Refused: it is no text, its quotes do not hold, or it passes a limit.
    """
    encoding = encoding_of(source)
    separator = separator_of(_first_lines(source, encoding))
    yield "said", {"encoding": encoding, "separator": separator}
    yield "table", table, None
    # Above what a cell may hold, so that one giant cell refuses its row and not the whole file.
    limit = csv.field_size_limit(meter.limits.field)
    try:
        with source.open() as stream:
            text = io.TextIOWrapper(stream, encoding, newline="")
            reader = csv.reader(text, delimiter=separator, strict=True)
            yield from _rows(reader, meter)
    finally:
        csv.field_size_limit(limit)


def _rows(reader: Any, meter: Meter) -> Iterator[tuple[Any, ...]]:
    begins, longest = 1, meter.limits.cell + 1
    try:
        for cells in reader:
            if any(cells):
                meter.row(cells, begins)
                yield "row", begins, [cell[:longest] for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as problem:
        told = str(problem)
        code = "open_quote" if "end of data" in told else "quotes"
        raise Refused("giant_cell" if "limit" in told else code, line=begins) from problem
    except UnicodeError as problem:
        raise Refused("encoding", line=begins) from problem


def encoding_of(source: Source) -> str:
    """UTF-8 (with or without its mark), UTF-16, or Windows-1252, after having read all of it.

    Raises:
        Refused: it is none of these.
    """
    head = source.head()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if guessed := _markless_utf16(head):
        return guessed
    if _is_utf8(source):
        return "utf-8-sig"
    if hole := _first_hole(source):
        raise Refused("encoding", line=hole)
    return "cp1252"


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with source.open() as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _first_hole(source: Source) -> int:
    """The line of the first byte that Windows-1252 does not know, 0 when there is none."""
    line = 1
    with source.open() as stream:
        while block := stream.read(_BLOCK):
            if found := _HOLES.search(block):
                return line + block[: found.start()].count(b"\n")
            line += block.count(b"\n")
    return 0


def _markless_utf16(head: bytes) -> str:
    """UTF-16 without its mark has a NUL in every other byte of plain text."""
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd < half * 0.1 else ""


def _first_lines(source: Source, encoding: str) -> list[str]:
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
        lines = (text.readline(_BLOCK) for _ in range(_HEAD_LINES))
        return [line for line in lines if line.strip()]


def separator_of(lines: list[str]) -> str:
    """The separator that cuts the most lines into the same number of cells, titles above them set aside."""
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    if not bare:
        raise Refused("empty")

    def merit(separator: str) -> tuple[int, int]:
        counts = Counter(n for line in bare if (n := line.count(separator)))
        return max(((lines, cells) for cells, lines in counts.items()), default=(0, 0))

    return max(SEPARATORS, key=merit)
