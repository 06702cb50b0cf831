"""Rounds carried signed by the form that accepts them: kept exactly as read, or refused with what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.test import Client

from maillage.accounts.actors import Actor
from maillage.accounts.models import Membership, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.identifiers import uuid7
from maillage.outreach import actions, opening, rounds, sealed, terrain, touring
from maillage.outreach.models import Campaign, KeptRound, ListedFirm, RoundStop
from maillage.outreach.models.kept_rounds import HOUR
from maillage.outreach.rounds.problem import Pause
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make
from tests.outreach.test_team_rounds import accept, asked, listed, page_of, read, sealed as button

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
DAY = date(2020, 7, 16)


@dataclass
class Table:
    """A campaign of two advisers, planned by hand: each has a firm of theirs and one of nobody's, a fifth is left out."""

    manager: Actor
    team: tuple[Actor, Actor]
    campaign: Campaign
    read: sealed.Read

    @property
    def seal(self) -> str:
        """What the page's button carries."""
        return sealed.seal(self.campaign, self.read, self.manager)

    def line(self, rank: int) -> Any:
        """The line of the firm of a rank, to change it."""
        lines = ListedFirm.objects.visible_to(self.manager).filter(campaign=self.campaign)
        return lines.filter(establishment__trade_name=f"FIRM {rank}")

    def place(self, rank: int) -> Establishment:
        """The firm of a rank."""
        return Establishment.objects.get(trade_name=f"FIRM {rank}")

    def accept(self, told: sealed.Read | None = None) -> list[KeptRound]:
        """Accept what the seal says, once more read from it."""
        told = told or sealed.opened(self.seal, self.campaign, self.manager)
        return actions.accept_rounds(
            campaign=self.campaign, day=told.day, asked=told.asked, tour=told.tour,
            once=uuid7(), by=self.manager,
        )  # fmt: skip


def route(who: Actor, day: terrain.Day, ground: terrain.Terrain, *stops: str) -> rounds.Route:
    """The round of somebody in this order, its hours set."""
    assert who.person is not None
    team = {one.id: one for one in ground.problem.vehicles}
    there = {one.id: one for one in ground.problem.stops}
    return rounds.timed(ground.problem, team[who.person.email], [there[key] for key in stops])


@pytest.fixture
def table(client: Client) -> Table:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    one, other = (accounts.actor(Role.ADVISER, manager.organisation) for _ in range(2))
    campaign = listed(manager, 5, [one, other], nobodys=3)
    firms = [Establishment.objects.get(trade_name=f"FIRM {rank}") for rank in range(5)]
    asked_for = [KeptRound(adviser=who.person) for who in (one, other)]
    outings = [terrain.Outing(kept.adviser, touring.day_of(kept)) for kept in asked_for]
    holders = [asked_for[0].adviser.pk, asked_for[1].adviser.pk, None, None, None]
    points = touring.points_of(firms)
    ground = terrain.terrain_of(outings, list(zip(firms, holders, strict=True)), points, {})
    key = [str(firm.key) for firm in firms]
    plan = rounds.Plan(
        [
            route(one, outings[0].day, ground, key[2], key[0]),
            route(other, outings[1].day, ground, key[1], key[3]),
        ],
        [rounds.Unassigned(key[4], rounds.Why.FULL)],
    )
    tour = touring.Tour(plan, dict(zip(key, firms, strict=True)))
    return Table(manager, (one, other), campaign, sealed.Read(DAY, asked_for, tour))


def names(kept: KeptRound) -> list[str]:
    rows = RoundStop.objects.filter(round=kept, rank__isnull=False).order_by("rank")
    return list(rows.values_list("establishment__trade_name", flat=True))


def nothing_kept(table: Table) -> bool:
    """No round, and no firm given."""
    given = table.line(2) | table.line(3)
    return (
        not KeptRound.objects.visible_to(table.manager) and given.filter(adviser=None).count() == 2
    )


def test_what_is_opened_is_what_was_sealed(table: Table) -> None:
    told = sealed.opened(table.seal, table.campaign, table.manager)
    assert told.day == DAY
    assert told.tour.plan == table.read.tour.plan
    assert set(told.tour.firms) == set(table.read.tour.firms)
    for name in sealed.HOW:
        assert [getattr(one, name) for one in told.asked] == [
            getattr(one, name) for one in table.read.asked
        ], name


