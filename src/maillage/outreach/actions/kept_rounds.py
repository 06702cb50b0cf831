"""The round of a day, planned and kept for a phone, put in another order, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.figures.methods.access import Pace, seconds
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import permissions, touring
from maillage.outreach.models import Campaign, KeptRound, RoundStop
from maillage.outreach.models.kept_rounds import NOWHERE, Going

Point = tuple[float, float]


@ledger.action
def plan_round(
    *,
    campaign: Campaign,
    day: date,
    by: Actor,
    start: Point | None = None,
    going: str = Going.WALKING,
) -> KeptRound:
    """Plan one's own day and keep it, in place of what was planned for it; planning, so no act is recorded.

    From a point, it begins there and, today, not before now.

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
    how = replace(_hours(day, start), pace=touring.PACES[Going(going)])
    tour = touring.tour_of(campaign, by.person, day, how)
    KeptRound.objects.carried_by(by).filter(campaign=campaign, day=day).delete()
    kept = KeptRound.objects.create(
        campaign=campaign,
        organisation=by.acting_for(),
        adviser=by.person,
        day=day,
        going=going,
        planned_at=clock.now(),
    )
    RoundStop.objects.bulk_create(_stops(kept, tour, how))
    return kept


def _hours(day: date, start: Point | None) -> touring.Day:
    usual = touring.Day(start=start)
    if start is None or day != clock.today():
        return usual
    begins, ends = usual.window
    begins = min(max(begins, _now()), ends)
    lunch = (max(usual.lunch[0], begins), max(usual.lunch[1], begins))
    return replace(usual, window=(begins, ends), lunch=lunch)


def _now() -> int:
    return int((clock.now() - clock.end_of_day(clock.today())).total_seconds()) + 24 * touring.HOUR


def _stops(kept: KeptRound, tour: touring.Tour, how: touring.Day) -> list[RoundStop]:
    calls = [call for route in tour.plan.routes for call in route.calls]
    placed = [RoundStop(round=kept, establishment=tour.firms[call.stop]) for call in calls]
    _walk(placed, how)
    left = [(tour.firms[one.stop], one.why.value) for one in tour.plan.unassigned]
    left += [(firm, NOWHERE) for firm in tour.unplaced]
    return placed + [RoundStop(round=kept, establishment=firm, why=why) for firm, why in left]


def _walk(stops: Sequence[RoundStop], how: touring.Day) -> None:
    """Rank and hours of stops seen in this order, each as early as can be; lunch is taken from noon."""
    found = touring.points_of([one.establishment for one in stops])
    points = [found[one.establishment_id] for one in stops]
    between = seconds([how.start or points[0], *points], how.pace) if points else None
    at, eaten = how.window[0], how.window[0] >= how.lunch[1]
    for rank, stop in enumerate(stops, start=1):
        walk = 0 if between is None else int(between[rank - 1][rank])
        at += walk
        if not eaten and at + how.visit > how.lunch[1]:
            at, eaten = max(at, how.lunch[0]) + touring.HOUR, True
        stop.rank, stop.arrival, stop.walk, stop.metres = rank, at, walk, _metres(walk, how.pace)
        at += how.visit


def _metres(way: int, pace: Pace) -> int:
    return round(way * pace.kmh / 3.6)


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
    first = min((one.arrival or 0) for one in stops.values()) if stops else 0
    usual = touring.Day(pace=touring.PACES[Going(found.going)])
    ordered = [stops[key] for key in order]
    _walk(ordered, replace(usual, window=(first, usual.window[1])))
    RoundStop.objects.bulk_update(ordered, ["rank", "arrival", "walk", "metres"])
    KeptRound.objects.carried_by(by).filter(pk=found.pk).update(planned_at=clock.now())
    return found


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
