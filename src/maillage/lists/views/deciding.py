"""A line beside a firm it may be: read, then decided on, one after the other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_noop

from maillage.accounts import journal
from maillage.accounts.actors import ActorRequest
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.lists import actions, jobs, reading
from maillage.lists.models import RESOURCE, Match, PartnerList
from maillage.lists.permissions import can_decide

_SAID = {
    "accept": gettext_noop("Recognised: it is this firm."),
    "refuse": gettext_noop("Refused: it is not this firm."),
    "none": gettext_noop("Refused: it is none of these firms."),
    "undo": gettext_noop("The decision is undone: the pair waits again."),
}


def review(request: ActorRequest, key: UUID) -> HttpResponse:
    """The next pair that waits for a decision."""
    found = _own(request, key)
    after = request.GET.get("apres", "")
    number = int(after) if after.isdecimal() and len(after) < 10 else 0
    match = reading.next_to_review(found, request.actor, number)
    lines = reading.of_list(found, request.actor)
    context = {"list": found, "left": lines.to_review().count(), "reviewing": True}
    if match is not None:
        context |= {"pair": reading.pair_of(match, may=True), "skip": match.line.number}
    return render(request, "lists/pair.html", context)


def match(request: ActorRequest, key: UUID) -> HttpResponse:
    """One pair, what was decided on it, by whom and when."""
    found = get_visible_or_404(reading.readable(request.actor), request.actor, key=key)
    if request.actor.has(Role.AUDITOR):
        firm = found.establishment.legal_unit.key
        journal.read(request.actor, RESOURCE, found.key, firm, gettext_noop("Audit"))
    may = can_decide(request.actor, found.line)
    context = {"list": found.line.of, "pair": reading.pair_of(found, may=may)}
    return render(request, "lists/pair.html", context)


def decide(request: ActorRequest, key: UUID) -> HttpResponse:
    """Accept, refuse, say that none of the firms is the line's, or undo what was decided."""
    owned = reading.readable(request.actor).filter(
        line__of__organisation_id=request.actor.organisation_id
    )  # fmt: skip
    found = get_visible_or_404(owned, request.actor, key=key)
    decision = request.POST.get("decision", "")
    if decision in _SAID:
        _carry_out(found, decision, request)
        messages.success(request, _(_SAID[decision]))
    if request.POST.get("queue"):
        queue = reverse("lists:review", args=[found.line.of.key])
        return redirect(f"{queue}?apres={found.line.number}")
    return redirect("lists:match", key=key)


def _carry_out(found: Match, decision: str, request: ActorRequest) -> None:
    if decision == "none":
        actions.refuse_all(line=found.line, by=request.actor)
        return
    act = {"accept": actions.accept, "refuse": actions.refuse, "undo": actions.undo_decision}
    act[decision](match=found, by=request.actor)


def compare_again(request: ActorRequest, key: UUID) -> HttpResponse:
    """Look again in the register for the lines that are no firm of it yet."""
    found = _own(request, key)
    asked = actions.compare_again(of=found, by=request.actor)
    for load in asked:
        jobs.compare.enqueue(load)
    said = _("The worker looks for them again.") if asked else _("Every line is a firm already.")
    messages.success(request, said)
    return redirect("lists:list", key=key)


def feed(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say which segment the firms of the list belong to, or none."""
    found = _own(request, key)
    try:
        actions.declare_feeding(of=found, feeds=request.POST.get("feeds", ""), by=request.actor)
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        jobs.feed.enqueue(found.pk)
        messages.success(request, _("Said: the worker tells it of each recognised firm."))
    return redirect("lists:list", key=key)


def _own(request: ActorRequest, key: UUID) -> PartnerList:
    held = PartnerList.objects.filter(organisation_id=request.actor.organisation_id)
    return get_visible_or_404(held.select_related("organisation"), request.actor, key=key)
