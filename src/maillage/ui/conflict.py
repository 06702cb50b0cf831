"""A stale edit: somebody saved meanwhile, so both texts are shown and the person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from maillage.ui import formats
from maillage.ui.forms import VersionedForm


@dataclass(frozen=True, slots=True)
class Difference:
    """One field whose two texts differ."""

    label: str
    mine: str
    theirs: str


def differences(form: VersionedForm, current: Mapping[str, object]) -> list[Difference]:
    """The fields that both hold and that differ: what was typed, what is saved now."""
    found = []
    for bound in form.visible_fields():
        if bound.name not in current:
            continue
        mine = said(bound, form.cleaned_data.get(bound.name, bound.value()))
        theirs = said(bound, current[bound.name])
        if mine != theirs:
            found.append(Difference(str(bound.label), mine, theirs))
    return found


def stale_edit(
    request: HttpRequest,
    form: VersionedForm,
    *,
    current: Mapping[str, object],
    version: int,
    back: str,
    who: str = "",
    at: datetime | None = None,
    closed: object = "",
) -> HttpResponse:
    """The 409 page: both texts, keep theirs (`back`) or save mine over version `version`.

    `closed` says why nothing can be saved any more: both texts still show, so that mine can be copied.
    """
    typed = [
        (bound.html_name, value)
        for bound in form
        if bound.name != "version"
        for value in request.POST.getlist(bound.html_name)
    ]
    context: dict[str, Any] = {
        "rows": differences(form, current),
        "typed": typed,
        "version_name": form["version"].html_name,
        "version": version,
        "back": back,
        "who": who,
        "at": at,
        "closed": closed,
    }
    return render(request, "ui/conflict.html", context, status=409)


def said(bound: BoundField, value: object) -> str:
    """A value in the reader's words: choices by their label, days written out, nothing said."""
    if value is None or value in ("", [], ()):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    offered: Any = getattr(bound.field, "choices", ())
    flat: list[tuple[Any, Any]] = list(flatten_choices(offered))
    choices = {str(key): words for key, words in flat}
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(choices.get(str(each), each)) for each in value)
    if str(value) in choices:
        return str(choices[str(value)])
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    return str(value)
