"""`{% load ui %}`: how pages write numbers and dates, and place the components of the design system."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.forms.boundfield import BoundWidget
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from maillage.kernel.identifiers import uuid7
from maillage.ui import formats, icons

register = template.Library()

STATES: Mapping[str, tuple[str, Any]] = {
    "ontrack": ("ontrack", _("On pace")),
    "ahead": ("ahead", _("Ahead")),
    "late": ("late", _("Late")),
    "waiting": ("waiting", _("Waiting")),
    "done": ("done", _("Done")),
    "provisional": ("waiting", _("Provisional")),
}
"""Each state has an icon and a word, so that colour never speaks alone."""

LEVELS: Mapping[str, tuple[str, str]] = {
    "success": ("done", "done"),
    "error": ("late", "warning"),
    "warning": ("waiting", "waiting"),
    "info": ("info", "info"),
    "debug": ("info", "info"),
}


def _filter(name: str, function: Callable[..., str]) -> None:
    register.filter(name, function, is_safe=True)


@register.filter(is_safe=True)
def number(value: formats.Numeric | None) -> str:
    """`{{ 16000|number }}`: 16 000."""
    return formats.number(value)


@register.filter(is_safe=True)
def decimal(value: formats.Numeric | None, places: int = 1) -> str:
    """`{{ 12.44|decimal:1 }}`: 12,4."""
    return formats.number(value, places)


_filter("euros", formats.euros)
_filter("percent", formats.percent)
_filter("points", formats.points)
_filter("day", formats.day)
_filter("short_day", formats.short_day)
_filter("moment", formats.moment)
_filter("clock_time", formats.clock_time)
_filter("month", formats.month)
_filter("period", formats.period)


@register.filter
def siret(value: str | None) -> SafeString:
    """A SIRET or SIREN in groups held apart by style, so that it copies without spaces."""
    groups = ((group,) for group in formats.siret(value).split(" "))
    return format_html(
        '<span class="siret">{}</span>', format_html_join("", "<span>{}</span>", groups)
    )


@register.filter
def inside_label(choice: BoundWidget) -> SafeString:
    """A choice that its label holds: naming it by an id as well would weigh on a form filled in the street."""
    choice.data["attrs"].pop("id", None)
    return choice.tag()


@register.filter(is_safe=True)
def one_line(text: str) -> str:
    """Words without the line breaks of the template they were written in."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


@register.filter(name="datetime")
def machine_time(value: date | datetime) -> str:
    """The value of a `datetime` attribute, for machines: ISO 8601."""
    return value.isoformat()


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "late" %}`: one of the product's icons, decorative."""
    return mark_safe(icons.svg(name))  # noqa: S308 -- our own drawing, chosen by name


@register.simple_tag
def state(name: str, words: object = "") -> SafeString:
    """`{% state "late" %}`: a pill with icon and word; other words may be given."""
    drawing, usual = STATES[name]
    return format_html('<span class="state s-{}">{}{}</span>', name, icon(drawing), words or usual)


@register.simple_tag
def bar(value: float | None, pace: float | None = None, state: str = "ontrack") -> SafeString:
    """`{% bar value=0.69 pace=0.71 state="late" %}`: share done; the mark is the time gone by.

    The number always stands beside it, so the drawing is hidden from assistive tools.
    """
    done = format_html(
        '<rect class="done{}" width="{}" height="10" rx="1"/>',
        f" done-{state}" if state in {"ahead", "late"} else "",
        _share(value),
    )
    mark = (
        format_html('<path class="pace" d="M{} -2V12"/>', _share(pace)) if pace is not None else ""
    )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="100" height="10" rx="1"/>{}{}</svg>',
        done,
        mark,
    )


def _share(value: float | None) -> str:
    number = float(value or 0)
    if not math.isfinite(number):
        return "0"
    return f"{min(100.0, max(0.0, number * 100)):.4g}"


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """`{% field form.x %}`: label, help, the control and its errors, tied together for everyone."""
    return bound.as_field_group()


@register.simple_tag
def choices(bound: BoundField, columns: int = 1) -> SafeString:
    """`{% choices form.x columns=2 %}`: radio buttons or boxes as tiles a thumb can hit."""
    return mark_safe(  # noqa: S308 -- rendered by an escaping template
        bound.form.renderer.render("ui/choices.html", {"field": bound, "columns": columns})
    )


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """`{% form_errors form %}`: what to repair, at the top, each message a link to its field."""
    rows = [
        (form[name] if name != "__all__" else None, message)
        for name, messages in form.errors.items()
        for message in messages
    ]
    return {"rows": rows, "count": len(rows)}


@register.simple_tag
def once_key(value: str = "") -> SafeString:
    """`{% once_key %}`: a key made by the server, so that a form sent twice is recorded once."""
    return format_html('<input type="hidden" name="once" value="{}">', value or uuid7())


@register.inclusion_tag("ui/paginate.html", takes_context=True)
def paginate(
    context: template.Context, page: Page[Any], target: str = "", key: str = "page", label: str = ""
) -> dict[str, Any]:
    """`{% paginate page %}`: previous, next and where one stands; the filters of the address stay.

    With `target="records"` and `ui/htmx.html` in the head, only the element of that id is replaced.
    A second list of the same page has a `key` of its own in the address, and a `label` a voice tells apart.
    """
    request = context.get("request")
    query = request.GET.copy() if request else None

    def address(wanted: int) -> str:
        if query is None:
            return f"?{key}={wanted}"
        query[key] = str(wanted)
        return f"?{query.urlencode()}"

    return {
        "page": page,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
        "target": target,
        "label": label,
    }


@register.simple_tag
def notice(message: object, level: str = "info") -> SafeString:
    """`{% notice "…" "warning" %}`: one fact, with its icon; levels are those of the messages."""
    style, drawing = LEVELS.get(level, LEVELS["info"])
    return format_html('<div class="notice n-{}">{}<p>{}</p></div>', style, icon(drawing), message)
