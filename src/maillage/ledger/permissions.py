"""Who may see more of an act than its kind, keeper and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maillage.accounts import policy
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.ledger import themes
from maillage.ledger.kind import find

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor
    from maillage.ledger.models import Act


ACTS = policy.term("acts", fr="Actes enregistrés", en="Acts recorded")
policy.shared(ACTS, Sensitivity.PARTNERS)
policy.shared(ACTS, Sensitivity.DIFFICULTY)

DECIDERS = (Role.OFFICER, Role.SERVICE_MANAGER)  # of what drifts


def can_open_act(actor: Actor, act: Act) -> bool:
    """Whether the package that knows the source of an act may be asked for its line.

    An act of a sensitive kind or theme (a firm's difficulty, somebody's health) opens for the
    organisation that keeps it or made it, and for those with whom its keeper shares the difficulties
    of its acts; for the others it is a masked line that still counts. Of all other acts
    the package that knows the source decides.
    """
    if not is_sensitive(act) or actor.is_system:
        return True
    if actor.organisation_id in {act.keeper_id, act.organisation_id}:
        return True
    return act.keeper_id in actor.owners_sharing(ACTS, Sensitivity.DIFFICULTY)


def can_settle_drift(actor: Actor) -> bool:
    """An officer or a service manager settles what the acts of their organisation drift by."""
    return actor.organisation is not None and actor.has(*DECIDERS)


def is_sensitive(act: Act) -> bool:
    """Whether the kind or the theme of an act reveals a difficulty; unknown ones do, to be safe."""
    kind = find(act.kind)
    return kind is None or kind.sensitive or themes.is_sensitive(act.theme, act.occurred_on)
