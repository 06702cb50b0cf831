"""Who may change rights. Each rule is said in words in its docstring."""

from __future__ import annotations

from maillage.accounts import identity
from maillage.accounts.actors import Actor
from maillage.accounts.identity import Identity
from maillage.accounts.models import Membership, Organisation, Share
from maillage.accounts.roles import Role

# An auditor reads across organisations: the machine's operator names them, no administrator can.
GIVEN_BY_ADMINISTRATORS = tuple(role for role in Role if role is not Role.AUDITOR)


def can_manage_people(actor: Actor, organisation: Organisation) -> bool:
    """An administrator opens and ends memberships of their own organisation, and of no other."""
    if actor.is_system:
        return True
    return actor.has(Role.ADMINISTRATOR) and actor.organisation_id == organisation.pk


def can_give_role(actor: Actor, role: Role) -> bool:
    """An administrator gives any role of their own organisation, except auditor, which sees beyond it."""
    return actor.is_system or (actor.has(Role.ADMINISTRATOR) and role in GIVEN_BY_ADMINISTRATORS)


def can_end_membership(actor: Actor, membership: Membership) -> bool:
    """An administrator ends the memberships of their organisation, but not their own current one."""
    own = actor.membership is not None and actor.membership.pk == membership.pk
    return can_manage_people(actor, membership.organisation) and not own


def can_grant_share(actor: Actor, organisation: Organisation) -> bool:
    """An administrator opens what their own organisation owns to another, and nothing else."""
    return can_manage_people(actor, organisation)


def can_end_share(actor: Actor, share: Share) -> bool:
    """The organisation that granted a share ends it, by its administrator, at any moment."""
    return can_manage_people(actor, share.owner)


def can_confirm_membership(actor: Actor, membership: Membership) -> bool:
    """An administrator answers once a year for each membership of their organisation, their own included."""
    return can_manage_people(actor, membership.organisation)


def can_add_organisation(actor: Actor) -> bool:
    """The administrator of any organisation lets a partner join, since each shares with those it works with."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def is_administered(organisation: Organisation) -> bool:
    """Whether somebody administers this organisation today."""
    every = Membership.objects.unscoped(reason="whether a partner has an administrator, not who")
    return every.current().filter(organisation=organisation, role=Role.ADMINISTRATOR).exists()


def is_in_charge(actor: Actor) -> bool:
    """An administrator of the organisation that founded the instance."""
    owner = identity.current().organisation_id
    return actor.has(Role.ADMINISTRATOR) and actor.organisation_id == owner


def can_apply_retention(actor: Actor) -> bool:
    """The organisation in charge of the instance answers for how long things are kept; the machine does it."""
    return actor.is_system or is_in_charge(actor)


def can_erase(actor: Actor) -> bool:
    """The organisation in charge of the instance erases a firm, whoever gathered what is known of it."""
    return actor.is_system or is_in_charge(actor)


def can_settle_organisation(actor: Actor, organisation: Organisation) -> bool:
    """The organisation in charge of the instance settles a partner as long as nobody administers it."""
    return is_in_charge(actor) and not is_administered(organisation)


def can_edit_organisation(actor: Actor, organisation: Organisation) -> bool:
    """An administrator names their own organisation; that of the instance, also those without any."""
    return can_manage_people(actor, organisation) or can_settle_organisation(actor, organisation)


def can_set_identity(actor: Actor, identity: Identity) -> bool:
    """The organisation in charge of the instance sets its look, by its administrator."""
    return can_manage_people(actor, identity.organisation)
