"""The round of a day, planned and kept for a phone, put in another order, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures.methods.access import Pace
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.outreach import permissions, rounds, terrain, touring, waiting
from maillage.outreach.models import Campaign, KeptRound, RoundStop
from maillage.outreach.models.kept_rounds import NOWHERE, Going
from maillage.outreach.outside import NOTHING, Point, Ways
from maillage.outreach.terrain import Terrain


@ledger.action
def plan_round(
    *,
    campaign: Campaign,
    day: date,
    by: Actor,
    start: Point | None = None,
    going: str = Going.WALKING,
    ways: Mapping[Pace, Ways] | None = None,
) -> KeptRound:
    """Plan one's own day and keep it, in place of what was planned for it; planning, so no act is recorded.

    `ways` are those that a service of routes told beforehand (`touring.ways_of`), else as the crow flies. Hours, lunch and where the day ends stay those of the round that it replaces. From a point, it begins there and,
    today, not before now.

    Raises:
        NotAllowed: the actor does not go and see firms.
        Invalid: the day is over, or the campaign is not under way on it.
    """
    if by.person is None or not permissions.can_report_visit(by):
        raise NotAllowed(_("Only advisers, officers and their managers report visits."))
    if day < clock.today():
        gone = _("This day is over.")
        raise Invalid(gone, fields={"day": gone})
    if going not in Going.values:
        message = _("Choose one of the list.")
        raise Invalid(message, fields={"going": message})
    before = KeptRound.objects.carried_by(by).filter(campaign=campaign, day=day).first()
    kept = before or KeptRound(
        campaign=campaign, organisation=by.acting_for(), adviser=by.person, day=day
    )
    kept.going = going
    how = _from(touring.day_of(kept), start, is_today=day == clock.today())
    tour = touring.tour_of(campaign, by.person, day, how, ways)
    if start is not None:
        kept.leaves_from, kept.begins, kept.lunch_lasts = "", how.window[0], how.pause
    keep(kept, tour, terrain.Outing(by.person, how), by=by)
    return kept


def _from(usual: terrain.Day, start: Point | None, *, is_today: bool) -> terrain.Day:
    """The usual day, or what is left of today from a point: lunch only when it is still to come."""
    if start is None or not is_today:
        return replace(usual, start=start or usual.start)
    begins, ends = usual.window
    begins = min(max(begins, _now()), ends)
    first, last = usual.lunch
    pause = usual.pause if begins < last and max(begins, first) + usual.pause <= ends else 0
    return replace(
        usual, start=start, window=(begins, ends), lunch=(max(first, begins), last), pause=pause
    )


def _now() -> int:
    return int((clock.now() - clock.end_of_day(clock.today())).total_seconds()) + 24 * terrain.HOUR


def keep(kept: KeptRound, tour: touring.Tour, outing: terrain.Outing, *, by: Actor) -> None:
    """Keep what a tour says of somebody, in place of the round that stood there: phones see it by its new key.

    What found no room is kept with the round of whom it is given to, so that they read why.
    """
    KeptRound.objects.visible_to(by).filter(pk=kept.pk).delete()
    kept.pk, kept.key, kept.planned_at = None, uuid7(), clock.now()
    stops = sketch(kept, tour, outing)
    kept.save(force_insert=True)
    RoundStop.objects.bulk_create([*stops, *_left(kept, tour, outing)])


def sketch(kept: KeptRound, tour: touring.Tour, outing: terrain.Outing) -> list[RoundStop]:
    """The stops of somebody's round as a tour says them, and its lunch and end put on the round; nothing is written."""
    kept.lunch_at = kept.over_at = None
    mine = outing.adviser.email
    route = next((one for one in tour.plan.routes if one.vehicle == mine), None)
    kept.ways = {}
    if route is None or tour.terrain is None:
        return []
    stops = [_stop(kept, tour, call.stop) for call in route.calls]
    ends = [end for end in (outing.day.start, outing.day.end) if end is not None]
    told = tour.ways.get(outing.day.pace, NOTHING)
    places = [*ends, *(tour.points[one.establishment_id] for one in stops)]
    kept.ways = told.only(places).as_json()
    tell(kept, stops, tour.terrain, route)
    return stops


