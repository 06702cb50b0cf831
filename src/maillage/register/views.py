"""The page of the register: finding a firm."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.register.finding import search
from maillage.register.forms import SearchForm

PER_PAGE = 20
FOUND_AT_MOST = 200


def find(request: ActorRequest) -> HttpResponse:
    """Firms that answer a name, a trade name, a SIRET or a SIREN."""
    form = SearchForm(request.GET or None)
    hits = []
    if form.is_valid() and form.cleaned_data["q"]:
        hits = search(
            form.cleaned_data["q"],
            commune=form.cleaned_data["commune"] or None,
            actor=request.actor,
            limit=FOUND_AT_MOST,
        )
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "asked": bool(form.is_bound and form.is_valid() and form.cleaned_data["q"]),
        "is_cut": len(hits) == FOUND_AT_MOST,
    }
    return render(request, "register/search.html", context)
