"""Who sees to what goes out. The rule is said in words in its docstring."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role

OPERATORS = (Role.ADMINISTRATOR,)


def can_run_post(actor: Actor, organisation: Organisation) -> bool:
    """An administrator sees to the messages of their own organisation; what they say stays closed to them."""
    if actor.is_system:
        return True
    return actor.has(*OPERATORS) and actor.organisation_id == organisation.pk
