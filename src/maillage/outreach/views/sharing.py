"""Sharing a list out among advisers: who they are, what would go to whom and why, then all of it at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from maillage.accounts import kept
from maillage.accounts.actors import Actor, ActorRequest
from maillage.accounts.models import Person
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions, parting, permissions
from maillage.outreach.forms.sharing import ApplyForm, AskedForm, ProfileForm, initial_of
from maillage.outreach.models import AdviserProfile, Campaign
from maillage.outreach.views.campaigns import advisers_of
from maillage.ui.conflict import stale_edit

CHANGED = gettext_lazy("The proposal is no longer the one you read: read this one, then apply it.")


def team(request: ActorRequest) -> HttpResponse:
    """Those who go and see firms, and what each said of themselves."""
    actor = request.actor
    said = {one.person_id: one for one in AdviserProfile.objects.visible_to(actor)}
    people = [
        (one, said.get(one.pk), permissions.can_say_profile(actor, one))
        for one in advisers_of(actor)
    ]
    return render(request, "outreach/team.html", {"people": people})


def profile(request: ActorRequest, key: UUID) -> HttpResponse:
    """Say where, in which languages and how much somebody goes and sees firms."""
    person = get_person_or_404(request.actor, key)
    form = kept.bind(request, ProfileForm, initial=initial_of(_said(request.actor, person)))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            actions.say_profile(person=person, said=form.said(), version=version, by=request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        except Conflict:
            return _both(request, form, person)
        else:
            messages.success(request, _("The profile is saved: the next share follows it."))
            return redirect("outreach:team")
    status = 422 if form.errors else 200
    context = {"form": form, "person": person}
    return render(request, "outreach/profile.html", context, status=status)


def get_person_or_404(actor: Actor, key: UUID) -> Person:
    """An adviser of one's own organisation."""
    return get_object_or_404(advisers_of(actor), key=key)


def _said(actor: Actor, person: Person) -> AdviserProfile | None:
    return AdviserProfile.objects.visible_to(actor).filter(person=person).first()


def _both(request: ActorRequest, form: ProfileForm, person: Person) -> HttpResponse:
    now = _said(request.actor, person)
    return stale_edit(
        request,
        form,
        current=initial_of(now),
        version=now.version if now else 0,
        back=reverse("outreach:profile", args=[person.key]),
    )


def share(request: ActorRequest, key: UUID) -> HttpResponse:
    """A share proposed with its reasons; posted as it was read, it is applied."""
    own = Campaign.objects.filter(organisation_id=request.actor.organisation_id)
    campaign = get_visible_or_404(own, request.actor, key=key)
    asked = AskedForm(request.GET)
    proposed = parting.share(campaign, request.actor, asked.asked())
    form = ApplyForm(
        request.POST if request.method == "POST" else None,
        towns=proposed.towns,
        people=proposed.people,
        initial={"seen": proposed.proposal.digest},
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] == proposed.proposal.digest:
            return _applied(request, campaign, proposed, form)
        form.add_error(None, CHANGED)
    context: dict[str, Any] = {
        "campaign": campaign, "asked": asked, "share": proposed, "form": form,
        "seen": proposed.proposal.digest, "orphans": parting.orphans(campaign, request.actor),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "outreach/share.html", context, status=status)


def _applied(
    request: ActorRequest, campaign: Campaign, proposed: parting.Share, form: ApplyForm
) -> HttpResponse:
    given = actions.share_out(
        campaign=campaign, given=proposed.pairs(form.otherwise()), by=request.actor
    )
    messages.success(request, _("Firms given: %(count)s.") % {"count": given})
    return redirect("outreach:campaign", key=campaign.key)
