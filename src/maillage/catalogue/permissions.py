"""Who keeps the catalogue; each rule in words. Whoever signs in reads it."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue.models import KEEPERS, Entry


def can_add_entry(actor: Actor) -> bool:
    """Officers, service managers and administrators write entries for their organisation."""
    return actor.organisation is not None and actor.has(*KEEPERS)


def can_keep_entry(actor: Actor, entry: Entry) -> bool:
    """They change, confirm and retire those that it wrote, or that it answers for.

    What came by file for everybody, and no partner answers for, is kept by administrators, who load files.
    """
    if not can_add_entry(actor):
        return False
    is_nobodys = entry.organisation_id is None and entry.partner_id is None
    return entry.is_kept_by(actor) or (is_nobodys and actor.has(Role.ADMINISTRATOR))
