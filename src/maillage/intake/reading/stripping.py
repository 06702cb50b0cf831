"""The process that takes one photograph and gives the image back alone: no position, no device, no text, no second image.

    python -I -S stripping.py LIMITS < photograph > image

Alone on purpose, as the one that pours tables: it imports nothing of ours and decodes no pixel. A file is a row of
segments (JPEG) or chunks (PNG, WebP); those that draw the image are copied, all others are left out, whatever they
are called, and what follows the end too (a phone puts a film there, with the place where it was taken). What is not
understood is refused. Its last word, on the error channel, is `jpeg 1200 1600`, or why the file is refused.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:  # not loaded: the child starts for each photograph
    from collections.abc import Iterator, Mapping

#: Frames by Huffman codes, which every browser draws; tables, restarts.
FRAMES, SCAN, END = {0xC0, 0xC1, 0xC2}, 0xDA, 0xD9
EXIF, ADOBE, COMMENT = 0xE1, 0xEE, 0xFE
QUANTIZATION, CODES, RESTARTS = 0xDB, 0xC4, 0xDD
DRAWN, BESIDE = FRAMES | {QUANTIZATION, CODES, RESTARTS, SCAN}, {*range(0xE0, 0xF0), COMMENT}
#: Where the bits of a scan end: a marker that is neither a stuffed zero, nor a restart, nor filling.
AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
ORIENTATION, SHORT, ON_ITS_SIDE = 0x0112, 3, 5

PNG = b"\x89PNG\r\n\x1a\n"
PNG_DRAWS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
WEBP_DRAWS = {b"VP8 ", b"VP8L", b"ALPH"}
HAS_ALPHA = 0x10

Stripped = tuple[str, int, int, bytes]


class Stop(Exception):  # noqa: N818 -- it names what happens
    """The photograph is refused, for this reason."""


def confine(limits: Mapping[str, int]) -> None:
    """Give up memory, time and the right to write files beyond what a photograph needs."""
    for what, at_most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (at_most, at_most))


def number(data: bytes, at: int, size: int = 2, order: str = "big") -> int:
    """A whole number of the file; a file that ends before it is damaged."""
    if len(data) < at + size:
        raise Stop("damaged")
    return int.from_bytes(data[at : at + size], "little" if order == "little" else "big")


# JPEG


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG up to its end, each with its marker; a scan comes with its bits."""
    at = 2
    while True:
        while data[at + 1 : at + 2] == b"\xff":  # a marker may be filled up to
            at += 1
        if data[at : at + 1] != b"\xff":
            raise Stop("damaged")
        marker = number(data, at + 1, 1)
        if marker == END:
            return
        end = at + 2 + number(data, at + 2)
        if end < at + 4 or end > len(data):
            raise Stop("damaged")
        body = checked(marker, data[at + 4 : end])
        if marker == SCAN:
            found = AFTER_SCAN.search(data, end)
            if not found:
                raise Stop("damaged")
            end = found.start()
        yield marker, data[at:end] if marker in DRAWN else body
        at = end


def checked(marker: int, body: bytes) -> bytes:
    """What a segment holds; one that draws, and is not as long as it says, holds something else under its name."""
    if marker in DRAWN and len(body) != length_told(marker, body):
        raise Stop("damaged")
    return body


def length_told(marker: int, body: bytes) -> int:
    """How long a segment that draws is by what it says of itself (ITU-T T.81, B.2): nothing hides behind its words."""
    if marker in FRAMES:
        return 6 + 3 * number(body, 5, 1)
    if marker == SCAN:
        return 4 + 2 * number(body, 0, 1)
    if marker == RESTARTS:
        return 2
    at = 0
    while at < len(body):
        if marker == QUANTIZATION:
            at += 129 if body[at] >> 4 else 65
        else:
            at += 17 + sum(body[at + 1 : at + 17])
    return at


def jpeg(data: bytes) -> Stripped:
    """A JPEG without what describes it; which way is up is written anew, and how its colours are coded."""
    parts = list(segments(data))
    if any(marker not in DRAWN and marker not in BESIDE for marker, _body in parts):
        raise Stop("not_understood")
    frames = [body for marker, body in parts if marker in FRAMES]
    if len(frames) > 1:
        raise Stop("not_understood")
    if not frames or not any(marker == SCAN for marker, _body in parts):
        raise Stop("damaged")
    turned = next(filter(None, (orientation(b) for marker, b in parts if marker == EXIF)), 1)
    coded = next(filter(None, (colours(b) for marker, b in parts if marker == ADOBE)), b"")
    drawn = [body for marker, body in parts if marker in DRAWN]
    width, height = number(frames[0], 7), number(frames[0], 5)
    image = b"".join([b"\xff\xd8", upright(turned), coded, *drawn, b"\xff\xd9"])
    return "jpeg", *((width, height) if turned < ON_ITS_SIDE else (height, width)), image


