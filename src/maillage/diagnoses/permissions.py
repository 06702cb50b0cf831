"""Who may do what with diagnoses; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.diagnoses.models import Pass, Questionnaire

#: Those who sit down with an artisan, or answer for those who do.
FIELD_ROLES = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)

#: Those who say what is asked.
EDITORS = (Role.OFFICER, Role.SERVICE_MANAGER)


def can_diagnose(actor: Actor) -> bool:
    """Advisers, officers and service managers make the diagnoses of their organisation."""
    return actor.organisation is not None and actor.has(*FIELD_ROLES)


def can_correct_pass(actor: Actor, found: Pass) -> bool:
    """Who made the diagnosis corrects or cancels it; so does the organisation's manager."""
    if not is_own(actor, found) or found.cancelled_at is not None:
        return False
    return found.adviser_id == actor.person_id or actor.has(Role.SERVICE_MANAGER)


def can_follow_plan(actor: Actor, found: Pass) -> bool:
    """Whoever works in the field for the organisation adds, closes and drops steps of its plans."""
    return is_own(actor, found) and found.cancelled_at is None


def is_own(actor: Actor, found: Pass) -> bool:
    """The diagnosis was made by the actor's organisation."""
    return found.organisation_id == actor.organisation_id and actor.has(*FIELD_ROLES)


def can_read_note(actor: Actor, found: Pass) -> bool:
    """The organisation that wrote it, and auditors; a partner reads scores, answers and plan only."""
    return is_own(actor, found) or actor.has(Role.AUDITOR)


def can_edit_questionnaires(actor: Actor, found: Questionnaire | None = None) -> bool:
    """Officers and service managers write the questionnaires of their own organisation; so does a file loaded for it."""
    own = found is None or found.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and (actor.is_system or actor.has(*EDITORS))
