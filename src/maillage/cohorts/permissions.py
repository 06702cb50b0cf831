"""Who may do what with cohorts; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.cohorts.models import DEPOSITORS, PLANNERS, Allowed, Programme


def can_open_programme(actor: Actor) -> bool:
    """Officers and service managers open programmes for their organisation."""
    return actor.organisation is not None and (actor.is_system or actor.has(*PLANNERS))


def can_change_programme(actor: Actor, programme: Programme) -> bool:
    """Those of the organisation that opened it change its stages, its structures and its key."""
    return can_open_programme(actor) and programme.organisation_id == actor.organisation_id


def can_deposit(actor: Actor, programme: Programme) -> bool:
    """A structure that the programme names today hands its lists in: its experts, officers, managers, administrators."""
    if actor.organisation is None or not (actor.is_system or actor.has(*DEPOSITORS)):
        return False
    named = Allowed.objects.filter(programme=programme, organisation=actor.organisation)
    return programme.closed_at is None and named.filter(ended_at=None).exists()


def can_read_whole(actor: Actor, programme: Programme) -> bool:
    """Who answers for a programme reads its funnel to the unit, and its records; so do auditors. Structures do not."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return True
    return actor.has(*PLANNERS) and programme.organisation_id == actor.organisation_id
