"""Pages of invitations: those that wait for an answer, one more, one withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from maillage.accounts import inviting, kept, permissions
from maillage.accounts.actors import ActorRequest
from maillage.accounts.forms import FirstAdministratorForm, MembershipForm
from maillage.accounts.invitations import LASTING, Invitation
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import get_visible_or_404
from maillage.kernel.errors import Invalid
from maillage.post import links
from maillage.site.purposes import JOIN, write


class InvitationForm(MembershipForm):
    """Somebody is offered a role; it begins on the day they answer."""

    starts_on = None  # type: ignore[assignment]  # the framework then leaves the field out


def invitations(request: ActorRequest) -> HttpResponse:
    """Those that wait for an answer."""
    pending = Invitation.objects.visible_to(request.actor).pending()
    context = {"invitations": pending.select_related("invited_by")}
    return render(request, "site/invitations.html", context)


def invite(request: ActorRequest) -> HttpResponse:
    """One more: recorded and written in one transaction."""
    form = kept.bind(request, InvitationForm)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            with transaction.atomic():
                sent = inviting.invite(key=given.pop("once"), by=request.actor, **given)
                write(sent, request.actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("%(who)s is invited.") % {"who": sent.name})
            return redirect("invitations")
    context = {"form": form, "days": LASTING.days}
    return render(request, "site/invitation_form.html", context, status=422 if form.errors else 200)


def invite_administrator(request: ActorRequest, key: UUID) -> HttpResponse:
    """The organisation in charge invites who will administer a partner that nobody administers yet."""
    partner = get_object_or_404(Organisation, key=key)
    if not permissions.can_edit_organisation(request.actor, partner):
        raise Http404
    form = kept.bind(request, FirstAdministratorForm)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data, role=Role.ADMINISTRATOR, organisation=partner)
        with transaction.atomic():
            sent = inviting.invite(key=given.pop("once"), by=request.actor, **given)
            write(sent, request.actor)
        messages.success(request, _("%(who)s is invited.") % {"who": sent.name})
        return redirect("accounts:organisations")
    context = {"form": form, "organisation": partner, "days": LASTING.days}
    return render(request, "site/invitation_form.html", context, status=422 if form.errors else 200)


def revoke(request: ActorRequest, key: UUID) -> HttpResponse:
    """Withdraw one: its link opens nothing from now on."""
    held = Invitation.objects.select_related("organisation")
    invitation = get_visible_or_404(held, request.actor, key=key)
    with transaction.atomic():
        inviting.revoke(invitation=invitation, by=request.actor)
        links.revoke(JOIN, subject=str(invitation.key))
    messages.success(request, _("Invitation of %(who)s withdrawn.") % {"who": invitation.name})
    return redirect("invitations")
