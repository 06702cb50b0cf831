"""The day's round on the phone: planned, walked, put in another order, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.figures.methods.access import Pace
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.outreach import actions, calling, terrain, touring, waiting
from maillage.outreach.forms.kept_rounds import RoundForm
from maillage.outreach.models import Campaign, KeptRound, ListedFirm, RoundStop, Visit
from maillage.outreach.models.campaigns import CampaignQuerySet
from maillage.outreach.outside import Ways

ITS_POSITION = (
    "geolocation=(self), camera=(), display-capture=(), microphone=(), payment=(), usb=()"
)
"""This page alone may ask where the phone is, when its button is pressed."""


def my_round(request: ActorRequest) -> HttpResponse:
    """The round of a campaign and a day; posted, it is planned, from here when «here» is known."""
    actor = request.actor
    form = _asked(request)
    if request.method == "POST" and form.is_valid():
        campaign, day = form.cleaned_data["campaign"], form.cleaned_data["day"]
        start = form.position() or ("from" in request.POST and _last_place(campaign, actor)) or None
        going = form.cleaned_data["going"]
        try:
            kept = actions.plan_round(
                campaign=campaign,
                day=day,
                by=actor,
                start=start,
                going=going,
                ways=_ways(actor, form, going),
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect(_page_of(kept))
    return _shown(request, form)


def _asked(request: ActorRequest) -> RoundForm:
    own = Campaign.objects.owned_by(request.actor)
    open_ones = own.filter(frozen_at__isnull=False, ends_on__gte=clock.today()).order_by(
        "starts_on", "id"
    )
    given = request.POST if request.method == "POST" else (request.GET or None)
    return RoundForm(given, campaigns=open_ones, usual=_usual(request.actor, open_ones))


def _usual(actor: Actor, campaigns: CampaignQuerySet) -> Campaign | None:
    """The campaign under way that gives the adviser somebody to see, else the first one."""
    mine = ListedFirm.objects.visible_to(actor).assigned_to(actor).not_yet_seen()
    under_way = campaigns.open_on(clock.today()).filter(pk__in=mine.values("campaign"))
    return under_way.first() or campaigns.first()


def _shown(request: ActorRequest, form: RoundForm) -> HttpResponse:
    actor = request.actor
    kept = _kept(actor, form)
    if kept:
        form.follow(kept.going)
    on_phones = KeptRound.objects.taken_back_by(actor).select_related("adviser", "campaign")
    context: dict[str, Any] = {
        "form": form,
        "kept": kept,
        "here": f"{_page_of(kept)}#stops" if kept else "",
        "kept_by": actor.person_id,
        **_stops(actor, kept),
        "on_phones": on_phones,
        "today": clock.today(),
        "apart": _apart(actor, form),
    }
    status = 422 if request.method == "POST" else 200
    answer = render(request, "outreach/round.html", context, status=status)
    answer["Permissions-Policy"] = ITS_POSITION
    return answer


def _stops(actor: Actor, kept: KeptRound | None) -> dict[str, Any]:
    """The stops of a round, each with the number to call and when it is open, which of them were seen, and what found no room."""
    stops = list(kept.stops.select_related("establishment__legal_unit")) if kept else []
    placed = [one for one in stops if one.rank is not None]
    told = calling.telephones(actor, [one.establishment_id for one in stops])
    day = kept.day if kept else clock.today()
    hours = waiting.open_for(actor, [one.establishment for one in stops], day)
    for one in stops:
        one.telephone = told.get(one.establishment_id)
        one.opening = hours.get(one.establishment_id)
    return {
        "stops": placed,
        "lunch_before": kept.after_lunch(placed) if kept else None,
        "missed": any(one.late for one in placed),
        "shut": any(one.is_shut for one in placed),
        "left": [one for one in stops if one.rank is None],
        "seen": _seen(actor, stops),
    }


def _apart(actor: Actor, form: RoundForm) -> int:
    """Minutes on foot between firms that are too far apart for walking, told before planning; 0 when they are not."""
    campaign = form.cleaned_data.get("campaign") if form.is_bound else form.usual
    if campaign is None or actor.person is None:
        return 0
    apart = touring.minutes_apart(campaign, actor.person)
    return apart if apart is not None and apart > touring.FAR else 0


def _kept(actor: Actor, form: RoundForm) -> KeptRound | None:
    """The round that the page is about: the one asked for, else the next one of the day."""
    mine = KeptRound.objects.carried_by(actor).select_related("campaign", "adviser", "accepted_by")
    if form.is_bound:
        if not form.is_valid():
            return None
        asked = {name: form.cleaned_data[name] for name in ("campaign", "day")}
        return mine.filter(**asked).first()
    return mine.filter(day=clock.today()).first()


def _seen(actor: Actor, stops: list[RoundStop]) -> set[int]:
    mine = Visit.objects.owned_by(actor).standing().made_by(actor, clock.today())
    return set(
        mine.filter(establishment__in=[one.establishment_id for one in stops]).values_list(
            "establishment", flat=True
        )
    )


def _ways(actor: Actor, form: RoundForm, going: str) -> dict[Pace, Ways]:
    """What services of routes tell of the day asked for: asked before anything is written, for they may be slow."""
    if actor.person is None:
        return {}
    kept = _kept(actor, form) or KeptRound()
    kept.going = going
    outing = terrain.Outing(actor.person, touring.day_of(kept))
    return touring.ways_of(form.cleaned_data["campaign"], [outing], form.cleaned_data["day"])


def _last_place(campaign: Campaign, actor: Actor) -> tuple[float, float] | None:
    """Where the adviser's last visit of today was, when it stands somewhere."""
    mine = Visit.objects.owned_by(actor).standing().made_by(actor, clock.today())
    last = mine.filter(campaign=campaign).select_related("establishment").first()
    if last is None:
        return None
    return touring.points_of([last.establishment]).get(last.establishment_id)


def _page_of(kept: KeptRound) -> str:
    return f"{reverse('outreach:my_round')}?campaign={kept.campaign.key}&day={kept.day:%Y-%m-%d}"


def order_round(request: ActorRequest, key: UUID) -> HttpResponse:
    """One firm a place up or down; or all of them, as they were dragged."""
    mine = KeptRound.objects.select_related("campaign")
    kept = get_visible_or_404(mine, request.actor, key=key)
    try:
        actions.reorder_round(kept=kept, order=_order(kept, request.POST), by=request.actor)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("outreach:my_round")
    return redirect(f"{_page_of(kept)}#stops")


def _order(kept: KeptRound, sent: Any) -> list[str]:
    if "order" in sent:
        return [part for part in str(sent["order"]).split(",") if part][: touring.MOST]
    placed = kept.stops.filter(rank__isnull=False)
    order = [str(key) for key in placed.values_list("establishment__key", flat=True)]
    for name, step in (("up", -1), ("down", 1)):
        if (moved := sent.get(name)) in order:
            at = order.index(moved)
            to = min(max(at + step, 0), len(order) - 1)
            order[at], order[to] = order[to], order[at]
    return order


def withdraw_round(request: ActorRequest, key: UUID) -> HttpResponse:
    """Take a round back from its phone, from any desk."""
    kept = get_visible_or_404(KeptRound.objects.all(), request.actor, key=key)
    try:
        actions.withdraw_round(kept=kept, by=request.actor)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        gone = _("The round is taken back: the phone clears it at its next contact.")
        messages.success(request, gone)
    return redirect("outreach:my_round")
