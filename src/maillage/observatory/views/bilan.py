"""The report of a convention, on screen and as a PDF for the council's file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.observatory import bilan as reporting, reading
from maillage.observatory.views.conventions import asked, one
from maillage.ui import reports


def bilan(request: ActorRequest, slug: str) -> HttpResponse:
    """The report as a page."""
    convention = one(request, slug)
    read = reading.of(convention, request.actor, asked(request))
    if read is None:
        return render(request, "observatory/convention_none.html", {"convention": convention})
    report = reporting.report(reporting.lay_out(read), base_url=request.build_absolute_uri("/"))
    context = {
        "convention": convention,
        "report": report,
        "body": reports.fragment(report),
        "query": request.GET.urlencode(),
    }
    return render(request, "observatory/bilan.html", context)


def bilan_pdf(request: ActorRequest, slug: str) -> HttpResponse:
    """The report as a tagged PDF whose links lead back here."""
    read = reading.of(one(request, slug), request.actor, asked(request))
    if read is None:
        raise Http404
    report = reporting.report(reporting.lay_out(read), base_url=request.build_absolute_uri("/"))
    return reports.pdf_response(report, f"bilan-{slug}.pdf")
