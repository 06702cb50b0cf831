"""Streets and portfolios of the story: firms followed since autumn 2019, streets walked up in June and July 2020."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.outreach import actions
from maillage.outreach.actions import Said
from maillage.outreach.actions.campaigns import Plan
from maillage.outreach.actions.walks import Walk
from maillage.outreach.models import FollowedFirm, Visit, ways
from maillage.outreach.models.portfolios import Every, Family
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from maillage.site.demo.agreement import NAMESPACE
from maillage.site.demo.field import Round, colleagues, launch

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

LILLE = "59350"
FOLLOWED_FROM = date(2019, 10, 7)
WALKED_FROM = date(2020, 6, 8)
HANDED_OVER = date(2020, 6, 22)
PREPARED = date(2020, 6, 24)
WALK_ON = date(2020, 7, 8)
TITLE = "Deux rues de Lille, porte à porte"
SAID = (
    Said(communes=("59512", "59599"), languages=("nl",), activities=("10", "56"), weekly_hours=21),
    Said(communes=(LILLE,), activities=("43",), weekly_hours=28),
)
REPLAYED = System("the demonstration plays its portfolios")


def write_calendar(story: Story) -> None:
    """Firms followed in October, two streets walked up in June, some firms handed over a fortnight later."""
    story.on(FOLLOWED_FROM, 9, lambda: _follow(story))
    story.on(WALKED_FROM, 9, lambda: _walk(story))
    story.on(HANDED_OVER, 9, lambda: _hand_over(story))
    story.on(PREPARED, 9, lambda: _prepare(story))


def busiest(number: int) -> tuple[str, ...]:
    """The streets of Lille where most firms are open, by their references."""
    rows = Establishment.objects.filter(commune=LILLE, state="A").exclude(street="")
    counts = Counter(
        ways.reference(LILLE, street) for street in rows.values_list("street", flat=True)
    )
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(reference for reference, _count in ranked[:number])


def _walk(story: Story) -> None:
    if not (streets := busiest(2)):
        return  # too small a register has no firm in Lille
    plan = Plan(
        title=TITLE,
        territory="mel",
        starts_on=WALKED_FROM,
        ends_on=date(2020, 9, 30),
        streets=streets,
    )
    head = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]
    team = _team(story)[:2]
    campaign = launch(plan, head=head, team=team, once=str(uuid.uuid5(NAMESPACE, TITLE)))
    story.rounds.append(Round(campaign, team[:1], story.size.pace_call, 6))


def _follow(story: Story) -> None:
    """Each adviser follows a few of the firms met since; why, and how often, is drawn from the seed."""
    chance = random.Random("portfolios")  # noqa: S311 -- an invented story, not a secret
    met = Visit.objects.visible_to(REPLAYED).standing().filter(outcome=Outcome.DONE)
    for member in _team(story):
        mine = met.filter(adviser_id=member.person_id).select_related("establishment__legal_unit")
        firms = {one.legal_unit_id: one.establishment for one in mine.order_by("pk")}
        for place in chance.sample(list(firms.values()), k=min(6, len(firms))):
            _put(place, member, chance)


def _put(place: Establishment, member: Actor, chance: random.Random) -> None:
    mine = FollowedFirm.objects.visible_to(member).current()
    if mine.filter(legal_unit=place.legal_unit_id).exists():
        return  # a colleague met it too
    actions.follow_firm(
        establishment=place,
        family=_family(place),
        every=chance.choice((Every.QUARTER, Every.HALF_YEAR, Every.YEAR)),
        by=member,
        once=f"demo-portfolio-{place.key}",
    )


def _family(place: Establishment) -> Family:
    if place.legal_unit.ess == "O":
        return Family.SOCIAL
    division = place.activity[:2]
    if division in {"01", "02", "03"}:
        return Family.FARMING
    if division.isdigit() and 10 <= int(division) <= 33 and place.size_band >= "11":
        return Family.INDUSTRY
    return Family.CRAFTS


def _prepare(story: Story) -> None:
    """A street walk of July is prepared with an elected artisan and the mayor; two advisers say how they work."""
    head, team = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0], _team(story)
    for member, said in zip(team, SAID, strict=False):
        if member.person is not None:
            actions.say_profile(person=member.person, said=said, version=0, by=member)
    if (streets := busiest(1)) and team[0].person is not None:
        plan = Walk(streets, WALK_ON, team[0].person, "Paule Vasseur", "Jean Delmotte")
        actions.prepare_walk(plan=plan, by=head, once="demo-walk")


def _hand_over(story: Story) -> None:
    """Somebody's part of the week is given to a colleague: two firms pass on."""
    giver, taker = _team(story)[:2]
    mine = FollowedFirm.objects.visible_to(giver).current().filter(adviser_id=giver.person_id)
    if taker.person is not None:
        for followed in list(mine.order_by("pk")[:2]):
            actions.hand_over(followed=followed, to=taker.person, by=giver)


def _team(story: Story) -> Sequence[Actor]:
    return colleagues(story.partners["cma"], Role.ADVISER)
