"""Photographs that come in: the image and nothing beside it, whatever a phone wrote there; the rest refused in words."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.intake import pictures
from maillage.intake.reading import stripping
from maillage.kernel.errors import Invalid
from tests.factories import pictures as make

PIXELS = 1_000_000

# Which way is up is kept, in either order of bytes: a photograph on its side is eight by sixteen.
TAKEN = [
    ("JPEG", make.jpeg(), "jpeg", (16, 8)),
    ("JPEG, bare", make.jpeg(bare=True), "jpeg", (16, 8)),
    ("JPEG on its side", make.jpeg(turned=6), "jpeg", (8, 16)),
    ("JPEG on its side, little-endian", make.jpeg(turned=8, order="little"), "jpeg", (8, 16)),
    ("JPEG upside down", make.jpeg(turned=3), "jpeg", (16, 8)),
    ("JPEG turned in no known way", make.jpeg(turned=9), "jpeg", (16, 8)),
    ("PNG", make.png(), "png", (3, 2)),
    ("PNG that moves: its first image", make.png(make.chunk(b"acTL", make.WHERE)), "png", (3, 2)),
    ("WebP", make.webp(), "webp", (5, 4)),
    ("WebP with an unknown chunk", make.webp(make.riff(b"GEOL", make.WHERE)), "webp", (5, 4)),
]


@pytest.mark.parametrize(
    ("data", "kind", "size"), [c[1:] for c in TAKEN], ids=[c[0] for c in TAKEN]
)
def test_the_image_is_kept_and_the_place_is_not(
    data: bytes, kind: str, size: tuple[int, int]
) -> None:
    told, *drawn_size, image = stripping.strip(data, PIXELS)
    assert (told, tuple(drawn_size)) == (kind, size)
    for secret in (make.WHERE, b"xap", b"MPF", b"Photoshop", b"ftyp", b"eXIf", b"tEXt", b"XMP"):
        assert secret not in image
    assert stripping.strip(image, PIXELS)[3] == image, "there is nothing left to take away"


REFUSED = [
    ("nothing", b"", "neither JPEG"),
    ("a page", b"<!DOCTYPE html><script>1</script>", "neither JPEG"),
    ("a film", make.FILM, "HEIC"),
    ("a JPEG cut short", make.jpeg(bare=True)[:-3], "damaged"),
    ("a JPEG cut in a segment", make.jpeg()[:40], "damaged"),
    ("a JPEG without image", b"\xff\xd8\xff\xd9", "damaged"),
    ("two frames", make.jpeg(bare=True)[:-2] + make.jpeg(bare=True)[2:], "not understood"),
    ("arithmetic coding", make.jpeg(frame=0xC9), "not understood"),
    ("a check that is wrong", make.png()[:-40] + b"\0" + make.png()[-39:], "damaged"),
    ("a chunk to be understood", make.png(make.chunk(b"GEOL", make.WHERE)), "not understood"),
    ("too many pixels", make.png(width=30_000, height=30_000), "too many pixels"),
    ("no pixel", make.png(width=0), "damaged"),
    ("a WebP that moves", make.webp(make.riff(b"ANIM", b"")), "not understood"),
    ("a WebP twice", make.webp(make.riff(b"VP8L", b"\x2f")), "not understood"),
    ("a WebP without image", b"RIFF\x04\0\0\0WEBP", "damaged"),
    ("over four megabytes", b"\xff" * (pictures.LARGEST + 1), "over 4 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "why"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_anything_else_is_refused_with_what_to_do(data: bytes, why: str) -> None:
    with translation.override("en"), pytest.raises(Invalid, match=why) as refusal:
        pictures.read(data)
    assert refusal.value.remedy
    assert set(refusal.value.fields) == {"photo"}


def test_the_child_gives_the_image_and_how_large_it_is() -> None:
    kept = pictures.read(make.jpeg(turned=6))
    assert (kept.kind, kept.width, kept.height) == ("jpeg", 8, 16)
    assert kept.data == stripping.strip(make.jpeg(turned=6), PIXELS)[3]
    with pytest.raises(Invalid):  # bits that never end
        pictures.read(make.jpeg(bare=True)[:-2] + b"\xff\0" * 1_000_000)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (pictures.Limits(cpu_seconds=0), "damaged"),
        (pictures.Limits(memory=1 << 20), "too many pixels"),
        (pictures.Limits(pixels=16 * 8 - 1), "too many pixels"),
        (pictures.Limits(pixels=16 * 8), ""),
    ],
)
def test_the_child_has_no_more_time_memory_or_pixels_than_it_is_given(
    limits: pictures.Limits, why: str
) -> None:
    bare = make.jpeg(bare=True)
    heavy = bare[:2] + make.segment(0xFE, bytes(60_000)) * 60 + bare[2:]
    if not why:
        assert pictures.read(heavy, limits).data == bare
        return
    with translation.override("en"), pytest.raises(Invalid, match=why):
        pictures.read(heavy, limits)


SAMPLES = [make.jpeg(turned=6), make.png(), make.webp()]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SAMPLES), st.floats(0, 1), st.binary(max_size=6), st.integers(0, 12))
def test_a_file_changed_anywhere_is_read_to_its_end_or_refused(
    data: bytes, where: float, put: bytes, taken: int
) -> None:
    """Never an error of ours, never more than came in, and what is given back is taken as it is."""
    at = int(where * len(data))
    changed = data[:at] + put + data[at + taken :]
    why, image = "", b""
    try:
        *_told, image = stripping.strip(changed, PIXELS)
    except stripping.Stop as stop:
        why = str(stop)
    assert why in pictures._WHY or image
    assert len(image) <= len(changed) + len(stripping.upright(6))
    assert not image or stripping.strip(image, PIXELS)[3] == image


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*range(0xE0, 0xF0), 0xFE]), st.binary(max_size=30)), max_size=5
    )
)
def test_no_segment_that_draws_nothing_comes_through(beside: list[tuple[int, bytes]]) -> None:
    told = b"".join(make.segment(marker, body + make.WHERE) for marker, body in beside)
    bare = make.jpeg(bare=True)
    assert make.WHERE not in stripping.strip(bare[:2] + told + bare[2:], PIXELS)[3]
