"""Campaigns: what they aim at, their frozen list, how far they went."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.accounts import kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.models import Person
from maillage.accounts.scoping import get_visible_or_404
from maillage.conventions.charging import charges_of
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, parting, permissions, picturing, progress, walking
from maillage.outreach.forms.campaigns import AssignForm, CampaignForm, ChangeForm, initial_of
from maillage.outreach.models import Campaign, ListedFirm, ways
from maillage.outreach.models.campaigns import ListedFirmQuerySet
from maillage.outreach.models.targets import targets
from maillage.ui.conflict import stale_edit
from maillage.ui.csvout import csv_response

PAGE = 50


def campaigns(request: ActorRequest) -> HttpResponse:
    """The campaigns of one's organisation and of its partners."""
    rows = Campaign.objects.visible_to(request.actor).select_related("organisation")
    context = {
        "campaigns": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_run": permissions.can_run_campaign(request.actor),
    }
    return render(request, "outreach/campaigns.html", context)


def new_campaign(request: ActorRequest) -> HttpResponse:
    """Open the draft of a campaign."""
    form = kept.bind(request, CampaignForm, charges=charges_of(request.actor))
    if request.method == "POST" and form.is_valid():
        once = str(form.cleaned_data["once"])
        try:
            made = actions.create_campaign(plan=form.plan(), by=request.actor, once=once)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:campaign", key=made.key)
    status = 422 if form.errors else 200
    return render(request, "outreach/campaign_form.html", {"form": form}, status=status)


def change_campaign(request: ActorRequest, key: UUID) -> HttpResponse:
    """Change the query of a draft."""
    found = _own(request.actor, key)
    if request.method != "POST" and found.frozen_at is not None:
        messages.info(request, _("The list is frozen: its query no longer changes."))
        return redirect("outreach:campaign", key=key)
    charges = charges_of(request.actor)
    form = kept.bind(request, ChangeForm, initial=initial_of(found), charges=charges)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.change_campaign(
                campaign=found, plan=form.plan(), version=version, by=request.actor
            )
        except Conflict as meanwhile:
            return _both_texts(request, form, key, meanwhile)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return redirect("outreach:campaign", key=key)
    status = 422 if form.errors else 200
    context = {"form": form, "campaign": found}
    return render(request, "outreach/campaign_form.html", context, status=status)


def _both_texts(
    request: ActorRequest, form: ChangeForm, key: UUID, meanwhile: Conflict
) -> HttpResponse:
    """What a colleague saved meanwhile beside what was typed; a frozen list takes no other query."""
    now = _own(request.actor, key)
    frozen = now.frozen_at is not None
    back = reverse(f"outreach:{'campaign' if frozen else 'change_campaign'}", kwargs={"key": key})
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version,
        back=back,
        closed=meanwhile.reason if frozen else "",
    )


def campaign(request: ActorRequest, key: UUID) -> HttpResponse:
    """How far a campaign went; for a draft, what its query finds today."""
    rows = Campaign.objects.select_related("organisation")
    found = get_visible_or_404(rows, request.actor, key=key)
    context = {
        "campaign": found,
        "territory": progress.territory_name(found),
        "walked": ways.told(found.streets),
        "may_run": permissions.can_run_campaign(request.actor, found),
    }
    if found.frozen_at is None:
        aimed = targets(found, clock.today())
        context |= {"aimed": len(aimed), "towns": progress.by_commune(aimed)}
        return render(request, "outreach/campaign_draft.html", context)
    context |= progress.figures_of(found)
    if context["may_run"]:
        context["orphans"] = parting.orphans(found, request.actor)
    return render(request, "outreach/campaign.html", context)


def freeze(request: ActorRequest, key: UUID) -> HttpResponse:
    """Freeze the list of a draft."""
    found = _own(request.actor, key)
    actions.freeze_campaign(campaign=found, by=request.actor)
    messages.success(request, _("The list is frozen. Share it out among advisers."))
    return redirect("outreach:campaign", key=key)


def firms(request: ActorRequest, key: UUID) -> HttpResponse:
    """The frozen list, street by street or on a map: all of it, or what is not yet seen."""
    found = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    lines, seen, commune = _lines(request, found)
    may, as_map = permissions.can_report_visit(request.actor), request.GET.get("vue") == "carte"
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": found,
        "page": page,
        "streets": progress.by_street(page.object_list),
        "towns": progress.towns_of(found, request.actor),
        "commune": commune,
        "seen": seen,
        "as_map": as_map,
        "map": picturing.picture(found, lines, seen=seen, may_report=may) if as_map else None,
        "query": request.GET.urlencode(),
        "may_report": may,
    }
    return render(request, "outreach/firms.html", context)


def firms_csv(request: ActorRequest, key: UUID) -> HttpResponse:
    """The same list, to take away."""
    found = get_visible_or_404(Campaign.objects.all(), request.actor, key=key)
    lines, _seen, _commune = _lines(request, found)
    name = _("firms")
    return csv_response(f"{name}.csv", walking.lines_header(), walking.listed_lines(lines))


def _lines(request: ActorRequest, campaign: Campaign) -> tuple[ListedFirmQuerySet, str, str]:
    """The lines that an address asks for, and how it filtered them."""
    seen, commune = request.GET.get("seen", "not_yet"), request.GET.get("commune", "")[:5]
    lines = ListedFirm.objects.visible_to(request.actor).filter(campaign=campaign)
    if seen != "all":
        lines = lines.not_yet_seen()
    if commune:
        lines = lines.filter(commune=commune)
    lines = lines.with_last_attempt().select_related("establishment__legal_unit", "adviser")
    return lines.order_by("rank"), seen, commune


def assign(request: ActorRequest, key: UUID) -> HttpResponse:
    """Give an adviser the firms of some communes or of a street."""
    found = _own(request.actor, key)
    towns = progress.towns_of(found, request.actor)
    form = kept.bind(request, AssignForm, advisers=advisers_of(request.actor), towns=towns)
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.assign(campaign=found, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Firms given: %(count)s.") % {"count": given})
            return redirect("outreach:assign", key=key)
    unassigned = ListedFirm.objects.visible_to(request.actor).filter(campaign=found, adviser=None)
    context = {"form": form, "campaign": found, "waiting": unassigned.exists()}
    status = 422 if form.errors else 200
    return render(request, "outreach/assign.html", context, status=status)


def _own(actor: Actor, key: UUID) -> Campaign:
    own = Campaign.objects.filter(organisation_id=actor.organisation_id)
    return get_visible_or_404(own, actor, key=key)


def advisers_of(actor: Actor) -> QuerySet[Person]:
    """Those who go and see firms for the organisation today, by name."""
    team = permissions.field_team(actor)
    return Person.objects.filter(pk__in=team.values("person")).order_by("name")
