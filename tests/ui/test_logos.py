"""A logo is judged by what its file holds: a drawing and nothing else."""

from __future__ import annotations

import struct
import zlib

import pytest

from maillage.kernel.errors import Invalid
from maillage.ui import logos

DRAWN = '<rect width="9" height="9" fill="#a33b27"/>'


def svg(inside: str = DRAWN, root: str = "", before: str = "") -> bytes:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{before}<svg {space} viewBox="0 0 9 9" {root}>{inside}</svg>'.encode()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 2, height: int = 2, rows: bytes | None = None, after: bytes = b"") -> bytes:
    rows = (b"\0" + b"\xa3\x3b\x27" * width) * height if rows is None else rows
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body + after


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        logos.read(data)
    assert set(refused.value.fields) == {"logo"}
    return str(refused.value.fields["logo"])


def test_a_png_and_an_svg_are_taken_as_they_were_given() -> None:
    for data, kind in ((png(), logos.PNG), (svg(), logos.SVG)):
        assert logos.read(data) == logos.Logo(data, kind)


@pytest.mark.parametrize(
    "inside",
    [
        "<style>.a { fill: #a33b27 }</style><path class='a' d='M0 0h9v9z'/>",
        "<linearGradient id='g'><stop stop-color='#123456'/></linearGradient><rect fill='url(#g)'/>",
        "<g id='a'><path d='M0 0h1v1z'/></g><use xlink:href='#a' x='2'/><use href='#a' x='4'/>",
        "<metadata xmlns:i='http://www.inkscape.org/namespaces/inkscape'><i:grid i:units='mm'/></metadata>"
        + DRAWN,
        "<title>Chambre de métiers</title><text x='1' y='5'>CMA</text>",
    ],
    ids=["style", "gradient", "copies", "notes of a program", "words"],
)
def test_what_drawing_programs_write_is_taken(inside: str) -> None:
    assert logos.read(svg(inside)).type == logos.SVG


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<g onload='alert(1)'/>", "onload"),
        ("<g ONCLICK='alert(1)'/>", "ONCLICK"),
        ("<a href='#x'><rect/></a>", "«\u00a0a\u00a0»"),
        ("<image href='http://x.example/a.png'/>", "image"),
        ("<use xlink:href='http://x.example/a.svg#b'/>", "href"),
        ("<use href='data:image/svg+xml,%3Csvg/%3E'/>", "href"),
        ("<foreignObject><p>x</p></foreignObject>", "foreignObject"),
        ("<animate attributeName='href' to='javascript:alert(1)'/>", "animate"),
        ("<set attributeName='onload' to='alert(1)'/>", "set"),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>", "script"),
        ("<style>@import 'http://x.example/a.css';</style>", "style"),
        ("<style>rect { fill: url(http://x.example/a) }</style>", "style"),
        ("<style>rect { fill: u&#114;l&#40;x.svg) }</style>", "style"),
        ("<style>rect { fill: ur<!-- -->l(x.svg) }</style>", "style"),
        ("<style>rect { cursor: image-set('x.png' 1x) }</style>", "style"),
        ("<rect style='cursor: -webkit-image-set(&quot;x.png&quot; 1x)'/>", "style"),
        ("<style><![CDATA[rect{background:\\75rl(x)}]]></style>", "style"),
        ("<rect style='fill:url( &quot;//x.example/a&quot; )'/>", "style"),
        ("<rect fill='url(http://x.example/a#b)'/>", "fill"),
        ("<rect xmlns:o='urn:other' o:href='x'/>", "href"),
        ("<use href='#a'/>" * 17, "use"),
    ],
)
def test_an_svg_that_holds_more_than_drawing_is_refused_with_what_it_holds(
    inside: str, named: str
) -> None:
    assert named in refusal(svg(inside))


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>",
        "<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>",
        "<?xml-stylesheet href='http://x.example/a.css'?>",
    ],
)
def test_an_svg_that_names_other_files_or_unfolds_is_refused(before: str) -> None:
    assert refusal(svg(before=before))


def test_script_hidden_by_another_encoding_is_read_as_nothing() -> None:
    utf16 = b"\xff\xfe" + svg("<script>alert(1)</script>").decode().encode("utf-16-le")
    declared = svg(before='<?xml version="1.0" encoding="utf-7"?>').replace(b"<rect", b"+ADw-rect")
    assert refusal(utf16)
    assert logos.read(declared).type == logos.SVG  # read as UTF-8, in which nothing is hidden


@pytest.mark.parametrize(
    "data", [svg()[:-3], svg("<rect>"), b"<svg>\xff</svg>", svg("<b><svg/></b>")]
)
def test_an_svg_that_is_not_well_formed_is_refused(data: bytes) -> None:
    assert refusal(data)


def test_a_page_with_a_drawing_inside_is_no_drawing() -> None:
    assert refusal(b"<html xmlns='http://www.w3.org/1999/xhtml'><svg/></html>")


@pytest.mark.parametrize(
    "data",
    [
        png()[:-4],
        png(after=b"<script>alert(1)</script>"),
        png().replace(b"IDAT", b"IDAX"),
        png(rows=b""),
        png(rows=b"\0" * 100_000_000),
        b"\x89PNG\r\n\x1a\n",
        png(width=0),
    ],
    ids=[
        "cut",
        "followed by something",
        "altered",
        "empty",
        "unfolds without end",
        "alone",
        "no pixel",
    ],
)
def test_a_png_that_is_not_whole_is_refused(data: bytes) -> None:
    assert refusal(data)


def test_a_png_of_too_many_pixels_is_refused_before_it_is_unfolded() -> None:
    assert "pixels" in refusal(png(width=100_000, height=100_000, rows=b"\0"))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0JFIF", b"%PDF-1.7"])
def test_any_other_file_is_refused_whatever_its_name(data: bytes) -> None:
    assert "PNG" in refusal(data)


def test_a_file_over_100_kb_is_refused_before_it_is_read() -> None:
    assert "100" in refusal(svg(DRAWN + " " * logos.LARGEST))
