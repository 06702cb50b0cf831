"""Who may do what with prospecting; each rule in words."""

from __future__ import annotations

from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, MembershipQuerySet, Person
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.ledger import themes
from maillage.outreach.models import Campaign, ControlledVisit, FollowedFirm, Guide, Visit
from maillage.outreach.models.distress import READERS as SIGNAL_READERS
from maillage.outreach.models.visits import RESOURCE

#: Those who go and see firms, or answer for those who do.
FIELD_ROLES = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)


def can_report_visit(actor: Actor) -> bool:
    """Advisers, officers and service managers report their own visits, for their organisation."""
    return actor.organisation is not None and actor.has(*FIELD_ROLES)


def field_team(actor: Actor) -> MembershipQuerySet:
    """Those who go and see firms for the actor's organisation today, or answer for those who do."""
    members = Membership.objects.visible_to(actor).current()
    return members.filter(organisation_id=actor.organisation_id, role__in=FIELD_ROLES)


def can_run_campaign(actor: Actor, campaign: Campaign | None = None) -> bool:
    """Officers and service managers run the campaigns of their own organisation."""
    own = campaign is None or campaign.organisation_id == actor.organisation_id
    return own and can_report_visit(actor) and actor.has(Role.OFFICER, Role.SERVICE_MANAGER)


def can_follow(actor: Actor, followed: FollowedFirm) -> bool:
    """The adviser who follows a firm decides on it; so do officers and managers of the organisation."""
    if followed.organisation_id != actor.organisation_id or not can_report_visit(actor):
        return False
    return followed.adviser_id == actor.person_id or can_run_campaign(actor)


def can_say_profile(actor: Actor, person: Person) -> bool:
    """One says how one goes and sees firms; officers and managers say it of their team."""
    if not can_report_visit(actor):
        return False
    return person.pk == actor.person_id or can_run_campaign(actor)


def can_correct_visit(actor: Actor, visit: Visit) -> bool:
    """The adviser who made the visit corrects or cancels it; so does the organisation's manager."""
    if not is_own(actor, visit) or visit.cancelled_at is not None:
        return False
    return visit.adviser_id == actor.person_id or actor.has(Role.SERVICE_MANAGER)


def is_own(actor: Actor, visit: Visit) -> bool:
    """The visit was made by the actor's organisation."""
    return visit.organisation_id == actor.organisation_id and actor.has(*FIELD_ROLES)


def can_read_partner_note(actor: Actor, visit: Visit) -> bool:
    """The organisation that made the visit, the advisers it shares with, auditors.

    An officer of a partner reads the facts (day, outcome, themes) and no note but the public one.
    """
    if is_own(actor, visit) or actor.has(Role.AUDITOR):
        return True
    shared = actor.owners_sharing(RESOURCE, Sensitivity.PARTNERS)
    return visit.organisation_id in shared and actor.has(Role.ADVISER, Role.SERVICE_MANAGER)


def can_read_confidential_note(actor: Actor, visit: Visit) -> bool:
    """Only the organisation that wrote it, and auditors; each reading is journalled."""
    return is_own(actor, visit) or actor.has(Role.AUDITOR)


def can_remove_photo(actor: Actor, visit: Visit) -> bool:
    """The adviser who made the visit removes its photographs, cancelled or not; so does the manager."""
    own = visit.adviser_id == actor.person_id or actor.has(Role.SERVICE_MANAGER)
    return own and is_own(actor, visit)


def can_read_theme(actor: Actor, visit: Visit, theme: str) -> bool:
    """A difficulty is read by the organisation it was told to, and those it shares that class with."""
    told = themes.is_sensitive(theme, visit.occurred_on)
    if not told or can_read_confidential_note(actor, visit):
        return True
    return visit.organisation_id in actor.owners_sharing(RESOURCE, Sensitivity.DIFFICULTY)


def can_draw_control(actor: Actor) -> bool:
    """The service manager draws the visits of the organisation that will be called back."""
    return actor.organisation is not None and actor.has(Role.SERVICE_MANAGER)


def can_check_visit(actor: Actor, line: ControlledVisit) -> bool:
    """Whoever works in the field for the organisation calls back about a visit, but its author."""
    own = line.control.organisation_id == actor.organisation_id and actor.has(*FIELD_ROLES)
    return own and line.visit.adviser_id != actor.person_id


def can_edit_guides(actor: Actor, guide: Guide | None = None) -> bool:
    """The service manager writes what the visits of their own organisation follow."""
    own = guide is None or guide.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and actor.has(Role.SERVICE_MANAGER)


def can_read_signals(actor: Actor, visit: Visit | None = None) -> bool:
    """Advisers and the service manager of the organisation to which it was told; each reading is journalled."""
    own = visit is None or visit.organisation_id == actor.organisation_id
    return own and actor.organisation is not None and actor.has(*SIGNAL_READERS)
