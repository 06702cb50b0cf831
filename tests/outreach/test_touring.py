"""An adviser's round in a campaign: who is to be seen, where from, when, told at the terminal."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid
from maillage.outreach import actions
from maillage.outreach.models import Campaign
from maillage.outreach.terrain import HOUR, Day
from maillage.outreach.touring import Tour, tour_of
from maillage.outreach.vocabulary import Outcome
from maillage.register.models import Establishment
from tests.factories import accounts, observed, outreach, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
DAY = date(2020, 7, 15)
CENTRE = (3.0573, 50.6292)


def bakery(east: float = 0.0, **facts: Any) -> Establishment:
    """A bakery of Lille, so many degrees east of its centre."""
    return register.establishment(lon=CENTRE[0] + east, lat=CENTRE[1], **facts)


def given(*, to: Actor | None = None, **plan: Any) -> tuple[Campaign, Actor]:
    """A campaign over what the register knows, all of it given to one adviser."""
    manager = accounts.actor(Role.SERVICE_MANAGER)
    adviser = to or accounts.actor(Role.ADVISER, organisation=manager.organisation)
    campaign = outreach.campaign(manager, **plan)
    observed.outlined()  # the geography of a campaign has none
    actions.assign(campaign=campaign, adviser=adviser.person, by=manager)
    return campaign, adviser


def round_of(campaign: Campaign, adviser: Actor, day: Day | None = None, on: date = DAY) -> Tour:
    assert adviser.person is not None
    return tour_of(campaign, adviser.person, on, day)


def order(tour: Tour) -> list[str]:
    return [call.stop for route in tour.plan.routes for call in route.calls]


def test_firms_of_a_street_are_seen_one_after_the_other() -> None:
    sites = [bakery(k / 100, street_number=str(k)) for k in range(5)]
    campaign, adviser = given()
    tour = round_of(campaign, adviser, Day(start=CENTRE))
    assert order(tour) == [str(one.key) for one in sites], "from the centre, always farther east"


def test_the_day_begins_where_one_says_and_ends_at_the_last_firm() -> None:
    bakery(0.01)
    campaign, adviser = given()
    (route,) = round_of(campaign, adviser, Day(start=CENTRE)).plan.routes
    assert route.start >= 9 * HOUR
    assert route.travel == pytest.approx(0.01 * 111_195 * 0.634 * 1.3 * 3.6 / 4.5, rel=0.01)
    nowhere = round_of(campaign, adviser)
    assert nowhere.plan.travel == 0, "else it begins at the first firm"


def test_lunch_is_taken_and_the_day_is_over_in_time() -> None:
    for k in range(14):
        bakery(k / 500)
    campaign, adviser = given()
    tour = round_of(campaign, adviser)
    (route,) = tour.plan.routes
    (pause,) = route.pauses
    assert 12 * HOUR <= pause.start <= 13 * HOUR
    assert route.end <= 17 * HOUR + HOUR // 2
    assert 12 <= len(order(tour)) <= 14


def test_longer_visits_leave_some_for_another_day() -> None:
    for k in range(8):
        bakery(k / 500)
    campaign, adviser = given()
    tour = round_of(campaign, adviser, Day(visit=2 * HOUR))
    assert len(order(tour)) == 3
    assert [str(one.why) for one in tour.plan.unassigned] == ["no_room"] * 5


def test_what_was_seen_is_not_seen_again() -> None:
    sites = [bakery(k / 500) for k in range(3)]
    campaign, adviser = given()
    outreach.visit(adviser, sites[1], campaign=campaign, outcome=Outcome.DONE)
    assert set(order(round_of(campaign, adviser))) == {str(sites[0].key), str(sites[2].key)}


def test_firms_of_a_colleague_are_not_in_it() -> None:
    bakery()
    campaign, _adviser = given()
    colleague = accounts.actor(Role.ADVISER, organisation=campaign.organisation)
    assert order(round_of(campaign, colleague)) == []


def test_a_firm_closed_since_the_list_was_frozen_is_not_called_on() -> None:
    place = bakery()
    campaign, adviser = given()
    Establishment.objects.filter(pk=place.pk).update(state="F")
    assert order(round_of(campaign, adviser)) == []


def test_without_a_position_a_firm_is_looked_for_in_the_middle_of_its_commune() -> None:
    place = register.establishment(lon=None, lat=None, commune="59350")
    campaign, adviser = given()
    tour = round_of(campaign, adviser)
    assert order(tour) == [str(place.key)]
    assert not tour.unplaced


def test_a_firm_that_stands_nowhere_known_is_told_apart() -> None:
    place = bakery()
    campaign, adviser = given()
    Establishment.objects.filter(pk=place.pk).update(lon=None, lat=None, commune="99999")
    tour = round_of(campaign, adviser)
    assert [one.pk for one in tour.unplaced] == [place.pk]
    assert "sans position" in tour.lines() or "no position" in tour.lines()


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(2021, 1, 1)])
def test_a_day_outside_the_campaign_is_refused(on: date) -> None:
    bakery()
    campaign, adviser = given()
    with pytest.raises(Invalid) as caught:
        round_of(campaign, adviser, on=on)
    assert caught.value.remedy


def test_a_list_that_is_not_frozen_has_no_round() -> None:
    campaign = outreach.draft()
    adviser = accounts.actor(Role.ADVISER, organisation=campaign.organisation)
    with pytest.raises(Invalid):
        round_of(campaign, adviser)


def test_somebody_of_another_organisation_has_no_round_in_it() -> None:
    bakery()
    campaign, _adviser = given()
    with pytest.raises(Invalid):
        round_of(campaign, accounts.actor(Role.ADVISER))


def test_a_longer_list_asks_as_many_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    counts = []
    for more in (1, 9):
        for k in range(more):
            bakery(k / 500)
        campaign, adviser = given()
        with django_assert_max_num_queries(12) as asked:
            round_of(campaign, adviser)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# At the terminal


def answer(*options: str) -> str:
    out = io.StringIO()
    call_command("plan_round", *options, stdout=out)
    return out.getvalue()


def asked(
    campaign: Campaign, adviser: Actor, *more: str, on: str = "2020-07-15"
) -> tuple[str, ...]:
    assert adviser.person is not None
    return ("--campaign", str(campaign.key), "--adviser", adviser.person.email, "--date", on, *more)


def test_the_command_tells_the_round_and_who_each_stop_is() -> None:
    place = bakery(unit_name="BOULANGERIE VASSEUR")
    campaign, adviser = given()
    told = json.loads(answer(*asked(campaign, adviser, "--json")))
    (route,) = told["routes"]
    (stop,) = route["stops"]
    assert stop["id"] == str(place.key)
    assert told["firms"][stop["id"]] == {"name": "BOULANGERIE VASSEUR", "address": place.address}
    words = answer(*asked(campaign, adviser))
    assert "BOULANGERIE VASSEUR" in words
    assert str(place.key) not in words


def test_a_firm_of_partial_diffusion_is_not_named_at_the_terminal_either() -> None:
    register.establishment(diffusion="P", unit_diffusion="P", unit_siren=register.siren())
    campaign, adviser = given()
    told = json.loads(answer(*asked(campaign, adviser, "--json")))
    (firm,) = told["firms"].values()
    assert "LILLE" in firm["address"]
    assert "RUE" not in firm["address"]


def test_what_is_unknown_is_refused_by_its_name() -> None:
    bakery()
    campaign, adviser = given()
    for wrong in (
        ("--campaign", "no-key", "--adviser", "a@b.example", "--date", "2020-07-15"),
        ("--campaign", str(campaign.key), "--adviser", "nobody@b.example", "--date", "2020-07-15"),
    ):
        with pytest.raises(CommandError, match=r"unknown here|inconnu ici"):
            answer(*wrong)
    with pytest.raises(CommandError, match=r"under way|en cours"):
        answer(*asked(campaign, adviser, on="2022-01-01"))
