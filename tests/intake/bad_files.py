"""The curated bad files: each with what has to be said of it. Made by code, none is kept."""

from __future__ import annotations

import datetime as dt
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.intake import files
from tests.intake.specimen import GOOD, HEADER, OTHER, SIRET, row

MOST = 300  # at most, header included, so that too many are quickly made


@dataclass(frozen=True)
class BadFile:
    """A file, and either the reason that refuses it whole or those of its refused rows."""

    label: str
    name: str
    make: Callable[[], bytes]
    whole: str = ""
    refused: tuple[tuple[str, str], ...] = ()  # (column, code) of each refused row
    accepted: int = 0


# A cell, the column it stands in, what is said of it.
CELLS: tuple[tuple[str, str, str, str], ...] = (
    ("spreadsheet number", "SIRET", "4,9E+13", "spreadsheet_number"),
    ("spreadsheet number with a point", "SIRET", "4.9E+13", "spreadsheet_number"),
    ("spreadsheet number, all digits", "SIRET", "4,90000012345E+13", "spreadsheet_number"),
    ("a SIREN for a SIRET", "SIRET", SIRET[:9], "siren_for_siret"),
    ("a lost zero", "SIRET", "5520813176652", "lost_zero"),
    ("letters", "SIRET", "ABCDEFGHIJKLMN", "identifier"),
    ("too long", "SIRET", SIRET + "1", "identifier"),
    ("a wrong key", "SIRET", "55208131766523", "wrong_check_digit"),
    ("not disclosed", "SIRET", "[ND]", "identifier"),
    ("a blank", "SIRET", "", "blank"),
    ("spaces only", "SIRET", "   ", "blank"),
    ("Arabic digits", "SIRET", "٣٥٦٠٠٠٠٠٠٠٠٠٤٨", "identifier"),
    ("a formula", "SIRET", "=1+1", "identifier"),
    ("a lost zero", "Code commune", "1004", "lost_zero"),
    ("a name", "Code commune", "Lille", "commune"),
    ("three letters", "Code commune", "2C004", "commune"),
    ("a day number", "Jour", "43587", "serial_day"),
    ("30 February", "Jour", "30/02/2019", "date"),
    ("month first", "Jour", "05/31/2019", "date"),
    ("a word", "Jour", "hier", "date"),
    ("year 0", "Jour", "0000-01-01", "date"),
    ("year 20", "Jour", "0020-01-01", "implausible_day"),
    ("year 9999", "Jour", "9999-12-31", "implausible_day"),
    ("two figures of year", "Jour", "02/05/19", "date"),
    ("a blank", "Jour", "", "blank"),
    ("a week", "Jour", "2019-W18-4", "date"),
    ("words", "Montant", "mille", "number"),
    ("two commas", "Montant", "1,2,3", "number"),
    ("tenths of a cent", "Montant", "10,005", "too_precise"),
    ("more than there is", "Montant", "9" * 16, "out_of_bounds"),
    ("10 to the 400", "Montant", "1E+400", "spreadsheet_number"),
    ("a thousand digits", "Montant", "9" * 1000, "number"),
    ("not a number", "Montant", "NaN", "number"),
    ("infinite", "Montant", "-Infinity", "number"),
    ("four decimals", "ETP", "1,2345", "too_precise"),
    ("words", "ETP", "plein temps", "number"),
    ("another word", "Objet", "café", "unknown_word"),
    ("a blank", "Objet", "", "blank"),
    ("a thousand letters", "Objet", "x" * 1000, "unknown_word"),
    ("too long", "Remarque", "x" * 201, "too_long"),
    ("a huge cell", "Remarque", "x" * 40_000, "cell_too_long"),
    ("a bell", "Remarque", "a\x07b", "control"),
)
COLUMN = {
    "SIRET": "siret",
    "Code commune": "commune",
    "Jour": "day",
    "Montant": "amount",
    "ETP": "jobs",
    "Objet": "kind",
    "Remarque": "note",
}


