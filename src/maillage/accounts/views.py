"""Pages about rights: who may do what, who works here, what is shared, who read what."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import actions, journal, kept, permissions, rights
from maillage.accounts.actors import ActorRequest
from maillage.accounts.forms import ActingForm, EndShareForm, MembershipForm, ShareForm
from maillage.accounts.middleware import CHOSEN, memberships_of
from maillage.accounts.models import Access, Change, Membership, Share
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel import clock
from maillage.kernel.errors import Invalid

JOURNAL = 50


def rights_page(request: HttpRequest) -> HttpResponse:
    """Who may do what, in words, drawn from what the routes declare."""
    return render(request, "accounts/rights.html", {"resources": rights.by_resource()})


def me(request: ActorRequest) -> HttpResponse:
    """One's own account: name, memberships, which one acts now, password."""
    mine = memberships_of(request.actor.person_id or 0)
    form = ActingForm(
        data=request.POST if request.method == "POST" else None,
        memberships=mine,
        initial={"membership": request.actor.membership and str(request.actor.membership.pk)},
    )
    if request.method == "POST" and form.is_valid():
        request.session[CHOSEN] = int(form.cleaned_data["membership"])
        return redirect("accounts:me")
    status = 422 if form.errors else 200
    context = {"form": form, "memberships": mine, "actor": request.actor}
    return render(request, "accounts/me.html", context, status=status)


def organisation(request: ActorRequest) -> HttpResponse:
    """The people of one's organisation, what it shares and what it receives."""
    own = request.actor.acting_for()
    people = Membership.objects.visible_to(request.actor).filter(organisation=own)
    shares = Share.objects.visible_to(request.actor).select_related("owner", "to")
    context = {
        "organisation": own,
        "memberships": people.select_related("person").order_by("person__name", "id"),
        "granted": rights.named(shares.filter(owner=own)),
        "received": rights.named(shares.filter(to=own)),
        "administers": request.actor.has(Role.ADMINISTRATOR),
        "in_charge": permissions.is_in_charge(request.actor),
    }
    return render(request, "accounts/organisation.html", context)


def open_membership(request: ActorRequest) -> HttpResponse:
    """An administrator gives somebody a role in the organisation."""
    form = kept.bind(request, MembershipForm)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            opened = actions.open_membership(key=given.pop("once"), by=request.actor, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(who)s can sign in.") % {"who": opened.person})
            return redirect("accounts:organisation")
    context = {"form": form}
    return render(request, "accounts/membership.html", context, status=422 if form.errors else 200)


def end_membership(request: ActorRequest, key: UUID) -> HttpResponse:
    """An administrator ends somebody's access, at once."""
    own = Membership.objects.filter(organisation_id=request.actor.organisation_id)
    membership = get_visible_or_404(own.select_related("person"), request.actor, key=key)
    if request.method == "POST":
        actions.end_membership(membership=membership, by=request.actor)
        messages.success(request, _("Access of %(who)s ended.") % {"who": membership.person})
        return redirect("accounts:review" if "review" in request.POST else "accounts:organisation")
    return render(request, "accounts/membership_end.html", {"membership": membership})


def review(request: ActorRequest) -> HttpResponse:
    """The yearly review: everybody who has access, when somebody last answered for it, who is due first."""
    own = Membership.objects.visible_to(request.actor).filter(
        organisation_id=request.actor.organisation_id
    )
    held = sorted(
        own.current().select_related("person"), key=lambda one: (one.review_due_on, one.pk)
    )
    context = {
        "memberships": held,
        "due": own.to_review().count(),
        "today": clock.today(),
    }
    return render(request, "accounts/review.html", context)


def confirm_membership(request: ActorRequest, key: UUID) -> HttpResponse:
    """One tap: this person still acts for us in this role."""
    own = Membership.objects.filter(organisation_id=request.actor.organisation_id)
    membership = get_visible_or_404(own.select_related("person"), request.actor, key=key)
    actions.confirm_membership(membership=membership, by=request.actor)
    messages.success(request, _("Access of %(who)s confirmed.") % {"who": membership.person})
    return redirect("accounts:review")


def grant_share(request: ActorRequest) -> HttpResponse:
    """An administrator opens one class of one resource to a partner."""
    form = kept.bind(
        request, ShareForm, owner=request.actor.acting_for(), shareable=rights.shareable()
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        resource, sensitivity = given.pop("what")
        given.update(resource=resource, sensitivity=sensitivity, key=given.pop("once"))
        try:
            share = actions.grant_share(by=request.actor, **given)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Shared with %(who)s.") % {"who": share.to})
            return redirect("accounts:organisation")
    return render(
        request, "accounts/share.html", {"form": form}, status=422 if form.errors else 200
    )


def end_share(request: ActorRequest, key: UUID) -> HttpResponse:
    """The organisation that shares stops, at once."""
    own = Share.objects.filter(owner_id=request.actor.organisation_id)
    share = get_visible_or_404(own.select_related("owner", "to"), request.actor, key=key)
    form = EndShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_share(share=share, by=request.actor, because=form.cleaned_data["because"])
        messages.success(request, _("%(who)s no longer sees it.") % {"who": share.to})
        return redirect("accounts:organisation")
    context = {"share": rights.named([share])[0], "form": form}
    return render(request, "accounts/share_end.html", context, status=422 if form.errors else 200)


def journals(request: ActorRequest) -> HttpResponse:
    """Who read confidential information, and whose rights changed."""
    confidential = Access.objects.visible_to(request.actor).exclude(resource=journal.SHEET)
    accesses = confidential.select_related("person", "organisation")
    changes = Change.objects.visible_to(request.actor).select_related("by", "organisation")
    page = Paginator(changes, JOURNAL).get_page(request.GET.get("changements"))
    context = {
        "accesses": Paginator(accesses, JOURNAL).get_page(request.GET.get("page")),
        "changes": journal.told(page),
        "changes_page": page,
    }
    return render(request, "accounts/journals.html", context)
