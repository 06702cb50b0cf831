"""Rounds on foot or by car: kept as they were asked, hours that follow, the way told apart, refusals, both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.figures.methods.access import CAR, WALK, seconds
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.outreach import actions, terrain, touring
from maillage.outreach.models import Campaign, KeptRound, RoundStop
from maillage.outreach.models.kept_rounds import Going
from tests.factories import accounts, observed, outreach as make, register
from tests.spec.drawn import noon

PAGE = reverse("outreach:my_round")
DAY = date(2020, 7, 15)
HOUR = 3600
points = st.lists(st.tuples(st.floats(2.9, 3.3), st.floats(50.5, 50.8)), min_size=2, max_size=6)


@given(points)
def test_a_car_is_never_slower_than_feet_and_the_way_back_is_as_long(
    places: list[tuple[float, float]],
) -> None:
    walked, driven = seconds(places, WALK), seconds(places, CAR)
    assert (driven <= walked).all()
    assert (driven == driven.T).all()
    assert (driven.diagonal() == 0).all()
    far = walked > 60
    ratio = (WALK.detour / WALK.kmh) / (CAR.detour / CAR.kmh)
    assert abs(walked[far] / driven[far].clip(1) - ratio).max(initial=0) < 0.5


@given(st.floats(0.1, 100))
def test_a_pace_says_the_same_both_ways(kilometres: float) -> None:
    for pace in (WALK, CAR):
        assert pace.kilometres(pace.minutes(kilometres)) == pytest.approx(kilometres)


def test_every_way_of_going_has_its_pace() -> None:
    assert set(terrain.PACES) == set(Going)
    assert terrain.PACES[Going.CAR].kmh > terrain.PACES[Going.WALKING].kmh


@pytest.fixture
def adviser(client: Client, db: None) -> Iterator[Actor]:
    observed.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield accounts.signed_in(client, Role.ADVISER)


def campaign_of(adviser: Actor, *east: float) -> Campaign:
    """A campaign that gives the adviser a firm at each of these degrees east of Lille."""
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    for rank, step in enumerate(east):
        register.establishment(lon=3.0573 + step, lat=50.6292, trade_name=f"FIRM {rank}")
    made = make.campaign(manager)
    assert adviser.person is not None
    actions.assign(campaign=made, adviser=adviser.person, by=manager)
    return made


def planned(campaign: Campaign, adviser: Actor, going: str = Going.WALKING) -> KeptRound:
    return actions.plan_round(campaign=campaign, day=DAY, by=adviser, going=going)


def stops(kept: KeptRound) -> list[RoundStop]:
    return list(kept.stops.filter(rank__isnull=False).order_by("rank"))


def read(client: Client, language: str = "fr", query: str = "") -> BeautifulSoup:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("going", list(Going))
def test_hours_follow_the_way_and_the_visit(adviser: Actor, going: Going) -> None:
    kept = planned(campaign_of(adviser, 0, 0.01, 0.02, 0.03), adviser, going)
    met = stops(kept)
    assert kept.going == going
    assert [one.rank for one in met] == [1, 2, 3, 4]
    for one, other in pairwise(met):
        assert one.arrival is not None
        assert other.arrival is not None
        assert other.arrival == one.arrival + HOUR // 2 + other.walk, "before lunch nobody waits"
    pace = terrain.PACES[going]
    for one in met[1:]:
        assert one.metres == pytest.approx(one.walk * pace.kmh / 3.6, abs=0.51)


def test_what_feet_cannot_reach_in_a_day_a_car_does(adviser: Actor) -> None:
    campaign = campaign_of(adviser, 0, 0.2, 0.4, 0.6, 0.8)
    walked = len(stops(planned(campaign, adviser)))
    driven = len(stops(planned(campaign, adviser, Going.CAR)))
    assert walked < driven == 5
    assert KeptRound.objects.carried_by(adviser).count() == 1, "the day planned anew replaces it"


@pytest.mark.parametrize("going", list(Going))
def test_an_order_made_by_hand_goes_as_it_was_planned_to(adviser: Actor, going: Going) -> None:
    kept = planned(campaign_of(adviser, 0, 0.01, 0.02), adviser, going)
    before = stops(kept)
    turned = [str(one.establishment.key) for one in reversed(before)]
    actions.reorder_round(kept=kept, order=turned, by=adviser)
    after = stops(kept)
    assert [str(one.establishment.key) for one in after] == turned
    assert after[0].arrival == before[0].arrival
    assert sum(one.walk for one in after) == pytest.approx(sum(one.walk for one in before), abs=2)
    kept.refresh_from_db()
    assert kept.going == going


@pytest.mark.parametrize("going", ["", "bike", "CAR", "<b>"])
def test_another_way_of_going_is_refused(client: Client, adviser: Actor, going: str) -> None:
    campaign = campaign_of(adviser, 0)
    with pytest.raises(Invalid) as refusal:
        planned(campaign, adviser, going)
    assert set(refusal.value.fields) == {"going"}
    assert not KeptRound.objects.carried_by(adviser).exists()


# how one goes | what the page says, in French | in English
SAID = {
    Going.WALKING: ("estimations, à pied", "estimates, on foot"),
    Going.CAR: ("estimations, en voiture", "estimates, by car"),
}


@pytest.mark.parametrize("going", SAID)
def test_the_page_says_how_one_goes_and_plans_again_the_same_way(
    client: Client, adviser: Actor, going: Going
) -> None:
    campaign = campaign_of(adviser, 0, 0.01)
    sent = {"campaign": str(campaign.key), "day": DAY.isoformat(), "going": going.value}
    assert client.post(PAGE, sent).status_code == 302
    french, english = read(client), read(client, "en")
    others = [words for other, words in SAID.items() if other is not going]
    assert english.select_one(f"input[type=hidden][name=going][value={going.value}]")
    assert SAID[going][1] in " ".join(english.get_text().split())
    assert not any(words[1] in " ".join(english.get_text().split()) for words in others)
    assert french.html is not None
    assert french.html["lang"] == "fr"
    assert not any(words[0] in " ".join(french.get_text().split()) for words in others)


# degrees between firms | whether the page warns that they are too far apart for walking
@pytest.mark.parametrize(
    ("east", "warned"),
    [((0, 0.001, 0.002), False), ((0, 0.05, 0.1), True), ((0, 0.001, 0.1), False), ((0,), False)],
)
def test_firms_too_far_apart_for_feet_are_told_before_planning(
    client: Client, adviser: Actor, east: tuple[float, ...], warned: bool
) -> None:
    campaign = campaign_of(adviser, *east)
    assert adviser.person is not None
    apart = touring.minutes_apart(campaign, adviser.person)
    assert (apart is None) is (len(east) < 2)
    assert ((apart or 0) > touring.FAR) is warned
    said = "Firms are far apart" in read(client, "en").get_text()
    assert said is warned


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Aucune campagne"), ("en", "No campaign is under way.")]
)
def test_without_a_campaign_the_page_says_whom_to_ask(
    client: Client, adviser: Actor, language: str, words: str
) -> None:
    page = read(client, language)
    assert words in page.get_text()
    assert not page.select("#planning")