def _rows(header: str, cell: str) -> list[list[object]]:
    bad = row(2)
    bad[HEADER.index(header)] = cell
    return [HEADER, row(1), bad, row(3)]


WRITERS: dict[str, Callable[[list[list[object]]], bytes]] = {
    "csv": files.as_csv,
    "json": files.as_json,
    "ndjson": files.as_ndjson,
    "xlsx": lambda rows: files.as_xlsx(("Actes", rows)),
    "parquet": files.as_parquet,
}
IN_XML_NOBODY_WRITES = {"a bell"}


def bad_cells() -> Iterator[BadFile]:
    """Each bad cell in each kind of file: its row alone is refused."""
    for kind, write in WRITERS.items():
        for label, header, cell, code in CELLS:
            if kind == "xlsx" and label in IN_XML_NOBODY_WRITES:
                continue
            yield BadFile(
                f"{kind}: {label} in {header}",
                f"actes.{kind}",
                lambda h=header, c=cell, w=write: w(_rows(h, c)),  # type: ignore[misc]
                refused=((COLUMN[header], code),),
                accepted=2,
            )


GOOD_CSV = files.as_csv([HEADER, row(1), row(2)])


def _csv(label: str, content: bytes, code: str, name: str = "actes.csv") -> BadFile:
    return BadFile(label, name, lambda: content, whole=code)


def _some(label: str, content: bytes, *refused: tuple[str, str], accepted: int) -> BadFile:
    return BadFile(label, "actes.csv", lambda: content, refused=refused, accepted=accepted)


def bad_csv() -> Iterator[BadFile]:
    """Text that is no table, or hardly one."""
    yield _csv("nothing", b"", "empty")
    yield _csv("a header only", files.as_csv([HEADER]), "empty")
    yield _csv("blank lines", b"\r\n\r\n\r\n", "empty")
    yield _csv("semicolons only", b";;;;;\r\n;;;;\r\n", "empty")
    yield _csv("no header", files.as_csv([row(1), row(2)]), "missing_columns")
    yield _csv("another table", files.as_csv([["a", "b"], [1, 2]]), "missing_columns")
    yield _csv("a column missing", files.as_csv([HEADER[1:], GOOD[1:]]), "missing_columns")
    yield _csv(
        "a column twice", files.as_csv([[*HEADER, "siret"], [*GOOD, OTHER]]), "duplicate_column"
    )
    yield _csv(
        "a column under two names",
        files.as_csv([[*HEADER, "N° Siret"], [*GOOD, OTHER]]),
        "duplicate_column",
    )
    yield _csv("an open quote", GOOD_CSV + b'"356;59350;2019', "open_quote")
    yield _csv("a quote inside", GOOD_CSV + b'"356"1;59350;x;;;;\r\n', "quotes")
    yield _csv("an open quote and 11 MB", GOOD_CSV + b'"' + b"x;\n" * (4 << 20), "giant_cell")
    yield _csv("another encoding", GOOD_CSV + b"\x81\x8d\x90", "encoding")
    yield _csv("half of UTF-16", GOOD_CSV.decode().encode("utf-16")[:-1], "encoding")
    yield _csv(
        "600 columns", files.as_csv([[*HEADER, *map(str, range(600))], GOOD]), "too_many_columns"
    )
    yield _csv("a row too many", files.as_csv([HEADER, *([GOOD] * MOST)]), "too_many_rows")
    yield _some(
        "a NUL",
        files.as_csv([HEADER, row(1), row(2, Remarque="a\0b")]),
        ("note", "nul"),
        accepted=1,
    )
    yield _some(
        "a cell of 10 MB",
        files.as_csv([HEADER, row(1), row(2, Remarque="x" * (10 << 20))]),
        ("note", "cell_too_long"),
        accepted=1,
    )
    yield _some(
        "a row twice", files.as_csv([HEADER, row(1), row(1), row(2)]), ("", "duplicate"), accepted=2
    )
    yield _some(
        "a row too wide", files.as_csv([HEADER, [*row(1), "x"], row(2)]), ("", "cells"), accepted=1
    )
    yield _some(
        "a row cut short", files.as_csv([HEADER, row(1), row(2)[:3]]), ("kind", "blank"), accepted=1
    )
    yield _some(
        "the header again in the middle",
        files.as_csv([HEADER, row(1), HEADER, row(2)]),
        ("siret", "identifier"),
        accepted=2,
    )
    yield _some(
        "a total at the end",
        files.as_csv([HEADER, row(1), ["", "", "", "1234", "", "", "Total"]]),
        ("siret", "blank"),
        accepted=1,
    )


