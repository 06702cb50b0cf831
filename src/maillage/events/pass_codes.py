"""The square code that somebody shows at the door: it holds the address of their line, opened by who keeps the list."""

from __future__ import annotations

from urllib.parse import urljoin

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M

from maillage.events.models import Registration

QUIET = 4
"""Modules left white around the code, as readers need them."""


def address_of(line: Registration) -> str:
    """What the code says: of no use to whoever does not keep the list."""
    return urljoin(settings.ADDRESS, reverse("events:line", kwargs={"key": line.key}))


def drawn(text: str, title: str) -> SafeString:
    """The code as a drawing, black on white whatever the look of the page."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    side = len(rows)
    return format_html(
        '<svg viewBox="0 0 {0} {0}" width="240" height="240" role="img" shape-rendering="crispEdges">'
        '<title>{1}</title><rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
        side,
        title,
        path,
    )
