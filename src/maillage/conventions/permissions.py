"""Who may do what with conventions and their money; each rule in words is printed on the rights page."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.models import Convention, Entry

EDITORS = (Role.OFFICER, Role.SERVICE_MANAGER)
"""Those who write for their organisation: the intercommunality's officer, the partner's manager."""


def can_create_convention(actor: Actor) -> bool:
    """An officer or a service manager prepares a convention, which their organisation then keeps."""
    return actor.is_system or (bool(actor.organisation_id) and actor.has(*EDITORS))


def can_edit_convention(actor: Actor, convention: Convention) -> bool:
    """An officer or a service manager of the organisation that keeps the text edits, signs, amends it."""
    return actor.is_system or (
        actor.has(*EDITORS) and convention.keeper_id == actor.organisation_id
    )


def can_turn_convention(actor: Actor, convention: Convention) -> bool:
    """An officer or a service manager of a party says what happened to the convention or an action."""
    if actor.is_system:
        return True
    if not actor.has(*EDITORS):
        return False
    return Convention.objects.party_to(actor).filter(pk=convention.pk).exists()


def can_enter_money(actor: Actor, convention: Convention | None) -> bool:
    """An officer or a service manager enters money; on a convention, their organisation is a party."""
    if convention is None:
        return can_create_convention(actor)
    return can_turn_convention(actor, convention)


def can_open_entry(actor: Actor) -> bool:
    """An officer or a service manager opens the page of an entry; others read its line only."""
    return actor.has(*EDITORS)


def can_audit_entry(actor: Actor) -> bool:
    """An auditor opens the page of any entry, whoever entered it; each reading is journalled."""
    return actor.has(Role.AUDITOR)


def can_correct_entry(actor: Actor, entry: Entry) -> bool:
    """An officer or a service manager of the organisation that entered it corrects or cancels it."""
    return actor.is_system or (actor.has(*EDITORS) and entry.owner_id == actor.organisation_id)
