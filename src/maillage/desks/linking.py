"""Which firms of the register may be born of a project: proposed with their reasons, decided by a person.

A point for each thing that agrees: the name of the person in that of the firm, the commune, the activity, a creation
within a year of the last meeting. Nothing is proposed on one point alone, and nothing is ever linked by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage import places, register
from maillage.accounts.actors import Actor
from maillage.desks.actions.steps import first_met
from maillage.desks.models import Project
from maillage.register import activities
from maillage.register.models import Establishment

#: A firm is looked for until so long after the person was last met.
LATEST = timedelta(days=3 * 365)
SOON = timedelta(days=365)
LOOKED_AT, SHOWN = 300, 8
ENOUGH = 2
SHORTEST = 4
"""Shorter words (de, le, bar) are in too many names and activities to agree on anything."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that a project may have become, and what agrees."""

    establishment: Establishment
    reasons: Sequence[str | Promise]

    @property
    def points(self) -> int:
        """How many things agree."""
        return len(self.reasons)


def candidates(project: Project, actor: Actor) -> list[Candidate]:
    """The firms created since the project was first met that agree with it on two points at least, best first."""
    if project.forgotten_at is not None or project.establishment_id is not None:
        return []
    first, last = first_met(project), project.last_met_on + LATEST
    found = [
        Candidate(place, list(_reasons(project, place)))
        for place in _looked_at(project, actor, first, last)
    ]
    kept = [one for one in found if one.points >= ENOUGH]
    kept.sort(
        key=lambda one: (-one.points, one.establishment.created_on or last, one.establishment.pk)
    )
    return kept[:SHOWN]


def _looked_at(project: Project, actor: Actor, first: date, last: date) -> Iterable[Establishment]:
    """Those that answer to the name, and those created in the commune in the meantime."""
    hits = register.search(project.name, actor=actor, limit=20) if project.name else []
    named = {hit.establishment.pk for hit in hits}
    here = Q(commune=project.commune) if project.commune else Q(pk__in=())
    known = Establishment.objects.known().filter(provisional=False, reconciled_to=None, state="A")
    born = known.filter(created_on__gte=first, created_on__lte=last)
    rows = born.filter(here | Q(pk__in=named)).select_related("legal_unit")
    by_name_first = Case(When(pk__in=named, then=0), default=1)
    return rows.order_by(by_name_first, "created_on", "pk")[:LOOKED_AT]


def _reasons(project: Project, place: Establishment) -> Iterable[str | Promise]:
    if _words(project.name) & _words(place.display_name):
        yield _("the name")
    if project.commune and place.commune == project.commune:
        yield _("the commune")
    if _stems(project.activity) & _stems(
        f"{activities.label(place.activity)} {place.display_name}"
    ):
        yield _("the activity")
    if place.created_on and place.created_on <= project.last_met_on + SOON:
        yield _("created within a year")


def _words(text: str) -> set[str]:
    return {word for word in places.fold(text).split() if len(word) >= SHORTEST}


def _stems(text: str) -> set[str]:
    """Words cut to their first five letters: boulanger and boulangerie agree."""
    return {word[:5] for word in _words(text)}
