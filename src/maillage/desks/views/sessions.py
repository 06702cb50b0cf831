"""The calendar of desks, and a day at the desk on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext

from maillage import register
from maillage.accounts import identity, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions, permissions, readings
from maillage.desks.forms.places import CalendarForm, CancelSessionForm, HoursForm
from maillage.desks.models import Place, Project, Session
from maillage.desks.models.places import SessionQuerySet
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.places import Spread, commune_names
from maillage.register.models import Establishment
from maillage.ui.csvout import csv_response

PAGE = 25
FOUND = 20


def sessions(request: ActorRequest) -> HttpResponse:
    """The calendar: which desks are held where, by whom, when."""
    actor = request.actor
    form, spread = _asked(request)
    context = {
        "form": form,
        "asked": form.asked(),
        "spread": spread,
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "map": spread.on_map(_("Sessions by commune"), identity.current().territory),
        "today": readings.today_at_desk(actor),
        "may": permissions.can_hold_desk(actor),
    }
    return render(request, "desks/sessions.html", context)


def _asked(request: ActorRequest) -> tuple[CalendarForm, Spread[SessionQuerySet]]:
    """The filters of the address, and the sessions that it lists as they spread over communes."""
    given = request.GET.dict()
    form = CalendarForm(given, places=Place.objects.visible_to(request.actor))
    rows = readings.sessions(request.actor, form.asked())
    return form, Spread(rows, "place__commune", given)


def sessions_csv(request: ActorRequest) -> HttpResponse:
    """The same calendar, whole, as a table."""
    header = (
        _("Day"), _("From"), _("To"), _("Place of welcome"), _("Commune"), _("Held by"),
        _("Organisation"), _("State"), _("Welcomes"),
    )  # fmt: skip
    return csv_response("permanences.csv", header, _rows(_asked(request)[1].rows))


def _rows(rows: SessionQuerySet) -> Iterator[tuple[object, ...]]:
    towns = commune_names({one.place.commune for one in rows})
    for one in rows:
        yield (
            one.day, f"{one.starts_at:%H:%M}", f"{one.ends_at:%H:%M}", one.place.name, towns[one.place.commune],
            str(one.holder), str(one.place.organisation), one.state.label, one.came,  # type: ignore[attr-defined]
        )  # fmt: skip


def plan(request: ActorRequest) -> HttpResponse:
    """Plan the sessions of a desk, once or week after week."""
    actor = request.actor
    offered = Place.objects.owned_by(actor).in_use()
    given = {"places": offered, "holders": readings.holders(actor)}
    form = kept.bind(request, HoursForm, initial={"holder": actor.person_id}, **given)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            planned = actions.plan_sessions(
                place=data["place"], holder=data["holder"], hours=form.hours(), by=actor,
                once=str(data["once"]),
            )  # fmt: skip
        except (Invalid, Conflict) as refusal:
            _refuse(form, refusal)
        else:
            said = ngettext("%(n)s session planned.", "%(n)s sessions planned.", len(planned))
            messages.success(request, said % {"n": len(planned)})
            return redirect("desks:sessions")
    context = {"form": form, "may_open": permissions.can_open_place(actor)}
    return render(request, "desks/plan.html", context, status=422 if form.errors else 200)


def _refuse(form: HoursForm, refusal: Invalid | Conflict) -> None:
    if isinstance(refusal, Invalid):
        form.refuse(refusal)
    else:
        form.add_error(None, str(refusal))


def session(request: ActorRequest, key: UUID) -> HttpResponse:
    """A day at the desk: who came, and whom to write down next."""
    actor = request.actor
    found = get_visible_or_404(_readable(), actor, key=key)
    text = request.GET.get("q", "").strip()[:100]
    own = permissions.can_use_session(actor, found)
    context = {
        "session": found,
        "welcomes": readings.welcomes(found, actor),
        "own": own,
        "may_welcome": own and found.is_open,
        "may_hold": own and found.is_open and found.held_at is None,
        "text": text,
        "firms": _firms(text, actor) if own else [],
        "leaders": _leaders(text, actor) if own else [],
        "district": found.place.district(found.day),
    }
    return render(request, "desks/session.html", context)


def _readable() -> SessionQuerySet:
    return Session.objects.select_related("place__organisation", "holder")


def _firms(text: str, actor: Actor) -> list[Establishment]:
    """Open establishments that answer by name or SIRET."""
    if len(text) < 2:
        return []
    found = [hit.establishment for hit in register.search(text, actor=actor, limit=FOUND)]
    return [place for place in found if place.state == "A" and place.reconciled_to_id is None]


def _leaders(text: str, actor: Actor) -> list[Project]:
    """Project leaders that one's organisation met, by name or by their card."""
    if len(text) < 2:
        return []
    own = Project.objects.owned_by(actor)
    return list(own.filter(pseudonym__iexact=text) | own.filter(name__icontains=text))[:FOUND]


def hold(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that the session was held, though nobody came."""
    found = _own(request, key)
    actions.hold_session(session=found, by=request.actor)
    messages.success(request, _("The session counts as held."))
    return redirect("desks:session", key=key)


def cancel(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that the session does not take place, with the reason."""
    found = _own(request, key)
    form = kept.bind(request, CancelSessionForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.cancel_session(session=found, reason=reason, by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The session is cancelled."))
            return redirect("desks:sessions")
    context = {"form": form, "session": found, "today": clock.today()}
    return render(request, "desks/session_cancel.html", context, status=422 if form.errors else 200)


def _own(request: ActorRequest, key: UUID) -> Session:
    own = _readable().filter(place__organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)
