"""The rounds of a team on one day: planned together, read, accepted once, found by each in their day."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.ledger.models import Act
from maillage.outreach import actions, terrain, touring, waiting
from maillage.outreach.models import Campaign, KeptRound, ListedFirm, RoundStop
from maillage.outreach.models.kept_rounds import HOUR
from tests.factories import accounts, observed, outreach as make, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
DAY = date(2020, 7, 16)


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def team(manager: Actor, count: int = 2) -> list[Actor]:
    return [accounts.actor(Role.ADVISER, manager.organisation) for _ in range(count)]


def listed(manager: Actor, firms: int, advisers: list[Actor], *, nobodys: int = 0) -> Campaign:
    """So many firms along a street, given to the advisers in turn; the last ones to nobody."""
    for rank in range(firms):
        register.establishment(lon=3.0573 + rank / 1000, lat=50.6292, trade_name=f"FIRM {rank}")
    campaign = make.campaign(manager)
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign).order_by("rank")
    for rank, line in enumerate(lines[: firms - nobodys]):
        line.adviser = advisers[rank % len(advisers)].person
        line.save()
    return campaign


def page_of(campaign: Campaign) -> str:
    return reverse("outreach:team_rounds", args=[campaign.key])


def asked(*advisers: Actor, **given: Any) -> dict[str, Any]:
    """What the form sends: who goes out, and how each day goes."""
    told: dict[str, Any] = {"day": f"{DAY:%Y-%m-%d}", "visit": 30, "spare": "on"}
    usual = {
        "goes": "on", "begins": "09:00", "ends": "17:30", "lunch_from": "12:00",
        "lunch_lasts": 60, "going": "walking", "leaves_from": "", "back_to": "",
    }  # fmt: skip
    for one in advisers:
        assert one.person is not None
        told |= {f"a{one.person.pk}-{name}": value for name, value in usual.items()}
    return told | given


def read(client: Client, campaign: Campaign, sent: dict[str, Any]) -> BeautifulSoup:
    return BeautifulSoup(client.get(page_of(campaign), sent).content, "html.parser")


def sealed(page: BeautifulSoup) -> dict[str, str]:
    """What the button that accepts would send."""
    fields = page.select("form[method=post] input[name]")
    return {str(one["name"]): str(one.get("value", "")) for one in fields if one["name"] in {"seen", "once"}}  # fmt: skip


def accept(client: Client, campaign: Campaign, sent: dict[str, Any], seal: dict[str, str]) -> Any:
    return client.post(f"{page_of(campaign)}?{_query(sent)}", seal)


def _query(sent: dict[str, Any]) -> str:
    from urllib.parse import urlencode

    return urlencode(sent)


def seen_by(adviser: Actor) -> set[str]:
    stops = RoundStop.objects.filter(round__adviser=adviser.person, rank__isnull=False)
    return set(stops.values_list("establishment__trade_name", flat=True))


def test_rounds_are_read_accepted_once_and_found_by_each_adviser(
    client: Client, manager: Actor
) -> None:
    advisers = team(manager)
    campaign = listed(manager, 9, advisers, nobodys=3)
    campaign_page = client.get(reverse("outreach:campaign", args=[campaign.key]))
    assert page_of(campaign) in campaign_page.content.decode()
    first = read(client, campaign, {})
    assert "Quel jour, qui sort" in first.get_text()
    assert not first.select("input[name=seen]"), "nothing is planned before it is asked"
    before = Act.objects.unscoped(reason="a test").count()
    sent = asked(*advisers)
    page = read(client, campaign, sent)
    assert "9 visites prévues" in page.get_text()
    assert page.get_text().count("confiée à personne encore") == 3
    assert not KeptRound.objects.visible_to(manager), "reading keeps nothing"
    seal = sealed(page)
    for _ in range(2):
        assert accept(client, campaign, sent, seal).status_code == 302
    kept = KeptRound.objects.visible_to(manager)
    assert kept.count() == 2
    assert {one.accepted_by for one in kept} == {manager.person}
    assert Act.objects.unscoped(reason="a test").count() == before, "planning is no act"
    both = [seen_by(one) for one in advisers]
    assert both[0].isdisjoint(both[1])
    assert len(both[0] | both[1]) == 9
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign)
    assert not lines.filter(adviser=None), "what nobody had is given to whom sees it"
    after = read(client, campaign, {})
    assert "Tournées acceptées" in after.get_text()
    assert len(after.select("tbody tr")) == 2
    adviser = advisers[0]
    assert adviser.person is not None
    client.force_login(adviser.person)
    mine = client.get(
        reverse("outreach:my_round"), {"campaign": campaign.key, "day": f"{DAY:%Y-%m-%d}"}
    )
    text = mine.content.decode()
    assert "Acceptée pour vous par" in text
    assert all(name in text for name in both[0])


def test_what_changed_since_it_was_read_is_read_again(client: Client, manager: Actor) -> None:
    advisers = team(manager)
    campaign = listed(manager, 4, advisers)
    sent = asked(*advisers)
    seal = sealed(read(client, campaign, sent))
    place = register.Establishment.objects.get(trade_name="FIRM 0")
    make.visit(advisers[0], place, campaign=campaign)
    refused = accept(client, campaign, sent, seal)
    assert refused.status_code == 422
    assert "a été vue, ou confiée à quelqu" in refused.content.decode()
    assert not KeptRound.objects.visible_to(manager)
    again = sealed(BeautifulSoup(refused.content, "html.parser"))
    assert accept(client, campaign, sent, again).status_code == 302
    assert "FIRM 0" not in seen_by(advisers[0])
    told = sealed(read(client, campaign, sent))
    assert accept(client, campaign, {}, told | {"seen": ""}).status_code == 422, "nothing was read"
    assert accept(client, campaign, {}, told).status_code == 302, (
        "what was read says what was asked"
    )


def test_no_firm_is_in_two_rounds_whatever_was_planned_before(
    client: Client, manager: Actor
) -> None:
    one, other = team(manager)
    campaign = listed(manager, 6, [one], nobodys=3)
    sent = asked(one)
    accept(client, campaign, sent, sealed(read(client, campaign, sent)))
    assert len(seen_by(one)) == 6
    # A second campaign on the same firms, all given to the colleague, the same day.
    second = make.campaign(manager)
    actions.assign(campaign=second, adviser=other.person, by=manager)
    page = read(client, second, asked(other))
    assert "0 visite prévue" in page.get_text()
    # A colleague alone on the first campaign finds nothing left; the adviser planning again has the same.
    assert "0 visite prévue" in read(client, campaign, asked(other)).get_text()
    again = read(client, campaign, sent)
    assert "6 visites prévues" in again.get_text()
    assert "seront remplacées" in again.get_text()
    accept(client, campaign, sent, sealed(again))
    every = RoundStop.objects.filter(rank__isnull=False, round__day=DAY)
    assert every.count() == len(set(every.values_list("establishment", flat=True))) == 6


def test_each_day_goes_as_it_was_asked(client: Client, manager: Actor) -> None:
    walker, driver = team(manager)
    campaign = listed(manager, 16, [walker, driver])
    observed.outlined()
    assert walker.person is not None
    assert driver.person is not None
    w, d = f"a{walker.person.pk}", f"a{driver.person.pk}"
    sent = asked(walker, driver) | {
        "visit": 45, f"{w}-begins": "10:00", f"{w}-ends": "16:00", f"{w}-lunch_lasts": 30,
        f"{d}-going": "car", f"{d}-leaves_from": "59350", f"{d}-back_to": "=", f"{d}-lunch_lasts": 0,
    }  # fmt: skip
    page = read(client, campaign, sent)
    assert accept(client, campaign, sent, sealed(page)).status_code == 302, "what was read is kept"
    rounds = {one.adviser: one for one in KeptRound.objects.visible_to(manager)}
    on_foot, by_car = rounds[walker.person], rounds[driver.person]
    first = on_foot.stops.first()
    assert first is not None
    assert (first.arrival, on_foot.lunch_lasts, on_foot.visit_lasts) == (10 * HOUR, 1800, 2700)
    assert 12 * HOUR <= (on_foot.lunch_at or 0) <= 13 * HOUR
    assert (on_foot.over_at or 0) <= 16 * HOUR
    assert (by_car.lunch_at, by_car.going, by_car.leaves_from, by_car.back_to) == (None, "car", "59350", "59350")  # fmt: skip
    last = by_car.stops.filter(rank__isnull=False).last()
    assert last is not None
    assert (last.arrival or 0) + 2700 < (by_car.over_at or 0), "the way back is part of the day"
    assert "les journées sont pleines" in page.get_text()
    lines = [one.get_text(" ", strip=True) for one in page.select("ol.records > li")]
    assert [one.startswith(on_foot.lunch_hour) for one in lines if "Déjeuner" in one] == [True]
    left = on_foot.stops.filter(rank=None)
    assert {one.why for one in left} == {"no_room"}, "who walks reads what found no room for them"
    # Planned again by the adviser: the hours stay those that were accepted.
    again = actions.plan_round(campaign=campaign, day=DAY, by=walker)
    assert (again.begins, again.visit_lasts, again.accepted_by) == (10 * HOUR, 2700, manager.person)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "2021-03-01"}, "n’est pas en cours"),
        ({"visit": "0"}, "supérieure ou égale"),
        ({"ends": "08:00"}, "finit avant de commencer"),
        ({"begins": "soon"}, "heure valide"),
        ({"goes": ""}, "qui sort ce jour-là"),
        ({"begins": "12:30", "ends": "13:15"}, "pauses"),
    ],
)
def test_what_cannot_be_planned_is_said_beside_it(
    client: Client, manager: Actor, change: dict[str, str], words: str
) -> None:
    (adviser,) = team(manager, 1)
    campaign = listed(manager, 1, [adviser])
    assert adviser.person is not None
    own = {"ends", "begins", "goes"}
    prefix = f"a{adviser.person.pk}-"
    sent = asked(adviser) | {
        (f"{prefix}{name}" if name in own else name): value for name, value in change.items()
    }
    answer = client.get(page_of(campaign), sent)
    assert answer.status_code == 422
    text = BeautifulSoup(answer.content, "html.parser").get_text()
    assert re.search(words, text), text
    assert "Accepter" not in text


def test_the_action_refuses_what_the_page_would_not_send(manager: Actor) -> None:
    adviser, stranger = team(manager, 1)[0], accounts.actor()
    campaign = listed(manager, 2, [adviser])
    assert adviser.person is not None
    assert stranger.person is not None
    tour = touring.tours_of(campaign, [terrain.Outing(adviser.person)], DAY)

    def go(
        by: Actor = manager, day: date = DAY, who: Any = adviser.person, once: Any = None
    ) -> Any:
        return actions.accept_rounds(
            campaign=campaign, day=day, asked=[KeptRound(adviser=who)], tour=tour,
            once=once or uuid7(), by=by,
        )  # fmt: skip

    with pytest.raises(NotAllowed):
        go(by=accounts.actor(Role.SERVICE_MANAGER))
    with pytest.raises(NotAllowed):
        go(by=adviser)
    with pytest.raises(Invalid):
        go(day=date(2020, 7, 14))
    with pytest.raises(Invalid):
        go(who=stranger.person)
    key = uuid7()
    assert len(go(once=key)) == len(go(once=key)) == 1
    with pytest.raises(Conflict):
        go(once=key, day=date(2020, 7, 17))
    ListedFirm.objects.visible_to(manager).filter(campaign=campaign).update(adviser=manager.person)
    with pytest.raises(Conflict, match=r"given to somebody else|confiée à quelqu"):
        go()


def test_a_page_of_many_firms_and_advisers_asks_as_much_as_one_of_few(
    client: Client, manager: Actor
) -> None:
    advisers = team(manager, 4)
    campaign = listed(manager, 24, advisers, nobodys=8)
    observed.outlined()

    def queries(*out: Actor) -> Counter[str]:
        towns = {f"a{one.person_id}-leaves_from": "59350" for one in out}
        with CaptureQueriesContext(connection) as seen:
            page = read(client, campaign, asked(*out, **towns))
        assert "visites prévues" in page.get_text()
        return Counter(
            re.sub(r"[0-9]+", "0", re.sub(r"\([0-9, ]+\)", "()", one["sql"])) for one in seen
        )

    queries(*advisers)
    of_four, of_one = queries(*advisers), queries(advisers[0])
    assert of_four == of_one
    assert of_one.total() <= 32


def test_firms_beyond_those_of_one_day_are_counted(
    client: Client, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    advisers = team(manager)
    campaign = listed(manager, 12, advisers, nobodys=4)
    assert "n’ont pas été regardées" not in read(client, campaign, asked(*advisers)).get_text()
    monkeypatch.setattr(waiting, "IN_ALL", 6)
    page = read(client, campaign, asked(*advisers))
    assert "6 visites prévues" in page.get_text()
    assert "6 autres entreprises de la liste n’ont pas été regardées" in page.get_text()


def test_rounds_are_all_accepted_or_none_is(manager: Actor) -> None:
    one, other = team(manager)
    campaign = listed(manager, 6, [one, other], nobodys=2)
    outings = [terrain.Outing(who.person) for who in (one, other) if who.person]
    tour = touring.tours_of(campaign, outings, DAY, spare=True)
    before = actions.plan_round(campaign=campaign, day=DAY, by=one)
    # A firm of the second round is seen before the rounds are accepted.
    second = next(route for route in tour.plan.routes if route.vehicle == outings[1].adviser.email)
    make.visit(other, tour.firms[second.calls[0].stop], campaign=campaign)
    asked_for = [KeptRound(adviser=outing.adviser) for outing in outings]

    with pytest.raises(Conflict, match=r"vue, ou confiée|was seen, or given"):
        actions.accept_rounds(
            campaign=campaign, day=DAY, asked=asked_for, tour=tour, once=uuid7(), by=manager
        )

    kept = KeptRound.objects.visible_to(manager)
    assert [round_.key for round_ in kept] == [before.key], "the round that stood there still does"
    lines = ListedFirm.objects.visible_to(manager).filter(campaign=campaign, adviser=None)
    assert lines.count() == 2, "and nobody was given anything"
