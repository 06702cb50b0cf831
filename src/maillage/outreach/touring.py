"""An adviser's day in a campaign: the firms given to them and not yet seen, put in the order of a walk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import localize
from django.utils.translation import gettext as _, gettext_lazy

from maillage import places
from maillage.accounts.models import Membership, Person
from maillage.figures.methods.access import Pace, seconds
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import opening, outside, rounds, waiting
from maillage.outreach.models import Campaign, KeptRound
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside import Point, Ways
from maillage.outreach.terrain import (
    GOINGS,
    HOUR,
    PACES,
    Day,
    Outing,
    Terrain,
    terrain_of,
)
from maillage.register.models import Establishment

MOST = 60
"""So many firms of a list, in its order, are looked at for one day: more than anybody sees."""
FAR = 15
"""Minutes on foot to the nearest other firm, from which half of them are said to be too far apart for walking."""
AGREED_SINCE = gettext_lazy(
    "An hour was agreed with a firm, or taken back, since these rounds were read."
)
UNWALKED = gettext_lazy("These rounds cannot be walked any more as they were read.")
SHUT = gettext_lazy(
    "A firm is closed at the hour at which these rounds call: its opening hours changed."
)


@dataclass(frozen=True)
class Tour:
    """A day's rounds, the firms they speak of, and those that stand nowhere that is known.

    `agreed` is the hour that a firm expects somebody at, by its key; `open_on` when it is open that day, `holders` to whom
    it is given and `points` where it stands, by its row; `ways` what services outside told of the ways between, or that they
    did not answer.
    """

    plan: rounds.Plan
    firms: Mapping[str, Establishment]
    unplaced: Sequence[Establishment] = field(default_factory=tuple)
    agreed: Mapping[str, int] = field(default_factory=dict)
    holders: Mapping[int, int | None] = field(default_factory=dict)
    points: Mapping[int, Point] = field(default_factory=dict)
    ways: Mapping[Pace, Ways] = field(default_factory=dict)
    terrain: Terrain | None = None
    open_on: Mapping[int, opening.Day] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The plan, and who each stop is; `open_s` when it is, if that is known."""
        named = {
            key: {"name": one.display_name, "address": one.address, **self._open(one)}
            for key, one in self.firms.items()
        }
        asked = [{"by": one.by, "silent": one.silent} for one in self.ways.values()]
        return {
            **self.plan.as_json(),
            "firms": named,
            "unplaced": [str(one.key) for one in self.unplaced],
            **({"ways": asked} if asked else {}),
        }

    def lines(self) -> str:
        """The same in words, one line a visit."""
        told = self.plan.lines(lambda key: _called(self.firms[key]), self._because)
        why = _("no position")
        unplaced = [f"–  {one.display_name}: {why}" for one in self.unplaced]
        asked = [_said(ways, pace) for pace, ways in self.ways.items() if ways.by or ways.silent]
        return "\n".join([told, *unplaced, *asked])

    def _open(self, firm: Establishment) -> dict[str, Any]:
        day = self.open_on.get(firm.pk)
        return {} if day is None else {"open_s": [list(span) for span in day.spans]}

    def _because(self, left: rounds.Unassigned) -> object:
        """Why a firm is in no round: a closed day by its name."""
        day = self.open_on.get(self.firms[left.stop].pk)
        return day if day is not None and left.why is rounds.Why.SHUT else left.why.words


def _said(ways: Ways, pace: Pace) -> str:
    """Who told the ways, or why they are as the crow flies."""
    if ways.by:
        return _("Ways by the streets, told by %(service)s.") % {"service": ways.by}
    return _("Distances as the crow flies × %(detour)s: the server %(service)s did not answer.") % {
        "service": ways.silent,
        "detour": localize(pace.detour),
    }


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
    return tour_of(found, person, on, ways=ways_of(found, [Outing(person)], on))


def tour_of(
    campaign: Campaign,
    adviser: Person,
    on: date,
    day: Day | None = None,
    ways: Mapping[Pace, Ways] | None = None,
) -> Tour:
    """The round of one adviser on one day of a campaign.

    Raises:
        Invalid: the campaign is not under way that day, or this person sees no firm of it.
    """
    return tours_of(campaign, [Outing(adviser, day or Day())], on, ways=ways)


def ways_of(
    campaign: Campaign, outings: Sequence[Outing], on: date, *, spare: bool = False
) -> dict[Pace, Ways]:
    """What services of routes tell of the ways of a day: nothing when none is on. Asked before anything is written.

    Days are those that are kept (`day_of`): where a phone is, is told to nobody.
    """
    goings = {one.day.pace: GOINGS[one.day.pace] for one in outings}
    asked = {pace: going for pace, going in goings.items() if outside.is_on(going)}
    if not asked:
        return {}
    people = [one.adviser.pk for one in outings]
    lines = waiting.lines_to_see(campaign, people, on, spare=spare, most=MOST)
    there = _there([one.establishment for one in lines], outings)
    return {pace: outside.ways(there, going) for pace, going in asked.items()}


