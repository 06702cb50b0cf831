"""Drawing in SVG without ever forgetting to escape: one function makes an element."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


def tag(name: str, *children: object, **attributes: object) -> SafeString:
    """An element: `tag("text", words, x=4, text_anchor="end", class_="strong")`; None is left out."""
    written = (
        (_attribute(key), _value(value)) for key, value in attributes.items() if value is not None
    )
    content = mark_safe("".join(_escaped(child) for child in children))  # noqa: S308
    return format_html(
        "<{0}{1}>{2}</{0}>", name, format_html_join("", ' {}="{}"', written), content
    )


def joined(*parts: object) -> SafeString:
    """Elements one after the other, what is not an element escaped."""
    return mark_safe("".join(_escaped(part) for part in parts))  # noqa: S308


def coordinate(value: float) -> str:
    """A length with one decimal at most: what a screen can show."""
    return f"{value:.1f}".removesuffix(".0")


def _escaped(child: object) -> SafeString:
    return child if isinstance(child, SafeString) else escape(str(child))


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    if isinstance(value, float | Decimal):
        return coordinate(float(value))
    return str(value)