def colours(body: bytes) -> bytes:
    """A segment that says how colours are coded, and nothing else, from one that does."""
    if not body.startswith(b"Adobe") or len(body) < 12:
        return b""
    return b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + body[11:12]


def orientation(body: bytes) -> int:
    """Which way is up, 1 to 8, as the camera wrote it; 0 when it did not, or not so that it can be read."""
    if not body.startswith(b"Exif\0\0"):
        return 0
    told = body[6:]
    order = "little" if told[:2] == b"II" else "big"
    try:
        first = number(told, 4, 4, order)
        for rank in range(min(number(told, first, 2, order), 200)):
            at = first + 2 + rank * 12
            if (number(told, at, 2, order), number(told, at + 2, 2, order)) == (ORIENTATION, SHORT):
                found = number(told, at + 8, 2, order)
                return found if 1 <= found <= 8 else 0
    except Stop:
        return 0
    return 0


def upright(turned: int) -> bytes:
    """A segment that says which way is up, and nothing else."""
    if turned == 1:
        return b""
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + turned.to_bytes(2, "big") + b"\0\0"
    return (
        b"\xff\xe1\x00\x22Exif\0\0MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    )


# PNG


def png(data: bytes) -> Stripped:
    """A PNG reduced to its header, palette, transparency and pixels."""
    drawn, at, name = [], len(PNG), b""
    while name != b"IEND":
        length = number(data, at, 4)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != number(data, end - 4, 4):
            raise Stop("damaged")
        if (name == b"IHDR") != (at == len(PNG)):
            raise Stop("damaged")
        if name in PNG_DRAWS:
            drawn.append(data[at:end])
        elif not name[0] & 0x20:  # by its own name, nothing can be drawn without it
            raise Stop("not_understood")
        at = end
    if not any(chunk[4:8] == b"IDAT" for chunk in drawn):
        raise Stop("damaged")
    return "png", number(drawn[0], 8, 4), number(drawn[0], 12, 4), b"".join([PNG, *drawn])


# WebP


def webp(data: bytes) -> Stripped:
    """A WebP of one image, with its transparency when it has one."""
    drawn, at, end = {}, 12, 8 + number(data, 4, 4, "little")
    if end > len(data):
        raise Stop("damaged")
    while at + 8 <= end:
        name, length = data[at : at + 4], number(data, at + 4, 4, "little")
        if at + 8 + length > end:
            raise Stop("damaged")
        if name in {b"ANIM", b"ANMF"} or name in drawn:
            raise Stop("not_understood")
        if name in WEBP_DRAWS:
            drawn[name] = data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    images = [name for name in (b"VP8 ", b"VP8L") if name in drawn]
    if len(images) != 1:
        raise Stop("damaged")
    image = drawn[images[0]]
    width, height = lossy_size(image) if images[0] == b"VP8 " else lossless_size(image)
    body = b"WEBP"
    if b"ALPH" in drawn and images[0] == b"VP8 ":
        canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body += chunk(b"VP8X", bytes([HAS_ALPHA, 0, 0, 0]) + canvas) + chunk(
            b"ALPH", drawn[b"ALPH"]
        )
    body += chunk(images[0], image)
    return "webp", width, height, b"RIFF" + len(body).to_bytes(4, "little") + body


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of WebP, padded."""
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def lossy_size(image: bytes) -> tuple[int, int]:
    """What the first frame says."""
    if image[3:6] != b"\x9d\x01\x2a":
        raise Stop("damaged")
    return number(image, 6, 2, "little") & 0x3FFF, number(image, 8, 2, "little") & 0x3FFF


def lossless_size(image: bytes) -> tuple[int, int]:
    """What the header says, less one each."""
    if image[:1] != b"\x2f":
        raise Stop("damaged")
    told = number(image, 1, 4, "little")
    return (told & 0x3FFF) + 1, (told >> 14 & 0x3FFF) + 1


def strip(data: bytes, pixels: int) -> Stripped:
    """The image alone: what it is, its width and height once upright, its bytes.

    Raises:
        Stop: it is none of the three, damaged, not understood, or too large to be opened.
    """
    if data.startswith(b"\xff\xd8\xff"):
        found = jpeg(data)
    elif data.startswith(PNG):
        found = png(data)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        found = webp(data)
    else:
        raise Stop("heic" if data[4:8] == b"ftyp" else "not_a_picture")
    if not 0 < found[1] * found[2] <= pixels:
        raise Stop("too_many_pixels" if found[1] and found[2] else "damaged")
    return found


def main(limits: Mapping[str, int]) -> str:
    """Give the image; the last word to say of it."""
    try:
        kind, width, height, image = strip(sys.stdin.buffer.read(), limits["pixels"])
    except Stop as stop:
        return str(stop)
    except MemoryError:
        return "too_many_pixels"
    rest = memoryview(image)
    while rest:
        rest = rest[os.write(1, rest) :]
    return f"{kind} {width} {height}"


if __name__ == "__main__":
    allowed = json.loads(sys.argv[1])
    confine(allowed)
    os.write(2, main(allowed).encode())