def ways_again(read: Tour, outings: Sequence[Outing]) -> dict[Pace, Ways]:
    """The ways by which rounds were read: the same question, answered from what was kept; who was silent is not asked."""
    there = _there([*read.firms.values(), *read.unplaced], outings)
    return {
        pace: outside.ways(there, GOINGS[pace]) if told.by else told
        for pace, told in read.ways.items()
    }


def _there(firms: Sequence[Establishment], outings: Sequence[Outing]) -> list[Point]:
    """Where a day may lead: the firms, and where those who go out leave from and end."""
    ends = [end for one in outings for end in (one.day.start, one.day.end) if end is not None]
    return [*points_of(firms).values(), *ends]


def tours_of(
    campaign: Campaign,
    outings: Sequence[Outing],
    on: date,
    *,
    spare: bool = False,
    ways: Mapping[Pace, Ways] | None = None,
) -> Tour:
    """The rounds of several advisers on one day of a campaign, no firm twice; `spare`: firms given to nobody too.

    A firm given to an adviser is seen by nobody else. Hours agreed with firms come before everything.

    Raises:
        Invalid: the campaign is not under way that day, or one of them sees no firm of it.
    """
    _check(campaign, [one.adviser for one in outings], on)
    lines = waiting.lines_to_see(
        campaign, [one.adviser.pk for one in outings], on, spare=spare, most=MOST
    )
    firms = [line.establishment for line in lines]
    points = points_of(firms)
    held = [(one.establishment, one.adviser_id) for one in lines if one.establishment_id in points]
    agreed = waiting.agreed_hours(campaign, on, firms)
    open_on = waiting.opening_hours(campaign, on, firms)
    terrain = terrain_of(outings, held, points, agreed, ways, open_on)
    found = rounds.plan(terrain.problem) if held else rounds.Plan(())
    plan = _as_early_as_can_be(terrain.problem, found)
    return Tour(
        plan,
        {str(firm.key): firm for firm, _holder in held},
        [one for one in firms if one.pk not in points],
        agreed={str(one.key): agreed[one.pk] for one in firms if one.pk in agreed},
        holders={line.establishment_id: line.adviser_id for line in lines},
        points=points,
        ways=ways or {},
        terrain=terrain,
        open_on=open_on,
    )


def held_to(campaign: Campaign, outings: Sequence[Outing], on: date, read: Tour) -> Tour:
    """Rounds that were read, against what is so now: the same plan, judged by the checker; nothing is planned.

    A firm that found no room and is not to be seen any more is left out.

    Raises:
        Invalid: the campaign is not under way that day, or one of them sees no firm of it.
        Conflict: a firm was seen, given to somebody else or put in another round since, an hour was agreed or taken
            back, a firm is closed at the hour of its visit, or the days cannot be walked so.
    """
    _check(campaign, [one.adviser for one in outings], on)
    every = [*read.firms.values(), *read.unplaced]
    lines = waiting.lines_of(campaign, [one.adviser.pk for one in outings], on, every)
    _check_holders(read, outings, {one.establishment_id: one.adviser_id for one in lines})
    firms = [line.establishment for line in lines]
    agreed = waiting.agreed_hours(campaign, on, firms)
    if any(agreed.get(one.pk) != read.agreed.get(str(one.key)) for one in firms):
        raise _outdated(AGREED_SINCE)
    points = points_of(firms)
    held = [
        (one.establishment, one.adviser_id)
        for one in lines
        if one.establishment_id in points and str(one.establishment.key) in read.firms
    ]
    named = {str(firm.key): firm for firm, _holder in held}
    plan = rounds.Plan(read.plan.routes, [one for one in read.plan.unassigned if one.stop in named])
    open_on = waiting.opening_hours(campaign, on, firms)
    terrain = terrain_of(outings, held, points, agreed, read.ways, open_on)
    _check_hours(terrain, plan, {key for key, firm in named.items() if firm.pk in open_on})
    return replace(
        read,
        plan=plan,
        firms=named,
        unplaced=[one for one in firms if str(one.key) not in read.firms],
        holders={line.establishment_id: line.adviser_id for line in lines},
        points=points,
        terrain=terrain,
        open_on=open_on,
    )


def _check_holders(
    read: Tour, outings: Sequence[Outing], holders: Mapping[int, int | None]
) -> None:
    """Each firm of a round still waits for whose round it is, or for nobody in particular."""
    people = {one.adviser.email: one.adviser.pk for one in outings}
    for route in read.plan.routes:
        for call in route.calls:
            place = read.firms[call.stop].pk
            if holders.get(place, 0) not in {None, people.get(route.vehicle)}:
                raise _outdated(
                    _("A firm was seen, or given to somebody else, since these rounds were read.")
                )


