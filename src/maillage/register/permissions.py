"""Who may do what to the register, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import NotAllowed
from maillage.register.models import Load, Source


def can_read_loads(actor: Actor) -> bool:
    """Administrators and service managers see what was loaded into the register and what was refused."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.SERVICE_MANAGER)


def can_undo_load(actor: Actor, load: Load) -> bool:
    """Administrators undo a load of Sirene files; a firm added in the field is reconciled instead."""
    return load.source == Source.SIRENE and (actor.is_system or actor.has(Role.ADMINISTRATOR))


def require(allowed: bool) -> None:
    """Raise when a permission said no.

    Raises:
        NotAllowed: the answer was no.
    """
    if not allowed:
        raise NotAllowed(_("Your role does not allow this."))