def bad_names() -> Iterator[BadFile]:
    """Contents that are not what the name says."""
    book = files.as_xlsx(("Actes", [HEADER, row(1)]))
    yield _csv("a workbook called CSV", book, "other_content")
    yield _csv("a zip called XLSX", files.as_zip(("a.csv", GOOD_CSV)), "no_workbook", "actes.xlsx")
    yield _csv("CSV called XLSX", GOOD_CSV, "other_content", "actes.xlsx")
    yield _csv("CSV called Parquet", GOOD_CSV, "other_content", "actes.parquet")
    yield _csv("CSV called zip", GOOD_CSV, "other_content", "actes.zip")
    yield _csv("CSV called JSON", GOOD_CSV, "json", "actes.json")
    yield _csv(
        "an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old_office", "a.xls"
    )
    yield _csv(
        "an old workbook renamed",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "old_office",
        "a.xlsx",
    )
    yield _csv("a page of the web", b"<!DOCTYPE html><p>Connectez-vous</p>", "other_content")
    yield _csv("XML", b"<?xml version='1.0'?><a/>", "other_content")
    yield _csv("a page in JSON", b"  <html></html>", "other_content", "a.json")
    for label, magic in (
        ("PDF", b"%PDF-1.7"),
        ("gzip", b"\x1f\x8b\x08"),
        ("7z", b"7z\xbc\xaf\x27\x1c"),
        ("RAR", b"Rar!\x1a\x07"),
        ("a program", b"\x7fELF\x02"),
        ("an image", b"\x89PNG\r\n"),
    ):
        yield _csv(f"{label} called CSV", magic + bytes(300), "other_content")
    for name in (
        "actes",
        "actes.pdf",
        "actes.exe",
        "actes.csv.gz",
        ".csv",
        "actes.xml",
        "actes.ods",
    ):
        yield _csv(f"named {name}", GOOD_CSV, "unknown_kind", name)


def bad_trees() -> Iterator[BadFile]:
    """JSON that is none, or holds no rows."""
    for label, text, code in (
        ("cut", '[{"SIRET": "356', "json"),
        ("no comma", '[{"a": 1} {"a": 2}]', "json"),
        ("a comma too many", '[{"a": 1},]', "json"),
        ("single quotes", "[{'a': 1}]", "json"),
        ("a number", "42", "json"),
        ("an empty list", "[]", "empty"),
        ("an empty object", "{}", "no_list"),
        ("no list", '{"a": {"b": 1}}', "no_list"),
        ("a list of numbers", "[1, 2]", "not_an_object"),
        ("a name twice", '[{"SIRET": "1", "SIRET": "2"}]', "duplicate_name"),
        ("another table", '[{"a": 1}]', "missing_columns"),
        ("deep lists", "[" * 5000, "too_deep"),
        ("deep objects", '[{"a":' + '{"a":' * 200 + "1" + "}" * 201 + "]", "too_deep"),
        ("empty objects", "[{}, {}]", "empty"),
        (
            "a feature without properties",
            '[{"type": "Feature", "properties": [1]}]',
            "not_an_object",
        ),
    ):
        yield _csv(f"JSON: {label}", text.encode(), code, "actes.json")
    yield _csv("NDJSON: half a line", b'{"SIRET": "1"}\n{"SIRE', "json", "actes.ndjson")
    yield _csv("NDJSON: two objects a line", b'{"a": 1} {"a": 2}', "json", "actes.ndjson")
    yield _csv("NDJSON: a list", b"[1]", "not_an_object", "actes.ndjson")
    surrogate = json.dumps([dict(zip(HEADER, row(1, Remarque="\ud800"), strict=True))]).encode()
    yield BadFile(
        "JSON: half a character", "actes.json", lambda: surrogate, refused=(("note", "control"),)
    )