def _check_hours(terrain: Terrain, plan: rounds.Plan, noted: Set[str]) -> None:
    """The days can still be walked so; `noted` are the firms whose hours of the day are known."""
    if wrong := rounds.faults(terrain.problem, plan):
        shut = {one.about for one in wrong if one.rule == "window"} & noted
        raise _outdated(SHUT if len(shut) == len(wrong) else UNWALKED)


def _outdated(why: object) -> Conflict:
    return Conflict(why, remedy=_("Plan them again, then accept."))


def day_of(kept: KeptRound) -> Day:
    """How the day of a kept round goes; a point that a phone told is not kept, so it is in none."""
    (day,) = days_of([kept])
    return day


def days_of(several: Sequence[KeptRound]) -> list[Day]:
    """How each of these days goes, the communes of all of them looked for at once."""
    codes = {code for kept in several for code in (kept.leaves_from, kept.back_to) if code}
    middles = places.centres(codes) if codes else {}
    return [
        Day(
            window=(kept.begins, kept.ends),
            lunch=(kept.lunch_from, kept.lunch_from + HOUR),
            visit=kept.visit_lasts,
            pace=PACES[Going(kept.going)],
            start=middles.get(kept.leaves_from),
            pause=kept.lunch_lasts,
            end=middles.get(kept.back_to),
        )
        for kept in several
    ]


def outings_of(several: Sequence[KeptRound]) -> list[Outing]:
    """Who goes out, and how: the days of these rounds, each with its adviser."""
    return [Outing(one.adviser, how) for one, how in zip(several, days_of(several), strict=True)]


def in_order(
    outing: Outing,
    firms: Sequence[Establishment],
    agreed: Mapping[int, int],
    ways: Ways,
    open_on: Mapping[int, opening.Day],
) -> tuple[Terrain, rounds.Route]:
    """The hours of a day that sees these firms in this order, whichever of them are missed.

    One that is closed all day is called at none the less, since somebody chose so: it is waited for by nobody.
    """
    held = [(firm, None) for firm in firms]
    hours = {place: day for place, day in open_on.items() if not day.is_closed}
    terrain = terrain_of([outing], held, points_of(firms), agreed, {outing.day.pace: ways}, hours)
    problem = terrain.problem
    return terrain, rounds.timed(problem, problem.vehicles[0], problem.stops)


def _as_early_as_can_be(problem: rounds.Problem, plan: rounds.Plan) -> rounds.Plan:
    """The same orders, nobody waiting to begin the day; judged again by the checker."""
    stops = {one.id: one for one in problem.stops}
    team = {one.id: one for one in problem.vehicles}
    routes = [
        rounds.timed(problem, team[route.vehicle], [stops[call.stop] for call in route.calls])
        for route in plan.routes
    ]
    early = rounds.Plan(routes, plan.unassigned)
    if wrong := rounds.faults(problem, early):
        raise AssertionError(wrong)
    return early


def minutes_apart(campaign: Campaign, adviser: Person) -> int | None:
    """How long half of the firms to see are, on foot, from the nearest other one; None for fewer than two."""
    points = list(points_of(_to_see(campaign, adviser)).values())
    if len(points) < 2:
        return None
    between = seconds(points)
    nearest = sorted(
        min(int(way) for other, way in enumerate(row) if other != rank)
        for rank, row in enumerate(between)
    )
    return nearest[len(nearest) // 2] // 60


def _to_see(campaign: Campaign, adviser: Person) -> list[Establishment]:
    found = waiting.lines_to_see(campaign, [adviser.pk], clock.today(), most=MOST)
    return [line.establishment for line in found]


def _check(campaign: Campaign, advisers: Sequence[Person], on: date) -> None:
    if campaign.frozen_at is None or not campaign.starts_on <= on <= campaign.ends_on:
        raise Invalid(
            _("%(campaign)s is not under way on this day.") % {"campaign": campaign},
            remedy=_("Freeze its list, and choose a day between its first and its last."),
        )
    everyones = Membership.objects.unscoped(reason="who sees the firms of a campaign")
    theirs = everyones.current(on).filter(
        person__in=advisers, organisation=campaign.organisation_id
    )
    members = set(theirs.values_list("person", flat=True))
    for one in advisers:
        if one.pk not in members:
            raise Invalid(
                _("%(person)s does not work for %(organisation)s on this day.")
                % {"person": one, "organisation": campaign.organisation},
                remedy=_("Name somebody to whom firms of this campaign are given."),
            )


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
