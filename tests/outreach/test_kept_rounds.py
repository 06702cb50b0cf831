"""The round of a day on the phone: planned, put in another order, planned again from here, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.models import KeptRound, RoundStop
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make, register
from tests.spec.drawn import noon

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
PAGE = reverse("outreach:my_round")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def names(kept: KeptRound) -> list[str]:
    return [one.establishment.trade_name for one in kept.stops.filter(rank__isnull=False)]


def keys(kept: KeptRound) -> list[str]:
    return [str(one.establishment.key) for one in kept.stops.filter(rank__isnull=False)]


def test_the_page_shows_the_order_the_hours_the_way_and_a_link_to_each_form(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=3)
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    shown = page.select("li[data-stop]")
    assert [one["data-stop"] for one in shown] == keys(kept)
    assert "09:00" in shown[0].get_text()
    assert "min à pied" in shown[1].get_text()
    assert shown[0].find("a", href=reverse("outreach:new_visit", args=[keys(kept)[0]]))
    (there,) = [a for a in shown[0].find_all("a") if "openstreetmap" in str(a["href"])]
    assert there["rel"] == ["noreferrer"]
    assert "tel:" not in str(page), "the register knows no public phone"


def test_a_firm_that_keeps_its_address_to_itself_has_no_link_to_a_map(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    stop = kept.stops.select_related("establishment").get()
    assert "openstreetmap.org" in stop.map_url
    stop.establishment.diffusion = "P"
    assert stop.map_url == ""


def test_planning_is_no_act_and_planning_again_replaces(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=2)
    before = Act.objects.unscoped(reason="a test").count()
    answer = client.post(PAGE, {"campaign": kept.campaign.key, "day": "2020-07-15"})
    assert answer.status_code == 302
    again = KeptRound.objects.carried_by(adviser).get()
    assert again.key != kept.key, "what a phone carries under the old key is out of date"
    assert Act.objects.unscoped(reason="a test").count() == before


def test_firms_without_room_or_place_are_told_with_their_reason(
    client: Client, adviser: Actor
) -> None:
    register.establishment(trade_name="NOWHERE", commune="62498", lon=None, lat=None)
    kept = make.kept_round(adviser, firms=16)
    left = kept.stops.filter(rank=None)
    assert left, "sixteen visits of half an hour do not fit in a day"
    text = client.get(PAGE).content.decode()
    assert all(one.reason in text for one in left)


def test_a_firm_goes_up_or_down_and_hours_follow(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=3)
    first, second, third = keys(kept)
    order = reverse("outreach:order_round", args=[kept.key])
    client.post(order, {"down": first})
    assert keys(kept) == [second, first, third]
    client.post(order, {"up": second})
    assert keys(kept) == [second, first, third], "the first goes no higher"
    client.post(order, {"order": ",".join([third, second, first])})
    assert keys(kept) == [third, second, first]
    hours = list(kept.stops.values_list("arrival", flat=True))
    assert hours == sorted(hours)
    assert hours[0] == 9 * 3600


def test_lunch_is_taken_in_an_order_made_by_hand(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=10)
    actions.reorder_round(kept=kept, order=keys(kept)[::-1], by=adviser)
    for stop in kept.stops.filter(rank__isnull=False):
        assert stop.arrival is not None
        assert not 12.5 * 3600 < stop.arrival < 13 * 3600, stop.hour


def test_an_order_of_other_firms_is_a_conflict(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=2)
    with pytest.raises(Conflict, match=r"planned again|replanifiée"):
        actions.reorder_round(kept=kept, order=keys(kept)[:1], by=adviser)


def test_from_here_begins_now_at_the_place_that_the_phone_told(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=3)
    asked = {"campaign": kept.campaign.key, "day": "2020-07-15", "from": "here"}
    client.post(PAGE, {**asked, "lon": "3.0593", "lat": "50.6292"})
    again = KeptRound.objects.carried_by(adviser).get()
    assert names(again) == ["FIRM 2", "FIRM 1", "FIRM 0"]
    first = again.stops.first()
    assert first is not None
    assert first.arrival is not None
    assert first.arrival >= 12 * 3600, "it is noon"


def test_without_a_position_it_begins_at_the_firm_seen_last(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=3)
    seen = Establishment.objects.get(trade_name="FIRM 2")
    make.visit(adviser, seen, campaign=kept.campaign)
    client.post(
        PAGE, {"campaign": kept.campaign.key, "day": "2020-07-15", "from": "here", "lon": ""}
    )
    assert names(KeptRound.objects.carried_by(adviser).get()) == ["FIRM 1", "FIRM 0"]


def test_a_day_that_is_over_is_refused(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    with pytest.raises(Invalid):
        actions.plan_round(
            campaign=kept.campaign, day=clock.today() - timedelta(days=1), by=adviser
        )
    answer = client.post(PAGE, {"campaign": kept.campaign.key, "day": "2020-07-14"})
    assert answer.status_code == 422
    with pytest.raises(NotAllowed):
        actions.plan_round(
            campaign=kept.campaign, day=clock.today(), by=accounts.actor(Role.ELECTED)
        )


def test_the_manager_and_the_adviser_take_it_back_and_no_colleague(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    for act in (
        lambda: actions.withdraw_round(kept=kept, by=colleague),
        lambda: actions.reorder_round(kept=kept, order=keys(kept), by=colleague),
    ):
        with pytest.raises(NotAllowed):
            act()
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    actions.withdraw_round(kept=kept, by=manager)
    assert not KeptRound.objects.visible_to(adviser)


def test_a_desk_takes_it_back_with_one_button(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    kept = make.kept_round(accounts.actor(Role.ADVISER, manager.organisation), firms=1)
    assert "Retirer du téléphone" in client.get(PAGE).content.decode()
    client.post(reverse("outreach:withdraw_round", args=[kept.key]))
    assert not KeptRound.objects.visible_to(manager)


def test_it_is_gone_when_the_day_is_over(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    with clock.at(noon("2020-07-16")):
        assert not KeptRound.objects.visible_to(adviser), "nobody reads yesterday's"
        retaining.apply(by=System("a test"))
    with clock.at(noon("2020-07-17")):
        retaining.apply(by=System("a test"))
    assert not KeptRound.objects.unscoped(reason="a test").filter(pk=kept.pk)
    assert not RoundStop.objects.exists()


def test_the_page_asks_as_much_for_two_firms_as_for_twelve(
    client: Client, adviser: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.kept_round(adviser, firms=12)
    with django_assert_max_num_queries(22):
        client.get(PAGE)


def test_a_round_by_car_goes_faster_and_says_so(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=3)
    on_foot = [one.walk for one in kept.stops.filter(rank__isnull=False)]
    sent = {"campaign": kept.campaign.key, "day": "2020-07-15", "going": "car"}
    page = BeautifulSoup(client.post(PAGE, sent, follow=True).content, "html.parser")
    again = KeptRound.objects.carried_by(adviser).get()
    by_car = [one.walk for one in again.stops.filter(rank__isnull=False)]
    assert again.going == "car"
    assert sum(by_car) < sum(on_foot) / 3
    assert "estimés, en voiture" in page.get_text()
    assert "min en voiture" in page.get_text()
    assert page.select_one("input[type=hidden][name=going]")["value"] == "car"  # type: ignore[index]
    chosen = page.select_one("#planning select[name=going] option[selected]")
    assert chosen is not None
    assert chosen["value"] == "car", "planned again, it goes as it did"
    actions.reorder_round(kept=again, order=keys(again)[::-1], by=adviser)
    back = [one.walk for one in again.stops.filter(rank__isnull=False)]
    assert sum(back) < sum(on_foot), "put in another order, it still goes by car"


def test_a_way_of_going_that_is_none_is_refused(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    with pytest.raises(Invalid) as refusal:
        actions.plan_round(campaign=kept.campaign, day=kept.day, by=adviser, going="horse")
    assert set(refusal.value.fields) == {"going"}
    sent = {"campaign": kept.campaign.key, "day": "2020-07-15", "going": "horse"}
    assert client.post(PAGE, sent).status_code == 422


def test_firms_too_far_apart_for_walking_are_told_before_planning(
    client: Client, adviser: Actor
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    for rank in range(3):
        register.establishment(lon=3.05 + rank / 20, lat=50.63)
    campaign = make.campaign(manager)
    assert adviser.person is not None
    assert "éloignées" not in client.get(PAGE).content.decode(), "nothing is given yet"
    actions.assign(campaign=campaign, adviser=adviser.person, by=manager)
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    assert "Les entreprises sont éloignées" in page.get_text()
    assert not KeptRound.objects.carried_by(adviser).exists()


def test_firms_next_to_each_other_are_not_said_to_be_far(client: Client, adviser: Actor) -> None:
    make.kept_round(adviser, firms=3)
    assert "éloignées" not in client.get(PAGE).content.decode()


def test_the_map_of_the_phone_opens_in_one_tap(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    stop = kept.stops.select_related("establishment").get()
    place = stop.establishment
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    assert page.find("a", href=f"geo:{place.lat:.5f},{place.lon:.5f}")
    place.diffusion = "P"
    assert stop.geo_url == ""
