"""Young people told of starting a firm: the list, one more, one cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions, permissions
from maillage.desks.forms.projects import AwarenessForm, CancelAwarenessForm
from maillage.desks.models import Awareness, Place
from maillage.desks.models.projects import AwarenessQuerySet
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.places import Spread, commune_names
from maillage.ui.csvout import csv_response

PAGE = 25


def awareness(request: ActorRequest) -> HttpResponse:
    """The awareness sessions held, latest first."""
    spread = _spread(request)
    context = {
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "spread": spread,
        "map": spread.on_map(_("Awareness sessions by commune"), identity.current().territory),
        "may": permissions.can_hold_desk(request.actor),
    }
    return render(request, "desks/awareness.html", context)


def _spread(request: ActorRequest) -> Spread[AwarenessQuerySet]:
    rows = Awareness.objects.visible_to(request.actor)
    rows = rows.select_related("place__organisation", "held_by")
    return Spread(rows, "place__commune", request.GET.dict())


def awareness_csv(request: ActorRequest) -> HttpResponse:
    """The same list, whole, as a table."""
    rows = list(_spread(request).rows)
    towns = commune_names({one.place.commune for one in rows})
    header = (
        _("Day"), _("Place of welcome"), _("Commune"), _("Young people present"), _("Age band"),
        _("School or group"), _("Held by"), _("Organisation"), _("Cancelled on"),
    )  # fmt: skip
    told = (
        (
            one.day, one.place.name, towns[one.place.commune], one.young, one.get_audience_display(),
            one.school, str(one.held_by), str(one.place.organisation),
            one.cancelled_at and clock.local_day(one.cancelled_at),
        )
        for one in rows
    )  # fmt: skip
    return csv_response("jeunes.csv", header, told)


def new_awareness(request: ActorRequest) -> HttpResponse:
    """Record an awareness session."""
    places = Place.objects.owned_by(request.actor).in_use()
    form = kept.bind(request, AwarenessForm, places=places)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.tell_young(
                place=data["place"], group=form.group(), by=request.actor, once=str(data["once"])
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded: %(who)s.") % {"who": data["place"]})
            return redirect("desks:awareness")
    return render(
        request, "desks/awareness_form.html", {"form": form}, status=422 if form.errors else 200
    )


def cancel_awareness(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel an awareness session, with the reason."""
    own = Awareness.objects.filter(place__organisation_id=request.actor.organisation_id)
    found = get_visible_or_404(own.select_related("place"), request.actor, key=key)
    form = kept.bind(request, CancelAwarenessForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.cancel_awareness(told=found, reason=reason, by=request.actor)
        messages.success(request, _("The awareness session is cancelled: it counts no more."))
        return redirect("desks:awareness")
    context = {"form": form, "told": found}
    return render(
        request, "desks/awareness_cancel.html", context, status=422 if form.errors else 200
    )
