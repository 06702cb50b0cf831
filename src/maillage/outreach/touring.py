"""An adviser's day in a campaign: the firms given to them and not yet seen, put in the order of a walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts.models import Membership, Person
from maillage.figures.methods.access import CAR, WALK, Pace, seconds
from maillage.kernel.errors import Invalid
from maillage.outreach import rounds
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.kept_rounds import Going
from maillage.register.models import Establishment, Spell

MOST = 60
"""So many firms of a list, in its order, are looked at for one day: more than anybody sees."""
HOUR = 3600
PACES = {Going.WALKING: WALK, Going.CAR: CAR}
FAR = 15
"""Minutes on foot to the nearest other firm, from which half of them are said to be too far apart for walking."""


@dataclass(frozen=True, slots=True)
class Day:
    """How an adviser's day goes: hours, lunch, how long a visit lasts, how one goes about, from where.

    Without a point to leave from, it begins at the first firm of the list that has a place; it ends at the last one seen.
    """

    window: tuple[int, int] = (9 * HOUR, 17 * HOUR + HOUR // 2)
    lunch: tuple[int, int] = (12 * HOUR, 13 * HOUR)
    visit: int = HOUR // 2
    pace: Pace = WALK
    start: tuple[float, float] | None = None


@dataclass(frozen=True)
class Tour:
    """A day's round, the firms it speaks of, and those that stand nowhere that is known."""

    plan: rounds.Plan
    firms: Mapping[str, Establishment]
    unplaced: Sequence[Establishment] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """The plan, and who each stop is."""
        named = {
            key: {"name": one.display_name, "address": one.address}
            for key, one in self.firms.items()
        }
        return {
            **self.plan.as_json(),
            "firms": named,
            "unplaced": [str(one.key) for one in self.unplaced],
        }

    def lines(self) -> str:
        """The same in words, one line a visit."""
        told = self.plan.lines(lambda key: _called(self.firms[key]))
        why = _("no position")
        return "\n".join([told, *(f"–  {one.display_name}: {why}" for one in self.unplaced)])


def _called(firm: Establishment) -> str:
    return f"{firm.display_name}, {firm.address}"


def asked(campaign: str, adviser: str, on: date) -> Tour:
    """The round of an adviser, by e-mail address, in a campaign, by its key; asked by who runs the instance.

    Raises:
        Invalid: one of them is unknown, or as `tour_of`.
    """
    everyones = Campaign.objects.unscoped(reason="a round asked at the terminal")
    person = Person.objects.filter(email=adviser.lower()).first()
    try:
        found = everyones.filter(key=campaign).first()
    except ValidationError:
        found = None
    if found is None or person is None:
        raise Invalid(
            _("%(what)s: unknown here.") % {"what": adviser if found else campaign},
            remedy=_(
                "Give the key of a campaign, as in its address, and the e-mail address of an adviser."
            ),
        )
    return tour_of(found, person, on)


def tour_of(campaign: Campaign, adviser: Person, on: date, day: Day | None = None) -> Tour:
    """The round of one adviser on one day of a campaign.

    Raises:
        Invalid: the campaign is not under way that day, or this person sees no firm of it.
    """
    _check(campaign, adviser, on)
    how = day or Day()
    firms = [line.establishment for line in _to_see(campaign, adviser)]
    points = points_of(firms)
    placed = [one for one in firms if one.pk in points]
    unplaced = [one for one in firms if one.pk not in points]
    known = {str(one.key): one for one in placed}
    if not placed:
        return Tour(rounds.Plan(()), known, unplaced)
    start = how.start or points[placed[0].pk]
    problem = rounds.Problem(
        seconds([start, *(points[one.pk] for one in placed)], how.pace),
        [rounds.Stop(key, rank, how.visit) for rank, key in enumerate(known, start=1)],
        [
            rounds.Vehicle(
                adviser.email, 0, None, how.window, breaks=[rounds.Break(HOUR, [how.lunch])]
            )
        ],
    )
    return Tour(rounds.plan(problem), known, unplaced)


def minutes_apart(campaign: Campaign, adviser: Person) -> int | None:
    """How long half of the firms to see are, on foot, from the nearest other one; None for fewer than two."""
    points = list(points_of([line.establishment for line in _to_see(campaign, adviser)]).values())
    if len(points) < 2:
        return None
    between = seconds(points)
    nearest = sorted(
        min(int(way) for other, way in enumerate(row) if other != rank)
        for rank, row in enumerate(between)
    )
    return nearest[len(nearest) // 2] // 60


def _check(campaign: Campaign, adviser: Person, on: date) -> None:
    if campaign.frozen_at is None or not campaign.starts_on <= on <= campaign.ends_on:
        raise Invalid(
            _("%(campaign)s is not under way on this day.") % {"campaign": campaign},
            remedy=_("Freeze its list, and choose a day between its first and its last."),
        )
    everyones = Membership.objects.unscoped(reason="who sees the firms of a campaign")
    mine = everyones.current(on).filter(person=adviser, organisation=campaign.organisation_id)
    if not mine.exists():
        raise Invalid(
            _("%(person)s does not work for %(organisation)s on this day.")
            % {"person": adviser, "organisation": campaign.organisation},
            remedy=_("Name somebody to whom firms of this campaign are given."),
        )


def _to_see(campaign: Campaign, adviser: Person) -> list[ListedFirm]:
    """The first lines given to them that are not yet seen, of firms still open."""
    everyones = ListedFirm.objects.unscoped(
        reason="the round of an adviser, asked by who runs the instance"
    )
    given = everyones.filter(campaign=campaign, adviser=adviser).not_yet_seen()
    open_ones = given.filter(establishment__state=Spell.State.ACTIVE)
    return list(open_ones.select_related("establishment__legal_unit").order_by("rank")[:MOST])


def points_of(firms: Sequence[Establishment]) -> dict[int, tuple[float, float]]:
    """Where each stands, or the middle of its commune; absent when neither is known."""
    middles = places.centres({one.commune for one in firms if one.lon is None})
    found: dict[int, tuple[float, float]] = {}
    for one in firms:
        if one.lon is not None and one.lat is not None:
            found[one.pk] = (one.lon, one.lat)
        elif one.commune in middles:
            found[one.pk] = middles[one.commune]
    return found
