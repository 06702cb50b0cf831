"""Archives and streams: whatever they claim, only what is counted is believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, strategies as st

from maillage.intake.reading.kinds import has_mark, kind_of, suffix_of
from maillage.intake.reading.limits import Limits, Meter, Refused
from maillage.intake.reading.sources import Counted, Source, members, open_zip, weigh
from tests.intake import files

LIMITS = Limits(file_bytes=1_000, open_bytes=2_000, ratio=10, ratio_from=500, members=3)


def source(content: bytes, name: str = "a.zip", limits: Limits = LIMITS, packed: int = 0) -> Source:
    return Source(name, lambda: io.BytesIO(content), limits, packed)


def code_of(call) -> str:
    with pytest.raises(Refused) as why:
        call()
    return why.value.code


@pytest.mark.parametrize(
    ("size", "at_most", "code"),
    [
        (0, 10, ""),
        (9, 10, ""),
        (10, 10, ""),
        (11, 10, "too_big"),
        (100_000, 99_999, "too_big"),
        (100_000, 100_000, ""),
    ],
)
def test_a_stream_gives_as_much_as_it_may_and_not_a_byte_more(
    size: int, at_most: int, code: str
) -> None:
    stream = Counted(io.BytesIO(b"x" * size), at_most, 0, LIMITS)

    with io.BufferedReader(stream) as reader:
        if code:
            assert code_of(reader.read) == code
        else:
            assert len(reader.read()) == size
            assert stream.given == size


@pytest.mark.parametrize(
    ("size", "packed", "code"),
    [
        (500, 1, ""),
        (501, 1, "bomb"),
        (1_000, 100, ""),
        (1_001, 100, "bomb"),
        (1_500, 150, ""),
    ],
)
def test_what_unfolds_beyond_measure_is_refused_once_it_is_big(
    size: int, packed: int, code: str
) -> None:
    reader = source(b"x" * size, packed=packed).open()

    with reader:
        if code:
            assert code_of(reader.read) == code
        else:
            assert len(reader.read()) == size


def test_a_closed_stream_closes_what_it_reads() -> None:
    inner = io.BytesIO(b"x")
    stream = Counted(inner, 10, 0, LIMITS)

    stream.close()

    assert inner.closed
    assert stream.closed


def test_a_source_is_read_from_its_beginning_each_time() -> None:
    one = source(b"abc" * 300, "a.csv")

    assert one.head() == (b"abc" * 300)[:512]
    assert one.whole() == b"abc" * 300
    assert one.head() == (b"abc" * 300)[:512]
    assert code_of(lambda: one.whole(10)) == "too_big"


def test_members_come_in_their_order_without_what_macs_add() -> None:
    archive = files.as_zip(("b.csv", b"2"), ("__MACOSX/b.csv", b"x"), ("a.csv", b"1"))

    found = [(member.name, member.whole()) for member in members(source(archive))]

    assert found == [("b.csv", b"2"), ("a.csv", b"1")]


def test_folders_are_no_members() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.mkdir("dossier")
        archive.writestr("dossier/a.csv", b"1")

    assert [member.name for member in members(source(out.getvalue()))] == ["dossier/a.csv"]


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (files.as_zip(), "empty"),
        (files.as_zip(("__MACOSX/a", b"")), "empty"),
        (files.as_zip(*((f"{n}.csv", b"") for n in range(4))), "too_many_members"),
        (b"PK\x03\x04", "broken_zip"),
        (b"", "broken_zip"),
        (b"PK\x05\x06" + bytes(18), "empty"),
    ],
)
def test_an_archive_that_holds_nothing_or_too_much_is_refused(archive: bytes, code: str) -> None:
    assert code_of(lambda: list(members(source(archive)))) == code


def test_a_checksum_that_is_wrong_refuses_the_member() -> None:
    archive = bytearray(files.as_zip(("a.csv", b"hello")))
    for mark, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        begins = archive.find(mark) + at
        archive[begins : begins + 4] = struct.pack("<I", zlib.crc32(b"other"))

    def read_all() -> None:
        for member in members(source(bytes(archive))):
            member.whole()

    assert code_of(read_all) == "broken_zip"


def test_an_archive_in_an_archive_can_be_weighed() -> None:
    inner = files.as_zip(("a", b"x" * 400))

    with open_zip(source(inner, packed=len(inner))) as archive:
        weigh(source(inner), archive)

    heavy = files.as_zip(*((f"{n}", bytes(range(256)) * 3) for n in range(3)))
    with open_zip(source(heavy, limits=Limits(open_bytes=1_000))) as archive:
        assert (
            code_of(lambda: weigh(source(heavy, limits=Limits(open_bytes=1_000)), archive))
            == "too_big"
        )


def test_an_archive_is_closed_when_its_reading_is_left() -> None:
    stream = io.BytesIO(files.as_zip(("a", b"x")))
    one = Source("a.zip", lambda: stream, LIMITS)

    with open_zip(one):
        assert not stream.closed

    assert stream.closed


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.csv", b"a;b\n", "csv"),
        ("a.CSV", b"\xef\xbb\xbfa;b\n", "csv"),
        ("a.txt", b"\xff\xfea\0", "csv"),
        ("a.tsv", b"a\tb", "csv"),
        ("a.xlsx", b"PK\x03\x04", "xlsx"),
        ("a.xlsm", b"PK\x03\x04", "xlsx"),
        ("a.json", b"[", "json"),
        ("a.geojson", b"{", "geojson"),
        ("a.ndjson", b"{", "ndjson"),
        ("a.jsonl", b"{", "ndjson"),
        ("a.parquet", b"PAR1", "parquet"),
        ("a.zip", b"PK\x03\x04", "zip"),
        ("a.zip", b"PK\x05\x06", "zip"),
    ],
)
def test_a_kind_is_known_by_its_name_and_its_first_bytes(name: str, head: bytes, kind: str) -> None:
    assert kind_of(name, head) == kind


@pytest.mark.parametrize(
    ("name", "head", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"", "empty"),
        ("a", b"a;b", "unknown_kind"),
        ("a.doc", b"x", "unknown_kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
        ("a.csv", b"PK\x03\x04", "other_content"),
        ("a.json", b"PAR1", "other_content"),
        ("a.parquet", b"[", "other_content"),
        ("a.zip", b"PAR1", "other_content"),
        ("a.csv", b"%PDF-1.4", "other_content"),
        ("a.csv", b"  <!DOCTYPE html>", "other_content"),
        ("a.json", b"\xef\xbb\xbf<?xml", "other_content"),
        ("a.csv", b"SQLite format 3\0", "other_content"),
        ("a.csv", b"GIF89a", "other_content"),
    ],
)
def test_a_content_that_is_not_what_the_name_says_is_refused(
    name: str, head: bytes, code: str
) -> None:
    assert code_of(lambda: kind_of(name, head)) == code


@pytest.mark.parametrize(
    ("head", "marked"),
    [
        (b"\xef\xbb\xbfa", True),
        (b"\xff\xfea\0", True),
        (b"\xfe\xff\0a", True),
        (b"abc", False),
        (b"", False),
    ],
)
def test_a_byte_order_mark_is_seen(head: bytes, marked: bool) -> None:
    assert has_mark(head) is marked


@given(st.text(max_size=60), st.binary(max_size=60))
def test_whatever_the_name_and_the_bytes_a_kind_is_found_or_a_reason_given(
    name: str, head: bytes
) -> None:
    try:
        found = kind_of(name, head)
    except Refused as refused:
        found = refused.code

    assert found
    assert len(suffix_of(name)) <= len(name) + 1


@pytest.mark.parametrize(
    ("width", "rows", "code"),
    [
        (3, 2, ""),
        (4, 1, "too_many_columns"),
        (1, 6, "too_many_rows"),
        (3, 4, "too_many_cells"),
    ],
)
def test_rows_columns_and_cells_are_counted_over_the_whole_file(
    width: int, rows: int, code: str
) -> None:
    meter = Meter(Limits(columns=3, rows=5, cells=10))

    def count() -> None:
        for line in range(1, rows + 1):
            meter.row(["x"] * width, line)

    if code:
        assert code_of(count) == code
    else:
        count()
        assert (meter.rows, meter.cells) == (rows, rows * width)


def test_a_promise_may_refuse_and_never_admits() -> None:
    meter = Meter(Limits(rows=5, file_bytes=10))

    meter.promised(5)
    meter.weigh(10)
    assert code_of(lambda: meter.promised(6)) == "too_many_rows"
    assert code_of(lambda: meter.weigh(11)) == "too_big"
    assert meter.rows == 0
