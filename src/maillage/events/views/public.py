"""The public calendar: what takes place, and a seat in two steps, without an account nor JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext as _

from maillage.accounts import limits
from maillage.accounts.actors import ActorRequest
from maillage.accounts.models import Organisation
from maillage.events import booking, ics, pass_codes, programme
from maillage.events.forms.lists import RegisterForm
from maillage.events.forms.workshops import Choosing
from maillage.events.models import Event, Registration, Workshop
from maillage.events.purposes import REGISTRATION
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.post.holding import held, no_link
from maillage.post.models import Link
from maillage.register.finding import search
from maillage.register.models import Establishment

FOUND_AT_MOST = 20
PAGE = 25
REMEMBERED = timedelta(days=31)


def calendar(request: ActorRequest) -> HttpResponse:
    """What takes place next, for everybody."""
    rows = Event.objects.published().to_come().with_counts().select_related("organisation")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "events/public/calendar.html", {"page": page})


def announced(request: ActorRequest, key: UUID) -> HttpResponse:
    """An event for everybody; the first step of a registration: which firm comes."""
    found = _published(key)
    text = request.GET.get("q", "").strip()[:100]
    hits = search(text, actor=request.actor, limit=FOUND_AT_MOST) if text else []
    workshops = programme.announced(found)
    context = {"event": found, "text": text, "hits": hits, "workshops": workshops}
    return render(request, "events/public/event.html", context)


def announced_ics(request: ActorRequest, key: UUID) -> HttpResponse:  # noqa: ARG001 -- open to everybody
    """An event, for the calendar of whoever comes."""
    found = Event.objects.published().filter(pk=_published(key).pk)
    return _ics(ics.announced(found), f"evenement-{key}.ics")


def feed(request: ActorRequest, key: UUID) -> HttpResponse:  # noqa: ARG001 -- open to everybody
    """The public events of an organisation, from a month ago on, for a calendar that subscribes."""
    organisation = get_object_or_404(Organisation, key=key)
    since = clock.today() - REMEMBERED
    rows = Event.objects.published().filter(organisation=organisation, day__gte=since)
    return _ics(ics.announced(rows.order_by("day", "pk"), name=str(organisation)), "agenda.ics")


def _ics(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _published(key: UUID) -> Event:
    rows = Event.objects.published().with_counts()
    found = rows.select_related("organisation").prefetch_related("partners").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def book(request: ActorRequest, key: UUID) -> HttpResponse:
    """The second step: whom to write to; then the seat is given, or a place on the waiting list."""
    found, firm = _published(key), _firm(request)
    form = RegisterForm(request.POST or None, workshops=programme.announced(found))
    if request.method == "POST" and form.is_valid():
        _spare(request)
        who = form.attendee(firm, (get_language() or "fr")[:2])
        try:
            line = booking.book(found, who, str(form.cleaned_data["once"]), form.chosen())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            done = {"event": found, "line": line, "choices": line.chosen}
            return render(request, "events/public/done.html", done)
    status = 422 if form.errors else 200
    context: dict[str, object] = {"event": found, "firm": firm, "form": form}
    return render(request, "events/public/book.html", context, status=status)


def _firm(request: HttpRequest) -> Establishment | None:
    text = request.GET.get("entreprise", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError:
        raise Http404 from None
    known = Establishment.objects.known().filter(reconciled_to=None).select_related("legal_unit")
    return get_object_or_404(known, key=key)


def _spare(request: HttpRequest) -> None:
    """A person registers a few times; who registers many is a program."""
    if not limits.spend("book", limits.address_of(request), booking.PER_ADDRESS):
        raise Conflict(
            _("Too many registrations at once."),
            remedy=_("Wait an hour, or call the organisation."),
        )


def opened(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """A page of one's own registration: handed the line in place of the link."""

    @held(REGISTRATION)
    @wraps(view)
    def page(request: HttpRequest, link: Link, token: str) -> HttpResponse:
        line = booking.line_of(link)
        return view(request, line, token) if line else no_link(request)

    return page


@opened
def registration(request: HttpRequest, line: Registration, token: str) -> HttpResponse:
    """One's own registration: the seat or the wait, and the button that gives it up."""
    return _own_page(request, line, token, _choosing(request, line))


@opened
def own_ics(request: HttpRequest, line: Registration, token: str) -> HttpResponse:  # noqa: ARG001 -- the link is the right
    """One's own registration and workshops, for one's calendar: a file, or an address to subscribe to."""
    return _ics(ics.own(line), "inscription.ics")


def _choosing(request: HttpRequest, line: Registration) -> Choosing:
    held = {"workshops": [str(one.workshop.key) for one in line.chosen]}
    offered = Workshop.objects.visible_to(booking.themselves(line.event))
    workshops = programme.programme(line.event, offered)
    posted = request.POST if request.method == "POST" else None  # none ticked is a choice too
    return Choosing(posted, initial=held, workshops=workshops)


def _own_page(request: HttpRequest, line: Registration, token: str, form: Choosing) -> HttpResponse:
    context: dict[str, object] = {"line": line, "event": line.event, "token": token, "form": form}
    context["choices"] = line.chosen
    if line.seat is not None:
        code = pass_codes.drawn(pass_codes.address_of(line), _("Code to show at the door"))
        context["code"] = code
    status = 422 if form.errors else 200
    return render(request, "events/public/own.html", context, status=status)


@opened
def choose(request: HttpRequest, line: Registration, token: str) -> HttpResponse:
    """Say for which workshops one is: a seat in each, or a place among those who wait."""
    form = _choosing(request, line)
    if form.is_valid():
        try:
            booking.choose(line, form.chosen())
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("events:own", token=token)
    return _own_page(request, line, token, form)


@opened
def give_up(_request: HttpRequest, line: Registration, token: str) -> HttpResponse:
    """Give the registration up; the seat goes to whoever waits longest."""
    booking.give_up(line)
    return redirect("events:own", token=token)
