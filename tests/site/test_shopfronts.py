"""The photographs of the demonstration: read back bit by bit, square by square, and let in by the door of all photographs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st

from maillage.intake import pictures
from maillage.site.demo import shopfronts
from maillage.site.demo.shopfronts import BLOCK, COMMENT, HIGH, PAINTS, WIDE, Colour

CODES = {
    "00": 0, "010": 1, "011": 2, "100": 3, "101": 4, "110": 5, "1110": 6, "11110": 7, "111110": 8,
}  # fmt: skip
"""How many bits follow: the table of the standard (T.81, table K.3)."""
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def differences(bits: Iterator[str]) -> Iterator[int]:
    """By how much each mean differs from the one before, up to the ones that fill the last byte."""
    while True:
        code = ""
        while code not in CODES:
            try:
                code += next(bits)
            except StopIteration:
                assert set(code) <= {"1"}, "nothing but filling is left over"
                assert len(code) < 8
                return
        told = "".join(next(bits) for _bit in range(CODES[code]))
        yield (int(told, 2) if told[0] == "1" else int(told, 2) - 2 ** len(told) + 1) if told else 0
        assert next(bits) == "0", "a square of one colour has no detail"


def read(data: bytes) -> list[Colour]:
    """The colours of the squares of an image, row by row, as a browser draws them."""
    scan = data[data.index(b"\xff\xda") + 2 + 12 : -2]
    assert not re.search(rb"\xff[^\x00]", scan), "nothing in the image looks like a marker"
    bits = iter("".join(f"{byte:08b}" for byte in scan.replace(b"\xff\0", b"\xff")))
    found, level = [], [0, 0, 0]
    told = list(differences(bits))
    assert len(told) % 3 == 0
    for at in range(0, len(told), 3):
        level = [was + added for was, added in zip(level, told[at : at + 3], strict=True)]
        light, blue, red = level[0] + 128, level[1], level[2]
        drawn = (light + 1.402 * red, light - 0.344 * blue - 0.714 * red, light + 1.772 * blue)
        found.append(tuple(round(one) for one in drawn))
    return found  # type: ignore[return-value]


def near(told: list[Colour], meant: list[Colour]) -> bool:
    """Whether each is the colour meant, but for rounding."""
    return len(told) == len(meant) and all(
        abs(one - other) <= 3
        for here, there in zip(told, meant, strict=True)
        for one, other in zip(here, there, strict=True)
    )


@pytest.mark.parametrize("seed", ["a", "b", "Lille"])
def test_a_front_is_read_back_square_by_square_and_the_door_keeps_the_image_alone(
    seed: str,
) -> None:
    squares = shopfronts.front(seed)
    drawn = shopfronts.jpeg(squares)
    assert COMMENT in drawn
    kept = pictures.read(drawn)
    assert (kept.kind, kept.width, kept.height) == ("jpeg", WIDE * BLOCK, HIGH * BLOCK)
    assert COMMENT not in kept.data
    assert len(kept.data) < 4000
    meant = [square for row in squares for square in row]
    assert near(read(kept.data), meant)
    assert len(set(meant)) > 5
    assert set(meant) & set(PAINTS)


def test_shops_differ_and_one_has_the_same_paint_wherever_it_is_seen_from() -> None:
    def paints(squares: list[list[Colour]]) -> set[Colour]:
        return {one for row in squares for one in row} & set(PAINTS)

    drawn = [[shopfronts.front(str(shop), view) for view in range(3)] for shop in range(12)]
    assert all(one != other for one, other in pairwise(drawn))
    for views in drawn:
        assert all(one != other for one, other in pairwise(views))
        assert {frozenset(paints(one)) for one in views} == {frozenset(paints(views[0]))}
    assert drawn[0] == [shopfronts.front("0", view) for view in range(3)]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5).flatmap(lambda wide: st.lists(
    st.lists(COLOURS, min_size=wide, max_size=wide), min_size=1, max_size=5
)))  # fmt: skip
def test_any_squares_are_written_so_that_they_are_read_back(squares: list[list[Colour]]) -> None:
    data = shopfronts.jpeg(squares)
    frame = data[data.index(b"\xff\xc0") :]
    assert int.from_bytes(frame[5:7]) == len(squares) * BLOCK
    assert int.from_bytes(frame[7:9]) == len(squares[0]) * BLOCK
    assert near(read(data), [square for row in squares for square in row])
