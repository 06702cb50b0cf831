"""Photographs torn, spliced and mislabelled: refused for a reason or given back as the image alone, never with the place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from maillage.intake.reading import stripping
from tests.factories import pictures as make

PIXELS = 1_000_000
WHOLE = {"jpeg": make.jpeg(), "png": make.png(), "webp": make.webp()}
PLACE = make.exif(turned=6)
"""Which way is up, and the place: what a tear may put anywhere in a file."""
REASONS = dict.fromkeys(
    ("damaged", "not_understood", "not_a_picture", "too_many_pixels", "heic"), b""
)


def image_or_reason(data: bytes) -> bytes:
    """The image alone; empty when the file is refused, for a reason that the page has words for."""
    try:
        return stripping.strip(data, PIXELS)[3]
    except stripping.Stop as stop:
        return REASONS[str(stop)]


def tells_the_place(image: bytes) -> bool:
    """Whether it holds words of the place, or a directory of positions."""
    return any(one in image for one in (make.WHERE, b"Lille", b"\x88\x25\x00\x04", b"\x25\x88\x04"))


Tear = tuple[str, int, int]
TEARS = st.tuples(
    st.sampled_from(["cut", "drop", "twice", "noise", "comment"]),
    st.integers(0, 700),
    st.integers(1, 120),
)


def torn(data: bytes, tear: Tear) -> bytes:
    how, at, size = tear
    at %= len(data)
    before, piece, after = data[:at], data[at : at + size], data[at + size :]
    return {
        "cut": before,
        "drop": before + after,
        "twice": before + piece + piece + after,
        "noise": before + bytes(size) + after,
        "comment": before + make.segment(0xFE, PLACE) + piece + after,
    }[how]


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_photograph_is_given_back_without_the_place(kind: str) -> None:
    assert tells_the_place(WHOLE[kind])
    image = image_or_reason(WHOLE[kind])
    assert image
    assert not tells_the_place(image)
    assert image_or_reason(image) == image, "done twice, done once"


@pytest.mark.parametrize("kind", WHOLE)
def test_cut_anywhere_it_never_tells_the_place(kind: str) -> None:
    data = WHOLE[kind]
    given_back = [image_or_reason(data[:at]) for at in range(len(data))]
    assert not any(tells_the_place(image) for image in given_back)
    assert given_back[0] == given_back[11] == b""


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.lists(TEARS, min_size=1, max_size=3))
def test_torn_and_spliced_it_is_refused_for_a_reason_or_is_an_image_alone(
    kind: str, tears: list[Tear]
) -> None:
    data = WHOLE[kind]
    for tear in tears:
        data = torn(data, tear) or b"\0"
    image = image_or_reason(data)
    if image and kind != "webp":  # the length of a lossless image is known by drawing it alone
        assert not tells_the_place(image)
    assert image_or_reason(image or data) == image


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", stripping.PNG, b"RIFF\x40\0\0\0WEBP"]))  # fmt: skip
def test_what_is_no_photograph_is_refused_for_a_reason(noise: bytes, head: bytes) -> None:
    image_or_reason(head + noise)


# A segment of a JPEG that draws, by its name, and holds something else


@pytest.mark.parametrize("marker", sorted(stripping.DRAWN))
@pytest.mark.parametrize("nth", range(5))
def test_a_block_that_describes_under_the_name_of_one_that_draws_is_damage(
    marker: int, nth: int
) -> None:
    data = bytearray(make.jpeg())
    beside = [at for at in range(len(data)) if data[at] == 0xFF and data[at + 1 : at + 2] in (b"\xe1", b"\xe2", b"\xed", b"\xfe")]  # fmt: skip
    data[beside[nth] + 1] = marker
    assert image_or_reason(bytes(data)) == b""


@pytest.mark.parametrize(
    ("marker", "body", "holds"),
    [
        (0xDB, b"\0" + b"\1" * 64, True),
        (0xDB, b"\x10" + b"\1" * 128, True),
        (0xDB, (b"\0" + b"\1" * 64) * 2, True),
        (0xDB, b"\0" + b"\1" * 64 + make.WHERE, False),
        (0xDB, b"\x10" + b"\1" * 64, False),
        (0xC4, b"\0" + b"\2" + b"\0" * 15 + b"ab", True),
        (0xC4, (b"\0" + b"\1" + b"\0" * 15 + b"a") * 2, True),
        (0xC4, b"\0" + b"\1" + b"\0" * 15 + b"a" + make.WHERE, False),
        (0xDD, b"\0\x08", True),
        (0xDD, b"\0\x08" + make.WHERE, False),
        (0xDD, b"", False),
    ],
)
def test_a_table_is_as_long_as_it_says_and_nothing_stands_behind_it(
    marker: int, body: bytes, holds: bool
) -> None:
    plain = make.jpeg(bare=True)
    image = image_or_reason(plain[:2] + make.segment(marker, body) + plain[2:])
    assert bool(image) is holds
    assert not holds or make.segment(marker, body) in image
