"""A structure hands a list in: what it would do is shown line by line before anything is applied."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.cohorts import browser, deposits, permissions
from maillage.cohorts.forms import DepositForm
from maillage.cohorts.importers.cohort import SOURCE
from maillage.cohorts.models import Programme
from maillage.intake import actions
from maillage.intake.models import Load
from maillage.intake.permissions import can_undo_load
from maillage.intake.showing import reject_rows, shown
from maillage.kernel.errors import Invalid

PER_PAGE = 25


def deposit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Hand a list in."""
    programme = get_visible_or_404(Programme.objects.all(), request.actor, key=key)
    if not permissions.can_deposit(request.actor, programme):
        raise Http404
    before = deposits.of_programme(programme, request.actor).filter(state=Load.State.ACTIVE)[:20]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DepositForm(*sent, deposits=before)
    if sent and form.is_valid():
        try:
            load = _received(request, programme, form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("cohorts:deposited", key=load.key)
    context = {"form": form, "programme": programme, "browser": browser.told(programme)}
    return render(request, "cohorts/deposit.html", context, status=422 if form.errors else 200)


def _received(request: ActorRequest, programme: Programme, told: dict[str, Any]) -> Load:
    given = {"programme": str(programme.key), "corrects": told["corrects"]}
    file = actions.Sent("file", told["file"].name, told["file"].chunks())
    once = str(told["once"])
    return actions.receive(source=SOURCE, files=[file], given=given, by=request.actor, once=once)


def deposited(request: ActorRequest, key: UUID) -> HttpResponse:
    """One deposit: what it would do, what it did, each line refused and why; applied, given up, taken back."""
    load = get_object_or_404(deposits.deposits_of(request.actor), key=key)
    if request.method == "POST":
        _done(request, load)
        return redirect("cohorts:deposited", key=key)
    (found,) = shown([load])
    page = Paginator(load.rejects.all(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "load": load,
        "shown": found,
        "programme": deposits.programme_of(load, request.actor),
        "page": page,
        "rejects": reject_rows(list(page), found),
        "may": can_undo_load(request.actor, load, found.importer),
    }
    return render(request, "cohorts/deposited.html", context)


def _done(request: ActorRequest, load: Load) -> None:
    asked = request.POST.get("do", "")
    try:
        if asked == "apply":
            actions.confirm(load=load, by=request.actor)
            messages.success(request, _("The list is being applied; this page says how far it is."))
        elif asked == "abandon":
            actions.abandon(load=load, by=request.actor)
            messages.success(request, _("Given up: nothing of it was applied."))
        elif asked == "undo":
            because = request.POST.get("because", "")
            actions.undo_load(load=load, because=because, by=request.actor)
            messages.success(request, _("The list is being taken back."))
    except Invalid as refusal:
        messages.error(request, str(refusal))
