"""Which firms a day may see: a campaign of known lines, and who is looked at, in which order, up to how many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.outreach import actions, waiting
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
DAY = date(2020, 7, 15)


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


@pytest.fixture
def team(manager: Actor) -> tuple[Actor, Actor]:
    one, other = (accounts.actor(Role.ADVISER, manager.organisation) for _ in range(2))
    return one, other


def street(manager: Actor, plan: str, *advisers: Actor) -> Campaign:
    """A firm for each letter of `plan`: whose it is, «a» the first adviser, «b» the second, «.» nobody."""
    for rank, _whose in enumerate(plan):
        register.establishment(lon=3.0573 + rank / 1000, lat=50.6292, trade_name=f"FIRM {rank}")
    campaign = make.campaign(manager)
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign)
    for rank, whose in enumerate(plan):
        if whose != ".":
            person = advisers["ab".index(whose)].person
            lines.filter(establishment__trade_name=f"FIRM {rank}").update(adviser=person)
            lines.filter(establishment__trade_name=f"FIRM {rank}").update(rank=rank + 1)
    return campaign


def firm(rank: int) -> Establishment:
    return Establishment.objects.get(trade_name=f"FIRM {rank}")


def looked_at(
    campaign: Campaign, *advisers: Actor, spare: bool = False, most: int = 60, on: date = DAY
) -> list[int]:
    people = [one.person_id or 0 for one in advisers]
    lines = waiting.lines_to_see(campaign, people, on, spare=spare, most=most)
    return [int(line.establishment.trade_name.split()[1]) for line in lines]


@pytest.mark.parametrize(
    ("out", "spare", "expected"),
    [
        ("a", False, {0, 2}),
        ("b", False, {1, 5}),
        ("ab", False, {0, 1, 2, 5}),
        ("a", True, {0, 2, 3, 4}),
        ("ab", True, {0, 1, 2, 3, 4, 5}),
        ("", True, set()),
    ],
)
def test_each_sees_their_own_and_if_asked_those_of_nobody(
    manager: Actor, team: tuple[Actor, Actor], out: str, spare: bool, expected: set[int]
) -> None:
    campaign = street(manager, "aba..b", *team)
    advisers = [team["ab".index(one)] for one in out]
    assert set(looked_at(campaign, *advisers, spare=spare)) == expected
    people = [one.person_id or 0 for one in advisers]
    beyond = waiting.lines_beyond(campaign, people, DAY, spare=spare, seen=len(expected))
    assert beyond == (0 if advisers else 2), "without anybody, those of nobody still wait"


def test_who_was_seen_closed_or_is_in_another_round_is_not_looked_at(
    manager: Actor, team: tuple[Actor, Actor]
) -> None:
    one, other = team
    campaign = street(manager, "aaaaaa", one)
    assert set(looked_at(campaign, one)) == set(range(6))
    make.visit(one, firm(0), campaign=campaign)
    make.visit(one, firm(1), campaign=campaign, outcome=Outcome.ABSENT, met="")
    assert set(looked_at(campaign, one)) == {1, 2, 3, 4, 5}, "who was absent is tried again"
    Establishment.objects.filter(pk=firm(2).pk).update(state="F")
    assert set(looked_at(campaign, one)) == {1, 3, 4, 5}
    # The same firms in the round of a colleague, of another campaign, that very day.
    second = make.campaign(manager)
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=second)
    lines.filter(establishment__in=[firm(3).pk, firm(4).pk]).update(adviser=other.person)
    kept = actions.plan_round(campaign=second, day=DAY, by=other)
    assert kept.stops.filter(rank__isnull=False).count() == 2
    assert set(looked_at(campaign, one)) == {1, 5}
    assert set(looked_at(campaign, one, on=DAY + timedelta(days=1))) == {1, 3, 4, 5}
    # In one's own round of this campaign: it is planned again.
    actions.plan_round(campaign=campaign, day=DAY, by=one)
    assert set(looked_at(campaign, one)) == {1, 5}
    actions.withdraw_round(kept=kept, by=other)
    assert set(looked_at(campaign, one)) == {1, 3, 4, 5}


def test_who_expects_somebody_comes_first_then_the_order_of_the_list(
    manager: Actor, team: tuple[Actor, Actor]
) -> None:
    one, other = team
    campaign = street(manager, "aaaaaa", one)
    assert looked_at(campaign, one) == sorted(looked_at(campaign, one))
    assert looked_at(campaign, one, most=2) == [0, 1]
    actions.agree_hour(establishment=firm(4), day=DAY, at=15 * 3600, by=other)
    actions.agree_hour(establishment=firm(3), day=DAY + timedelta(days=1), at=36000, by=one)
    assert looked_at(campaign, one, most=3) == [4, 0, 1]
    partner = accounts.actor()
    actions.agree_hour(establishment=firm(5), day=DAY, at=36000, by=partner)
    assert looked_at(campaign, one, most=3) == [4, 0, 1], "a partner's hours are its own"
    assert waiting.agreed_hours(campaign, DAY) == {firm(4).pk: 15 * 3600}
    assert waiting.agreed_hours(campaign, DAY, [firm(3)]) == {}


def test_the_firms_of_a_day_are_shared_evenly_when_there_are_too_many(
    manager: Actor, team: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = street(manager, "aaaaab..", *team)
    monkeypatch.setattr(waiting, "IN_ALL", 4)
    assert looked_at(campaign, *team) == [0, 1, 5], "two each; the second has one only"
    told = looked_at(campaign, *team, spare=True)
    assert told[:2] == [0, 1]
    assert len(told) == 4, "the room left goes to those of nobody"
    people = [one.person_id or 0 for one in team]
    assert waiting.lines_beyond(campaign, people, DAY, spare=True, seen=4) == 4
    assert waiting.lines_beyond(campaign, people, DAY, spare=False, seen=3) == 3
