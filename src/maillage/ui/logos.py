"""A partner's logo, judged by what the file holds and never by its name: PNG or SVG, at most 100 kB.

It is shown to everybody on every page and drawn in reports. An SVG is a program that browsers run when
it is opened alone: one that holds more than drawing is refused, not cleaned, so that what is shown is
what was given.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid
from maillage.ui import reports

LARGEST: Final = 100_000
MOST_PIXELS: Final = 4_000_000
MOST_USES: Final = 16  # copies of copies unfold without end
PNG, SVG = "image/png", "image/svg+xml"
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_DRAWING: Final = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "metadata",
        "style",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "marker",
        "filter",
        "feGaussianBlur",
        "feOffset",
        "feBlend",
        "feColorMatrix",
        "feComposite",
        "feFlood",
        "feMerge",
        "feMergeNode",
        "switch",
        "view",
    ]
)
# Notes that drawing programs leave for themselves; no browser acts on them.
_INERT: Final = (
    "http://www.inkscape.org/", "http://sodipodi.sourceforge.net/", "http://www.w3.org/1999/02/22-rdf",
    "http://creativecommons.org/", "http://purl.org/dc/", "http://web.resource.org/cc/",
    "http://ns.adobe.com/", "http://www.bohemiancoding.com/",
)  # fmt: skip
_OUTSIDE: Final = re.compile(
    r"url\s*\(\s*['\"]?\s*(?!['\"#\s])|@|\\|//|:\s*image|-set\s*\(|\bsrc\b|expression|(?:script|data):",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A drawing that may be shown: its bytes and what they are."""

    data: bytes
    type: str


def read(data: bytes) -> Logo:
    """The logo of these bytes.

    Raises:
        Invalid: too large, neither PNG nor SVG, damaged, or holding something else than a drawing.
    """
    if len(data) > LARGEST:
        raise _refused(_("This file is over 100 kB: reduce it."))
    if data.startswith(_SIGNATURE):
        _check_png(data)
        found = Logo(data, PNG)
    elif b"<svg" in data[:4000] or b":svg" in data[:4000]:
        _check_svg(data)
        found = Logo(data, SVG)
    else:
        raise _refused(_("This file is neither a PNG nor an SVG image."))
    if not reports.draws(reports.Emblem(found.data, found.type, "")):
        raise _refused(_("This image cannot be drawn on paper: save it again."))
    return found


def _refused(reason: str) -> Invalid:
    return Invalid(reason, fields={"logo": reason})


def _check_png(data: bytes) -> None:
    try:
        chunks = list(_chunks(data))
        width, height = struct.unpack(">II", chunks[0][1][:8])
        drawn = b"".join(body for name, body in chunks if name == b"IDAT")
        # Read a little further than an honest image goes: what unfolds without end is not read to its end.
        most = (width * 8 + 8) * height + 8 * height
        whole = chunks[0][0] == b"IHDR" and 0 < width * height <= MOST_PIXELS
        unfolded = zlib.decompressobj().decompress(drawn, most + 1) if whole else b""
    except (struct.error, zlib.error, IndexError, ValueError) as fault:
        raise _refused(_("This PNG image is damaged: save it again.")) from fault
    if not whole:
        raise _refused(_("This PNG image has more than 4 million pixels: reduce it."))
    if not height <= len(unfolded) <= most:
        raise _refused(_("This PNG image is damaged: save it again."))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG file, each with its sum checked, up to its end and not one byte further."""
    at, name = len(_SIGNATURE), b""
    while name != b"IEND":
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (said,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        if zlib.crc32(name + body) != said:
            raise ValueError("a part does not match its sum")
        yield name, body
        at += 12 + length
    if at != len(data):
        raise ValueError("something follows the image")


def _check_svg(data: bytes) -> None:
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    reading = _Reading()
    parser.StartElementHandler = reading.open
    parser.EndElementHandler = reading.close
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.ProcessingInstructionHandler = reading.instruction
    try:
        data.decode("utf-8")
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeDecodeError) as fault:
        raise _refused(_("This SVG image cannot be read: save it again.")) from fault


class _Reading:
    """One pass over an SVG file that stops at the first thing which is not drawing."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.styles: list[str] = []
        self.uses = 0

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins: of the drawing, or an inert note of a drawing program."""
        space, _sep, local = name.rpartition(" ")
        drawn = space == _SVG and local in _DRAWING
        if not (drawn or space.startswith(_INERT)) or (not self.inside and local != "svg"):
            raise _holds(local)
        self.uses += local == "use"
        if self.uses > MOST_USES:
            raise _holds("use")
        for key, value in attributes.items():
            self._check(key, value)
        self.inside.append(local)

    def close(self, _name: str) -> None:
        """It ends; a style sheet is judged whole, since comments and entities cut its words in pieces."""
        if self.inside.pop() == "style" and _OUTSIDE.search("".join(self.styles)):
            raise _holds("style")

    def text(self, words: str) -> None:
        """Words between elements."""
        if "style" in self.inside:
            self.styles.append(words)

    def doctype(self, *_declared: object) -> None:
        """A document type can declare entities that unfold without end, or name files to fetch."""
        raise _holds("DOCTYPE")

    def instruction(self, target: str, _words: str) -> None:
        """An instruction can name a style sheet elsewhere."""
        raise _holds(target)

    @staticmethod
    def _check(key: str, value: str) -> None:
        space, _sep, local = key.rpartition(" ")
        if space.startswith(_INERT):
            return
        leads_away = local == "href" and not value.strip().startswith("#")
        if local.lower().startswith("on") or leads_away or _OUTSIDE.search(value):
            raise _holds(local)
        if space and space not in {_XLINK, "http://www.w3.org/XML/1998/namespace"}:
            raise _holds(local)


def _holds(what: str) -> Invalid:
    return _refused(
        _(
            "This SVG image holds “%(what)s”, which is not drawing: export it as plain SVG, or as PNG."
        )
        % {"what": what[:40]}
    )
