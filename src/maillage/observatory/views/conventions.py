"""The dashboard of a convention, as a page and as files with the same numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.models import Convention
from maillage.figures.cache import one_page
from maillage.kernel.errors import Invalid
from maillage.observatory import dashboard, permissions, reading, sheet
from maillage.observatory.budget import money
from maillage.observatory.cards import cards
from maillage.observatory.curve import curve
from maillage.observatory.forms.conventions import ReadingForm
from maillage.observatory.lateness import notices
from maillage.observatory.proof import proof
from maillage.ui.csvout import csv_response


@one_page()
def convention(request: ActorRequest, slug: str) -> HttpResponse:
    """Where a convention stands: live for its parties, as published for everybody else."""
    found = one(request, slug)
    form = ReadingForm(request.GET or None, life=reading.life(found))
    context = {"convention": found, "form": form, "query": request.GET.urlencode()}
    context["may_publish"] = permissions.can_publish(request.actor, found)
    try:
        read = reading.of(found, request.actor, form.asked())
    except Invalid as refusal:
        return _none(request, context | {"why": refusal})
    if read is None:
        return render(request, "observatory/convention_none.html", context)
    page = dashboard.of(read)
    context |= {
        "page": page,
        "cards": cards(page),
        "money": money(page),
        "late": page.of(page.asking.late),
        "notices": notices(page),
        "curve": curve(page),
        "records": dashboard.newest(read, page.asking),
        "proof": proof(page),
    }
    return render(request, "observatory/convention.html", context)


def _none(request: ActorRequest, context: dict[str, Any]) -> HttpResponse:
    """Nothing to read: no text then (which is an answer), or days that mean nothing (which is not)."""
    status = 422 if context["form"].errors else 200
    return render(request, "observatory/convention_none.html", context, status=status)


def figures_csv(request: ActorRequest, slug: str) -> HttpResponse:
    """Every figure of the dashboard as a table for a spreadsheet."""
    read = reading.of(one(request, slug), request.actor, asked(request))
    rows = sheet.rows(dashboard.of(read, whole=True)) if read else []
    return csv_response(f"{slug}.csv", sheet.header(), rows)


def figures_json(request: ActorRequest, slug: str) -> JsonResponse:
    """Every figure of the dashboard under permanent keys."""
    read = reading.of(one(request, slug), request.actor, asked(request))
    told = (
        sheet.told(dashboard.of(read, whole=True)) if read else {"convention": slug, "figures": []}
    )
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def one(request: ActorRequest, slug: str) -> Convention:
    """The convention of an address, if this reader may know of it."""
    seen = Convention.objects.select_related("keeper")
    return get_visible_or_404(seen, request.actor, slug=slug)


def asked(request: ActorRequest) -> reading.Asked:
    """The days and the instant that an address asks for."""
    return ReadingForm(request.GET or None).asked()
