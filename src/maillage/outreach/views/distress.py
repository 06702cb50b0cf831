"""Early signals, for who may read them; each reading is written down under the firm."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import journal
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.outreach import actions
from maillage.outreach.models import Signal, SignalObjection, Visit
from maillage.outreach.models.distress import heaviest_first

RESOURCE = "early_signals"
PAGE = 20


def signals(request: ActorRequest) -> HttpResponse:
    """The firms whose last visit calls for something, the heaviest first; each line shown is a reading."""
    held = Signal.objects.visible_to(request.actor).latest_of_each()
    rows = heaviest_first(
        list(held.select_related("table", "visit__establishment__legal_unit", "visit__adviser"))
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [(one.visit.key, one.visit.establishment.legal_unit.key) for one, _told in page]
    journal.read_all(request.actor, RESOURCE, shown, gettext_noop("List of early signals"))
    told = SignalObjection.objects.visible_to(request.actor).filter(until=None)
    context = {"page": page, "objections": told.select_related("legal_unit")[:PAGE]}
    return render(request, "outreach/signals.html", context)


def signal(request: ActorRequest, key: UUID) -> HttpResponse:
    """What one visit tells of difficulties: level, reasons, what is not known, what is proposed."""
    held = Signal.objects.select_related(
        "table", "visit__grid", "visit__adviser", "visit__establishment__legal_unit"
    )
    found = get_visible_or_404(held, request.actor, visit__key=key)
    firm = found.visit.establishment.legal_unit.key
    journal.read(request.actor, RESOURCE, key, firm, gettext_noop("Early signals of a visit"))
    grid = found.visit.grid
    context = {
        "signal": found,
        "visit": found.visit,
        "weighed": found.weighed,
        "said": list(grid.grid.told(found.answers)) if grid else [],
    }
    return render(request, "outreach/signal.html", context)


def object_to(request: ActorRequest, key: UUID) -> HttpResponse:
    """The firm of a visit objects: what was noted of its difficulties goes at once."""
    own = Visit.objects.filter(organisation_id=request.actor.organisation_id)
    visit = get_visible_or_404(own.select_related("legal_unit"), request.actor, key=key)
    actions.object_to_signals(unit=visit.legal_unit, by=request.actor)
    messages.success(request, _("Forgotten: nothing more is noted of its difficulties."))
    return redirect("outreach:visit", key=key)


def lift(request: ActorRequest, key: UUID) -> HttpResponse:
    """The firm takes its objection back."""
    held = SignalObjection.objects.visible_to(request.actor).filter(until=None)
    actions.lift_objection(objection=get_object_or_404(held, key=key), by=request.actor)
    messages.success(request, _("The objection is lifted."))
    return redirect("outreach:signals")
