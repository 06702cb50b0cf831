"""Who reads what of a convention's figures, and who publishes them."""

from __future__ import annotations

from collections.abc import Collection

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.conventions.models import Convention
from maillage.conventions.permissions import EDITORS, can_edit_convention
from maillage.figures.models import Publication
from maillage.observatory import observed

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


def can_publish_observatory(actor: Actor, territory: str) -> bool:
    """An officer or a service manager of the intercommunality itself publishes its observatory.

    Where it is no partner of the instance: of the partner that published it last, or of any while none did.
    """
    if actor.is_system:
        return True
    return actor.has(*EDITORS) and holders([territory])[territory] in {0, actor.organisation_id}


def holders(territories: Collection[str]) -> dict[str, int]:
    """Who publishes each territory's observatory, by SIREN; 0 where any partner may."""
    partners = Organisation.objects.filter(is_active=True)
    own = dict(partners.filter(siren__in=territories).values_list("siren", "pk"))
    subjects = {observed.subject_of(one): one for one in territories}
    told = Publication.objects.filter(subject__in=subjects).order_by("published_at", "id")
    last = {subjects[about]: who for about, who in told.values_list("subject", "organisation")}
    return {one: own.get(one) or last.get(one, 0) for one in territories}


def _is_party(actor: Actor, convention: Convention) -> bool:
    return Convention.objects.party_to(actor).filter(pk=convention.pk).exists()
