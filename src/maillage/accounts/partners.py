"""The organisations of the partnership: they join, and are named otherwise when their name changes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from maillage.accounts import journal, permissions
from maillage.accounts.actors import Actor
from maillage.accounts.invitations import Invitation
from maillage.accounts.models import Change, Membership, Organisation
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.kernel.identifiers import digits, is_siren, uuid7

LONGEST_NAME, LONGEST_SHORT_NAME = 200, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How an organisation is named and numbered."""

    name: str
    kind: str
    short_name: str = ""
    siren: str = ""


def named(organisation: Organisation) -> dict[str, str]:
    """How it is named now, under the names that forms and refusals give to what is typed."""
    fields = {name: getattr(organisation, name) for name in ("kind", "short_name", "siren")}
    return {"organisation": organisation.name, **fields}


def with_administrators() -> QuerySet[Organisation]:
    """Every organisation, with whether somebody administers it today, or was asked to."""
    every = Membership.objects.unscoped(reason="whether a partner has an administrator, not who")
    administrators = every.current().filter(organisation=OuterRef("pk"), role=Role.ADMINISTRATOR)
    asked = Invitation.objects.unscoped(reason="whether somebody was asked, not who").pending()
    invited = asked.filter(organisation=OuterRef("pk"), role=Role.ADMINISTRATOR)
    return Organisation.objects.annotate(
        administered=Exists(administrators), invited=Exists(invited)
    )


@transaction.atomic
def add_organisation(*, named: Named, by: Actor, key: UUID | None = None) -> Organisation:
    """A partner joins; nobody acts for it yet.

    Raises:
        NotAllowed: the actor administers no organisation.
        Invalid: it has no name or no kind, its SIREN is none, or another organisation bears it.
    """
    if not permissions.can_add_organisation(by):
        raise NotAllowed(_("Only an administrator adds an organisation."))
    if key and (known := Organisation.objects.filter(key=key).first()):
        return known
    organisation = Organisation(key=key or uuid7())
    _name(organisation, named)
    _note(Change.What.ORGANISATION_ADDED, organisation, by)
    return organisation


@transaction.atomic
def rename_organisation(*, organisation: Organisation, named: Named, by: Actor) -> Organisation:
    """The organisation bears another name, everywhere and at once; its acts stay its own.

    Raises:
        NotAllowed: it is administered by others.
        Invalid: as when it is added.
    """
    if not permissions.can_edit_organisation(by, organisation):
        raise NotAllowed(_("Only its own administrator names this organisation."))
    _name(organisation, named)
    _note(Change.What.ORGANISATION_RENAMED, organisation, by)
    return organisation


def _name(organisation: Organisation, named: Named) -> None:
    siren = digits(named.siren)
    _check(organisation, named, siren)
    organisation.name = named.name.strip()
    organisation.short_name = named.short_name.strip()
    organisation.kind = named.kind
    organisation.siren = siren
    organisation.save()


def _check(organisation: Organisation, named: Named, siren: str) -> None:
    faults: dict[str, object] = {}
    if not 0 < len(named.name.strip()) <= LONGEST_NAME:
        faults["organisation"] = _("Give the name of the organisation, in 200 characters at most.")
    if len(named.short_name.strip()) > LONGEST_SHORT_NAME:
        faults["short_name"] = _("Write it in 40 characters at most.")
    if named.kind not in Organisation.Kind.values:
        faults["kind"] = _("Say what kind of organisation it is.")
    if siren and not is_siren(siren):
        faults["siren"] = _("This is no SIREN: nine digits, the last of which checks the others.")
    others = Organisation.objects.exclude(pk=organisation.pk)
    if siren and others.filter(siren=siren).exists():
        faults["siren"] = _("Another organisation bears this SIREN.")
    if faults:
        raise Invalid(_("The organisation cannot be named like this."), fields=faults)


def _note(what: Change.What, organisation: Organisation, by: Actor) -> None:
    journal.changed(
        what, by=by, organisation=organisation, key=organisation.key, name=organisation.name
    )
