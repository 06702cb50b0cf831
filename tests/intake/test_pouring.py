"""A big file is opened and unpacked by a confined child: the same bytes, or a refusal in words, nobody hurt."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest

from maillage.intake.reading import poured, pouring
from maillage.intake.reading.limits import MEGABYTE, Refused
from maillage.intake.reading.poured import Poured, Pouring
from maillage.intake.reasons import FILES
from maillage.register.importers.stock import StockFile
from maillage.register.rejects import REASONS, CannotTake
from tests.factories import register as firms

SMALL = Pouring(open_bytes=4 * MEGABYTE, ratio_from=MEGABYTE, ratio=20, line=100_000)


def zipped(folder: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / "s.zip", "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return folder / "s.zip"


def plain(folder: Path, content: bytes) -> Path:
    (folder / "s.csv").write_bytes(content)
    return folder / "s.csv"


def poured_out(path: Path, limits: Pouring | None = None) -> bytes:
    with Poured(path, limits) as stream:
        return io.BufferedReader(stream).read()


def code_of(path: Path, limits: Pouring | None = None) -> str:
    with pytest.raises(Refused) as refused:
        poured_out(path, limits)
    return refused.value.code


@pytest.mark.parametrize(
    "size", [0, 1, 3, 4, pouring.BLOCK - 1, pouring.BLOCK, 3 * pouring.BLOCK + 7]
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_bytes_come_out_as_they_are(tmp_path: Path, size: int, packed: bool) -> None:
    content = Random(size).randbytes(size).replace(b"PK", b"pk")  # noqa: S311
    path = zipped(tmp_path, ("a.csv", content)) if packed else plain(tmp_path, content)

    assert poured_out(path) == content


def test_several_megabytes_come_out_whole(tmp_path: Path) -> None:
    content = b"".join(b"%d;Boulangerie;59350\n" % n for n in range(200_000))

    assert (
        hashlib.sha256(poured_out(plain(tmp_path, content))).digest()
        == hashlib.sha256(content).digest()
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a" * 100_001, "giant_cell"),
        (b"x\n" + b"a" * 100_001 + b"\n", "giant_cell"),
        (b"abc\n" * (MEGABYTE + 1), "too_big"),
        (b"PK\x03\x04 half an archive", "zip"),
        (b"PK\x05\x06", "zip"),
    ],
)
def test_what_passes_a_limit_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert code_of(plain(tmp_path, content), SMALL) == code


def test_a_line_of_the_longest_size_passes(tmp_path: Path) -> None:
    content = (b"a" * 99_000 + b"\n") * 5

    assert poured_out(plain(tmp_path, content), SMALL) == content


def test_an_archive_that_unfolds_beyond_measure_is_refused_while_it_unfolds(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.csv", b"0\n" * (3 << 20)))
    assert path.stat().st_size < 10_000

    assert code_of(path, SMALL) == "bomb"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([], "zip_content"),
        ([("a.txt", b"x")], "zip_content"),
        ([("a.csv", b"x"), ("b.CSV", b"y")], "zip_content"),
    ],
)
def test_an_archive_holds_one_table(tmp_path: Path, members, code: str) -> None:
    assert code_of(zipped(tmp_path, *members)) == code


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.csv", b"x" * 100), method=zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of the member, then of the table of contents
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert code_of(path) == "zip_content"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_archive_is_refused(tmp_path: Path, share: float) -> None:
    path = zipped(tmp_path, ("a.csv", Random(1).randbytes(50_000)))  # noqa: S311
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    assert code_of(path) == "zip"


def test_every_damaged_byte_of_an_archive_is_a_refusal_or_the_same_bytes(tmp_path: Path) -> None:
    content = b"siren,nom\n" + b"".join(b"%09d,Nom\n" % n for n in range(300))
    good = zipped(tmp_path, ("a.csv", content)).read_bytes()
    chance = Random(7)  # noqa: S311
    for _ in range(25):
        broken = bytearray(good)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        path = plain(tmp_path, bytes(broken))
        found: bytes | str
        try:
            found = poured_out(path)
        except Refused as refused:
            found = refused.code
        assert found in {content, bytes(broken), *REASONS}


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.csv") == "unreadable"
    assert code_of(tmp_path) == "unreadable"


def test_no_memory_left_is_a_refusal(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.csv", b"a\n" * 100_000))

    assert code_of(path, Pouring(memory=2 * MEGABYTE)) in {"memory", "crashed", "zip"}


def test_a_child_that_stays_silent_is_ended(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.csv")  # a pipe that nobody fills
    stream = Poured(tmp_path / "s.csv", Pouring(silent_seconds=0.2))

    with pytest.raises(Refused) as refused:
        stream.read(1)
    stream.close()

    assert refused.value.code == "too_slow"
    assert stream._child.returncode is not None


def test_a_child_that_is_killed_is_a_refusal(tmp_path: Path) -> None:
    path = plain(tmp_path, b"abc\n" * 2_000_000)  # more than a pipe holds: the child waits
    with Poured(path) as stream:
        assert stream.read(10)
        stream._child.kill()
        with pytest.raises(Refused) as refused:
            stream.readall()

    assert refused.value.code == "memory"


def test_whoever_wants_no_more_ends_the_child(tmp_path: Path) -> None:
    stream = Poured(plain(tmp_path, b"abc\n" * 2_000_000))
    assert stream.read(4) == b"abc\n"

    stream.close()
    stream.close()

    assert stream._child.returncode is not None


def test_the_child_may_write_no_file_and_is_limited(tmp_path: Path) -> None:
    told = json.dumps({"memory": 256 << 20, "cpu_seconds": 5})
    script = (
        "import json, resource, runpy, sys\n"
        f"child = runpy.run_path({str(poured._CHILD)!r})\n"
        f"child['confine'](json.loads({told!r}))\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_FSIZE)[1],"
        " resource.getrlimit(resource.RLIMIT_CPU)[1])\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in"
        " {'maillage', 'django', 'zipfile'}))\n"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert said == [f"{256 << 20} 0 5", "[]"]


@pytest.mark.parametrize("code", ["too_big", "bomb", "giant_cell", "memory", "too_slow", "crashed"])
def test_each_refusal_has_its_words_in_a_stock_file_too(code: str) -> None:
    assert REASONS[code] == FILES[code]


@pytest.mark.parametrize("after", [0, 40])
def test_a_stock_file_with_a_line_beyond_measure_is_refused_wherever_it_stands(
    tmp_path: Path, after: int
) -> None:
    rows = [firms.unit_row(number) for number in range(1, after + 1)]
    path = tmp_path / "StockUniteLegale_2020-01-01.csv"
    firms.write_csv(path, firms.UNIT_COLUMNS, rows)
    with path.open("ab") as file:
        file.write(b"x" * (2 * MEGABYTE))

    with pytest.raises(CannotTake) as refused, StockFile(path, "units").open() as lines:
        list(lines)

    assert refused.value.remark.code in {"giant_cell", "quotes"}


def test_the_fingerprint_of_a_refused_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "StockUniteLegale_2020-01-01.csv"
    firms.write_csv(path, firms.UNIT_COLUMNS, [firms.unit_row(n) for n in range(1, 2_000)])
    with path.open("ab") as file:
        file.write(b"x" * (2 * MEGABYTE))

    with pytest.raises(CannotTake) as refused, StockFile(path, "units").open() as lines:
        lines.exhaust()

    assert refused.value.remark.code == "giant_cell"
