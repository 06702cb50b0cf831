"""Who may do what with lists of partners; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.lists.models import Line, PartnerList

#: Those who know the firms of a list, and say which one each line is.
DECIDERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)

#: Those who answer for what a list says of all its firms at once.
FEEDERS = (Role.OFFICER, Role.SERVICE_MANAGER)


def can_feed(actor: Actor, of: PartnerList) -> bool:
    """Officers and service managers say which segment a list of their own organisation feeds."""
    own = of.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and actor.has(*FEEDERS)


def can_decide(actor: Actor, line: Line) -> bool:
    """Advisers, officers and service managers decide on the lists of their own organisation."""
    own = line.of.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and actor.has(*DECIDERS)
