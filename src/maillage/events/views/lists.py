"""The list of an event: who came, ticked on a phone or entered from paper; registered by an adviser; taken off."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.events import actions, programme, reading
from maillage.events.forms.lists import BY, ArrivalForm, ConcernForm, EndForm, RegisterForForm
from maillage.events.models import Event, Registration, Workshop
from maillage.events.views.events import own
from maillage.events.vocabulary import How, Origin
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.register.finding import Hit, search
from maillage.register.models import Establishment
from maillage.ui.forms import Form

FOUND_AT_MOST = 20


def check_in(request: ActorRequest, key: UUID) -> HttpResponse:
    """The list on a phone at the door: one tap a line."""
    found = own(request, key)
    text = request.GET.get("q", "").strip()[:100]
    every = reading.lines_of(found, request.actor)
    lines = reading.lines_of(found, request.actor, text) if text else every
    how = _known_by(found, request.GET.get("par", ""))
    context = {
        "event": found,
        "text": text,
        "lines": [line for line in lines if not line.is_waiting],
        "waiting": [line for line in lines if line.is_waiting],
        "standing": reading.standing_of(found, every),
        "how": how.value,
        "known": dict(BY)[how],
        "other": next((way.value, words) for way, words in BY if way is not how),
    }
    return render(request, "events/check_in.html", context)


def _known_by(event: Event, given: str) -> How:
    """How whoever keeps the list knows who came: at the door on its day, from paper from the next day on, or as they say."""
    if given in {way.value for way, _words in BY}:
        return How(given)
    return How.PAPER if event.day < clock.today() else How.LIST


def present(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note that somebody on the list came, and how it is known; or that they were not there after all."""
    line, how = _line(request, key), request.POST.get("how", "")
    how = How(how) if how in How.values else _known_by(line.event, how)
    try:
        if request.POST.get("what") == "absent":
            actions.note_absent(line=line, by=request.actor)
        else:
            actions.note_present(line=line, how=how, by=request.actor)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    return redirect(_on_list(line, how))


def _on_list(line: Registration, how: How = How.CODE) -> str:
    """Where the line stands on the list, which goes on as it was being kept."""
    kept_by = "" if how is How.CODE else f"?par={how.value}"
    return f"{reverse('events:check_in', args=[line.event.key])}{kept_by}#l-{line.key}"


def line(request: ActorRequest, key: UUID) -> HttpResponse:
    """A line, as the code that somebody shows at the door opens it."""
    found = _line(request, key)
    context = {"line": found, "event": found.event, "how": How.CODE.value}
    return render(request, "events/line.html", context)


def concern(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down what a firm raised at the event: it becomes a need."""
    found = _line(request, key)
    known = {"contact_name": found.name, "contact_phone": found.phone, "contact_email": found.email}
    form = kept.bind(request, ConcernForm, initial=known)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asked = replace(form.asked(found.language), expressed_on=found.event.day)
        try:
            need = actions.raise_concern(
                line=found,
                asked=asked,
                agreed=given["agreed"],
                by=request.actor,
                once=str(given["once"]),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It is a need now: %(what)s.") % {"what": need.title})
            return redirect("events:event", key=found.event.key)
    return _answer(request, "events/concern.html", form, line=found, event=found.event)


def identify(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say of which firm somebody on the list is: found in the register, then confirmed; or that they are of none."""
    found, firm = _line(request, key), _firm(request)
    if request.method == "POST":
        try:
            actions.identify(line=found, establishment=firm, by=request.actor)
        except Invalid as refusal:
            messages.error(request, str(refusal))
        return redirect(_on_list(found))
    if firm is None and "personne" not in request.GET:
        return _finder(request, found.event, "events/identify.html", line=found)
    context = {"line": found, "event": found.event, "firm": firm}
    return render(request, "events/identify_form.html", context)


def end(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take somebody off the list, with the reason; whoever waits longest gets the seat."""
    line = _line(request, key)
    form = kept.bind(request, EndForm)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_registration(
                line=line, because=form.cleaned_data["because"], by=request.actor
            )
        except Conflict as refusal:
            messages.error(request, str(refusal))
        return redirect("events:check_in", key=line.event.key)
    return _answer(request, "events/end.html", form, line=line, event=line.event)


def register_for(request: ActorRequest, key: UUID) -> HttpResponse:
    """An adviser registers a firm, or a person without one."""
    found, firm = own(request, key), _firm(request)
    if firm is None and "personne" not in request.GET:
        return _finder(request, found, "events/register_for.html")
    workshops = programme.programme(found, Workshop.objects.visible_to(request.actor))
    form = kept.bind(request, RegisterForForm, is_firm=firm is not None, workshops=workshops)
    if request.method == "POST" and form.is_valid():
        who = form.attendee(firm, request.LANGUAGE_CODE[:2])
        once = str(form.cleaned_data["once"])
        try:
            line = actions.register(
                event=found, who=who, origin=Origin.ADVISER, by=request.actor, workshops=form.chosen(),
                once=once,
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            told = _("%(who)s waits for a seat.") if line.is_waiting else _("%(who)s has a seat.")
            messages.success(request, told % {"who": line.called})
            return redirect("events:event", key=key)
    return _answer(request, "events/register_for_form.html", form, event=found, firm=firm)


def arrival(request: ActorRequest, key: UUID) -> HttpResponse:
    """Note somebody who came without a seat: a firm, a person, or a number of people."""
    found, firm = own(request, key), _firm(request)
    if firm is None and "personne" not in request.GET:
        return _finder(request, found, "events/arrival.html")
    form = kept.bind(request, ArrivalForm, initial={"how": _known_by(found, "")})
    if request.method == "POST" and form.is_valid():
        given, origin = form.cleaned_data, Origin.STAND if "stand" in request.GET else Origin.DOOR
        try:
            actions.note_arrival(
                event=found, who=form.walker(firm), how=given["how"], origin=origin, by=request.actor,
                once=str(given["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("events:check_in", key=key)
    return _answer(request, "events/arrival_form.html", form, event=found, firm=firm)


def _finder(
    request: ActorRequest, event: Event, template: str, **more: Registration
) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    hits: list[Hit] = search(text, actor=request.actor, limit=FOUND_AT_MOST) if text else []
    context = {"event": event, "text": text, "hits": hits, "stand": "stand" in request.GET}
    return render(request, template, context | more)


def _firm(request: ActorRequest) -> Establishment | None:
    """The firm that the address names, when it names one that the register tells of."""
    try:
        key = UUID(request.GET.get("entreprise", ""))
    except ValueError:
        return None
    known = Establishment.objects.known().filter(reconciled_to=None).select_related("legal_unit")
    return get_object_or_404(known, key=key)


def _line(request: ActorRequest, key: UUID) -> Registration:
    rows = Registration.objects.select_related("event__organisation", "establishment__legal_unit")
    return get_visible_or_404(rows, request.actor, key=key)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
