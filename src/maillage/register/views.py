"""The pages of the register: finding a firm, here or in the national directory."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from maillage.accounts.actors import ActorRequest
from maillage.register.finding import READERS, search
from maillage.register.forms import DirectoryForm, SearchForm
from maillage.register.outside import by_people
from maillage.register.permissions import can_ask_directory

PER_PAGE = 20
FOUND_AT_MOST = 200


def find(request: ActorRequest) -> HttpResponse:
    """Firms that answer a name, a trade name, a SIRET or a SIREN."""
    form = SearchForm(request.GET or None, to_public=not request.actor.has(*READERS))
    hits = []
    if form.is_valid() and form.cleaned_data["q"]:
        hits = search(
            form.cleaned_data["q"],
            commune=form.cleaned_data["commune"] or None,
            segments=form.mask,
            actor=request.actor,
            limit=FOUND_AT_MOST,
        )
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "asked": bool(form.is_bound and form.is_valid() and form.cleaned_data["q"]),
        "is_cut": len(hits) == FOUND_AT_MOST,
        "may_ask_directory": can_ask_directory(request.actor),
        "directory_off": by_people.why_off(),
    }
    return render(request, "register/search.html", context)


def directory(request: ActorRequest) -> HttpResponse:
    """Firms of the whole country that answer: candidates, which a person may add."""
    form = DirectoryForm(request.GET or None)
    look = None
    if form.is_valid():
        asked = form.cleaned_data
        look = by_people.look(request.actor, asked["q"], commune=asked["commune"] or "")
    context = {"form": form, "look": look, "directory_off": by_people.why_off()}
    return render(request, "register/directory.html", context)
