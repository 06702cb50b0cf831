"""The logo on reports: drawn on paper with its name, carried inside a file that stands alone."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from maillage.ui import reports
from maillage.ui.reports import Emblem, Note, Paragraph, Report

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)
DRAWN = Emblem(SVG, "image/svg+xml", "Chambre de métiers & de l’artisanat")


def report(**changed: Any) -> Report:
    given: dict[str, Any] = {
        "title": "Où en est-on ?",
        "subtitle": "2026",
        "language": "fr",
        "computed_at": datetime(2026, 1, 1, tzinfo=UTC),
        "blocks": (Paragraph("Une phrase."), Note("Une note.")),
    }
    return Report(**given | changed)


def test_a_file_that_travels_carries_the_logo_and_its_name() -> None:
    page = reports.document(report(emblem=DRAWN))
    assert base64.b64encode(SVG).decode() in page
    assert 'alt="Chambre de métiers &amp; de l’artisanat"' in page
    assert page.index("data:image/svg+xml") < page.index("<h1>")


def test_a_report_inside_a_page_leaves_it_to_the_page() -> None:
    assert "data:image" not in reports.fragment(report(emblem=DRAWN))


def test_paper_draws_it_and_stays_readable_by_machines() -> None:
    with_it, without = (reports.pdf(report(emblem=one)) for one in (DRAWN, None))
    assert with_it.startswith(b"%PDF")
    assert b"pdfuaid" in with_it
    assert with_it != without


def test_the_same_report_is_the_same_paper() -> None:
    assert reports.pdf(report(emblem=DRAWN)) == reports.pdf(report(emblem=DRAWN))


@pytest.mark.parametrize("name", ["", "\u0007", "名", "x" * 500])
def test_any_name_can_be_printed(name: str) -> None:
    assert reports.pdf(report(emblem=Emblem(SVG, "image/svg+xml", name))).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("data", "kind", "drawn"),
    [
        (SVG, "image/svg+xml", True),
        (SVG, "image/png", False),
        (b"", "image/png", False),
        (b"<svg", "image/svg+xml", False),
        (SVG.replace(b"<rect", b"<text y='9'>CMA</text><rect"), "image/svg+xml", True),
    ],
)
def test_what_paper_cannot_draw_is_known_before_any_report_is_made(
    data: bytes, kind: str, drawn: bool
) -> None:
    assert reports.draws(Emblem(data, kind, "")) is drawn
