"""Events: listed, prepared, read, changed, announced, held, cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.charging import charges_of
from maillage.events import actions, kinds, permissions, programme, reading, street
from maillage.events.actions import writing
from maillage.events.forms.events import CancelForm, ChangeForm, EventForm, initial_of
from maillage.events.models import Event, EventQuerySet, Workshop
from maillage.events.vocabulary import State
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs.lines import called
from maillage.needs.models import Need
from maillage.places import Spread
from maillage.ui import reports
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response
from maillage.ui.forms import Form

PAGE = 25


def events(request: ActorRequest) -> HttpResponse:
    """What takes place, when and where; the list, the map and the table say the same."""
    wanted, spread = _asked(request)
    context = {
        "page": Paginator(spread.rows, PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "spread": spread,
        "when": reading.WHEN,
        "kinds": kinds.choices(),
        "states": State.choices,
        "map": spread.on_map(_("Events by commune"), identity.current().territory),
        "may_hold": permissions.can_hold_events(request.actor),
    }
    return render(request, "events/events.html", context)


def events_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    header, rows = reading.as_csv(_asked(request)[1].rows)
    name = _("events")
    return csv_response(f"{name}.csv", header, rows)


def _asked(request: ActorRequest) -> tuple[reading.Wanted, Spread[EventQuerySet]]:
    """The filters of the address, and the events that it lists as they spread over communes."""
    given = request.GET.dict()
    wanted = reading.Wanted.of(given)
    rows = reading.listed(Event.objects.visible_to(request.actor), wanted)
    return wanted, Spread(rows, "commune", given)


def new_event(request: ActorRequest) -> HttpResponse:
    """Prepare an event."""
    form = kept.bind(request, EventForm, charges=charges_of(request.actor))
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            made = actions.create_event(plan=form.plan(), by=request.actor, once=once)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("events:event", key=made.key)
    return _answer(request, "events/event_form.html", form)


def change_event(request: ActorRequest, key: UUID) -> HttpResponse:
    """Change an event; a stale edit shows both texts."""
    found = own(request, key)
    charges = charges_of(request.actor)
    form = kept.bind(request, ChangeForm, initial=initial_of(found), charges=charges)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_event(event=found, plan=form.plan(), version=version, by=request.actor)
        except Conflict:
            return _both_texts(request, form, key)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("events:event", key=key)
    return _answer(request, "events/event_form.html", form, event=found)


def _both_texts(request: ActorRequest, form: ChangeForm, key: UUID) -> HttpResponse:
    now = own(request, key)
    back = reverse("events:change_event", kwargs={"key": key})
    return stale_edit(request, form, current=initial_of(now), version=now.version, back=back)


def event(request: ActorRequest, key: UUID) -> HttpResponse:
    """What it is, how full it is, and for those who hold it, who is on its list."""
    found = get_visible_or_404(readable(), request.actor, key=key)
    lines = reading.lines_of(found, request.actor)
    may_run = permissions.can_run_event(request.actor, found)
    needs = _raised(found, request.actor)
    context = {
        "event": found,
        "standing": reading.standing_of(found, lines) if may_run else None,
        "waiting": [line for line in lines if line.is_waiting],
        "may_run": may_run,
        "needs": needs,
        "outcome": reading.outcome_of(found) if needs else None,
        "guests": len(writing.former_guests(found)) if may_run and found.takes_registrations else 0,
        "district": reading.district_of(found),
        "workshops": programme.programme(found, Workshop.objects.visible_to(request.actor)),
    }
    return render(request, "events/event.html", context)


def _raised(event: Event, actor: Actor) -> list[tuple[Need, str]]:
    """What was raised, each as far as the reader may name it."""
    return [(need, called(need, actor)) for need in reading.needs_of(event, actor)]


def invite(request: ActorRequest, key: UUID) -> HttpResponse:
    """Invite who came before."""
    number = actions.invite(event=own(request, key), by=request.actor)
    messages.success(request, _("Invitations in the outbox: %(number)s.") % {"number": number})
    return redirect("events:event", key=key)


def mayors_sheet(request: ActorRequest, key: UUID) -> HttpResponse:
    """What the mayor is handed after a street walk, as a page."""
    paper = _sheet(request, key)
    context = {"report": paper, "body": reports.fragment(paper), "event": own(request, key)}
    return render(request, "events/sheet.html", context)


def mayors_sheet_pdf(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same as a tagged PDF."""
    return reports.pdf_response(_sheet(request, key), f"tournee-{key}.pdf")


def _sheet(request: ActorRequest, key: UUID) -> reports.Report:
    found = own(request, key)
    if not (found.of_kind.walks and found.held_at):
        raise Http404
    return street.sheet(street.walk_of(found, request.actor))


def readable() -> EventQuerySet:
    """Events with what their page shows."""
    return Event.objects.select_related("organisation").prefetch_related("partners").with_counts()


def own(request: ActorRequest, key: UUID) -> Event:
    """An event of one's own organisation."""
    rows = readable().filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(rows, request.actor, key=key)


def open_event(request: ActorRequest, key: UUID) -> HttpResponse:
    """Announce it and take registrations."""
    actions.open_event(event=own(request, key), by=request.actor)
    messages.success(request, _("The event is announced: registrations are open."))
    return redirect("events:event", key=key)


def close_registration(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take no more registrations."""
    actions.close_registration(event=own(request, key), by=request.actor)
    return redirect("events:event", key=key)


def hold_event(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note that it took place."""
    try:
        actions.hold_event(event=own(request, key), by=request.actor)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    return redirect("events:event", key=key)


def cancel_event(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that it does not take place, and why; whoever was to come is written to."""
    found = own(request, key)
    form = kept.bind(request, CancelForm)
    if request.method == "POST" and form.is_valid():
        actions.cancel_event(event=found, why=form.cleaned_data["why"], by=request.actor)
        messages.success(request, _("The event is cancelled: whoever was to come is written to."))
        return redirect("events:event", key=key)
    return _answer(request, "events/cancel.html", form, event=found)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
