"""Who reads what of a convention's figures, and who publishes them."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.models import Convention
from maillage.conventions.permissions import can_edit_convention

WORKERS = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
"""Those who work for a party: they read live figures, and records by right."""


def can_read_live(actor: Actor, convention: Convention) -> bool:
    """Advisers, officers and managers of the parties read live figures; so does the auditor."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return True
    return actor.has(*WORKERS) and _is_party(actor, convention)


def can_read_masked(actor: Actor, convention: Convention) -> bool:
    """Elected members of the parties read the figures of the day, masked under the threshold."""
    return actor.has(Role.ELECTED) and _is_party(actor, convention)


def can_publish(actor: Actor, convention: Convention) -> bool:
    """An officer or a service manager of the organisation that keeps the text publishes its figures."""
    return can_edit_convention(actor, convention) and convention.signed_at is not None


def _is_party(actor: Actor, convention: Convention) -> bool:
    return Convention.objects.party_to(actor).filter(pk=convention.pk).exists()
