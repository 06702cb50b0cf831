"""A report on screen: a fragment inside a page, or a file that stands alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from maillage.ui.reports.blocks import Report

STYLE_SHEET: Final = Path(__file__).parents[1] / "static" / "ui" / "maillage.css"


def fragment(report: Report) -> SafeString:
    """The body of the report, for a page that extends `ui/page.html` and shows its title itself."""
    with translation.override(report.language):
        return render_to_string("ui/report/body.html", {"report": report})


def document(report: Report) -> str:
    """The report as one file with its style inside, readable anywhere, its links leading to the instance."""
    # Fonts are left to the device: a file that travels has no folder of fonts beside it.
    style = STYLE_SHEET.read_text(encoding="utf-8").split("/* Colours */", 1)[-1]
    with translation.override(report.language):
        return render_to_string(
            "ui/report/document.html",
            {"report": report.standalone(), "style": mark_safe(style)},  # noqa: S308 -- our own style sheet
        )
