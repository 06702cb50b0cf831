"""Portfolios as pages show them: which firms, in what order, who is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.outreach.models import FollowedFirm
from maillage.outreach.models.portfolios import Family, FollowedFirmQuerySet
from maillage.places import Spread, commune_names
from maillage.ui import formats

SOON = timedelta(days=14)
EVERYBODY = "tous"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for, from its address; what is no choice is left out."""

    adviser: str = ""
    family: str = ""
    due: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Wanted:
        """The filters of an address."""
        family, due = given.get("portefeuille", ""), given.get("echeance", "")
        adviser = given.get("conseiller", "")
        return cls(
            adviser=adviser if adviser == EVERYBODY or _is_key(adviser) else "",
            family=family if family in Family.values else "",
            due=due if due in ("dus", "bientot") else "",
        )


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def followed(actor: Actor, wanted: Wanted) -> list[FollowedFirm]:
    """The firms followed, as filtered, the most urgent first; one's own unless a colleague's are asked for.

    A portfolio is what people follow by hand: hundreds of firms, read whole and sorted by a day that the calendar computes.
    """
    rows = FollowedFirm.objects.visible_to(actor).current().with_last_contact()
    if not wanted.adviser:
        rows = rows.filter(adviser_id=actor.person_id)
    elif wanted.adviser != EVERYBODY:
        rows = rows.filter(adviser__key=wanted.adviser)
    if wanted.family:
        rows = rows.filter(family=wanted.family)
    found = list(rows.select_related("establishment__legal_unit", "adviser"))
    if wanted.due:
        until = clock.today() + (SOON if wanted.due == "bientot" else timedelta(0))
        found = [one for one in found if one.due_on <= until]
    return sorted(found, key=lambda one: (one.due_on, one.pk))


def spread(
    found: Sequence[FollowedFirm], actor: Actor, given: Mapping[str, str]
) -> tuple[list[FollowedFirm], Spread[FollowedFirmQuerySet]]:
    """The firms of a list that is already read, as they spread over communes, narrowed to the one of the address."""
    rows = FollowedFirm.objects.visible_to(actor).filter(pk__in=[one.pk for one in found])
    over = Spread(rows, "establishment__commune", given)
    kept = set(over.rows.values_list("pk", flat=True))
    return [one for one in found if one.pk in kept], over


def due(actor: Actor) -> list[FollowedFirm]:
    """The firms of one's own portfolio that wait for a contact, the latest first."""
    return followed(actor, Wanted(due="dus"))


def advisers(actor: Actor) -> list[Person]:
    """Those who follow firms of the organisation today."""
    rows = FollowedFirm.objects.visible_to(actor).current()
    return list(Person.objects.filter(pk__in=rows.values("adviser")).order_by("name", "pk"))


def header() -> list[str]:
    """The columns of the file."""
    return [
        _("Firm"), _("SIRET"), _("Address"), _("Commune"), _("Portfolio"), _("Adviser"), _("How often"),
        _("Followed since"), _("Last contact"), _("Next contact due"),
    ]  # fmt: skip


def lines(rows: list[FollowedFirm]) -> Iterator[list[object]]:
    """One line a firm; one of partial diffusion has no name and no number."""
    towns = commune_names({one.establishment.commune for one in rows})
    for one in rows:
        place = one.establishment
        yield [
            place.display_name,
            place.siret if place.is_open else "",
            place.address,
            towns[place.commune],
            one.get_family_display(),
            one.adviser,
            one.get_every_display(),
            one.since,
            one.last_contact_on,
            one.due_on,
        ]


def told(one: FollowedFirm) -> str:
    """When the next contact is due, in words."""
    if not one.is_due:
        return _("due on %(day)s") % {"day": formats.day(one.due_on)}
    if one.days_late:
        return _("due since %(day)s") % {"day": formats.day(one.due_on)}
    return _("due today")
