"""Shop fronts that stand nowhere, as JPEG: flat squares of colour, drawn from a seed. No photograph of the world is here.

A square is a block of the format (ITU-T T.81, baseline): with one colour it has no detail, so that of the whole coder
only the mean of each block is left to write, and an image weighs about two kilobytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

BLOCK = 8
WIDE, HIGH = 40, 30
"""How many squares."""
SKY, SIGN, AWNING, PAVEMENT = 6, 9, 13, 25
"""From which row on there is no sky any more, no sign, no awning; and from which one walks."""

DOORS = (5, 15, 27)
"""In which column the door begins."""

Colour = tuple[int, int, int]
CLEAR, CREAM, SLATE, GLASS = (198, 220, 236), (244, 236, 216), (96, 100, 108), (150, 186, 200)
PAINTS: tuple[Colour, ...] = (
    (150, 62, 48), (46, 92, 110), (64, 104, 62), (122, 88, 140), (200, 150, 60), (92, 74, 58),
)  # fmt: skip

MEANS = (0, 1, 5, 1, 1, 1, 1, 1, 1)
"""How many codes of each length, from one bit on, write by how much a mean differs (T.81, K.3): in 0 to 8 bits, and more."""
NO_DETAIL = "0"
COMMENT = b"Drawn for the demonstration: no such shop exists"


def front(shop: str, view: int = 0) -> list[list[Colour]]:
    """The squares of a shop seen from one of three places: sky, wall, sign, striped awning, door and window, pavement."""
    chance = random.Random(shop)  # noqa: S311 -- an invented drawing, not a secret
    wall, cloth, wood = chance.sample(PAINTS, 3)
    door = DOORS[(chance.randrange(len(DOORS)) + view) % len(DOORS)]
    window = range(door + 9, door + 20) if door < WIDE // 2 else range(door - 16, door - 3)

    def square(row: int, column: int) -> Colour:
        if row < SKY:
            return CLEAR
        if row >= PAVEMENT:
            return SLATE if (row + column) % 5 else GLASS
        if row < SIGN:
            return CREAM if 8 <= column < WIDE - 8 else wall
        if row < AWNING:
            return cloth if column // 3 % 2 else CREAM
        if column in range(door, door + 6):
            return wood
        return GLASS if column in window and row < PAVEMENT - 4 else wall

    return [[square(row, column) for column in range(WIDE)] for row in range(HIGH)]


def jpeg(squares: Sequence[Sequence[Colour]]) -> bytes:
    """Squares as a JPEG, with a comment as cameras leave some."""
    high, wide = len(squares) * BLOCK, len(squares[0]) * BLOCK
    counts = bytes(MEANS).ljust(16, b"\0")
    frame = bytes([8, *high.to_bytes(2), *wide.to_bytes(2), 3])
    frame += b"".join(bytes([part, 0x11, 0]) for part in (1, 2, 3))
    return b"".join([
        b"\xff\xd8",
        _segment(0xFE, COMMENT),
        _segment(0xDB, b"\0" + bytes([BLOCK]) * 64),
        _segment(0xC0, frame),
        _segment(0xC4, b"\x00" + counts + bytes(range(sum(MEANS)))),
        _segment(0xC4, b"\x10" + b"\1".ljust(16, b"\0") + b"\0"),
        _segment(0xDA, b"\x03\1\0\2\0\3\0\x00\x3f\x00"),
        _packed(_bits(square for row in squares for square in row)),
        b"\xff\xd9",
    ])  # fmt: skip


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


def _codes() -> list[str]:
    """The code of each number of bits, the shortest first: each follows the one before, longer ones begin with it."""
    codes, code = [], 0
    for length, many in enumerate(MEANS, 1):
        for _one in range(many):
            codes.append(f"{code:0{length}b}")
            code += 1
        code <<= 1
    return codes


def _bits(squares: Iterable[Colour]) -> Iterator[str]:
    """Of each square its light and its two colours, each as what it adds to that of the square before."""
    codes, before = _codes(), (0, 0, 0)
    for square in squares:
        now = _levels(square)
        for is_now, was in zip(now, before, strict=True):
            added = is_now - was
            size = added.bit_length()
            told = added if added > 0 else added + (1 << size) - 1
            yield codes[size] + (f"{told:0{size}b}" if size else "") + NO_DETAIL
        before = now


def _levels(colour: Colour) -> tuple[int, int, int]:
    """Light and two colours (JFIF), around zero."""
    red, green, blue = colour
    light = 0.299 * red + 0.587 * green + 0.114 * blue
    return round(light) - 128, round((blue - light) * 0.564), round((red - light) * 0.713)


def _packed(bits: Iterable[str]) -> bytes:
    """Bits as bytes, filled up with ones; a byte that looks like a marker is followed by a zero."""
    row = "".join(bits)
    row += "1" * (-len(row) % 8)
    return int(row, 2).to_bytes(len(row) // 8).replace(b"\xff", b"\xff\0")
