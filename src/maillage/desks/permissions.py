"""Who may do what with desks; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks.models import Place, Project, Session, Welcome
from maillage.desks.models.places import RESOURCE
from maillage.ledger import themes

#: Those who hold a desk, or answer for those who do.
FIELD_ROLES = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
#: Those who open places.
PLANNERS = (Role.OFFICER, Role.SERVICE_MANAGER)


def can_hold_desk(actor: Actor) -> bool:
    """Advisers, officers and service managers plan and hold the desks of their organisation."""
    return actor.organisation is not None and actor.has(*FIELD_ROLES)


def can_open_place(actor: Actor, place: Place | None = None) -> bool:
    """Officers and service managers open, change and close the places of their own organisation."""
    own = place is None or place.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and actor.has(*PLANNERS)


def can_use_session(actor: Actor, session: Session) -> bool:
    """Whoever holds desks for the organisation welcomes at its sessions, says they were held, cancels them."""
    return session.place.organisation_id == actor.organisation_id and can_hold_desk(actor)


def can_correct_welcome(actor: Actor, welcome: Welcome) -> bool:
    """Who welcomed corrects or cancels it; so does the organisation's manager."""
    if not can_use_session(actor, welcome.session) or welcome.cancelled_at is not None:
        return False
    return welcome.adviser_id == actor.person_id or actor.has(Role.SERVICE_MANAGER)


def can_read_purpose(actor: Actor, welcome: Welcome) -> bool:
    """A difficulty is named to the organisation it was told to, and to those it shares that class with."""
    told = themes.is_sensitive(welcome.purpose, welcome.session.day)
    if not told or actor.has(Role.AUDITOR):
        return True
    if can_use_session(actor, welcome.session):
        return True
    shared = actor.owners_sharing(RESOURCE, Sensitivity.DIFFICULTY)
    return welcome.session.place.organisation_id in shared


def can_read_person(actor: Actor, project: Project) -> bool:
    """Only who works in the field for the organisation that met somebody reads their name and contact."""
    return project.organisation_id == actor.organisation_id and can_hold_desk(actor)
