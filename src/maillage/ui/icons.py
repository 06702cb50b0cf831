"""The icons of the product: strokes on an 18 × 18 grid, always beside a word."""

from __future__ import annotations

from typing import Final

PATHS: Final[dict[str, str]] = {
    "add": '<path d="M9 3v12M3 9h12"/>',
    "ahead": '<path d="M2 12 7 7l3 3 6-6M11.5 4H16v4.5"/>',
    "back": '<path d="M15 9H3M8 4 3 9l5 5"/>',
    "calendar": '<path d="M3 4.5h12v10.5H3zM3 8h12M6 2.5v3M12 2.5v3"/>',
    "close": '<path d="m4 4 10 10M14 4 4 14"/>',
    "document": '<path d="M4 2h7l4 4v10H4zM11 2v4h4"/>',
    "done": '<path d="m3 9.5 4 4 8-9"/>',
    "edit": '<path d="M3 15h3l9-9-3-3-9 9zM10 5l3 3"/>',
    "export": '<path d="M9 2v9M5 7.5 9 11.5l4-4M3 15.5h12"/>',
    "info": '<circle cx="9" cy="9" r="7"/><path d="M9 8.2v4.3M9 5.4v.1"/>',
    "late": '<path d="M9 3v12M4.5 10.5 9 15l4.5-4.5"/>',
    "list": '<path d="M6 4.5h10M6 9h10M6 13.5h10M2.5 4.5h.1M2.5 9h.1M2.5 13.5h.1"/>',
    "lock": '<path d="M4 8h10v7.5H4zM6 8V5.5a3 3 0 0 1 6 0V8"/>',
    "map": '<path d="m2 4 4.5-1.5 5 1.5L16 2.5V14l-4.5 1.5-5-1.5L2 15.5zM6.5 2.5V14M11.5 4v11.5"/>',
    "offline": '<path d="M2 2l14 14M5 10.5a3 3 0 0 0 .5 5.5h7M7 6a4 4 0 0 1 6.7 2.6A3.2 3.2 0 0 1 15 14.5"/>',
    "ontrack": '<path d="M3 7h12M3 11h12"/>',
    "person": '<circle cx="9" cy="6" r="3.2"/><path d="M2.8 16a6.2 6.2 0 0 1 12.4 0"/>',
    "phone": '<path d="M4 2.5h3l1.3 3.7-2 1.5a9 9 0 0 0 4 4l1.5-2 3.7 1.3v3c0 .8-.7 1.5-1.5 1.5A12 12 0 0 1 2.5 4c0-.8.7-1.5 1.5-1.5z"/>',
    "print": '<path d="M5 6.5V2.5h8v4M5 12.5H2.5v-6h13v6H13M5 10.5h8v5H5z"/>',
    "search": '<circle cx="8" cy="8" r="5"/><path d="m12 12 4 4"/>',
    "waiting": '<circle cx="9" cy="9" r="7"/><path d="M9 5v4l3 2"/>',
    "warning": '<path d="M9 2.5 16.5 15.5h-15zM9 7v4M9 13.2v.1"/>',
}


def svg(name: str) -> str:
    """The icon as inline SVG, hidden from assistive tools since a word says it too.

    Raises:
        KeyError: no icon bears that name.
    """
    return f'<svg class="icon" viewBox="0 0 18 18" aria-hidden="true">{PATHS[name]}</svg>'
