"""Files made by code: whatever people send, and whatever nobody should."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[object]]


def as_csv(rows: Rows, separator: str = ";", encoding: str = "utf-8", ends: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=ends).writerows(rows)
    return text.getvalue().encode(encoding)


def as_json(rows: Rows, inside: str = "") -> bytes:
    header, *lines = rows
    objects = [dict(zip(map(str, header), line, strict=False)) for line in lines]
    return json.dumps({"version": 1, inside: objects} if inside else objects, indent=1).encode()


def as_ndjson(rows: Rows) -> bytes:
    header, *lines = rows
    told = (json.dumps(dict(zip(map(str, header), line, strict=False))) for line in lines)
    return "\n".join(told).encode()


def as_toml(rows: Rows, name: str = "lignes") -> bytes:
    header, *lines = rows
    told = (
        [
            f"{json.dumps(str(column))} = {json.dumps(str(cell))}"
            for column, cell in zip(header, line, strict=False)
        ]
        for line in lines
    )
    return "\n\n".join("\n".join([f"[[{name}]]", *cells]) for cells in told).encode()


def as_parquet(rows: Rows) -> bytes:
    import pyarrow as arrow
    from pyarrow import parquet

    header, *lines = rows
    columns = {str(name): [line[rank] for line in lines] for rank, name in enumerate(header)}
    out = io.BytesIO()
    parquet.write_table(arrow.table(columns), out)
    return out.getvalue()


def as_zip(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_DAY_STYLE = (
    f'{_HEAD}<styleSheet xmlns="{SPREADSHEET}"><fonts count="1"><font/></fonts><fills count="1"><fill/>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def workbook_parts(sheets: dict[str, bytes]) -> list[tuple[str, bytes]]:
    """The members of a workbook whose sheets are given as XML."""
    named = list(enumerate(sheets.items(), 1))
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n, _ in named
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, (name, _) in named
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in named
    )
    return [
        (
            "[Content_Types].xml",
            (
                f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/>'
                '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
                'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
                f"{types}</Types>"
            ).encode(),
        ),
        (
            "_rels/.rels",
            (
                f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
                f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
        ),
        (
            "xl/workbook.xml",
            (
                f'{_HEAD}<workbook xmlns="{SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
                "</workbook>"
            ).encode(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            (
                f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{targets}<Relationship Id="rIdS" '
                f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
            ).encode(),
        ),
        ("xl/styles.xml", _DAY_STYLE.encode()),
        *((f"xl/worksheets/sheet{n}.xml", xml) for n, (_name, xml) in named),
    ]


def sheet_xml(rows: Rows, first: int = 1) -> bytes:
    lines = (
        f'<row r="{r}">{"".join(_cell(v, r, c) for c, v in enumerate(row))}</row>'
        for r, row in enumerate(rows, first)
    )
    return sheet_of("".join(lines))


def sheet_of(content: str, before: str = "") -> bytes:
    whole = f'{_HEAD}{before}<worksheet xmlns="{SPREADSHEET}"><sheetData>{content}</sheetData></worksheet>'
    return whole.encode("utf-8", "surrogatepass")


def _cell(value: object, row: int, column: int) -> str:
    at = f"{chr(65 + column)}{row}"
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return f'<c r="{at}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    return (
        f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
    )


def as_xlsx(*sheets: tuple[str, Rows]) -> bytes:
    return as_zip(*workbook_parts({name: sheet_xml(rows) for name, rows in sheets}))


def geojson(features: Iterable[tuple[dict[str, object], object]]) -> bytes:
    """A collection of features: properties and geometry of each."""
    told = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "name": "qpv", "features": told}).encode()


def square(west: float, south: float, side: float = 0.01) -> dict[str, object]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
