"""When a firm can be visited: a small form, reached from a round, a visit or the firm's sheet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.kernel.errors import Conflict
from maillage.outreach import actions
from maillage.outreach.forms.opening_hours import OpeningForm, initial_of
from maillage.outreach.models import OpeningHours
from maillage.outreach.views.visits import firm_of
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit


def opening_hours(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note the week of a firm; a button of what most shops do saves at once and stays, to be completed."""
    firm = firm_of(key)
    noted = _noted(request, firm)
    back = request.GET.get("then", "")[:400]
    form = kept.bind(request, OpeningForm, initial=initial_of(noted) | {"back": back})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.note_opening(
                establishment=firm, week=form.week(), version=version, by=request.actor
            )
        except Conflict:
            return _both(request, form, firm)
        messages.success(request, _("Opening hours noted: the next plans follow them."))
        return redirect(_next(form, firm))
    status = 422 if form.errors else 200
    context = {"form": form, "firm": firm, "noted": noted, "back": _back(form, firm)}
    return render(request, "outreach/opening_hours.html", context, status=status)


def _noted(request: ActorRequest, firm: Establishment) -> OpeningHours | None:
    rows = OpeningHours.objects.visible_to(request.actor).select_related("noted_by")
    return rows.filter(establishment=firm).first()


def _both(request: ActorRequest, form: OpeningForm, firm: Establishment) -> HttpResponse:
    now = _noted(request, firm)
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version if now else 0,
        back=_page(form, firm),
        who=str(now.noted_by or "") if now else "",
    )


def _next(form: OpeningForm, firm: Establishment) -> str:
    return _page(form, firm) if form.cleaned_data["tap"] else _back(form, firm)


def _page(form: OpeningForm, firm: Establishment) -> str:
    query = {"then": back} if (back := _told(form)) else None
    return reverse("outreach:opening_hours", args=[firm.key], query=query)


def _back(form: OpeningForm, firm: Establishment) -> str:
    """The page that sent here, on this site; else the visit of the firm."""
    return _told(form) or reverse("outreach:new_visit", args=[firm.key])


def _told(form: OpeningForm) -> str:
    told: Any = form["back"].value() or ""
    is_ours = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts=None)
    return told if is_ours else ""
