"""Who may do what with events; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.events.models import Event

#: Those who hold events, keep their lists, and meet firms there.
FIELD_ROLES = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


def can_hold_events(actor: Actor) -> bool:
    """Advisers, officers and service managers prepare the events of their organisation."""
    return actor.organisation is not None and actor.has(*FIELD_ROLES)


def can_run_event(actor: Actor, event: Event) -> bool:
    """Whoever works in the field for the organisation runs its events and keeps their lists."""
    return event.organisation_id == actor.organisation_id and actor.has(*FIELD_ROLES)


def can_register(actor: Actor, event: Event) -> bool:
    """Besides them, firms and people themselves, by the public page or their own link."""
    own = event.organisation_id == actor.organisation_id
    return own and (actor.is_system or can_run_event(actor, event))


def can_read_list(actor: Actor, event: Event) -> bool:
    """The names on a list are read by the organisation that holds the event alone."""
    return can_run_event(actor, event)