def left_out(tour: touring.Tour) -> list[RoundStop]:
    """What is in no round, with its reason; nothing is written."""
    left = [_stop(None, tour, one.stop, one.why.value) for one in tour.plan.unassigned]
    return left + [RoundStop(establishment=firm, why=NOWHERE) for firm in tour.unplaced]


def _stop(kept: KeptRound | None, tour: touring.Tour, key: str, why: str = "") -> RoundStop:
    firm, agreed = tour.firms[key], tour.agreed.get(key)
    stop = RoundStop(round=kept, establishment=firm, agreed=agreed, why=why)
    stop.opening = tour.open_on.get(firm.pk)
    return stop


def _left(kept: KeptRound, tour: touring.Tour, outing: terrain.Outing) -> list[RoundStop]:
    left = [
        one for one in left_out(tour) if tour.holders[one.establishment_id] == outing.adviser.pk
    ]
    for one in left:
        one.round = kept
    return left


def tell(kept: KeptRound, stops: Sequence[RoundStop], ground: Terrain, route: rounds.Route) -> None:
    """Put on the stops, in their order, what a route says: hours, waits, ways; on the round, lunch and its end."""
    legs = ground.legs(route)
    for rank, (stop, call, leg) in enumerate(zip(stops, route.calls, legs, strict=True), start=1):
        stop.rank, stop.arrival, stop.wait = rank, call.arrival, call.wait
        stop.walk, stop.metres = leg.seconds, leg.metres
    kept.has_estimates = not all(leg.is_told for leg in legs)
    kept.lunch_at = next((pause.start for pause in route.pauses), None)
    kept.over_at = route.end if stops else None


@ledger.action
def reorder_round(*, kept: KeptRound, order: Sequence[str], by: Actor) -> KeptRound:
    """See the firms of a round in this order, by their keys; hours follow, lunch being taken from noon.

    Raises:
        NotAllowed: it is not one's own, or it was taken back.
        Conflict: the round has other firms by now.
    """
    found = _own(kept, by)
    stops = {
        str(one.establishment.key): one
        for one in found.stops.filter(rank__isnull=False).select_related("establishment")
    }
    if sorted(order) != sorted(stops):
        raise Conflict(
            _("This round was planned again meanwhile."), remedy=_("Read it, then order it.")
        )
    retime(found, [stops[key] for key in order])
    return found


def retime(kept: KeptRound, ordered: Sequence[RoundStop]) -> None:
    """The hours of a round's stops in this order; hours that are missed are told, never moved."""
    how = touring.day_of(kept)
    if how.start is None and ordered:
        how = _later(how, min((one.arrival or 0) for one in ordered))
    agreed = {one.establishment_id: one.agreed for one in ordered if one.agreed is not None}
    firms = [one.establishment for one in ordered]
    outing = terrain.Outing(kept.adviser, how)
    told = Ways.of_json(kept.ways)
    open_on = waiting.opening_hours(kept.campaign, kept.day, firms)
    ground, route = touring.in_order(outing, firms, agreed, told, open_on)
    tell(kept, ordered, ground, route)
    RoundStop.objects.bulk_update(ordered, ["rank", "arrival", "wait", "walk", "metres", "agreed"])
    kept.planned_at = clock.now()
    kept.save(update_fields=["planned_at", "lunch_at", "over_at", "has_estimates"])


def _later(how: terrain.Day, begins: int) -> terrain.Day:
    """The day begun at another hour; past the hours of lunch, it was taken."""
    pause = how.pause if begins < how.lunch[1] else 0
    return replace(how, window=(begins, how.window[1]), pause=pause)


def _own(kept: KeptRound, by: Actor) -> KeptRound:
    mine = KeptRound.objects.carried_by(by).select_for_update(of=("self",)).filter(pk=kept.pk)
    if (found := mine.first()) is None:
        raise NotAllowed(_("Only the adviser whose round it is puts it in another order."))
    return found


@ledger.action
def withdraw_round(*, kept: KeptRound, by: Actor) -> None:
    """Take a round back from the phone that carries it: it clears its copy at its next contact.

    Raises:
        NotAllowed: it is neither one's own nor, for a service manager, of the team.
    """
    found = KeptRound.objects.taken_back_by(by).filter(pk=kept.pk)
    if not found.exists():
        raise NotAllowed(_("Only the adviser, or the service manager, takes a round back."))
    found.delete()
