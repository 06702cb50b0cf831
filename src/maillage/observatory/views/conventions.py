"""The dashboard of a convention, as a page and as files with the same numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from maillage import figures
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.models import Convention, Version
from maillage.figures.cache import one_page
from maillage.kernel.errors import Invalid
from maillage.observatory import dashboard, laid, outturn, permissions, reading, sheet
from maillage.observatory.forms.conventions import ReadingForm
from maillage.observatory.laid import Laid
from maillage.observatory.lateness import notices
from maillage.ui.csvout import csv_response


@one_page()
def convention(request: ActorRequest, slug: str) -> HttpResponse:
    """Where a convention stands: live for its parties, as published for everybody else."""
    found = one(request, slug)
    life = reading.life(found)
    form = ReadingForm(request.GET or None, life=life)
    context = {"convention": found, "form": form, "query": request.GET.urlencode()}
    context["may_publish"] = permissions.can_publish(request.actor, found)
    try:
        read = reading.of(found, request.actor, form.asked(), text_of=outturn.chosen)
    except Invalid as refusal:
        return _none(request, context | {"why": refusal})
    if read is None:
        return render(request, "observatory/convention_none.html", context)
    page = laid.of(read, life)
    return render(request, "observatory/convention.html", context | _read_by(request.actor, page))


def _read_by(actor: Actor, laid_out: Laid) -> dict[str, Any]:
    """What a page shows to one reader: what all see, and what they may read of records and reasons."""
    page, newest = laid_out.read_by(actor), laid_out.newest
    return {
        "page": page,
        "sections": laid_out.sections,
        "late": page.of(page.asking.late),
        "notices": notices(page),
        "records": figures.shown(newest, actor).records if newest else (),
    }


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
    versions = Prefetch("versions", Version.objects.order_by("number"))
    seen = Convention.objects.select_related("keeper").prefetch_related(versions)
    return get_visible_or_404(seen, request.actor, slug=slug)


def asked(request: ActorRequest) -> reading.Asked:
    """The days and the instant that an address asks for."""
    return ReadingForm(request.GET or None).asked()