def bad_archives() -> Iterator[BadFile]:
    """Archives that are broken, locked, or hold what they should not."""
    whole = files.as_zip(("actes.csv", GOOD_CSV))
    yield _csv("zip: cut", whole[: len(whole) // 2], "broken_zip", "a.zip")
    yield _csv("zip: nothing in it", files.as_zip(), "empty", "a.zip")
    yield _csv("zip: a zip in it", files.as_zip(("b.zip", whole)), "zip_in_zip", "a.zip")
    yield _csv("zip: a program in it", files.as_zip(("a.exe", b"MZ")), "unknown_kind", "a.zip")
    yield _csv(
        "zip: 60 files",
        files.as_zip(*((f"{n}.csv", GOOD_CSV) for n in range(60))),
        "too_many_members",
        "a.zip",
    )
    yield _csv("zip: locked", _flagged(whole), "locked", "a.zip")
    yield _csv("zip: one byte changed", _flipped(whole), "broken_zip", "a.zip")
    book = files.as_xlsx(("Actes", [HEADER, row(1)]))
    yield _csv("XLSX: cut", book[: len(book) // 2], "broken_zip", "a.xlsx")
    yield _csv(
        "XLSX: no sheet",
        files.as_zip(("[Content_Types].xml", b"<x/>"), ("xl/a", b"")),
        "broken_workbook",
        "a.xlsx",
    )
    yield _csv("XLSX: empty sheet", files.as_xlsx(("Actes", [])), "empty", "a.xlsx")
    yield _csv(
        "XLSX: another table",
        files.as_xlsx(("A", [["a", "b"], [1, 2]])),
        "missing_columns",
        "a.xlsx",
    )
    yield _csv(
        "XLSX: sheets of XML that is none",
        files.as_zip(*files.workbook_parts({"A": b"<worksheet><sheetData><row><c></worksheet>"})),
        "broken_workbook",
        "a.xlsx",
    )
    table = files.as_parquet([HEADER, row(1)])
    yield _csv("Parquet: cut", table[:-20], "broken_parquet", "a.parquet")
    yield _csv("Parquet: its mark only", b"PAR1PAR1", "broken_parquet", "a.parquet")
    yield _csv("Parquet: no rows", files.as_parquet([HEADER]), "empty", "a.parquet")
    yield _csv(
        "Parquet: footer of another size",
        table[:-8] + struct.pack("<I", 1 << 31) + b"PAR1",
        "broken_parquet",
        "a.parquet",
    )


def _flagged(archive: bytes) -> bytes:
    """The same archive, whose members say that they are locked."""
    changed = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begins = changed.find(mark)
        changed[begins + at] |= 1
    return bytes(changed)


def _flipped(archive: bytes) -> bytes:
    """The same archive with another checksum, so that its content is not what it was."""
    changed = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        begins = changed.find(mark) + at
        changed[begins : begins + 4] = struct.pack("<I", zlib.crc32(b"another"))
    return bytes(changed)


def all_bad_files() -> list[BadFile]:
    return [*bad_cells(), *bad_csv(), *bad_names(), *bad_trees(), *bad_archives()]


A_DAY = dt.date(2019, 5, 2)
