"""Inviting somebody, withdrawing the invitation, and what happens when it is answered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.accounts import actions, identity, journal, permissions
from maillage.accounts.actors import Actor, System
from maillage.accounts.invitations import LASTING, Invitation
from maillage.accounts.models import Change, Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.kernel.identifiers import uuid7


@transaction.atomic
def invite(
    *,
    email: str,
    name: str,
    role: Role,
    by: Actor,
    perimeter: str = "",
    ends_on: date | None = None,
    organisation: Organisation | None = None,
    key: UUID | None = None,
) -> Invitation:
    """Offer somebody a role for a fortnight; they do nothing yet. Without organisation: the actor's own.

    A former invitation of the same address to this organisation is withdrawn: one answers the last.
    So is every one to administer a partner that nobody administers: it gets one first administrator.

    Raises:
        NotAllowed: the actor does not administer the organisation, or may not give this role.
        Invalid: as when a membership is opened.
    """
    organisation = organisation or by.acting_for()
    every = Invitation.objects.unscoped(reason="those of this organisation, whoever sent them")
    sent = every.filter(organisation=organisation)
    if key and (known := sent.filter(key=key, invited_by=by.person).first()):
        return known
    perimeter = actions.check_offer(
        by=by, organisation=organisation, role=role, perimeter=perimeter, ends_on=ends_on
    )
    address = email.strip().lower()
    for former in sent.pending().filter(_overtaken(address, organisation, by)):
        _withdraw(former, by)
    offered = Invitation(
        key=key or uuid7(), organisation=organisation, email=address, name=name.strip(),
        role=role, perimeter=perimeter, ends_on=ends_on,
        language=_language(address), invited_by=by.person,
    )  # fmt: skip
    offered.expires_at = offered.invited_at + LASTING
    offered.save(force_insert=True)
    _note(Change.What.INVITATION_SENT, offered, by)
    return offered


def _overtaken(address: str, organisation: Organisation, by: Actor) -> Q:
    """Which invitations a new one stands for; a partner that is being settled gets one answer at all."""
    settles = not permissions.can_manage_people(by, organisation)
    return Q(email=address) | Q(role=Role.ADMINISTRATOR) if settles else Q(email=address)


def _language(address: str) -> str:
    """That of the person when they are known, else that of the instance."""
    known = Person.objects.filter(email=address).values_list("language", flat=True).first()
    return known or identity.current().language or "fr"


@transaction.atomic
def revoke(*, invitation: Invitation, by: Actor) -> Invitation:
    """The invitation opens nothing from now on.

    Raises:
        NotAllowed: the actor does not administer the organisation.
        Conflict: it was answered, withdrawn or is too old.
    """
    if not permissions.can_manage_people(by, invitation.organisation):
        raise NotAllowed(_("You cannot withdraw this invitation."))
    return _withdraw(_pending(invitation), by)


def _withdraw(invitation: Invitation, by: Actor) -> Invitation:
    invitation.revoked_at = clock.real_now()
    invitation.save(update_fields=["revoked_at"])
    _note(Change.What.INVITATION_REVOKED, invitation, by)
    return invitation


@transaction.atomic
def accept(*, invitation: Invitation) -> Membership:
    """Whoever holds the link answers: the membership opens today.

    Raises:
        Conflict: it was answered, withdrawn or is too old, or the organisation is no longer active.
    """
    held = _pending(invitation)
    organisation = held.organisation
    if not organisation.is_active:
        raise Conflict(_("This organisation no longer works here."))
    membership = actions.open_membership(
        email=held.email,
        name=held.name,
        role=Role(held.role),
        perimeter=held.perimeter,
        ends_on=held.ends_on,
        organisation=organisation,
        key=held.key,
        by=System("an invitation is answered", organisation=organisation),
    )
    if not membership.person.is_active:
        raise Conflict(_("This account is closed. Ask your administrator."))
    held.accepted_at = clock.real_now()
    held.save(update_fields=["accepted_at"])
    return membership


def _pending(invitation: Invitation) -> Invitation:
    """The same, held until the end of the transaction, while it may be answered."""
    every = Invitation.objects.unscoped(reason="whoever holds the link, or was checked before")
    rows = every.pending().select_for_update(of=("self",)).select_related("organisation")
    held = rows.filter(pk=invitation.pk).first()
    if held is None:
        raise Conflict(_("This invitation was used, withdrawn or is too old."))
    return held


def _note(what: Change.What, invitation: Invitation, by: Actor) -> None:
    journal.changed(
        what,
        by=by,
        organisation=invitation.organisation,
        key=invitation.key,
        offered=str(invitation.role),
    )