def test_an_order_that_the_planner_would_never_choose_is_kept_as_it_was_read(
    table: Table, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planner(*_given: object, **_more: object) -> None:
        raise AssertionError("accepting plans nothing")

    monkeypatch.setattr(rounds, "plan", planner)
    sent = {"seen": table.seal, "once": str(uuid7())}
    assert client.post(page_of(table.campaign), sent).status_code == 302
    kept = {one.adviser: one for one in KeptRound.objects.visible_to(table.manager)}
    for who, order, walked in zip(
        table.team, (["FIRM 2", "FIRM 0"], ["FIRM 1", "FIRM 3"]), table.read.tour.plan.routes,
        strict=True,
    ):  # fmt: skip
        assert who.person is not None
        one = kept[who.person]
        assert names(one) == order
        stops = one.stops.filter(rank__isnull=False).order_by("rank")
        assert [stop.arrival for stop in stops] == [call.arrival for call in walked.calls]
        assert (one.over_at, one.lunch_at) == (
            walked.end,
            walked.pauses[0].start if walked.pauses else None,
        )
    assert table.line(2).get().adviser == table.team[0].person
    assert table.line(3).get().adviser == table.team[1].person
    assert table.line(4).get().adviser is None, "what found no room is given to nobody"
    assert client.post(page_of(table.campaign), sent).status_code == 302
    assert KeptRound.objects.visible_to(table.manager).count() == 2, "sent twice, accepted once"


def seen(table: Table) -> None:
    make.visit(table.team[0], table.place(0), campaign=table.campaign)


def given_away(table: Table) -> None:
    table.line(2).update(adviser=table.team[1].person)


def given_outside(table: Table) -> None:
    table.line(3).update(adviser=table.manager.person)


def taken_from_its_adviser(table: Table) -> None:
    table.line(1).update(adviser=table.team[0].person)


def off_the_list(table: Table) -> None:
    table.line(3).delete()


def closed(table: Table) -> None:
    Establishment.objects.filter(trade_name="FIRM 1").update(state="F")


def in_another_round(table: Table) -> None:
    other = accounts.actor(Role.ADVISER, table.manager.organisation)
    assert other.person is not None
    kept = KeptRound.objects.create(
        campaign=table.campaign, organisation=table.manager.acting_for(), adviser=other.person,
        day=DAY, key=uuid7(), planned_at=clock.now(),
    )  # fmt: skip
    RoundStop.objects.create(round=kept, establishment=table.place(2), rank=1, arrival=9 * HOUR)


def hour_agreed(table: Table) -> None:
    actions.agree_hour(establishment=table.place(0), day=DAY, at=15 * HOUR, by=table.team[0])


def hour_agreed_with_who_found_no_room(table: Table) -> None:
    actions.agree_hour(establishment=table.place(4), day=DAY, at=10 * HOUR, by=table.team[0])


def moved(table: Table) -> None:
    Establishment.objects.filter(trade_name="FIRM 3").update(lon=5.0)


def nowhere(table: Table) -> None:
    Establishment.objects.filter(trade_name="FIRM 3").update(lon=None, lat=None, commune="")


def noted(table: Table, rank: int, week: opening.Week) -> None:
    place, by = table.place(rank), table.team[0]
    actions.note_opening(establishment=place, week=week, version=0, by=by)


def closed_that_weekday(table: Table) -> None:
    noted(table, 2, opening.closed_on(opening.UNKNOWN, DAY.weekday()))


def opens_after_its_visit(table: Table) -> None:
    noted(table, 3, opening.alike((((14 * HOUR, 19 * HOUR),), *[None] * 6)))


def closes_before_its_visit_is_over(table: Table) -> None:
    noted(table, 0, opening.alike((((8 * HOUR, 9 * HOUR + 1200),), *[None] * 6)))


def open_at_its_visit(table: Table) -> None:
    noted(table, 2, opening.alike((((8 * HOUR, 12 * HOUR),), *[None] * 6)))


def closed_the_day_before(table: Table) -> None:
    noted(table, 2, opening.closed_on(opening.UNKNOWN, DAY.weekday() - 1))


def closed_who_found_no_room(table: Table) -> None:
    noted(table, 4, opening.closed_on(opening.UNKNOWN, DAY.weekday()))


SEEN, HOUR_AGREED, WALKED = "a été vue, ou confiée", "Une heure a été convenue", "ne peuvent plus"
SHUT = "ses horaires ont changé"
CHANGES: list[tuple[Callable[[Table], None], str]] = [
    (seen, SEEN),
    (given_away, SEEN),
    (given_outside, SEEN),
    (taken_from_its_adviser, SEEN),
    (off_the_list, SEEN),
    (closed, SEEN),
    (in_another_round, SEEN),
    (hour_agreed, HOUR_AGREED),
    (hour_agreed_with_who_found_no_room, HOUR_AGREED),
    (moved, WALKED),
    (nowhere, WALKED),
    (closed_that_weekday, SHUT),
    (opens_after_its_visit, SHUT),
    (closes_before_its_visit_is_over, SHUT),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[one.__name__ for one, _ in CHANGES])
def test_what_does_not_hold_any_more_is_refused_whole(
    table: Table, change: Callable[[Table], None], words: str
) -> None:
    told = sealed.opened(table.seal, table.campaign, table.manager)
    change(table)
    before = set(KeptRound.objects.visible_to(table.manager).values_list("key", flat=True))
    given = list(table.line(2).values_list("adviser"))
    # Read again from the seal, as the page does: what is judged is the state of now.
    with pytest.raises(Conflict) as refusal:
        table.accept(sealed.opened(table.seal, table.campaign, table.manager))
    assert words in str(refusal.value)
    with pytest.raises(Conflict):
        table.accept(told)
    kept = KeptRound.objects.visible_to(table.manager)
    assert set(kept.values_list("key", flat=True)) == before
    assert list(table.line(2).values_list("adviser")) == given


def test_an_adviser_who_left_goes_out_for_nobody(table: Table) -> None:
    rows = Membership.objects.unscoped(reason="a test").filter(person=table.team[1].person)
    rows.update(ends_on=date(2020, 7, 14))
    with pytest.raises(Invalid):
        table.accept()
    assert nothing_kept(table)


def left_seen(table: Table) -> None:
    make.visit(table.team[0], table.place(4), campaign=table.campaign)


def left_given_outside(table: Table) -> None:
    table.line(4).update(adviser=table.manager.person)


def given_to_whose_round_it_is(table: Table) -> None:
    table.line(2).update(adviser=table.team[0].person)


HARMLESS = [
    left_seen, left_given_outside, given_to_whose_round_it_is,
    open_at_its_visit, closed_the_day_before, closed_who_found_no_room,
]  # fmt: skip


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_nothing_of_the_rounds_refuses_nothing(
    table: Table, change: Callable[[Table], None]
) -> None:
    told = table.seal
    change(table)
    kept = table.accept(sealed.opened(told, table.campaign, table.manager))
    assert [names(one) for one in kept] == [["FIRM 2", "FIRM 0"], ["FIRM 1", "FIRM 3"]]


def tampered(plan: rounds.Plan, rank: int, **changed: Any) -> rounds.Plan:
    """The same plan, something of its first round changed; of its first call, when it is of a call."""
    first, *others = plan.routes
    if rank < 0:
        return replace(plan, routes=[replace(first, **changed), *others])
    steps = list(first.steps)
    steps[rank] = replace(steps[rank], **changed)
    return replace(plan, routes=[replace(first, steps=steps), *others])


@pytest.mark.parametrize(
    ("rank", "changed"),
    [
        (-1, {"travel": 0}),
        (-1, {"start": 8 * HOUR}),
        (-1, {"end": 9 * HOUR}),
        (-1, {"end": 23 * HOUR}),
        (0, {"arrival": 8 * HOUR}),
        (1, {"arrival": 9 * HOUR}),
        (0, {"wait": -60}),
    ],
)
def test_the_checker_walks_what_a_form_carries(
    table: Table, rank: int, changed: dict[str, int]
) -> None:
    plan = tampered(table.read.tour.plan, rank, **changed)
    told = replace(table.read, tour=replace(table.read.tour, plan=plan))
    with pytest.raises(Conflict, match=WALKED):
        table.accept(told)
    assert nothing_kept(table)


def test_a_lunch_left_out_or_a_firm_forgotten_is_found(table: Table) -> None:
    plan = table.read.tour.plan
    no_lunch = [
        replace(one, steps=[step for step in one.steps if not isinstance(step, Pause)])
        for one in plan.routes
    ]
    for wrong in (replace(plan, routes=no_lunch), replace(plan, unassigned=[])):
        told = replace(table.read, tour=replace(table.read.tour, plan=wrong))
        with pytest.raises(Conflict, match=WALKED):
            table.accept(told)
    assert nothing_kept(table)


def foreign(seal: str, key: str = "another secret", salt: str = "") -> str:
    """The same words, signed by somebody else."""
    return signing.Signer(key=key, salt=salt or "outreach.rounds").sign(seal.rsplit(":", 1)[0])


@pytest.mark.parametrize(
    "forge",
    [
        lambda _seal: "",
        lambda _seal: "x",
        lambda seal: seal[:-1] + ("A" if seal[-1] != "A" else "B"),
        lambda seal: "A" + seal[1:],
        lambda seal: seal.replace(":", ""),
        lambda seal: seal.rsplit(":", 1)[0],
        lambda seal: seal + seal,
        foreign,
        lambda _seal: signing.dumps({"day": "2020-07-16"}),
        lambda _seal: signing.Signer(salt="outreach.rounds").sign_object({"at": 0}),
        lambda seal: "é" * 40 + seal,
    ],
)
def test_what_the_server_did_not_sign_is_refused(
    table: Table, client: Client, forge: Callable[[str], str]
) -> None:
    answer = client.post(page_of(table.campaign), {"seen": forge(table.seal), "once": str(uuid7())})
    assert answer.status_code == 422
    assert nothing_kept(table)


def test_what_another_person_or_another_campaign_read_is_refused(table: Table) -> None:
    colleague = accounts.actor(Role.SERVICE_MANAGER, table.manager.organisation)
    stranger = accounts.actor(Role.SERVICE_MANAGER)
    second = make.campaign(table.manager)
    for campaign, who in (
        (table.campaign, colleague),
        (table.campaign, stranger),
        (second, table.manager),
    ):
        with pytest.raises(Conflict, match="ne sont plus celles"):
            sealed.opened(table.seal, campaign, who)
        with pytest.raises(Conflict, match="ne sont plus celles"):
            sealed.opened(sealed.seal(campaign, table.read, who), table.campaign, table.manager)


@pytest.mark.parametrize(
    ("after", "holds"),
    [(timedelta(0), True), (sealed.LASTS, True), (sealed.LASTS + timedelta(seconds=1), False)],
)
def test_rounds_read_in_the_morning_are_not_accepted_the_day_after(
    table: Table, after: timedelta, holds: bool
) -> None:
    told, read_at = table.seal, clock.now()
    with clock.at(read_at + after):
        if holds:
            assert sealed.opened(told, table.campaign, table.manager).day == DAY
        else:
            with pytest.raises(Conflict, match="il y a trop longtemps"):
                sealed.opened(told, table.campaign, table.manager)


def test_a_refusal_shows_new_rounds_that_can_be_accepted(table: Table, client: Client) -> None:
    sent = asked(*table.team)
    told = button(read(client, table.campaign, sent))
    seen(table)
    refused = accept(client, table.campaign, sent, told)
    page = BeautifulSoup(refused.content, "html.parser")
    assert refused.status_code == 422
    assert SEEN in page.get_text()
    assert "4 visites prévues" in page.get_text()
    assert accept(client, table.campaign, sent, button(page)).status_code == 302
    every = RoundStop.objects.filter(rank__isnull=False, round__day=DAY)
    assert every.count() == 4


def test_a_firm_or_a_person_that_is_gone_is_no_error_of_the_server(table: Table) -> None:
    gone = Establishment(pk=10**6, key=uuid7())
    nobody = KeptRound(adviser=nobody_here())
    for told in (
        replace(table.read, tour=replace(table.read.tour, unplaced=[gone])),
        replace(table.read, asked=[nobody], tour=touring.Tour(rounds.Plan(()), {})),
    ):
        with pytest.raises(Conflict, match="ne sont plus celles"):
            sealed.opened(
                sealed.seal(table.campaign, told, table.manager), table.campaign, table.manager
            )


def nobody_here() -> Person:
    """Somebody who is in no row."""
    return Person(pk=10**6, email="gone@example.org", name="Gone")


def test_two_hundred_firms_and_eight_advisers_fit_in_a_form(table: Table) -> None:
    firms = {str(rank): Establishment(pk=10**6 + 7919 * rank, key=uuid7()) for rank in range(200)}
    team = [accounts.actor(Role.ADVISER, table.manager.organisation) for _ in range(8)]
    days = [KeptRound(adviser=one.person) for one in team]
    routes = [
        rounds.Route(
            kept.adviser.email,
            [rounds.Call(str(rank), 32400 + 137 * rank, rank % 7) for rank in range(own, 200, 8)],
            32400, 63000, 12345 + own,
        )
        for own, kept in enumerate(days)
    ]  # fmt: skip
    tour = touring.Tour(rounds.Plan(routes), firms)
    told = sealed.seal(table.campaign, sealed.Read(DAY, days, tour), table.manager)
    assert len(told) < 6000


def test_the_page_asks_the_planner_once_to_be_read_and_never_to_be_accepted(
    table: Table, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    planner = rounds.plan

    def counted(problem: rounds.Problem, **more: Any) -> rounds.Plan:
        calls.append(problem)
        return planner(problem, **more)

    monkeypatch.setattr(rounds, "plan", counted)
    sent = asked(*table.team)
    page = read(client, table.campaign, sent)
    assert len(calls) == 1
    assert accept(client, table.campaign, sent, button(page)).status_code == 302
    assert len(calls) == 1
