"""The workshops of an event, for those who hold it: prepared, followed, what was said in them; papers to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.events import actions, programme
from maillage.events.forms.events import CancelForm
from maillage.events.forms.lists import ConcernForm
from maillage.events.forms.workshops import (
    ChangeWorkshopForm,
    Choosing,
    ContributionForm,
    NewWorkshopForm,
    initial_of,
)
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.views.events import own
from maillage.kernel.errors import Conflict, Invalid
from maillage.ui import reports
from maillage.ui.conflict import stale_edit
from maillage.ui.forms import Form, OnceForm


def new_workshop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Add a workshop to the programme of an event."""
    found = own(request, key)
    if not found.of_kind.workshops:
        raise Http404
    hours = {"starts_at": found.starts_at, "ends_at": found.ends_at}
    form = kept.bind(request, NewWorkshopForm, initial=hours)
    if _done(request, form, lambda: actions.add_workshop(
        event=found, plan=form.plan(), by=request.actor, once=_once(form)
    )):  # fmt: skip
        return redirect("events:event", key=key)
    return _answer(request, "events/workshop_form.html", form, event=found)


def workshop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Who is for a workshop, and what was said there."""
    found = _workshop(request, key)
    who = programme.who_is_for(found, request.actor)
    context = {
        "workshop": found,
        "event": found.event,
        "seated": [one for one in who if one.seat is not None],
        "waiting": [one for one in who if one.seat is None],
        "contributions": programme.said_in(found, request.actor),
    }
    return render(request, "events/workshop.html", context)


def change_workshop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Change a workshop; a stale edit shows both texts."""
    found = _workshop(request, key)
    form = kept.bind(request, ChangeWorkshopForm, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_workshop(
                workshop=found, plan=form.plan(), version=form.cleaned_data["version"], by=request.actor
            )  # fmt: skip
        except Conflict:
            return _both_texts(request, form, key)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("events:workshop", key=key)
    return _answer(request, "events/workshop_form.html", form, event=found.event, workshop=found)


def _both_texts(request: ActorRequest, form: ChangeWorkshopForm, key: UUID) -> HttpResponse:
    now = _workshop(request, key)
    back = reverse("events:change_workshop", kwargs={"key": key})
    return stale_edit(request, form, current=initial_of(now), version=now.version, back=back)


def cancel_workshop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that a workshop does not take place, and why; whoever had chosen it is written to."""
    found = _workshop(request, key)
    form = kept.bind(request, CancelForm)
    form.fields["why"].label = _("Why the workshop does not take place")
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.cancel_workshop(workshop=found, why=why, by=request.actor)
        messages.success(
            request, _("The workshop is cancelled: whoever had chosen it is written to.")
        )
        return redirect("events:event", key=found.event.key)
    told = Contribution.objects.visible_to(request.actor).standing().filter(workshop=found)
    context = {"event": found.event, "workshop": found, "is_told": told.exists()}
    return _answer(request, "events/workshop_cancel.html", form, **context)


def choose(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say for which workshops somebody on the list is."""
    rows = Registration.objects.select_related("event__organisation", "establishment__legal_unit")
    line = get_visible_or_404(rows, request.actor, key=key)
    workshops = programme.programme(line.event, Workshop.objects.visible_to(request.actor))
    held = [str(one.workshop.key) for one in line.chosen]
    form = kept.bind(request, Choosing, initial={"workshops": held}, workshops=workshops)
    if _done(request, form, lambda: actions.choose_workshops(
        line=line, workshops=form.chosen(), by=request.actor
    )):  # fmt: skip
        return redirect("events:check_in", key=line.event.key)
    return _answer(request, "events/choose.html", form, line=line, event=line.event)


def contribute(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down what was said or proposed in a workshop."""
    found = _workshop(request, key)
    speakers = programme.speakers(found, request.actor)
    form = kept.bind(request, ContributionForm, lines=speakers)
    if _done(request, form, lambda: actions.note_contribution(
        workshop=found, told=form.told(), by=request.actor, once=_once(form)
    )):  # fmt: skip
        messages.success(request, _("It is written down."))
        return redirect("events:workshop", key=key)
    return _answer(request, "events/contribute.html", form, event=found.event, workshop=found)


def take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say that a contribution was written down by mistake."""
    found = _contribution(request, key)
    actions.take_contribution_back(contribution=found, by=request.actor)
    messages.success(request, _("It is taken back: it counts no more."))
    return redirect("events:workshop", key=found.workshop.key)


def contribution_need(request: ActorRequest, key: UUID) -> HttpResponse:
    """Make a need of what a firm said in a workshop."""
    found = _contribution(request, key)
    line, event = found.line, found.workshop.event
    if line is None:
        raise Http404
    known = {"contact_name": line.name, "contact_phone": line.phone, "contact_email": line.email}
    said = {"theme": found.theme, "words": found.words}
    form = kept.bind(request, ConcernForm, initial=known | said)
    if request.method == "POST" and form.is_valid():
        asked = replace(form.asked(line.language), expressed_on=event.day)
        try:
            need = actions.raise_contribution(
                contribution=found, asked=asked, agreed=form.cleaned_data["agreed"], by=request.actor,
                once=str(form.cleaned_data["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("It is a need now: %(what)s.") % {"what": need.title})
            return redirect("events:workshop", key=found.workshop.key)
    return _answer(request, "events/concern.html", form, line=line, event=event)


def proceedings(request: ActorRequest, key: UUID) -> HttpResponse:
    """What was said in the workshops, as a page."""
    found = _with_workshops(request, key)
    paper = programme.proceedings(programme.told_at(found, request.actor))
    context = {"report": paper, "body": reports.fragment(paper), "event": found}
    return render(request, "events/proceedings.html", context)


def proceedings_pdf(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same as a tagged PDF."""
    found = _with_workshops(request, key)
    paper = programme.proceedings(programme.told_at(found, request.actor))
    return reports.pdf_response(paper, f"ateliers-{key}.pdf")


def paper_list(request: ActorRequest, key: UUID) -> HttpResponse:
    """The list to print and have signed, workshop by workshop where there are some."""
    return reports.pdf_response(
        programme.paper_list(own(request, key), request.actor), f"liste-{key}.pdf"
    )


def _with_workshops(request: ActorRequest, key: UUID) -> Event:
    found = own(request, key)
    if not found.of_kind.workshops:
        raise Http404
    return found


def _workshop(request: ActorRequest, key: UUID) -> Workshop:
    """A workshop of one's own organisation."""
    rows = Workshop.objects.select_related("event__organisation").with_counts()
    rows = rows.filter(event__organisation_id=request.actor.organisation_id)
    return get_visible_or_404(rows, request.actor, key=key)


def _contribution(request: ActorRequest, key: UUID) -> Contribution:
    rows = Contribution.objects.select_related(
        "workshop__event__organisation", "line__establishment__legal_unit"
    )
    return get_visible_or_404(rows, request.actor, key=key)


def _done(request: ActorRequest, form: Form, act: Callable[[], object]) -> bool:
    """Whether what was typed was sent, and the act was done; a refusal is shown on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _once(form: OnceForm) -> str:
    return str(form.cleaned_data["once"])


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
