"""Who may do what with needs and referrals; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.permissions import is_in_charge
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.needs.models import Need, Referral
from maillage.needs.models.needs import READERS, RESOURCE

#: Those who hear firms and send their requests on.
HEARERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
#: Those who answer the requests sent to their organisation.
RECEIVERS = (*HEARERS, Role.EXPERT)


def can_hear_need(actor: Actor) -> bool:
    """Advisers, officers, managers and experts write down what a firm asks for; so does the public form."""
    if actor.organisation is None:
        return False
    return actor.is_system or actor.has(*RECEIVERS)


def can_send_need(actor: Actor, need: Need) -> bool:
    """The organisation that heard a need sends it on, closes it, notes what the firm agrees to."""
    own = need.organisation_id == actor.organisation_id
    return own and (actor.is_system or actor.has(*HEARERS))


def can_route(actor: Actor) -> bool:
    """Officers and service managers say which partner answers what, for their organisation."""
    return actor.organisation is not None and actor.has(Role.OFFICER, Role.SERVICE_MANAGER)


def can_keep_terms(actor: Actor) -> bool:
    """Advisers, officers and managers keep the words by which artisans ask, for their organisation."""
    return actor.organisation is not None and (actor.is_system or actor.has(*HEARERS))


def can_load_terms(actor: Actor) -> bool:
    """Of them, service managers load a file of their organisation: the others would be refused there."""
    return can_keep_terms(actor) and actor.has(Role.SERVICE_MANAGER)


def can_edit_themes(actor: Actor) -> bool:
    """An administrator of the organisation in charge: the tree names and masks the acts of all the others."""
    return actor.is_system or is_in_charge(actor)


def can_answer(actor: Actor, referral: Referral) -> bool:
    """The organisation that a need was sent to takes it up, refuses it, says what came of it."""
    return referral.partner_id == actor.organisation_id and actor.has(*RECEIVERS)


def can_read_need_words(actor: Actor, need: Need) -> bool:
    """Who heard the need, and auditors, read the firm's own words and whom to ask for."""
    own = need.organisation_id == actor.organisation_id and actor.has(*RECEIVERS)
    return own or actor.is_system or actor.has(Role.AUDITOR)


def can_read_words(actor: Actor, referral: Referral) -> bool:
    """Besides them, the partner, as long as it may answer or has answered.

    One that refused, let the request expire, or lost the firm's agreement reads the date and the outcome only.
    """
    if can_read_need_words(actor, referral.need):
        return True
    return can_answer(actor, referral) and referral.is_open_to_partner(clock.today())


def can_read_theme(actor: Actor, need: Need) -> bool:
    """A difficulty is named to the organisation it was told to, and to those who work with firms where it shares that class."""
    if not need.is_sensitive or can_read_need_words(actor, need):
        return True
    return actor.has(*READERS) and need.organisation_id in actor.owners_sharing(
        RESOURCE, Sensitivity.DIFFICULTY
    )
