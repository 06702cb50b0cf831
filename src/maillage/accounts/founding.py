"""The first day of an instance: its organisation, its first administrator, its identity, all or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts import actions, identity, journal, partners, permissions
from maillage.accounts.actors import Actor
from maillage.accounts.identity import Identity
from maillage.accounts.languages import LANGUAGES
from maillage.accounts.models import Change, Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ui import accent, logos
from maillage.ui.formats import number as decimal

LONGEST_NAME = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """Who opens the accounts of the others; without a password they sign in by a code."""

    name: str
    email: str
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the instance speaks and looks. `logo`: its bytes; None keeps the one there is, b"" removes it."""

    language: str = "fr"
    accent: str = ""
    sender: str = ""
    logo: bytes | None = None


def found(
    *,
    organisation: partners.Named,
    administrator: Administrator,
    territory: str,
    look: Look,
    by: Actor,
) -> Membership:
    """The instance begins: somebody administers it for an organisation, on a territory.

    Raises:
        NotAllowed: a person asks; only whoever holds the machine, or its key, founds an instance.
        Conflict: it has begun already.
        Invalid: something given cannot be taken; nothing at all was written.
    """
    if not by.is_system:
        raise NotAllowed(_("Only whoever runs the machine founds an instance."))
    try:
        with transaction.atomic():
            if Organisation.objects.exists():
                raise already()
            chosen = _territory(territory)
            _check_administrator(administrator)
            owner = partners.add_organisation(named=organisation, by=by)
            _write(Identity(pk=identity.ONLY, organisation=owner, territory=chosen), look, new=True)
            membership = _open(owner, administrator, look, by)
            journal.changed(Change.What.IDENTITY_SET, by=by, organisation=owner, key=owner.key)
    except IntegrityError as fault:  # somebody founded it at this very moment
        raise already() from fault
    identity.forget()
    return membership


def already() -> Conflict:
    """Why nothing is founded twice."""
    return Conflict(
        _("This instance exists already; nothing was changed."), remedy=_("Sign in instead.")
    )


def _open(owner: Organisation, who: Administrator, look: Look, by: Actor) -> Membership:
    membership = actions.open_membership(
        email=who.email, name=who.name, role=Role.ADMINISTRATOR, organisation=owner, by=by
    )
    person = membership.person
    person.language = look.language
    if who.password:
        person.set_password(who.password)
    person.save(update_fields=["language", "password"])
    return membership


def _check_administrator(who: Administrator) -> None:
    faults: dict[str, object] = {}
    if not 0 < len(who.name.strip()) <= LONGEST_NAME:
        faults["administrator"] = _("Say who administers the instance, in 150 characters at most.")
    try:
        validate_email(who.email.strip())
    except ValidationError as fault:
        faults["email"] = " ".join(fault.messages)
    try:
        if who.password:
            validate_password(who.password, Person(email=who.email, name=who.name))
    except ValidationError as fault:
        faults["password"] = " ".join(fault.messages)
    if faults:
        raise Invalid(_("The first administrator cannot sign in like this."), fields=faults)


def _territory(reference: str, on: date | None = None) -> str:
    """The key of the intercommunality that was chosen."""
    try:
        found = places.perimeter(reference, on or clock.today())
    except places.UnknownTerritory as error:
        raise Invalid(str(error), fields={"territory": str(error)}) from error
    if found.kind != "epci":
        message = _("%(name)s is no intercommunality.") % {"name": found.name}
        raise Invalid(message, fields={"territory": message})
    return found.key


@transaction.atomic
def set_identity(*, territory: str, look: Look, by: Actor) -> Identity:
    """The organisation in charge changes its territory, its language, its look or its sender.

    Raises:
        NotAllowed: the actor does not administer the organisation in charge.
        Invalid: something given cannot be taken.
    """
    row = Identity.objects.select_for_update().filter(pk=identity.ONLY).first()
    if row is None or not permissions.can_set_identity(by, row):
        raise NotAllowed(_("Only the organisation in charge of the instance changes this."))
    row.territory = _territory(territory)
    _write(row, look, new=False)
    journal.changed(
        Change.What.IDENTITY_SET, by=by, organisation=row.organisation, key=row.organisation.key
    )
    identity.forget()
    transaction.on_commit(identity.forget)  # what was read between the two is forgotten too
    return row


def _write(row: Identity, look: Look, *, new: bool) -> None:
    row.language, row.accent, row.sender = _language(look), _accent(look), _sender(look)
    if look.logo is not None:
        kept = logos.read(look.logo) if look.logo else None
        row.logo = kept.data if kept else b""
        row.logo_type = kept.type if kept else ""
        row.logo_digest = hashlib.sha256(kept.data).hexdigest() if kept else ""
    row.save(force_insert=new)


def _language(look: Look) -> str:
    if look.language not in dict(LANGUAGES):
        message = _("Choose French or English.")
        raise Invalid(message, fields={"language": message})
    return look.language


def _accent(look: Look) -> str:
    """The colour as kept, refused with its nearest neighbour when words would be hard to read in it."""
    if not look.accent.strip():
        return ""
    colour = accent.written(look.accent)
    if not colour:
        message = _("Write a colour as #1d4e89.")
        raise Invalid(message, fields={"accent": message})
    if not accent.passes(colour):
        message = _(
            "%(colour)s is too pale to be read (contrast %(contrast)s, 4.5 is needed). "
            "The nearest that passes is %(nearest)s."
        ) % {
            "colour": colour,
            "contrast": decimal(accent.legibility(colour), 1),
            "nearest": accent.nearest(colour),
        }
        raise Invalid(message, fields={"accent": message})
    return colour


def _sender(look: Look) -> str:
    address = look.sender.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError as fault:
        message = " ".join(fault.messages)
        raise Invalid(message, fields={"sender": message}) from fault
    return address
