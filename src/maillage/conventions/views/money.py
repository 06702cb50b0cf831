"""Money and what happens: entered, corrected, cancelled, each with its acts."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import journal, kept
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
from maillage.conventions.models import Convention, Entry, Turn
from maillage.conventions.models.money import RESOURCE
from maillage.conventions.presenters import action_titles, entry_page
from maillage.conventions.readings import signed_actions
from maillage.conventions.views.reading import PAGE
from maillage.kernel import clock
from maillage.kernel.errors import Invalid

M = TypeVar("M", bound=MoneyForm)


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
        "entry_page": entry_page(request.actor),
    }
    return render(request, "conventions/entries.html", context)


def enter(request: ActorRequest) -> HttpResponse:
    """Enter a commitment or a payment."""
    form = _money_form(request, MoneyForm, _asked(request))
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            held = money.enter(money=form.money(), by=request.actor, once=form.cleaned_data["once"])
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Entered."))
            return redirect("conventions:entry", held.key)
    return _page(request, form, title=_("Enter money"), convention=form.convention)


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
        "entry_page": entry_page(request.actor),
    }
    return render(request, "conventions/entry.html", context)


def audit(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same, to whoever audits every organisation: the reading is journalled."""
    held = _entry(request, key)
    journal.read(
        request.actor, RESOURCE, held.key, held.key, gettext_noop("Audit of an accounting entry")
    )
    return entry(request, key)


def correct(request: ActorRequest, key: UUID) -> HttpResponse:
    """Replace an entry, with a reason."""
    held = _own(request, key)
    convention = _asked(request) or held.convention
    initial = CorrectionForm.initial_of(held)
    form = _money_form(request, CorrectionForm, convention, initial=initial)
    if request.method == "POST" and form.is_bound and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("reason_code", "once")}
        try:
            new = money.correct(entry=held, money=form.money(), by=request.actor, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("conventions:entry", new.key)
    return _page(request, form, title=_("Correct this entry"), convention=convention)


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
    if isinstance(form, MoneyForm):
        context |= {"more": bool(form.lines), "elsewhere": conventions_of(request.actor)}
    return render(request, "conventions/form.html", context, status=422 if form.errors else 200)


def _asked(request: ActorRequest) -> Convention | None:
    slug = request.GET.get("convention", "")
    if not slug:
        return None
    found = next((c for c in conventions_of(request.actor) if c.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _money_form(
    request: ActorRequest,
    form_class: type[M],
    convention: Convention | None,
    initial: dict[str, Any] | None = None,
) -> M:
    """The form with as many parts as asked; asking for one more judges nothing yet."""
    asked = request.GET.get("lines", "")
    form = kept.bind(
        request,
        form_class,
        convention=convention,
        actions=signed_actions(convention) if convention else (),
        lines=int(asked) if asked.isdecimal() and len(asked) < 4 else 0,
        initial=initial,
    )
    return form.longer() if "add" in request.POST else form


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
