"""A welcome: written down in a few taps, read, set right, cancelled."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import journal, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.desks import actions, permissions, readings
from maillage.desks.acts import SOURCE_WELCOME
from maillage.desks.forms.welcomes import (
    AgainForm,
    CancelForm,
    CorrectForm,
    NewLeaderForm,
    WelcomeForm,
    initial_of,
)
from maillage.desks.models import Project, Session, Welcome
from maillage.desks.models.places import RESOURCE
from maillage.desks.models.welcomes import WelcomeQuerySet
from maillage.kernel.errors import Conflict, Invalid
from maillage.needs.models import Need
from maillage.register.models import Establishment
from maillage.ui.conflict import stale_edit
from maillage.ui.forms import Form


def new_welcome(request: ActorRequest, key: UUID, firm: UUID) -> HttpResponse:
    """Write down a firm that came to the desk."""
    session, place = _session(request, key), _firm(firm)
    form = kept.bind(request, WelcomeForm)
    if request.method == "POST" and form.is_valid():
        try:
            actions.welcome_firm(
                session=session, establishment=place, facts=form.facts(), by=request.actor,
                once=str(form.cleaned_data["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded: %(who)s.") % {"who": place.display_name})
            return redirect("desks:session", key=key)
    return _answer(request, "desks/welcome_form.html", form, session=session, firm=place)


def new_leader(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write down somebody with a project who comes for the first time."""
    session = _session(request, key)
    form = kept.bind(request, NewLeaderForm)
    if request.method == "POST" and form.is_valid():
        try:
            welcome = actions.welcome_leader(
                session=session, facts=form.facts(), leader=form.leader(), by=request.actor,
                once=str(form.cleaned_data["once"]),
            )  # fmt: skip
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            said = _("Recorded. Their card: %(pseudonym)s.")
            messages.success(request, said % {"pseudonym": welcome.project})
            return redirect("desks:session", key=key)
    return _answer(request, "desks/leader_form.html", form, session=session)


def leader_again(request: ActorRequest, key: UUID, project: UUID) -> HttpResponse:
    """Write down somebody with a project who comes back."""
    session = _session(request, key)
    own = Project.objects.filter(organisation_id=request.actor.organisation_id)
    leader = get_visible_or_404(own, request.actor, key=project)
    form = kept.bind(request, AgainForm)
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            actions.welcome_leader(
                session=session, facts=form.facts(), project=leader, by=request.actor, once=once
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Recorded: %(who)s.") % {"who": leader.called})
            return redirect("desks:session", key=key)
    return _answer(request, "desks/leader_form.html", form, session=session, leader=leader)


def _session(request: ActorRequest, key: UUID) -> Session:
    own = Session.objects.filter(place__organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own.select_related("place", "holder"), request.actor, key=key)


def _firm(key: UUID) -> Establishment:
    """A firm that a load tells of; one added by hand and matched since is the firm of the register."""
    places = Establishment.objects.select_related("legal_unit", "reconciled_to__legal_unit")
    place = get_object_or_404(places, key=key)
    firm = place.reconciled_to or place
    if not Establishment.objects.known().filter(pk=firm.pk).exists():
        raise Http404
    return firm


def _readable() -> WelcomeQuerySet:
    return Welcome.objects.select_related(
        "session__place__organisation", "session__holder", "adviser", "project__organisation",
        "establishment__legal_unit", "establishment__reconciled_to__legal_unit",
    )  # fmt: skip


def welcome(request: ActorRequest, key: UUID) -> HttpResponse:
    """What somebody came for, and what became of what they asked."""
    actor = request.actor
    found = get_visible_or_404(_readable(), actor, key=key)
    _note_audit(found, actor)
    heard = Need.objects.visible_to(actor).heard_in(SOURCE_WELCOME, found.key)
    own = found.project is not None and permissions.can_read_person(actor, found.project)
    context = {
        "welcome": found,
        "purpose": readings.purpose_told(found, actor),
        "needs": heard.standing().with_state().order_by("pk"),
        "may_correct": permissions.can_correct_welcome(actor, found),
        "real": found.establishment.reconciled_to if found.establishment else None,
        "own": permissions.can_use_session(actor, found.session),
        "reads_person": own,
    }
    return render(request, "desks/welcome.html", context)


def _note_audit(found: Welcome, actor: Actor) -> None:
    """An auditor's reading goes into the journal, under the firm that may ask who read about it."""
    if actor.has(Role.AUDITOR) and found.establishment is not None:
        firm = found.establishment.legal_unit.key
        journal.read(actor, RESOURCE, found.key, firm, gettext_noop("Audit"))


def correct_welcome(request: ActorRequest, key: UUID) -> HttpResponse:
    """Set one's own welcome right, with the reason; a stale edit shows both texts."""
    found = _own(request, key)
    if not permissions.can_correct_welcome(request.actor, found):
        messages.info(request, _("Only who welcomed, or the service manager, changes it."))
        return redirect("desks:welcome", key=key)
    form = kept.bind(request, CorrectForm, welcome=found, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason", "version")}
        try:
            actions.correct_welcome(welcome=found, facts=form.facts(), by=request.actor, **given)
        except Conflict:
            now = _own(request, key)
            back = reverse("desks:welcome", kwargs={"key": key})
            return stale_edit(
                request, form, current=initial_of(now), version=now.version, back=back
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("desks:welcome", key=key)
    return _answer(request, "desks/welcome_correct.html", form, welcome=found)


def cancel_welcome(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel one's own welcome, with the reason."""
    found = _own(request, key)
    form = kept.bind(request, CancelForm)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.cancel_welcome(welcome=found, reason=reason, by=request.actor)
        messages.success(request, _("The welcome is cancelled: it counts no more."))
        return redirect("desks:welcome", key=key)
    return _answer(request, "desks/welcome_cancel.html", form, welcome=found)


def follow_match(request: ActorRequest, key: UUID) -> HttpResponse:
    """The firm added by hand is known to the register now: the welcome follows."""
    actions.follow_match(welcome=_own(request, key), by=request.actor)
    messages.success(request, _("The welcome is that of the firm of the register now."))
    return redirect("desks:welcome", key=key)


def _own(request: ActorRequest, key: UUID) -> Welcome:
    own = _readable().filter(session__place__organisation_id=request.actor.organisation_id)
    return get_visible_or_404(own, request.actor, key=key)


def _answer(request: ActorRequest, template: str, form: Form, **context: object) -> HttpResponse:
    """The page of a form, fresh (200) or with what to repair (422)."""
    context["form"] = form
    return render(request, template, context, status=422 if form.errors else 200)
