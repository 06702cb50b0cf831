"""Small files that would fill the memory, the disk or the day of whoever opens them without counting."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.intake import files
from tests.intake.specimen import HEADER

_MEGABYTE = b"0" * (1 << 20)
_CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'


@dataclass(frozen=True)
class Bomb:
    """A bomb, the name it comes under, and the reasons that may refuse it."""

    label: str
    name: str
    make: Callable[[], bytes]
    codes: tuple[str, ...]


def _zip(*members: tuple[str, Iterable[bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, blocks in members:
            with archive.open(name, "w", force_zip64=True) as member:
                for block in blocks:
                    member.write(block)
    return out.getvalue()


def _times(block: bytes, count: int) -> Iterator[bytes]:
    return (block for _ in range(count))


def _nested(depth: int) -> bytes:
    inside = _zip(("a.csv", _times(_MEGABYTE, 8)))
    for level in range(depth):
        inside = files.as_zip((f"{level}.zip", inside), (f"{level}b.zip", inside))
    return inside


def _book(sheet: bytes, *more: tuple[str, Iterable[bytes]]) -> bytes:
    parts = [(name, [content]) for name, content in files.workbook_parts({"A": sheet})]
    return _zip(*parts, *more)


def _entities(levels: int, each: int) -> str:
    told = '<!ENTITY a0 "aaaaaaaaaa">'
    for level in range(1, levels):
        told += f'<!ENTITY a{level} "{f"&a{level - 1};" * each}">'
    return f"<!DOCTYPE x [{told}]>"


def _parquet(times: int, group: int, value: object) -> bytes:
    """The same value so many times, group by group: this process has to stay small too."""
    import pyarrow as arrow
    from pyarrow import parquet

    ranks = arrow.repeat(arrow.scalar(0, arrow.int32()), group)
    block = arrow.table({"SIRET": arrow.DictionaryArray.from_arrays(ranks, arrow.array([value]))})
    out = io.BytesIO()
    with parquet.ParquetWriter(out, block.schema, compression="zstd") as writer:
        for _ in range(times):
            writer.write_table(block)
    return out.getvalue()


def _wide_parquet(columns: int) -> bytes:
    return files.as_parquet([[f"c{n}" for n in range(columns)], [1] * columns])


def _lying(archive: bytes, size: int) -> bytes:
    """The same archive, whose table of contents says another size for its first file."""
    changed = bytearray(archive)
    at = changed.find(b"PK\x01\x02") + 24
    changed[at : at + 4] = struct.pack("<I", size)
    return bytes(changed)


_FAR = f'<row r="1">{_CELL.format("A1")}</row><row r="1048576">{_CELL.format("XFD1048576")}</row>'
_DOWN = f'<row r="1">{_CELL.format("A1")}</row><row r="1048577">{_CELL.format("A1048577")}</row>'
_ACROSS = f'<row r="1">{_CELL.format("A1")}{_CELL.format("XFD1")}</row>'
_LEFT_OUT = "".join(f'<row r="{n}"/>' for n in range(1, 200_000))
_HEAD = (",".join(HEADER) + "\n").encode()
_LONG = ("memory", "bomb", "too_big")

BOMBS: tuple[Bomb, ...] = (
    Bomb(
        "zip: 300 MB of zeros", "a.zip", lambda: _zip(("a.csv", _times(_MEGABYTE, 300))), ("bomb",)
    ),
    Bomb(
        "zip: 40 files of 20 MB",
        "a.zip",
        lambda: _zip(*((f"{n}.csv", _times(_MEGABYTE, 20)) for n in range(40))),
        ("bomb",),
    ),
    Bomb(
        "zip: a million blank rows",
        "a.zip",
        lambda: _zip(("a.csv", [_HEAD, *_times(b"\n" * (1 << 20), 16)])),
        ("bomb",),
    ),
    Bomb(
        "zip: one row of 20 MB",
        "a.zip",
        lambda: _zip(("a.csv", [_HEAD, *_times(b"x" * (1 << 20), 20)])),
        ("bomb", "giant_cell"),
    ),
    Bomb("zip: in a zip, in a zip", "a.zip", lambda: _nested(6), ("zip_in_zip",)),
    Bomb(
        "zip: says 10 bytes",
        "a.zip",
        lambda: _lying(_zip(("a.csv", _times(_MEGABYTE, 32))), 10),
        ("bomb", "broken_zip", "missing_columns"),
    ),
    Bomb(
        "zip: says 4 GB",
        "a.zip",
        lambda: _lying(_zip(("a.csv", _times(_MEGABYTE, 32))), 0xFFFFFFF0),
        ("bomb", "broken_zip"),
    ),
    Bomb(
        "zip: 100 000 names",
        "a.zip",
        lambda: files.as_zip(*((f"{n}.csv", b"") for n in range(2_000))),
        ("too_many_members",),
    ),
    Bomb(
        "XLSX: a cell in each far corner",
        "a.xlsx",
        lambda: _book(files.sheet_of(_FAR)),
        ("memory",),
    ),
    Bomb(
        "XLSX: a row below the last",
        "a.xlsx",
        lambda: _book(files.sheet_of(_DOWN)),
        ("too_many_rows", "broken_workbook", "memory"),
    ),
    Bomb(
        "XLSX: 16 384 columns",
        "a.xlsx",
        lambda: _book(files.sheet_of(_ACROSS)),
        ("too_many_columns",),
    ),
    Bomb(
        "XLSX: entities in a sheet",
        "a.xlsx",
        lambda: _book(
            files.sheet_of(
                '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>',
                _entities(10, 10),
            )
        ),
        ("broken_workbook",),
    ),
    Bomb(
        "XLSX: entities in its shared words",
        "a.xlsx",
        lambda: _book(
            files.sheet_xml([HEADER]),
            (
                "xl/sharedStrings.xml",
                [(_entities(10, 10) + "<sst><si><t>&a9;</t></si></sst>").encode()],
            ),
        ),
        ("broken_workbook", "empty"),
    ),
    Bomb(
        "XLSX: a file of outside",
        "a.xlsx",
        lambda: _book(
            files.sheet_of(
                '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>',
                '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            )
        ),
        ("broken_workbook",),
    ),
    Bomb(
        "XLSX: 300 MB of spaces",
        "a.xlsx",
        lambda: _book(files.sheet_xml([HEADER]), ("xl/media/a.bin", _times(b" " * (1 << 20), 300))),
        ("bomb",),
    ),
    Bomb(
        "XLSX: shared words of 100 MB",
        "a.xlsx",
        lambda: _book(
            files.sheet_xml([HEADER]),
            (
                "xl/sharedStrings.xml",
                [b"<sst><si><t>", *_times(b"a" * (1 << 20), 100), b"</t></si></sst>"],
            ),
        ),
        ("bomb",),
    ),
    Bomb(
        "XLSX: 200 000 empty rows",
        "a.xlsx",
        lambda: _book(files.sheet_of(_LEFT_OUT)),
        ("empty", "bomb"),
    ),
    Bomb(
        "Parquet: 20 million rows in 90 KB",
        "a.parquet",
        lambda: _parquet(20, 1_000_000, 1),
        ("too_many_rows",),
    ),
    Bomb(
        "Parquet: a cell of 50 MB, 9 000 times",
        "a.parquet",
        lambda: _parquet(1, 9_000, "x" * (50 << 20)),
        ("memory", "missing_columns"),
    ),
    Bomb(
        "Parquet: 2 000 columns", "a.parquet", lambda: _wide_parquet(2_000), ("too_many_columns",)
    ),
    Bomb(
        "JSON: 100 000 lists in each other", "a.json", lambda: b"[" * 100_000, ("too_deep", "json")
    ),
    Bomb(
        "JSON: 100 000 objects in each other",
        "a.json",
        lambda: b'[{"a":' + b'{"a":' * 100_000,
        ("too_deep", "json"),
    ),
    Bomb("TOML: 2 MB of spaces", "a.toml", lambda: b" " * (2 << 20), ("too_big",)),
    Bomb(
        "TOML: 100 000 lists in each other",
        "a.toml",
        lambda: b"a = " + b"[" * 100_000,
        ("too_deep",),
    ),
    Bomb(
        "TOML: a long text said of each of 250 000 rows",
        "a.toml",
        lambda: b'a = "' + b"x" * 30_000 + b'"\n[[b]]\nc = [' + b"1," * 250_000 + b"]",
        ("bomb",),
    ),
    Bomb("JSON: 70 MB of spaces", "a.json", lambda: b"[" + b" " * (70 << 20), ("too_big",)),
    Bomb(
        "NDJSON: 3 000 names",
        "a.ndjson",
        lambda: "\n".join(f'{{"a{n}": 1}}' for n in range(3_000)).encode(),
        ("too_many_columns",),
    ),
    Bomb(
        "CSV: 20 MB without an end of line",
        "a.csv",
        lambda: _HEAD + b'"' + b"a" * (20 << 20),
        ("giant_cell",),
    ),
    Bomb(
        "CSV: 100 000 separators", "a.csv", lambda: b";" * 100_000 + b"x\n", ("too_many_columns",)
    ),
)
