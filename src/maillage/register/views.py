"""Pages of the register: finding a firm, what was loaded and what was refused."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.register.actions import undo_load
from maillage.register.finding import search
from maillage.register.forms import SearchForm
from maillage.register.models import Load, Source
from maillage.register.permissions import can_undo_load
from maillage.register.rejects import explained

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


def loads(request: ActorRequest) -> HttpResponse:
    """Every load of Sirene files, the latest first."""
    journal = Load.objects.filter(source=Source.SIRENE)
    page = Paginator(journal, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "register/loads.html", {"page": page})


def load(request: ActorRequest, key: UUID) -> HttpResponse:
    """One load: its files, what it changed, the lines it refused."""
    found = get_object_or_404(Load, key=key, source=Source.SIRENE)
    lines = Paginator(found.rejects.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "load": found,
        "lines": lines,
        "explained": explained(lines),
        "may_undo": found.state == Load.State.ACTIVE and can_undo_load(request.actor, found),
    }
    return render(request, "register/load.html", context)


def undo(request: ActorRequest, key: UUID) -> HttpResponse:
    """Undo a load, after it was asked twice."""
    found = get_object_or_404(Load, key=key, source=Source.SIRENE)
    if request.method == "POST":
        undo_load(load=found, by=request.actor)
        messages.success(request, _("The load is undone: figures ignore it from now on."))
        return redirect("register:load", key=found.key)
    return render(request, "register/undo.html", {"load": found})
