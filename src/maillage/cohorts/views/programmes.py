"""Programmes: the list, a new one, its funnel, who hands lists in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.models import Organisation
from maillage.accounts.scoping import get_visible_or_404
from maillage.cohorts import actions, deposits, permissions, reading
from maillage.cohorts.forms import ProgrammeForm, StructuresForm
from maillage.cohorts.models import Programme
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.periods import Period
from maillage.ui.csvout import csv_response

SHOWN = 20


def programmes(request: ActorRequest) -> HttpResponse:
    """The programmes that one answers for, or hands lists in for."""
    rows = Programme.objects.visible_to(request.actor).select_related("organisation")
    context = {"rows": rows, "may_open": permissions.can_open_programme(request.actor)}
    return render(request, "cohorts/programmes.html", context)


def new_programme(request: ActorRequest) -> HttpResponse:
    """Open a programme."""
    form = kept.bind(request, ProgrammeForm)
    if request.method == "POST" and form.is_valid():
        told = {**form.cleaned_data, "once": str(form.cleaned_data["once"])}
        told["structures"] = list(told["structures"])
        try:
            made = actions.open_programme(**told, by=request.actor)
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal if isinstance(refusal, Invalid) else Invalid(refusal.reason))
        else:
            return redirect("cohorts:programme", key=made.key)
    status = 422 if form.errors else 200
    return render(request, "cohorts/programme_form.html", {"form": form}, status=status)


def programme(request: ActorRequest, key: UUID) -> HttpResponse:
    """How far the people of a programme went, as its reader may know it."""
    found, actor = _seen(request, key), request.actor
    period = _period(request)
    hands_in = permissions.can_deposit(actor, found)
    context = {
        "programme": found,
        "asked": period,
        "funnel": reading.funnel(found, actor, period, request.GET.get("par", "")),
        "own": reading.own_figures(found, actor, period) if hands_in else [],
        "deposits": deposits.of_programme(found, actor)[:SHOWN] if hands_in else [],
        "hands_in": hands_in,
        "may_change": permissions.can_change_programme(actor, found),
    }
    return render(request, "cohorts/programme.html", context)


def structures(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who hands lists in; closing the programme."""
    found = _own(request, key)
    named = Organisation.objects.filter(pk__in=_named(found))
    sent = request.POST if request.method == "POST" else None
    form = StructuresForm(sent, initial={"structures": named})
    if request.method == "POST" and "close" in request.POST:
        actions.close_programme(programme=found, by=request.actor)
        messages.success(request, _("The programme takes no more lists. What was told counts."))
        return redirect("cohorts:programme", key=key)
    if request.method == "POST" and form.is_valid():
        told = list(form.cleaned_data["structures"])
        actions.name_structures(programme=found, structures=told, by=request.actor)
        messages.success(request, _("The structures are named."))
        return redirect("cohorts:programme", key=key)
    context = {"form": form, "programme": found}
    return render(request, "cohorts/structures.html", context, status=422 if form.errors else 200)


def lines_csv(request: ActorRequest, key: UUID) -> HttpResponse:
    """A structure's own lines, as they were received."""
    header, rows = reading.as_table(_seen(request, key), request.actor)
    name = _("our-lines")
    return csv_response(f"{name}.csv", header, rows)


def _named(programme: Programme) -> list[int]:
    rows = programme.structures.filter(ended_at=None)
    return list(rows.values_list("organisation", flat=True))


def _seen(request: ActorRequest, key: UUID) -> Programme:
    every = Programme.objects.select_related("organisation")
    return get_visible_or_404(every, request.actor, key=key)


def _own(request: ActorRequest, key: UUID) -> Programme:
    own = Programme.objects.filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def _period(request: ActorRequest) -> Period:
    """The period asked for; this year where it is none."""
    try:
        return Period.parse(request.GET.get("periode", "").strip())
    except ValueError:
        return Period.parse(str(clock.today().year))
