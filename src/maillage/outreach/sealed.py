"""Rounds as somebody read them, carried by the form that accepts them: signed, so that what is kept is what was read.

The planner may tell another plan as good the next time it is asked: accepting does not ask it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.outreach import rounds, terrain, touring
from maillage.outreach.models import Campaign, KeptRound
from maillage.outreach.models.kept_rounds import Going
from maillage.outreach.outside import Ways
from maillage.register.models import Establishment

LASTS = timedelta(hours=12)
"""Rounds read in the morning are accepted before the evening; later, they are read again."""
HOW = (
    "adviser_id", "going", "begins", "ends", "lunch_from", "lunch_lasts", "visit_lasts", "leaves_from", "back_to",
)  # fmt: skip
CHANGED = _("These rounds are no longer those you read: read these, then accept them.")
OLD = _("These rounds were read too long ago: read these, then accept them.")


@dataclass(frozen=True)
class Read:
    """Rounds as they were read: the day, how each goes, what was planned."""

    day: date
    asked: Sequence[KeptRound]
    tour: touring.Tour


def seal(campaign: Campaign, read: Read, by: Actor) -> str:
    """What the form carries: firms by their row, seconds, ranks; a day of two hundred stops takes some 3 kB."""
    tour = read.tour
    rows = {key: firm.pk for key, firm in tour.firms.items()}
    every = {str(one.key): one.pk for one in tour.unplaced} | rows
    rank = {one.adviser.email: place for place, one in enumerate(read.asked)}
    told = {
        "at": int(clock.now().timestamp()),
        "day": read.day.isoformat(),
        "asked": [[getattr(one, name) for name in HOW] for one in read.asked],
        "routes": [
            [rank[one.vehicle], one.start, one.end, one.travel, [_step(step, rows) for step in one.steps]]
            for one in tour.plan.routes
        ],
        "left": [[rows[one.stop], one.why.value] for one in tour.plan.unassigned],
        "unplaced": [one.pk for one in tour.unplaced],
        "agreed": [[every[key], at] for key, at in tour.agreed.items()],
        "ways": [[terrain.GOINGS[pace], one.by, one.silent] for pace, one in tour.ways.items()],
    }  # fmt: skip
    return _signer(campaign, by).sign_object(told, compress=True)


def opened(sealed: str, campaign: Campaign, by: Actor) -> Read:
    """The rounds that a form carries, when they were read by this very person, of this campaign, not long ago.

    Raises:
        Conflict: they were not, or one of those they speak of is gone.
    """
    try:
        told = _signer(campaign, by).unsign_object(sealed)
    except signing.BadSignature:
        raise Conflict(CHANGED) from None
    if clock.now() - datetime.fromtimestamp(told["at"], UTC) > LASTS:
        raise Conflict(OLD)
    try:
        return _read(told)
    except KeyError:  # erased since
        raise Conflict(CHANGED) from None


def _signer(campaign: Campaign, by: Actor) -> signing.Signer:
    """Of one campaign and one person at one organisation: what others signed is no signature."""
    return signing.Signer(
        salt=f"outreach.rounds/{campaign.key}/{by.person_id}/{by.organisation_id}"
    )


def _step(step: rounds.Call | rounds.Pause, rows: Mapping[str, int]) -> list[int]:
    if isinstance(step, rounds.Pause):
        return [step.rank, step.start]
    return [rows[step.stop], step.arrival, step.wait]


def _read(told: Mapping[str, Any]) -> Read:
    people = Person.objects.in_bulk([row[0] for row in told["asked"]])
    asked = [
        KeptRound(adviser=people[row[0]], **dict(zip(HOW[1:], row[1:], strict=True)))
        for row in told["asked"]
    ]
    called = {step[0] for row in told["routes"] for step in row[4] if len(step) == 3}
    placed = called | {row[0] for row in told["left"]}
    firms = Establishment.objects.in_bulk([*placed, *told["unplaced"]])
    keys = {pk: str(one.key) for pk, one in firms.items()}
    tour = touring.Tour(
        rounds.Plan(
            [_route(row, asked, keys) for row in told["routes"]],
            [rounds.Unassigned(keys[pk], rounds.Why(why)) for pk, why in told["left"]],
        ),
        {keys[pk]: firms[pk] for pk in placed},
        [firms[pk] for pk in told["unplaced"]],
        agreed={keys[pk]: at for pk, at in told["agreed"]},
        ways={terrain.PACES[Going(going)]: Ways(by, silent) for going, by, silent in told["ways"]},
    )
    return Read(date.fromisoformat(told["day"]), asked, tour)


def _route(row: Sequence[Any], asked: Sequence[KeptRound], keys: Mapping[int, str]) -> rounds.Route:
    rank, start, end, travel, steps = row
    walked = [
        rounds.Call(keys[step[0]], *step[1:]) if len(step) == 3 else rounds.Pause(*step)
        for step in steps
    ]
    return rounds.Route(asked[rank].adviser.email, walked, start, end, travel)
