"""The rounds of a team on one day: planned and read, then accepted at once; hours agreed with firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _, ngettext

from maillage import places
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, sealed, touring, waiting
from maillage.outreach.actions.kept_rounds import left_out, sketch
from maillage.outreach.actions.team_rounds import accepted
from maillage.outreach.forms.hours import HourForm
from maillage.outreach.forms.team_rounds import AcceptForm, TeamDays
from maillage.outreach.models import Campaign, KeptRound, ListedFirm, RoundStop
from maillage.outreach.views.campaigns import advisers_of
from maillage.outreach.views.visits import firm_of


@dataclass(frozen=True)
class Drawn:
    """One adviser's round, planned and not kept."""

    kept: KeptRound
    stops: Sequence[RoundStop]

    @property
    def lunch_before(self) -> RoundStop | None:
        """The first firm seen after lunch, if any."""
        return self.kept.after_lunch(self.stops)

    @property
    def metres(self) -> int:
        """How far it goes."""
        return sum(one.metres for one in self.stops)

    @property
    def minutes(self) -> int:
        """How long one is on the way."""
        return -(-sum(one.walk for one in self.stops) // 60)


@dataclass(frozen=True)
class Proposal:
    """Rounds planned and not accepted: each with its stops, and what is in none.

    `beyond` is how many more firms wait, which were not looked at for one day.
    """

    tour: touring.Tour
    rounds: Sequence[Drawn]
    left: Sequence[RoundStop] = field(default_factory=tuple)
    beyond: int = 0

    @property
    def visits(self) -> int:
        """How many firms are in a round."""
        return sum(len(one.stops) for one in self.rounds)

    @property
    def nobodys(self) -> set[int]:
        """The establishments that are given to nobody yet."""
        return {place for place, holder in self.tour.holders.items() if holder is None}


def team_rounds(request: ActorRequest, key: UUID) -> HttpResponse:
    """Plan the rounds of several advisers, read them; posted as they were read, they are accepted."""
    actor = request.actor
    own = Campaign.objects.filter(organisation_id=actor.organisation_id)
    campaign = get_visible_or_404(own, actor, key=key)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    sent = form.is_bound and form.is_valid()
    if sent and accepted(form.cleaned_data["once"], actor):
        return redirect("outreach:team_rounds", key=campaign.key)
    if sent:
        try:
            return _accepted(request, campaign, form)
        except (Conflict, Invalid) as refusal:
            form.add_error(None, str(refusal))
    asked = _asked(request, campaign)
    return _shown(request, campaign, asked, _proposed(campaign, asked), form)


def _asked(request: ActorRequest, campaign: Campaign) -> TeamDays:
    actor = request.actor
    lines = ListedFirm.objects.visible_to(actor).filter(campaign=campaign)
    to_see = lines.not_yet_seen().order_by().values_list("adviser")
    counts = dict(to_see.annotate(Count("pk")))
    codes = set(lines.order_by().values_list("commune", flat=True).distinct())
    known = places.centres(codes)  # one leaves from the middle of a commune
    towns = sorted(places.commune_names(known).items(), key=lambda town: places.fold(town[1]))
    people = [(one, counts.get(one.pk, 0)) for one in advisers_of(actor)]
    usual = min(max(clock.today(), campaign.starts_on), campaign.ends_on)
    return TeamDays(request.GET, people=people, towns=towns, usual=usual)


def _proposed(campaign: Campaign, asked: TeamDays) -> Proposal | None:
    """The rounds as they are planned now; nothing when what was asked cannot be read or is refused."""
    wanted = asked.asked()
    if not wanted:
        return None
    outings = touring.outings_of(wanted)
    data = asked.form.cleaned_data
    try:
        ways = touring.ways_of(campaign, outings, data["day"], spare=data["spare"])
        tour = touring.tours_of(campaign, outings, data["day"], spare=data["spare"], ways=ways)
    except Invalid as refusal:
        asked.form.refuse(refusal)
        return None
    drawn = [
        Drawn(kept, sketch(kept, tour, one)) for kept, one in zip(wanted, outings, strict=True)
    ]
    people, seen = [one.adviser.pk for one in outings], len(tour.holders)
    beyond = waiting.lines_beyond(campaign, people, data["day"], spare=data["spare"], seen=seen)
    return Proposal(tour, drawn, sorted(left_out(tour), key=lambda one: one.reason), beyond)


def _accepted(request: ActorRequest, campaign: Campaign, form: AcceptForm) -> HttpResponse:
    """Keep the rounds that the form carries; the ways are asked again, of what was kept, before anything is locked."""
    read = sealed.opened(form.cleaned_data["seen"], campaign, request.actor)
    outings = touring.outings_of(read.asked)
    kept = actions.accept_rounds(
        campaign=campaign,
        day=read.day,
        asked=read.asked,
        tour=replace(read.tour, ways=touring.ways_again(read.tour, outings)),
        once=form.cleaned_data["once"],
        by=request.actor,
    )
    told = ngettext("%(count)s round accepted.", "%(count)s rounds accepted.", len(kept))
    messages.success(request, told % {"count": len(kept)})
    return redirect("outreach:team_rounds", key=campaign.key)


def _shown(
    request: ActorRequest,
    campaign: Campaign,
    asked: TeamDays,
    proposal: Proposal | None,
    form: AcceptForm,
) -> HttpResponse:
    day = asked.form.cleaned_data["day"] if proposal else None
    shown = AcceptForm(initial={"seen": _sealed(request.actor, campaign, day, proposal)})
    known = _kept(request.actor, campaign)
    context = {
        "campaign": campaign, "asked": asked, "proposal": proposal, "form": form, "accept": shown,
        "day": day, "kept": known, "back": request.get_full_path(),
        "replaced": ", ".join(
            str(one.adviser) for one in known if day == one.day and _is_asked(one, proposal)
        ),
    }  # fmt: skip
    status = 422 if form.errors or asked.is_wrong else 200
    return render(request, "outreach/team_rounds.html", context, status=status)


def _sealed(actor: Actor, campaign: Campaign, day: date | None, proposal: Proposal | None) -> str:
    if proposal is None or day is None:
        return ""
    told = [one.kept for one in proposal.rounds]
    return sealed.seal(campaign, sealed.Read(day, told, proposal.tour), actor)


def _is_asked(kept: KeptRound, proposal: Proposal | None) -> bool:
    return proposal is not None and kept.adviser_id in {
        one.kept.adviser_id for one in proposal.rounds
    }


def _kept(actor: Actor, campaign: Campaign) -> list[KeptRound]:
    """The rounds of the campaign that are still to be walked, with how many firms each sees."""
    rows = KeptRound.objects.visible_to(actor).filter(campaign=campaign)
    placed = Count("stops", filter=Q(stops__rank__isnull=False))
    told = rows.select_related("adviser", "accepted_by").annotate(visits=placed)
    return list(told.order_by("day", "adviser__name", "pk"))


def agree_hour(request: ActorRequest, key: UUID) -> HttpResponse:
    """Write the hour that a firm expects somebody at, or take it back; then back to the round."""
    firm = firm_of(key)
    form = HourForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give an hour of the day."))
        return redirect(_back(request))
    at = form.cleaned_data["at"]
    try:
        actions.agree_hour(
            establishment=firm, day=form.cleaned_data["day"], at=at, by=request.actor
        )
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("Hour agreed: kept.") if at is not None else _("No hour is agreed any more.")
        messages.success(request, told)
    return redirect(_back(request))


def _back(request: ActorRequest) -> str:
    """The page that sent here, on this site; else one's own round."""
    back = request.POST.get("back", "")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back
    return reverse("outreach:my_round")
