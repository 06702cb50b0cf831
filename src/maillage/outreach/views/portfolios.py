"""Portfolios: the contacts that are due, a firm followed, handed over, left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import identity, kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.models import Person
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, following, permissions
from maillage.outreach.forms.portfolios import (
    ChangeFollowingForm,
    FollowForm,
    HandOverAllForm,
    HandOverForm,
    StopForm,
    initial_of,
)
from maillage.outreach.models import FollowedFirm, Handover
from maillage.outreach.models.finding import find_firms
from maillage.outreach.models.portfolios import Family, FollowedFirmQuerySet
from maillage.outreach.views.campaigns import advisers_of
from maillage.outreach.views.visits import firm_of
from maillage.places import Spread
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response
from maillage.ui.forms import Form

PAGE = 25


def portfolio(request: ActorRequest) -> HttpResponse:
    """The firms one follows, or the team does, the most urgent first."""
    actor = request.actor
    wanted, rows, spread = _listed(request)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "late": sum(one.is_due for one in rows),
        "wanted": wanted,
        "families": Family.choices,
        "advisers": following.advisers(actor),
        "everybody": following.EVERYBODY,
        "spread": spread,
        "map": spread.on_map(_("Firms followed by commune"), identity.current().territory),
        "may_follow": permissions.can_report_visit(actor),
        "may_run": permissions.can_run_campaign(actor),
    }
    return render(request, "outreach/portfolio.html", context)


def portfolio_csv(request: ActorRequest) -> HttpResponse:
    """The same list, to take away."""
    _wanted, rows, _spread = _listed(request)
    name = _("portfolio")
    return csv_response(f"{name}.csv", following.header(), following.lines(rows))


def _listed(
    request: ActorRequest,
) -> tuple[following.Wanted, list[FollowedFirm], Spread[FollowedFirmQuerySet]]:
    """The filters of the address, the firms that it lists, and how they spread over communes."""
    actor, given = request.actor, request.GET.dict()
    wanted = following.Wanted.of(given)
    return wanted, *following.spread(following.followed(actor, wanted), actor, given)


def find_to_follow(request: ActorRequest) -> HttpResponse:
    """A firm to put in a portfolio, by its name, its street or its SIRET."""
    text = request.GET.get("q", "").strip()[:100]
    found = find_firms(text, request.actor)
    mine = FollowedFirm.objects.visible_to(request.actor).current()
    there = mine.filter(legal_unit__in=[one.legal_unit_id for one in found])
    context = {
        "text": text,
        "found": found,
        "followed": dict(there.values_list("legal_unit", "key")),
    }
    return render(request, "outreach/find_to_follow.html", context)


def follow(request: ActorRequest, key: UUID) -> HttpResponse:
    """Put a firm in a portfolio."""
    actor, firm = request.actor, firm_of(key)
    team = advisers_of(actor) if permissions.can_run_campaign(actor) else None
    form = kept.bind(request, FollowForm, advisers=team, initial={"adviser": actor.person_id})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.follow_firm(
                establishment=firm,
                family=data["family"],
                every=data["every"],
                adviser=data.get("adviser"),
                by=actor,
                once=str(data["once"]),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:followed", key=made.key)
    status = 422 if form.errors else 200
    return render(request, "outreach/follow.html", {"form": form, "firm": firm}, status=status)


def followed(request: ActorRequest, key: UUID) -> HttpResponse:
    """A followed firm: last contact, next one due, who followed it; changed by who decides on it."""
    found = _found(request.actor, key)
    form = kept.bind(request, ChangeFollowingForm, initial=initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_following(followed=found, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict as meanwhile:
            return _both(request, form, found, meanwhile)
        else:
            return redirect("outreach:followed", key=key)
    return _page(request, found, form)


def _both(
    request: ActorRequest, form: ChangeFollowingForm, found: FollowedFirm, meanwhile: Conflict
) -> HttpResponse:
    now = _found(request.actor, found.key)
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version,
        back=reverse("outreach:followed", args=[now.key]),
        closed=meanwhile.reason if now.ended_on else "",
    )


def _page(request: ActorRequest, found: FollowedFirm, form: Form, **other: Form) -> HttpResponse:
    history = Handover.objects.visible_to(request.actor).filter(followed=found)
    team = advisers_of(request.actor).exclude(pk=found.adviser_id)
    forms: dict[str, Any] = {
        "form": form,
        "hand_form": HandOverForm(advisers=team, auto_id="hand_%s"),
        "stop_form": StopForm(auto_id="stop_%s"),
    } | other
    context = {
        "followed": found,
        "told": following.told(found),
        "history": history.select_related("giver", "taker"),
        "may_decide": permissions.can_follow(request.actor, found) and not found.ended_on,
        **forms,
    }
    wrong = any(one.errors for one in forms.values())
    return render(request, "outreach/followed.html", context, status=422 if wrong else 200)


def hand_over(request: ActorRequest, key: UUID) -> HttpResponse:
    """Pass a firm to another adviser."""
    found = _found(request.actor, key)
    form = HandOverForm(request.POST, advisers=advisers_of(request.actor), auto_id="hand_%s")
    if not form.is_valid():
        return _page(request, found, ChangeFollowingForm(initial=initial_of(found)), hand_form=form)
    actions.hand_over(followed=found, to=form.cleaned_data["to"], by=request.actor)
    messages.success(request, _("Handed over to %(person)s.") % {"person": form.cleaned_data["to"]})
    return redirect("outreach:followed", key=key)


def stop(request: ActorRequest, key: UUID) -> HttpResponse:
    """Leave a firm."""
    found = _found(request.actor, key)
    form = StopForm(request.POST, auto_id="stop_%s")
    if not form.is_valid():
        return _page(request, found, ChangeFollowingForm(initial=initial_of(found)), stop_form=form)
    actions.stop_following(followed=found, by=request.actor, **form.cleaned_data)
    messages.success(request, _("The firm is no longer followed; its history stays."))
    return redirect("outreach:portfolio")


def hand_over_all(request: ActorRequest) -> HttpResponse:
    """Pass a whole portfolio, as when an adviser leaves."""
    actor = request.actor
    holders = Person.objects.filter(pk__in=[one.pk for one in following.advisers(actor)])
    form = kept.bind(request, HandOverAllForm, advisers=advisers_of(actor), givers=holders)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.hand_over_all(by=actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Firms handed over: %(count)s.") % {"count": count})
            return redirect(f"{reverse('outreach:portfolio')}?conseiller={following.EVERYBODY}")
    status = 422 if form.errors else 200
    return render(request, "outreach/hand_over_all.html", {"form": form}, status=status)


def _found(actor: Actor, key: UUID) -> FollowedFirm:
    rows = FollowedFirm.objects.with_last_contact().select_related(
        "establishment__legal_unit", "adviser", "organisation"
    )
    return get_visible_or_404(rows, actor, key=key)
