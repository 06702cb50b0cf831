"""One report object, two renderings: HTML for the screen and PDF/UA for the council's file.

report = Report(title=…, subtitle=…, language="fr", computed_at=clock.now(), blocks=(…))
reports.fragment(report)   # inside a page of the product
reports.document(report)   # a file that stands alone
reports.pdf(report)        # bytes, tagged, A4
"""

from maillage.ui.reports.blocks import (
    Bar,
    Bars,
    Block,
    Emblem,
    Heading,
    KeyFigure,
    Link,
    Note,
    Paragraph,
    Report,
    Table,
)
from maillage.ui.reports.html import document, fragment
from maillage.ui.reports.pdf import draws, pdf, pdf_response

__all__ = [
    "Bar",
    "Bars",
    "Block",
    "Emblem",
    "Heading",
    "KeyFigure",
    "Link",
    "Note",
    "Paragraph",
    "Report",
    "Table",
    "document",
    "draws",
    "fragment",
    "pdf",
    "pdf_response",
]
