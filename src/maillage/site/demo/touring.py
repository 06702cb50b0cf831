"""The last morning of the story: an hour agreed by telephone, the week of a shop noted, then the day's rounds of a team, as its manager accepts them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions, opening, touring
from maillage.outreach.calling import telephones
from maillage.outreach.models import Campaign, KeptRound, ListedFirm
from maillage.outreach.models.kept_rounds import HOUR, Going
from maillage.register.models import Establishment
from maillage.site.demo.agreement import NAMESPACE
from maillage.site.demo.field import colleagues

if TYPE_CHECKING:
    from datetime import date

    from maillage.site.demo.story import Story

AGREED_AT = 14 * HOUR + HOUR // 2
SHOP = opening.only_on((((9 * HOUR, 12 * HOUR + HOUR // 2), (14 * HOUR, 19 * HOUR)),) * 7, 1, 5)
LILLE = "59350"
CAR = {"going": Going.CAR}
DAYS: tuple[dict[str, Any], ...] = (
    CAR,
    CAR | {"begins": 8 * HOUR + HOUR // 2, "lunch_lasts": HOUR * 3 // 4},
    CAR | {"leaves_from": LILLE, "back_to": LILLE},
)
"""How each of them goes: communes are too far apart for walking."""
REPLAYED = System("the demonstration plays its rounds")


def write_calendar(story: Story, day: date) -> None:
    """The hour is agreed at seven, the rounds accepted at eight."""
    story.on(day, 7, lambda: _agree(story))
    story.on(day, 8, lambda: _plan(story))


def _campaign(story: Story) -> Campaign | None:
    """The campaign charged to the convention: whoever goes out, goes out for it."""
    own = Campaign.objects.visible_to(REPLAYED).filter(organisation=story.partners["cma"])
    return own.filter(territory="mel").exclude(action_key="").first()


def _waiting(campaign: Campaign, team: Sequence[Person]) -> list[ListedFirm]:
    lines = ListedFirm.objects.visible_to(REPLAYED).filter(campaign=campaign, adviser__in=team)
    return list(lines.not_yet_seen().select_related("establishment").order_by("rank"))


def _team(story: Story, campaign: Campaign) -> list[tuple[Actor, Person]]:
    """Those who still have somebody to see, three at most."""
    members = colleagues(story.partners["cma"], Role.ADVISER)
    advisers = [(one, one.person) for one in members if one.person is not None]
    busy = {line.adviser_id for line in _waiting(campaign, [person for _one, person in advisers])}
    return [(one, person) for one, person in advisers if person.pk in busy][: len(DAYS)]


def _agree(story: Story) -> None:
    """With a firm that left its number, if one is still to be seen; else with the first of the list."""
    campaign = _campaign(story)
    if campaign is None or not (team := _team(story, campaign)):
        return  # too small a register leaves nobody to see
    adviser, person = team[0]
    mine = [one.establishment for one in _waiting(campaign, [person])]
    known = telephones(adviser, [one.pk for one in mine])
    place: Establishment = next((one for one in mine if one.pk in known), mine[0])
    actions.agree_hour(establishment=place, day=clock.today(), at=AGREED_AT, by=adviser)
    actions.note_opening(establishment=mine[-1], week=SHOP, version=0, by=adviser)


def _plan(story: Story) -> None:
    campaign = _campaign(story)
    if campaign is None or not (team := _team(story, campaign)):
        return
    head, today = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0], clock.today()
    asked = [
        KeptRound(adviser=person, **day) for (_one, person), day in zip(team, DAYS, strict=False)
    ]
    actions.accept_rounds(
        campaign=campaign,
        day=today,
        asked=asked,
        tour=touring.tours_of(campaign, touring.outings_of(asked), today),
        once=uuid.uuid5(NAMESPACE, f"rounds {today}"),
        by=head,
    )
