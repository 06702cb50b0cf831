"""Whose activity goes on where: links of succession followed until a day.

A fork is decided as INSEE writes it: where the seat moved first, then the latest link, then the lowest SIRET.
A circle ends where it began. Links in which nothing goes on are shown on sheets, and followed nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from maillage.register.models import Establishment, SuccessionLink

MOST = 50
"""The longest chain that is followed: a circle through strangers ends too."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """One link as a sheet tells it: `other` is who took over, or who was taken over from."""

    other: Establishment | None
    siret: str
    linked_on: date
    takes_over: bool  # this place takes over from the other
    goes_on: bool
    seat_transfer: bool

    @property
    def key(self) -> UUID | None:
        """The firm of the other, when the register knows it."""
        return self.other.legal_unit.key if self.other else None


def successors(places: Iterable[int], on: date) -> dict[int, int]:
    """The establishment in which the activity of each goes on at a day; itself when it went nowhere.

    One query a generation, whatever the number of places. A chain that leaves the register stops before.
    """
    asked = list(dict.fromkeys(places))
    now = {place: place for place in asked}
    seen: dict[int, set[int]] = {place: {place} for place in asked}
    moving = set(asked)
    for _generation in range(MOST):
        following = _next({now[place] for place in moving}, on)
        moving = {
            place for place in moving if following.get(now[place], now[place]) not in seen[place]
        }
        if not moving:
            break
        for place in moving:
            now[place] = following[now[place]]
            seen[place].add(now[place])
    return now


def _next(places: Collection[int], on: date) -> dict[int, int]:
    """Who follows each of these, by a link until a day in which the activity goes on."""
    links = SuccessionLink.objects.known().filter(linked_on__lte=on, successor__isnull=False)
    rows = links.filter(predecessor__in=places).values_list(
        "predecessor_id", "successor_id", "linked_on", "successor__siret", "seat_transfer", "continuity"
    )  # fmt: skip
    last: dict[tuple[int, int, date, str], tuple[bool, bool]] = {}
    for before, after, day, siret, seat, goes_on in rows:
        last[before, after, day, siret or ""] = (seat, goes_on)
    going = [(seat, *ends) for ends, (seat, goes_on) in last.items() if seat or goes_on]
    going.sort(key=lambda link: link[4], reverse=True)  # the lowest SIRET comes last, and wins
    going.sort(key=lambda link: (link[0], link[3]))
    return {before: after for _seat, before, after, _day, _siret in going}


def taken_over(places: Iterable[int], on: date) -> list[int]:
    """The establishments whose activity came to one of these by a day, link after link, nearest first.

    A fork is decided as it is when followed onwards: each goes on in one place only, and is found from
    that one only. Two queries a generation.
    """
    nearest = set(places)
    seen = dict.fromkeys(nearest)
    asked = len(seen)
    for _generation in range(MOST):
        following = _next(_before(nearest, on) - seen.keys(), on)
        nearest = {place for place, after in following.items() if after in nearest}
        if not nearest:
            break
        seen |= dict.fromkeys(sorted(nearest))
    return list(seen)[asked:]


def _before(places: Collection[int], on: date) -> set[int]:
    """Who is linked to one of these by a day, whatever goes on."""
    links = SuccessionLink.objects.known().filter(linked_on__lte=on, predecessor__isnull=False)
    return set(links.filter(successor__in=places).values_list("predecessor_id", flat=True))


def continuations(places: Iterable[int]) -> Mapping[int, list[Continuation]]:
    """The links of each of these establishments, the latest first, in two queries."""
    asked = set(places)
    links = SuccessionLink.objects.known().filter(Q(predecessor__in=asked) | Q(successor__in=asked))
    told = _last_words(links.select_related("predecessor__legal_unit", "successor__legal_unit"))
    outside = _entered({link.outside_siret for link in told if link.outside_siret})
    found: dict[int, list[Continuation]] = defaultdict(list)
    for link in sorted(told, key=lambda one: (one.linked_on, one.pk), reverse=True):
        stranger = outside.get(link.outside_siret)
        if link.predecessor_id in asked:
            found[link.predecessor_id].append(_continuation(link, link.successor or stranger))
        if link.successor_id in asked:
            other = link.predecessor or stranger
            found[link.successor_id].append(_continuation(link, other, takes_over=True))
    return found


def _last_words(links: Iterable[SuccessionLink]) -> list[SuccessionLink]:
    """Each link once, as last told."""
    told = {
        (one.predecessor_id, one.successor_id, one.outside_siret, one.linked_on): one
        for one in links
    }
    return list(told.values())


def _entered(sirets: Collection[str]) -> dict[str, Establishment]:
    """Those that were outside when the link was told, and are known now."""
    if not sirets:
        return {}
    known = Establishment.objects.known().filter(siret__in=sirets).select_related("legal_unit")
    return {str(one.siret): one for one in known}


def _continuation(
    link: SuccessionLink, other: Establishment | None, *, takes_over: bool = False
) -> Continuation:
    siret = (other.siret or "") if other else link.outside_siret
    if other and other.legal_unit.is_erased:
        other, siret = None, ""
    return Continuation(
        other,
        siret,
        link.linked_on,
        takes_over,
        link.continuity or link.seat_transfer,
        link.seat_transfer,
    )
