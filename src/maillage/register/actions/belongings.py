"""A partner's list tells that firms belong to a segment, or no longer does; called by the package of lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from maillage.kernel import clock
from maillage.register.models import Belonging, Establishment


@dataclass(frozen=True, slots=True)
class Telling:
    """A recognised line: the establishment it is, what recognised it, the day of the list."""

    establishment: int
    because: UUID
    since: date


@transaction.atomic
def tell_belonging(*, bit: int, origin: UUID, told: Iterable[Telling]) -> int:
    """The firms of these establishments belong to the segment from now on; told twice, it counts once."""
    wanted = {one.because: one for one in told}
    known = Belonging.objects.filter(because__in=wanted, ended_at=None)
    for because in known.values_list("because", flat=True):
        del wanted[because]
    places = {one.establishment for one in wanted.values()}
    units = dict(Establishment.objects.filter(pk__in=places).values_list("pk", "legal_unit"))
    rows = [
        Belonging(
            legal_unit_id=units[one.establishment], bit=bit, origin=origin, because=one.because,
            since=one.since,
        )
        for one in wanted.values()
    ]  # fmt: skip
    Belonging.objects.bulk_create(rows)
    return len(rows)


def end_belonging(*, because: Iterable[UUID]) -> int:
    """What these recognitions told is taken back; that it was told stays, with its days."""
    standing = Belonging.objects.filter(because__in=list(because), ended_at=None)
    return standing.update(ended_at=clock.now())
