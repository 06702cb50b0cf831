"""Every change of rights: memberships and shares begin, end, and leave a line in their journal."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts import identity, journal, permissions, rights
from maillage.accounts.actors import Actor
from maillage.accounts.models import Change, Membership, Organisation, Person, Share
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7


@transaction.atomic
def open_membership(
    *,
    email: str,
    name: str,
    role: Role,
    by: Actor,
    organisation: Organisation | None = None,
    perimeter: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    key: UUID | None = None,
) -> Membership:
    """A person (known by their address, or new) acts from now on for the organisation in this role.

    Raises:
        NotAllowed: the actor does not administer the organisation, or may not give this role.
        Invalid: it ends before it starts, an elected member has no perimeter, or the perimeter is
            nowhere.
    """
    organisation = organisation or by.acting_for()
    sent = Membership.objects.unscoped(reason="the same form sent twice opens one membership")
    if key and (known := sent.filter(key=key, organisation=organisation).first()):
        return known
    _check_may_give(by, organisation, role)
    starts_on = starts_on or clock.today()
    perimeter = _check_membership(role, perimeter, starts_on, ends_on)
    membership = Membership.objects.create(
        key=key or uuid7(),
        person=_known_or_new(email, name),
        organisation=organisation,
        role=role,
        perimeter=perimeter,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _note_membership(Change.What.MEMBERSHIP_OPENED, membership, by)
    return membership


def check_offer(
    *, by: Actor, organisation: Organisation, role: Role, perimeter: str, ends_on: date | None
) -> str:
    """The perimeter as it is kept, once such a membership could be opened today.

    Raises:
        NotAllowed, Invalid: as `open_membership` would.
    """
    _check_may_give(by, organisation, role)
    return _check_membership(role, perimeter, clock.today(), ends_on)


def _check_may_give(by: Actor, organisation: Organisation, role: Role) -> None:
    settles = role is Role.ADMINISTRATOR and permissions.can_settle_organisation(by, organisation)
    manages = settles or permissions.can_manage_people(by, organisation)
    if not (manages and permissions.can_give_role(by, role)):
        raise NotAllowed(_("You cannot give this role in this organisation."))


def _check_membership(role: Role, perimeter: str, starts_on: date, ends_on: date | None) -> str:
    """The perimeter as it is kept, once the membership holds together."""
    if ends_on and ends_on < starts_on:
        raise Invalid(
            _("The membership ends before it starts."),
            fields={"ends_on": _("Give a day after the first one.")},
        )
    named = [part.strip() for part in perimeter.split(",") if part.strip()]
    if role is Role.ELECTED and not named:
        raise Invalid(
            _("An elected member sees a perimeter."),
            fields={"perimeter": _("Give the key of a territory or the codes of communes.")},
        )
    return ", ".join(dict.fromkeys(_place(one, alone=len(named) == 1) for one in named))


def _place(named: str, *, alone: bool) -> str:
    """The key of a place; a perimeter of several holds communes only."""
    try:
        found = places.perimeter(named, clock.today())
    except places.UnknownTerritory as error:
        raise Invalid(str(error), fields={"perimeter": str(error)}) from error
    if not alone and found.kind != "commune":
        message = _("%(name)s is no commune: name it alone.") % {"name": found.name}
        raise Invalid(message, fields={"perimeter": message})
    return found.key


def _known_or_new(email: str, name: str) -> Person:
    known = Person.objects.filter(email=email.strip().lower()).first()
    if known:
        return known
    language = identity.current().language or "fr"
    return Person.objects.create_user(email, name=name.strip(), language=language)


def _note_membership(what: Change.What, membership: Membership, by: Actor) -> None:
    journal.changed(
        what,
        by=by,
        organisation=membership.organisation,
        key=membership.key,
        person=str(membership.person.key),
        role=str(membership.role),
    )


@transaction.atomic
def end_membership(*, membership: Membership, by: Actor) -> Membership:
    """The person stops acting for the organisation at once: their very next request is refused.

    Raises:
        NotAllowed: the actor does not administer the organisation, or would end their own access.
        Conflict: it had ended already.
    """
    if not permissions.can_end_membership(by, membership):
        raise NotAllowed(_("You cannot end this membership."))
    if membership.ended_at is not None:
        raise Conflict(_("This membership had ended already."))
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    _note_membership(Change.What.MEMBERSHIP_ENDED, membership, by)
    return membership


@transaction.atomic
def confirm_membership(*, membership: Membership, by: Actor) -> Membership:
    """The person still acts for the organisation in this role: somebody answers for it for a year more.

    Raises:
        NotAllowed: the actor does not administer the organisation.
        Conflict: it has ended.
    """
    if not permissions.can_confirm_membership(by, membership):
        raise NotAllowed(_("You cannot confirm this membership."))
    held = Membership.objects.visible_to(by).select_for_update(of=("self",)).get(pk=membership.pk)
    if held.ended_at is not None:
        raise Conflict(_("This membership had ended already."))
    if held.confirmed_on != clock.today():  # twice the same day is one confirmation
        held.confirmed_on = clock.today()
        held.save(update_fields=["confirmed_on"])
        _note_membership(Change.What.MEMBERSHIP_CONFIRMED, held, by)
    return held


@transaction.atomic
def grant_share(
    *,
    to: Organisation,
    resource: str,
    sensitivity: Sensitivity,
    purpose: str,
    until: date,
    by: Actor,
    starts_on: date | None = None,
    key: UUID | None = None,
) -> Share:
    """The actor's organisation opens one class of one resource to a partner, for a purpose, until a day.

    Raises:
        NotAllowed: the actor does not administer the organisation.
        Invalid: no purpose, an end before the beginning, a share with oneself, or of a class that no
            share opens.
    """
    owner = by.acting_for()
    if not permissions.can_grant_share(by, owner):
        raise NotAllowed(_("You cannot share what this organisation owns."))
    starts_on = starts_on or clock.today()
    _check_share(owner, to, purpose, starts_on, until)
    _check_opens(resource, sensitivity)
    if key and (known := Share.objects.visible_to(by).filter(key=key).first()):
        return known
    share = Share.objects.create(
        key=key or uuid7(),
        owner=owner,
        to=to,
        resource=resource,
        sensitivity=sensitivity,
        purpose=purpose.strip(),
        starts_on=starts_on,
        until=until,
    )
    _note_share(Change.What.SHARE_GRANTED, share, by)
    return share


def _note_share(what: Change.What, share: Share, by: Actor) -> None:
    journal.changed(
        what,
        by=by,
        organisation=share.owner,
        key=share.key,
        to=str(share.to.key),
        resource=share.resource,
        sensitivity=str(share.sensitivity),
        purpose=share.purpose,
        until=share.until.isoformat(),
    )


def _check_share(
    owner: Organisation, to: Organisation, purpose: str, starts_on: date, until: date
) -> None:
    if not purpose.strip():
        raise Invalid(
            _("A share has a purpose."),
            fields={"purpose": _("Say what the partner will use it for.")},
        )
    if until < starts_on:
        raise Invalid(
            _("The share ends before it starts."),
            fields={"until": _("Give a day after the first one.")},
        )
    if owner == to:
        raise Invalid(
            _("An organisation sees what it owns."),
            fields={"to": _("Choose another organisation.")},
        )


def _check_opens(resource: str, sensitivity: Sensitivity) -> None:
    if f"{resource}:{sensitivity}" not in dict(rights.shareable()):
        message = _("No share opens this. Choose one class of one resource.")
        raise Invalid(message, fields={"what": message})


@transaction.atomic
def end_share(*, share: Share, because: str, by: Actor) -> Share:
    """The owner stops sharing at once, saying why: the partner's very next request finds nothing.

    Raises:
        NotAllowed: the actor does not administer the owner.
        Invalid: no reason is given.
        Conflict: it had ended already.
    """
    if not permissions.can_end_share(by, share):
        raise NotAllowed(_("Only the organisation that shares can end it."))
    if share.ended_at is not None:
        raise Conflict(_("This share had ended already."))
    if not because.strip():
        message = _("Say why.")
        raise Invalid(message, fields={"because": message})
    share.ended_at = clock.now()
    share.ended_by = by.person
    share.ended_because = because.strip()[:300]
    share.save(update_fields=["ended_at", "ended_by", "ended_because"])
    _note_share(Change.What.SHARE_ENDED, share, by)
    return share
