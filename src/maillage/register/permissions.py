"""Who may open its sheet to a firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.register.models.own import WORKERS

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor


#: Those who go and see firms, or answer for those who do.
ASKERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


def can_ask_directory(actor: Actor) -> bool:
    """Whoever goes and sees firms asks the national directory about one that the register does not know."""
    return actor.organisation is not None and actor.has(*ASKERS)


def can_hand_out(actor: Actor) -> bool:
    """Whoever works with firms hands one the link to its sheet, and answers what it asks."""
    return actor.organisation is not None and actor.has(*WORKERS)


#: Those who answer for what their chamber counts as craft.
CRAFT_KEEPERS = (Role.ADMINISTRATOR, Role.OFFICER, Role.SERVICE_MANAGER)


def can_publish_crafts(actor: Actor) -> bool:
    """Administrators, officers and service managers of a chamber say which activities are craft for it."""
    of_chamber = (
        actor.organisation is not None and actor.organisation.kind == Organisation.Kind.CHAMBER
    )
    return of_chamber and actor.has(*CRAFT_KEEPERS)
