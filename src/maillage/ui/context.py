"""What the layout reads on every page; it tolerates the absence of what other packages bring."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def theme_of(request: HttpRequest) -> str:
    """`light` or `dark` when the reader chose, else nothing: the device decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def chrome(request: HttpRequest) -> dict[str, Any]:
    """The frame around a page: demonstration band, entries of the menu, language and theme."""
    return {
        "chrome": {
            "demo": getattr(request, "demo", None),
            "face": getattr(request, "face", None),
            "navigation": getattr(request, "navigation", ()),
            "theme": theme_of(request),
            "other_language": "fr" if (get_language() or "fr").startswith("en") else "en",
            "here": request.get_full_path() if request.method == "GET" else request.path,
        }
    }
