"""The grants that communities publish: searched, filtered, handed out."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.funding import reading
from maillage.funding.importers.scdl import IMPORTER
from maillage.intake.permissions import can_load
from maillage.intake.showing import address_of
from maillage.ui.csvout import csv_response

PAGE = 25


def grants(request: ActorRequest) -> HttpResponse:
    """Who gave what to whom, as published, the newest first."""
    wanted = reading.Wanted.of(request.GET.dict())
    page = Paginator(reading.grants(wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "wanted": wanted,
        "page": page,
        "rows": reading.in_register(list(page)),
        "load_url": address_of(IMPORTER) if can_load(request.actor, IMPORTER) else "",
    }
    return render(request, "funding/grants.html", context)


def grants_csv(request: ActorRequest) -> HttpResponse:
    """The same list, in the columns of the schema."""
    header, table = reading.as_csv(reading.grants(reading.Wanted.of(request.GET.dict())))
    name = _("published-grants")
    return csv_response(f"{name}.csv", header, table)
