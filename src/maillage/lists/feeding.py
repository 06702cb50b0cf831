"""A list that is declared to feed a segment: its recognised firms belong to it, as long as they are recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from maillage.lists.models import MACHINE, Match, PartnerList
from maillage.register.actions import end_belonging, tell_belonging
from maillage.register.actions.belongings import Telling
from maillage.register.models import Belonging

STEP = 500
"""Firms told in one transaction: the lock of writers is held for a few hundredths of a second."""


def follow(matches: Iterable[Match]) -> None:
    """What was just recognised, or no longer is, is told to the register in the same transaction."""
    begun: dict[PartnerList, list[Match]] = defaultdict(list)
    ended = []
    for match in matches:
        if match.stands and match.line.of.bit is not None:
            begun[match.line.of].append(match)
        else:
            ended.append(match.key)
    for of, told in begun.items():
        tell_belonging(bit=of.bit or 0, origin=of.key, told=_tellings(told))
    if ended:
        end_belonging(because=ended)


def settle(of: PartnerList) -> int:
    """Make what the register holds of a list what the list now says, step by step; how many rows changed.

    Safe to run twice, and to stop anywhere.
    """
    changed = 0
    while step := _step(PartnerList.objects.visible_to(MACHINE).get(pk=of.pk)):
        changed += step
    return changed


@transaction.atomic
def _step(of: PartnerList) -> int:
    standing = Match.objects.visible_to(MACHINE).shown().standing().filter(line__of=of)
    held = Belonging.objects.filter(origin=of.key, ended_at=None)
    right = standing.filter(key=OuterRef("because")) if of.bit is not None else standing.none()
    wrong = held.exclude(Exists(right), bit=of.bit or 0)
    keys = list(wrong.values_list("because", flat=True)[:STEP])
    if keys:
        return end_belonging(because=keys)
    if of.bit is None:
        return 0
    missing = standing.exclude(Exists(held.filter(because=OuterRef("key"))))
    step = list(missing.select_related("line").order_by("pk")[:STEP])
    return tell_belonging(bit=of.bit, origin=of.key, told=_tellings(step))


def _tellings(matches: Sequence[Match]) -> list[Telling]:
    return [Telling(one.establishment_id, one.key, one.line.listed_on) for one in matches]


def firms_told(of: PartnerList) -> int:
    """How many firms belong to its segment because of this list."""
    held = Belonging.objects.filter(origin=of.key, ended_at=None)
    return held.values("legal_unit").distinct().count()
