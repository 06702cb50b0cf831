"""Writes of published grants: what a file told, taken and dropped as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from maillage.funding.models import PublishedGrant


def take_grants(*, load: int, grants: Sequence[PublishedGrant]) -> int:
    """Write the lines of a chunk; nobody sees them before their load is active. How many."""
    for one in grants:
        one.load_id = load
    return len(PublishedGrant.objects.bulk_create(grants))


def drop_grants(*, load: int) -> None:
    """Remove what an abandoned load had written; nobody had seen any of it."""
    PublishedGrant.objects.filter(load=load).delete()


def taken(marks: Iterable[str]) -> frozenset[str]:
    """Those of these lines that stand here already."""
    told = PublishedGrant.objects.standing().filter(mark__in=list(marks))
    return frozenset(told.values_list("mark", flat=True))
