"""Places of welcome: what each did, opened, changed, closed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions, journeys, permissions, readings
from maillage.desks.forms.places import ChangePlaceForm, CloseForm, PlaceForm, initial_of
from maillage.desks.models import Place
from maillage.desks.models.places import PlaceQuerySet
from maillage.desks.views.periods import period_of
from maillage.kernel.errors import Conflict, Invalid
from maillage.places import Spread
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response


def places(request: ActorRequest) -> HttpResponse:
    """What each place of one's organisation did over a period, every number open."""
    spread = _listed(request)
    context = {
        "whole": readings.overview(request.actor, period_of(request), spread.rows),
        "spread": spread,
        "map": spread.on_map(_("Places by commune"), identity.current().territory),
        "journey": journeys.journey(request.actor, period_of(request)),
        "may_open": permissions.can_open_place(request.actor),
        "waiting": readings.waiting(request.actor),
    }
    return render(request, "desks/places.html", context)


def places_csv(request: ActorRequest) -> HttpResponse:
    """The same places with their figures, as a table."""
    whole = readings.overview(request.actor, period_of(request), _listed(request).rows)
    header, rows = readings.places_as_csv(whole)
    return csv_response("lieux-d-accueil.csv", header, rows)


def _listed(request: ActorRequest) -> Spread[PlaceQuerySet]:
    return Spread(readings.own_places(request.actor), "commune", request.GET.dict())


def new_place(request: ActorRequest) -> HttpResponse:
    """Open a place."""
    form = kept.bind(request, PlaceForm)
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            place = actions.open_place(where=form.where(), by=request.actor, once=once)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Place opened: %(place)s.") % {"place": place})
            return redirect("desks:places")
    return render(
        request, "desks/place_form.html", {"form": form}, status=422 if form.errors else 200
    )


def change_place(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set a place right; a stale edit shows both texts."""
    place = _own(request, key)
    form = kept.bind(request, ChangePlaceForm, initial=initial_of(place))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_place(place=place, where=form.where(), version=version, by=request.actor)
        except Conflict:
            now = _own(request, key)
            back = reverse("desks:change_place", kwargs={"key": key})
            return stale_edit(
                request, form, current=initial_of(now), version=now.version, back=back
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("desks:places")
    context = {"form": form, "place": place, "close_form": CloseForm()}
    return render(request, "desks/place_form.html", context, status=422 if form.errors else 200)


def close_place(request: ActorRequest, key: UUID) -> HttpResponse:
    """No desk is held there any more."""
    place = _own(request, key)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_place(place=place, on=form.cleaned_data["closed_on"], by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("desks:places")
    context = {"form": form, "place": place}
    return render(request, "desks/place_close.html", context, status=422 if form.errors else 200)


def _own(request: ActorRequest, key: UUID) -> Place:
    own = Place.objects.filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)
