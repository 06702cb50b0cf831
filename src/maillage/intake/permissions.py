"""Who may load what, and see or undo it, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.intake.models import READERS, Load
from maillage.kernel.errors import NotAllowed
from maillage.kernel.rows import Importer


def can_read_loads(actor: Actor) -> bool:
    """Administrators and service managers see what was loaded and what was refused."""
    return actor.is_system or actor.has(*READERS)


def can_load(actor: Actor, importer: Importer) -> bool:
    """What is common to the instance is loaded by administrators; an organisation's own also by its service managers.

    A source may name more roles of the organisation: an expert hands in the lists of a support structure.
    """
    if importer.common:
        return actor.is_system or actor.has(Role.ADMINISTRATOR)
    mine = actor.is_system or actor.has(*READERS) or actor.role in importer.also_by
    return actor.organisation is not None and mine


def can_undo_load(actor: Actor, load: Load, importer: Importer) -> bool:
    """Whoever may load it may undo it; an organisation's own only within that organisation."""
    theirs = load.organisation in {None, actor.organisation_id}
    return can_load(actor, importer) and theirs if actor.organisation else actor.is_system


def require(allowed: bool) -> None:
    """Raise when a permission said no.

    Raises:
        NotAllowed: the answer was no.
    """
    if not allowed:
        raise NotAllowed(_("Your role does not allow this."))
