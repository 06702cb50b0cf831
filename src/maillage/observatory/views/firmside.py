"""The pages of a firm, opened by its link: its sheet, what it asks, what it takes with it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header

from maillage.accounts import limits
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words
from maillage.observatory import firmside
from maillage.observatory.forms.firmside import AskForm
from maillage.observatory.purposes import FIRM
from maillage.post.holding import held, no_link
from maillage.post.models import Link
from maillage.register.actions import own
from maillage.register.models import FirmAccess
from maillage.ui.csvout import csv_lines

# A firm asks a few things; who asks many is a program.
ASKED_PER_LINK = limits.Rate(20)


def opened(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """A page of the firm: handed what the link opens in place of the link."""

    @held(FIRM)
    @wraps(view)
    def page(request: HttpRequest, link: Link, token: str, **named: Any) -> HttpResponse:
        access = firmside.access_of(link)
        return view(request, access, token, **named) if access else no_link(request)

    return page


@opened
def sheet(request: HttpRequest, access: FirmAccess, token: str) -> HttpResponse:
    """Who it is, what was done, shared with whom, who looked; and what it may do about it."""
    return _sheet(request, access, token, AskForm())


def _sheet(
    request: HttpRequest, access: FirmAccess, token: str, form: AskForm, status: int = 200
) -> HttpResponse:
    context = {
        "side": firmside.side_of(access),
        "form": form,
        "token": token,
        "language": access.language,
    }
    return render(request, "observatory/firm/sheet.html", context, status=status)


@opened
def ask(request: HttpRequest, access: FirmAccess, token: str) -> HttpResponse:
    """It asks that something be corrected, or that who it is be erased."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _sheet(request, access, token, form, 422)
    if not limits.spend("firm", str(access.key), ASKED_PER_LINK):
        raise Conflict(
            Words("Trop de demandes à la fois.", "Too many requests at once."),
            remedy=Words("Attendez une heure.", "Wait an hour."),
        )
    own.ask(access=access, **form.cleaned_data)
    return redirect("observatory:firm_side", token=token)


@opened
def objection(request: HttpRequest, access: FirmAccess, token: str) -> HttpResponse:
    """It wants to be prospected no more, or takes that back."""
    if request.POST.get("objects") == "yes":
        own.object_to_prospecting(unit=access.legal_unit)
    else:
        own.take_objection_back(unit=access.legal_unit)
    return redirect("observatory:firm_side", token=token)


@opened
def export(request: HttpRequest, access: FirmAccess, token: str, kind: str) -> HttpResponse:  # noqa: ARG001
    """All that the page tells, whole, to take away: one JSON file, or tables in a zip."""
    side = firmside.side_of(access, whole=True)
    if kind == "json":
        told = {
            name: [dict(zip(head, row, strict=True)) for row in rows]
            for name, head, rows in side.tables
        }
        name = {str(Words("nom", "name")): side.unit.display_name}
        firm = {str(Words("entreprise", "firm")): {"siren": side.unit.siren, **name}}
        response = JsonResponse(firm | told)
    else:
        response = HttpResponse(_zipped(side, access.language), content_type="application/zip")  # type: ignore[assignment]
    response["Content-Disposition"] = content_disposition_header(True, f"entreprise.{kind}")
    return response


def _zipped(side: firmside.Side, language: str) -> bytes:
    held_in = io.BytesIO()
    with zipfile.ZipFile(held_in, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, head, rows in side.tables:
            packed.writestr(f"{name}.csv", "".join(csv_lines(head, rows, language)))
    return held_in.getvalue()
