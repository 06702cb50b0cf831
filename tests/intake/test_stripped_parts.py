"""What draws an image, kind by kind: kept to the byte; what does not, wherever it stands: gone; what is torn: refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maillage.intake import pictures
from maillage.intake.reading import stripping
from tests.factories import pictures as make

PIXELS = 1_000_000


def image_of(data: bytes) -> bytes:
    return stripping.strip(data, PIXELS)[3]


def why_not(data: bytes) -> str:
    with pytest.raises(stripping.Stop) as stop:
        stripping.strip(data, PIXELS)
    return str(stop.value)


# JPEG

HEAD, BODY = make.jpeg(bare=True)[:2], make.jpeg(bare=True)[2:]
SCAN_AT = BODY.index(b"\xff\xda")
BEFORE, SCAN = BODY[:SCAN_AT], BODY[SCAN_AT:]
SCAN_HEAD = SCAN[:10]

# Bits of a scan that must come through as they are: nothing in them ends it.
BITS = [
    ("plain bits", b"\x0f"),
    ("a stuffed zero", b"\x0f\xff\x00\x0f"),
    ("restarts", b"\x0f\xff\xd0\x0f\xff\xd7\x0f"),
    ("a stuffed zero, then a restart", b"\xff\x00\xff\xd1\x00"),
]


@pytest.mark.parametrize("bits", [b[1] for b in BITS], ids=[b[0] for b in BITS])
def test_the_bits_of_a_scan_come_through_as_they_are(bits: bytes) -> None:
    data = HEAD + BEFORE + SCAN_HEAD + bits + b"\xff\xd9"
    assert image_of(data) == data


def test_every_scan_of_a_progressive_image_comes_through_and_nothing_between_them() -> None:
    first, then = SCAN_HEAD + b"\x0f", SCAN_HEAD + b"\x1f"
    frame = BEFORE.replace(b"\xff\xc0", b"\xff\xc2")
    told = make.segment(0xE1, b"Exif\0\0" + make.exif()) + make.segment(0xFE, make.WHERE)
    data = HEAD + frame + first + told + then + b"\xff\xd9"
    assert image_of(data) == HEAD + frame + first + then + b"\xff\xd9"


def test_filling_before_a_marker_is_no_marker() -> None:
    data = HEAD + b"\xff\xff" + BEFORE + b"\xff\xff" + SCAN
    assert image_of(data) == HEAD + BEFORE + SCAN


# How colours are coded is told by the last byte; the rest of the segment is written anew.
ADOBE = [
    ("coded", b"Adobe\x00\x64\x80\x00\x00\x00\x01", b"\x01"),
    ("coded, and more after it", b"Adobe\x00\x64\x80\x00\x00\x00\x02" + make.WHERE, b"\x02"),
    ("too short to tell", b"Adobe\x00\x64", b""),
    ("another's", b"Other\x00\x64\x00\x00\x00\x00\x01", b""),
]


@pytest.mark.parametrize(("body", "kept"), [a[1:] for a in ADOBE], ids=[a[0] for a in ADOBE])
def test_how_colours_are_coded_is_all_that_is_kept_of_its_segment(body: bytes, kept: bytes) -> None:
    image = image_of(HEAD + make.segment(0xEE, body) + BODY)
    wanted = make.segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00" + kept) if kept else b""
    assert image == HEAD + wanted + BODY


# What a camera writes of which way is up, and what is understood of it.
TURNED = [
    ("no header", make.exif(6), 0),
    ("cut before the directory", b"Exif\0\0" + make.exif(6)[:6], 0),
    ("cut in the directory", b"Exif\0\0" + make.exif(6)[:24], 0),
    ("a directory far beyond", b"Exif\0\0MM\0\x2a\xff\xff\xff\xff", 0),
    ("zero", b"Exif\0\0" + make.exif(0), 0),
    ("nine", b"Exif\0\0" + make.exif(9), 0),
    *[(f"{n}, {o}", b"Exif\0\0" + make.exif(n, o), n) for n in range(1, 9) for o in ("big", "little")],
]  # fmt: skip


@pytest.mark.parametrize(("body", "turned"), [t[1:] for t in TURNED], ids=[t[0] for t in TURNED])
def test_which_way_is_up_is_read_or_left_alone(body: bytes, turned: int) -> None:
    assert stripping.orientation(body) == turned
    if turned > 1:
        written = stripping.upright(turned)
        assert stripping.orientation(written[4:]) == turned
        assert len(written) == int.from_bytes(written[2:4], "big") + 2


# PNG

# A palette and its transparency draw; a profile, a time, private chunks do not.
CHUNKS = [
    (b"PLTE", True),
    (b"tRNS", True),
    (b"iCCP", False),
    (b"tIME", False),
    (b"zTXt", False),
    (b"iTXt", False),
    (b"gpSx", False),
    (b"fcTL", False),
]


@pytest.mark.parametrize(("name", "draws"), CHUNKS, ids=[c[0].decode() for c in CHUNKS])
def test_a_chunk_of_png_comes_through_when_it_draws(name: bytes, draws: bool) -> None:
    one = make.chunk(name, make.WHERE)
    assert (one in image_of(make.png(one))) is draws


def test_a_png_that_begins_otherwise_or_holds_no_pixel_is_damaged() -> None:
    bare = image_of(make.png())
    signature, head = bare[:8], bare[8:33]
    end = make.chunk(b"IEND", b"")
    assert why_not(signature + make.chunk(b"IDAT", b"x") + end) == "damaged"
    assert why_not(signature + head + head + end) == "damaged"
    assert why_not(signature + head + end) == "damaged"
    assert why_not(bare[:-1]) == "damaged"


# WebP


def lossy(width: int, height: int) -> bytes:
    """The head of a frame coded with loss; its bits are never looked at."""
    size = width.to_bytes(2, "little") + height.to_bytes(2, "little")
    return b"\x30\x01\x00\x9d\x01\x2a" + size + b"bits"


def container(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def test_a_lossy_webp_keeps_its_transparency_and_says_only_that_of_itself() -> None:
    image, alpha = make.riff(b"VP8 ", lossy(300, 200)), make.riff(b"ALPH", b"veil!")
    told = make.riff(b"EXIF", make.WHERE)
    flags = make.riff(b"VP8X", b"\x3c\0\0\0" + b"\x2b\x01\0" + b"\xc7\0\0")
    kind, width, height, kept = stripping.strip(container(flags, alpha, image, told), PIXELS)
    assert (kind, width, height) == ("webp", 300, 200)
    plain = make.riff(b"VP8X", b"\x10\0\0\0" + b"\x2b\x01\0" + b"\xc7\0\0")
    assert kept == container(plain, alpha, image)
    assert image_of(container(image, told)) == container(image)


TORN = [
    ("both codings", container(make.riff(b"VP8 ", lossy(2, 2)), make.riff(b"VP8L", b"\x2f\0\0\0\0"))),
    ("no key frame", container(make.riff(b"VP8 ", b"\x30\x01\x00\0\0\0\2\0\2\0"))),
    ("no signature", container(make.riff(b"VP8L", b"\x2e\0\0\0\0"))),
    ("a size that is cut", container(make.riff(b"VP8L", b"\x2f\0\0"))),
    ("a chunk longer than the file", container(b"VP8 \xff\xff\0\0" + lossy(2, 2))),
    ("a file shorter than it says", container(make.riff(b"VP8 ", lossy(2, 2)))[:-6]),
]  # fmt: skip


@pytest.mark.parametrize("data", [t[1] for t in TORN], ids=[t[0] for t in TORN])
def test_a_torn_webp_is_damaged(data: bytes) -> None:
    assert why_not(data) == "damaged"


# The child


def test_the_child_finds_nothing_of_ours_and_writes_no_file(tmp_path: Path) -> None:
    """Alone, without packages and without our secrets: its file runs from anywhere, and cannot write."""
    alone = tmp_path / "stripping.py"
    trying = "\nopen(sys.argv[0] + '.out', 'w').write('x' * 10)\n"
    alone.write_text(Path(stripping.__file__).read_text("utf-8") + trying, "utf-8")
    limits = json.dumps({"memory": 256 << 20, "cpu_seconds": 5, "pixels": PIXELS})
    command = [sys.executable, "-I", "-S", str(alone), limits]
    done = subprocess.run(command, input=make.png(), capture_output=True, check=False, env={})
    assert done.stdout == image_of(make.png())
    assert done.stderr.startswith(b"png 3 2")
    assert not (tmp_path / "stripping.py.out").read_bytes()


def test_every_reason_has_its_words_and_its_remedy() -> None:
    reasons = {"heic", "not_a_picture", "not_understood", "damaged", "too_many_pixels", "too_big"}
    assert set(pictures._WHY) == reasons
    for code in reasons:
        refusal = pictures.refused(code)
        assert str(refusal.reason)
        assert str(refusal.remedy) in str(refusal.fields["photo"])
    assert pictures.refused("killed").reason == pictures.refused("damaged").reason
