"""Since when a place employs: the first change of INSEE's employer flag to O, by its past periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from maillage.register.models import Establishment, Period


@dataclass(frozen=True, slots=True)
class Hiring:
    """The first day of a place as an employer, if its history tells it, and whether it employs today.

    `at_birth`: it was one from its first day, which is no first hire. Without a day, the flag of today is all
    that is known.
    """

    employs: bool
    on: date | None = None
    at_birth: bool = False


def hirings(places: Iterable[Establishment]) -> Mapping[int, Hiring]:
    """Of those that employ, or once did, by establishment."""
    listed = list(places)
    past: dict[int, list[Period]] = {place.pk: [] for place in listed}
    for period in Period.objects.known().filter(establishment__in=past):
        told = past[period.establishment_id]
        if told and told[0].load_id != period.load_id:
            told.clear()  # the last load that tells of a place tells all of its periods
        told.append(period)
    found = {place.pk: hiring_of(place, past[place.pk]) for place in listed}
    return {pk: hiring for pk, hiring in found.items() if hiring}


def hiring_of(place: Establishment, past: Sequence[Period]) -> Hiring | None:
    """What the flags tell in order of time, the present one last; a period without flag says nothing."""
    told = sorted(
        (period.starts_on or date.min, period.employer) for period in past if period.employer
    )
    if place.employer and place.state == "A":
        told.append((place.period_on or date.max, place.employer))
    employs = place.state == "A" and place.employer == "O"
    hired = next((rank for rank, (_day, flag) in enumerate(told) if flag == "O"), None)
    if hired is None:
        return None
    day = told[hired][0]
    if hired:
        return Hiring(employs, None if day in {date.min, date.max} else day)
    at_birth = place.created_on is not None and day <= place.created_on
    return Hiring(employs, place.created_on if at_birth and past else None, bool(at_birth and past))
