"""Money and what happens: entered, corrected, cancelled, each with its acts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions import permissions
from maillage.conventions.actions import money, turns
from maillage.conventions.forms.money import (
    ConventionTurnForm,
    CorrectionForm,
    MoneyForm,
    TurnForm,
    WithdrawForm,
    conventions_of,
)
from maillage.conventions.models import Action, Convention, Entry, Turn
from maillage.conventions.presenters import action_titles
from maillage.conventions.readings import version_in_force
from maillage.conventions.views.reading import PAGE
from maillage.kernel import clock
from maillage.kernel.errors import Invalid


def entries(request: ActorRequest, *, nothing: bool = False) -> HttpResponse:
    """Commitments and payments; or only those charged to nothing."""
    seen = Entry.objects.visible_to(request.actor).standing()
    seen = seen.select_related("convention", "funder", "payee").prefetch_related("charges")
    if nothing:
        seen = seen.charged_to_nothing()
    if slug := request.GET.get("convention"):
        seen = seen.filter(convention__slug=slug)
    page = Paginator(seen, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "nothing": nothing,
        "conventions": conventions_of(request.actor),
        "may_enter": permissions.can_enter_money(request.actor, None),
    }
    return render(request, "conventions/entries.html", context)


def enter(request: ActorRequest) -> HttpResponse:
    """Enter a commitment or a payment."""
    convention = _asked(request)
    form = kept.bind(request, MoneyForm, convention=convention, actions=_actions(convention))
    if request.method == "POST" and form.is_valid():
        try:
            entry = money.enter(
                money=form.money(), by=request.actor, once=form.cleaned_data["once"]
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Entered."))
            return redirect("conventions:entry", entry.key)
    return _page(request, form, title=_("Enter money"), convention=convention)


def entry(request: ActorRequest, key: UUID) -> HttpResponse:
    """An accounting entry and what it is charged to."""
    held = _entry(request, key)
    charges = list(held.charges.all())
    titles = action_titles(charge.action_key for charge in charges)
    context = {
        "entry": held,
        "charges": [(charge, titles.get(charge.action_key, "")) for charge in charges],
        "may_correct": permissions.can_correct_entry(request.actor, held),
        "replaced_by": Entry.objects.visible_to(request.actor).filter(replaces=held).first(),
    }
    return render(request, "conventions/entry.html", context)


def correct(request: ActorRequest, key: UUID) -> HttpResponse:
    """Replace an entry, with a reason."""
    held = _own(request, key)
    form = kept.bind(
        request,
        CorrectionForm,
        convention=held.convention,
        actions=_actions(held.convention),
        initial=CorrectionForm.initial_of(held),
    )
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason_code", "once")}
        try:
            new = money.correct(entry=held, money=form.money(), by=request.actor, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:entry", new.key)
    return _page(request, form, title=_("Correct this entry"), convention=held.convention)


def cancel(request: ActorRequest, key: UUID) -> HttpResponse:
    """Cancel an entry, with a reason."""
    held = _own(request, key)
    form = kept.bind(request, WithdrawForm)
    if request.method == "POST" and form.is_valid():
        money.cancel(entry=held, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Cancelled; the entry and its cancellation stay visible."))
        return redirect("conventions:entry", held.key)
    return _page(request, form, title=_("Cancel this entry"), convention=held.convention)


def turn_action(request: ActorRequest, slug: str, code: str) -> HttpResponse:
    """Say what happened to an action."""
    convention = _party(request, slug)
    form = kept.bind(request, TurnForm, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            turns.turn_action(
                convention=convention,
                action_key=f"{slug}/{code}",
                by=request.actor,
                **form.cleaned_data,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:action", slug, code)
    return _page(request, form, title=_("What happened to this action"), convention=convention)


def turn_convention(request: ActorRequest, slug: str) -> HttpResponse:
    """Say what happened to the convention as a whole."""
    convention = _party(request, slug)
    form = kept.bind(request, ConventionTurnForm, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            turns.turn_convention(convention=convention, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:text", slug)
    return _page(request, form, title=_("What happened to this convention"), convention=convention)


def withdraw_turn(request: ActorRequest, key: UUID) -> HttpResponse:
    """Withdraw what was said of an action or a convention, with a reason."""
    own = Turn.objects.filter(organisation_id=request.actor.organisation_id)
    turn = get_visible_or_404(own.select_related("convention"), request.actor, key=key)
    form = kept.bind(request, WithdrawForm)
    if request.method == "POST" and form.is_valid():
        turns.cancel_turn(turn=turn, by=request.actor, **form.cleaned_data)
        return redirect("conventions:text", turn.convention.slug)
    return _page(request, form, title=_("Withdraw this"), convention=turn.convention)


def _page(
    request: ActorRequest, form: Any, *, title: str, convention: Convention | None
) -> HttpResponse:
    context = {"form": form, "title": title, "convention": convention}
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


def _asked(request: ActorRequest) -> Convention | None:
    slug = request.GET.get("convention", "")
    if not slug:
        return None
    found = next((c for c in conventions_of(request.actor) if c.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _actions(convention: Convention | None) -> list[Action]:
    if convention is None:
        return []
    version = version_in_force(convention, clock.today(), clock.now())
    version = version or convention.versions.signed().order_by("number").first()
    return list(version.actions.all()) if version else []


def _party(request: ActorRequest, slug: str) -> Convention:
    seen = Convention.objects.party_to(request.actor).filter(signed_at__isnull=False)
    return get_visible_or_404(seen, request.actor, slug=slug)


def _entry(request: ActorRequest, key: UUID) -> Entry:
    seen = Entry.objects.select_related("convention", "funder", "payee", "owner", "replaces")
    return get_visible_or_404(seen.prefetch_related("charges"), request.actor, key=key)


def _own(request: ActorRequest, key: UUID) -> Entry:
    own = Entry.objects.filter(owner_id=request.actor.organisation_id)
    seen = own.select_related("convention", "funder", "payee").prefetch_related("charges")
    return get_visible_or_404(seen, request.actor, key=key)
