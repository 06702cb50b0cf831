"""A report as PDF/UA-1, set by Typst from a fixed template that reads the report as data.

The words of a report never become Typst source, so nothing typed by anyone can be run by it.
"""

from __future__ import annotations

import bisect
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from maillage.ui import formats
from maillage.ui.reports.blocks import Bars, Block, Emblem, KeyFigure, Report, Table

TEMPLATE: Final = Path(__file__).with_name("report.typ")

PRINTABLE: Final = (
    (0x20, 0x7E), (0xA0, 0x377), (0x3A3, 0x4FF), (0x1D00, 0x1F15), (0x2010, 0x2027),
    (0x202F, 0x2040), (0x2074, 0x208E), (0x20A0, 0x20C0), (0x2190, 0x23FF), (0x2460, 0x2606),
)  # fmt: skip
"""The characters that the fonts inside Typst can draw; PDF/UA refuses a document with any other."""

UNKNOWN: Final = "□"
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def pdf(report: Report) -> bytes:
    """The report as a tagged A4 file: footer with the instant of computing and page numbers, links."""
    with translation.override(report.language):
        content = json.dumps(_data(report))
    made: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"report": content},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=report.computed_at.replace(microsecond=0),
    )
    return made


def pdf_response(report: Report, filename: str) -> HttpResponse:
    """The same, opened in the browser under this name."""
    response = HttpResponse(pdf(report), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response


def printable(text: str) -> str:
    """The text with what no embedded font can draw shown as a box, and what is invisible removed."""
    return "".join(map(_drawn, unicodedata.normalize("NFC", text)))


def _drawn(char: str) -> str:
    rank = bisect.bisect_right(PRINTABLE, (ord(char), 0x110000)) - 1
    if rank >= 0 and ord(char) <= PRINTABLE[rank][1] and char != "\u00ad":
        return char
    if char in "\n\t":
        return " "
    return "" if unicodedata.category(char) in INVISIBLE else UNKNOWN


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _data(report: Report) -> dict[str, Any]:
    """Everything the template reads: strings it prints verbatim, numbers, addresses."""
    moment = formats.moment(report.computed_at)
    return {
        "title": printable(report.title),
        "subtitle": printable(report.subtitle),
        "lang": report.language,
        "demo": printable(report.demo),
        "emblem": _drawn_by_typst(report.emblem) if report.emblem else None,
        "footer": gettext("Maillage. Computed on %(moment)s") % {"moment": moment},
        "columns": [gettext("Item"), gettext("Done"), gettext("Progress"), gettext("State")],
        "groups": [
            {"kind": kind, "blocks": [_block(report, block) for block in blocks]}
            for kind, blocks in report.groups()
        ],
    }


def draws(emblem: Emblem) -> bool:
    """Whether the image can be drawn as reports draw it; one whose emblem cannot would not be made."""
    try:
        typst.compile(
            _ALONE,
            format="pdf",
            sys_inputs={"emblem": json.dumps(_drawn_by_typst(emblem))},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        return False
    return True


_ALONE: Final = b"""#set document(title: "-")
#let it = json(bytes(sys.inputs.emblem))
#image(bytes(it.bytes), format: it.format, alt: it.name)"""


def _drawn_by_typst(emblem: Emblem) -> dict[str, Any]:
    """The bytes as numbers: the template draws them, and reads no file."""
    kind = "svg" if emblem.type.startswith("image/svg") else "png"
    return {
        "bytes": list(emblem.data),
        "format": kind,
        "name": printable(emblem.name).strip() or "–",
    }


def _block(report: Report, block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        return {
            "caption": printable(block.caption),
            "header": [printable(words) for words in block.header],
            "rows": [[_plain(report, asdict(cell)) for cell in row] for row in block.cells],
            "numeric": [rank in block.numeric for rank in range(len(block.header))],
        }
    if isinstance(block, Bars):
        rows = [_plain(report, asdict(row)) for row in block.rows]
        return {"caption": printable(block.caption), "rows": rows}
    plain = _plain(report, asdict(block))
    if isinstance(block, KeyFigure):
        plain["on"] = formats.day(block.on)
    return plain


def _plain(report: Report, fields: Mapping[str, Any]) -> dict[str, Any]:
    made = {
        name: printable(value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    if "url" in fields:
        made["url"] = report.absolute(fields["url"])
    if "share" in fields:
        made["share"] = min(1.0, max(0.0, float(fields["share"])))
        made["pace"] = None if fields["pace"] is None else min(1.0, max(0.0, fields["pace"]))
    return made
