"""Photographs of tests: small, real, built byte by byte, with all that a phone writes beside the image."""

from __future__ import annotations

import zlib

WHERE = b"N50.6292 E3.0573 Lille"
"""What a photograph tells of the place; it stands in each block that could hold it."""
FILM = b"\x00\x00\x00\x18ftypmp42" + WHERE


def segment(marker: int, body: bytes) -> bytes:
    """A segment of JPEG."""
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def exif(turned: int = 1, order: str = "big") -> bytes:
    """Which way is up, the device, and a directory of positions, in either order of bytes."""

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little" if order == "little" else "big")

    def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
        return number(tag, 2) + number(kind, 2) + number(count, 4) + value.ljust(4, b"\0")

    size = len(WHERE)
    rows = [
        entry(0x010F, 2, size, number(50, 4)),
        entry(0x0112, 3, 1, number(turned, 2)),
        entry(0x8825, 4, 1, number(50 + size, 4)),
    ]
    first = number(len(rows), 2) + b"".join(rows) + number(0, 4)
    position = number(1, 2) + entry(2, 5, 3, number(8, 4)) + number(0, 4)
    head = (b"II" if order == "little" else b"MM") + number(42, 2) + number(8, 4)
    return head + first + WHERE + position + WHERE


def jpeg(turned: int = 1, order: str = "big", frame: int = 0xC0, *, bare: bool = False) -> bytes:
    """Sixteen grey pixels by eight; the position in EXIF, XMP, a comment, a second image and a film at the end."""
    tables = segment(0xDB, b"\0" + b"\1" * 64)
    tables += segment(0xC4, b"\x00" + b"\1" + b"\0" * 15 + b"\0")
    tables += segment(0xC4, b"\x10" + b"\1" + b"\0" * 15 + b"\0")
    drawn = segment(frame, b"\x08\x00\x08\x00\x10\x01\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x0f"
    image = tables + drawn + scan + b"\xff\xd9"
    if bare:
        return b"\xff\xd8" + image
    beside = [
        segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        segment(0xE1, b"Exif\0\0" + exif(turned, order)),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + WHERE),
        segment(0xE2, b"MPF\0" + WHERE),
        segment(0xED, b"Photoshop 3.0\0" + WHERE),
        segment(0xFE, WHERE),
    ]
    return b"\xff\xd8" + b"".join(beside) + image + b"\xff\xd8" + image + FILM


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of PNG, with its check."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png(beside: bytes = b"", width: int = 3, height: int = 2) -> bytes:
    """A few grey pixels; the position in EXIF, a text and after the end."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    pixels = zlib.compress((b"\0" + b"\x80" * min(width, 9)) * min(height, 9))
    chunks = [
        chunk(b"IHDR", head), chunk(b"eXIf", exif()), chunk(b"tEXt", b"Comment\0" + WHERE), beside,
        chunk(b"IDAT", pixels), chunk(b"IEND", b""), FILM,
    ]  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def riff(name: bytes, body: bytes) -> bytes:
    """A chunk of WebP."""
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def webp(beside: bytes = b"", width: int = 5, height: int = 4) -> bytes:
    """Pixels of one colour, coded without loss; the position in EXIF, XMP and after the end."""
    bits = [(width - 1, 14), (height - 1, 14), (0, 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    for value in (0x80, 0x80, 0x80, 0xFF):  # green, red, blue, alpha: each one symbol of eight bits
        bits += [(1, 1), (0, 1), (1, 1), (value, 8)]
    bits += [(1, 1), (0, 1), (0, 1), (0, 1)]
    total, at = 0, 0
    for value, length in bits:
        total, at = total | value << at, at + length
    image = b"\x2f" + total.to_bytes((at + 7) // 8, "little")
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + riff(b"VP8X", b"\x0c\0\0\0" + canvas) + riff(b"VP8L", image) + beside
    body += riff(b"EXIF", exif()) + riff(b"XMP ", WHERE)
    return b"RIFF" + len(body).to_bytes(4, "little") + body + FILM
