"""What a file is, by its first bytes and its name, which have to agree."""

from __future__ import annotations

from typing import Final, Literal

from maillage.intake.reading.limits import Refused

Kind = Literal["csv", "xlsx", "json", "ndjson", "geojson", "parquet", "toml", "zip"]

_BY_SUFFIX: Final[dict[str, Kind]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".geojson": "geojson",
    ".parquet": "parquet",
    ".toml": "toml",
    ".zip": "zip",
}
_ZIP = b"PK\x03\x04"
_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (_ZIP, "zip"),
    (b"PK\x05\x06", "zip"),  # an empty one
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "rar"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3", "database"),
)
_TEXT: Final = frozenset(("csv", "json", "ndjson", "geojson", "toml"))
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def suffix_of(name: str) -> str:
    """The ending of a file's name, in lower case."""
    base = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = base.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def kind_of(name: str, head: bytes) -> Kind:
    """The kind of a file, from its name and its first bytes.

    Raises:
        Refused: nobody reads such files here, or the content is not what the name says.
    """
    kind = _BY_SUFFIX.get(suffix_of(name))
    found = _by_magic(head)
    if found == "old_office":
        raise Refused("old_office")
    if kind is None:
        raise Refused("unknown_kind", value=suffix_of(name) or name[-40:])
    if not head:
        raise Refused("empty")
    expected = "zip" if kind == "xlsx" else kind
    if found in {"zip", "parquet"} and found == expected:
        return kind
    if found or kind not in _TEXT:
        raise Refused("other_content", value=found or "text")
    return kind


def _by_magic(head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower()
    if bare.startswith(_MARKUP):
        return "markup"
    return ""


def has_mark(head: bytes) -> bool:
    """Whether the text begins with a byte order mark."""
    return head.startswith(_MARKS)
