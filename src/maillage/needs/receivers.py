"""Who answers the requests sent to an organisation, today."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from maillage.accounts.models import Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs.models.needs import MACHINE
from maillage.needs.permissions import RECEIVERS


def _current(partners: Iterable[int]) -> list[Membership]:
    everyones = Membership.objects.visible_to(MACHINE)
    today = everyones.current(clock.today()).filter(
        organisation__in=list(partners), role__in=RECEIVERS
    )
    return list(
        today.filter(person__is_active=True).select_related("person").order_by("person__email")
    )


def receivers_of(partner: Organisation) -> list[Person]:
    """Everybody who may answer there."""
    return [one.person for one in _current([partner.pk])]


def managers_of(partner: Organisation) -> list[Person]:
    """Who answers for the service there; everybody who may answer, where nobody does."""
    members = _current([partner.pk])
    heads = [one.person for one in members if one.role == Role.SERVICE_MANAGER]
    return heads or [one.person for one in members]


def open_partners() -> QuerySet[Organisation]:
    """The organisations where somebody answers requests, in the order of their names."""
    everyones = Membership.objects.visible_to(MACHINE)
    today = everyones.current(clock.today()).filter(role__in=RECEIVERS, person__is_active=True)
    found = Organisation.objects.filter(is_active=True, pk__in=today.values("organisation"))
    return found.order_by("name", "pk")
