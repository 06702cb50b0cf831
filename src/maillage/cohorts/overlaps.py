"""Persons whom several structures told, counted: which ones, nobody is told."""

from __future__ import annotations

from maillage.cohorts.models import MACHINE, CohortLine, CohortLineQuerySet, Programme


def _persons(programme: Programme) -> CohortLineQuerySet:
    every = CohortLine.objects.visible_to(MACHINE).standing()
    return every.filter(programme=programme, pseudonym__isnull=False)


def known_elsewhere(programme: Programme, structure: int) -> int:
    """How many persons of a structure another structure of the programme told too."""
    others = _persons(programme).exclude(organisation=structure).values("pseudonym")
    own = _persons(programme).filter(organisation=structure, pseudonym__in=others)
    return own.values("pseudonym").distinct().count()
