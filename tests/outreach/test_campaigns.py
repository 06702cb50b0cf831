"""From a query on the register to a frozen list, one act a firm, shared out among advisers."""

from __future__ import annotations

from datetime import date, timedelta
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest

from maillage import figures
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.actions import campaigns
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.campaigns import State
from maillage.outreach.models.targets import targets
from maillage.outreach.vocabulary import Outcome
from maillage.register import segments
from tests.factories import accounts, conventions, outreach as factory, places, register

pytestmark = pytest.mark.django_db


def lines(campaign: Campaign) -> list[ListedFirm]:
    everyones = ListedFirm.objects.unscoped(reason="tests read everything")
    return list(everyones.filter(campaign=campaign).order_by("rank"))


def test_freezing_lists_each_firm_once_and_records_one_act_for_each() -> None:
    bakery = register.establishment()
    register.establishment(legal_unit=bakery.legal_unit, street="RUE DES ARTS")
    register.establishment(commune="59512")
    manager = accounts.actor(Role.SERVICE_MANAGER)
    action = f"{conventions.convention_of(manager.acting_for()).slug}/1.1"
    campaign = factory.campaign(manager, action_key=action)
    assert [line.commune for line in lines(campaign)] == ["59350", "59512"]
    acts = Act.objects.visible_to(manager).filter(kind="outreach.firm_listed")
    assert {(a.scheme, a.action_key) for a in acts} == {(f"campaign:{campaign.key}", action)}
    assert acts.count() == 2


def test_a_list_is_frozen_once_and_no_longer_follows_the_register() -> None:
    register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    register.establishment()
    assert actions.freeze_campaign(campaign=campaign, by=manager) == campaign
    assert len(lines(campaign)) == 1
    with pytest.raises(Conflict):
        actions.change_campaign(campaign=campaign, plan=factory.plan(), version=1, by=manager)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "ABCD"),
        ({"communes": ("59512",)}, "B"),
        ({"segments": segments.CRAFT_RM.mask}, "ABD"),
        ({"segments": segments.CRAFT_RM.mask | segments.EMPLOYER.mask}, "AB"),
        ({"activities": ("1071", "62")}, "ABC"),
        ({"sizes": ("00",)}, "D"),
    ],
)
def test_a_query_keeps_the_active_firms_that_satisfy_all_of_it(
    asked: dict[str, Any], found: str
) -> None:
    made = {
        "A": register.establishment(),
        "B": register.establishment(commune="59512"),
        "C": register.establishment(trade_register_code="", activity="62.01Z"),
        "D": register.establishment(activity="43.21A", size_band="00"),
        "E": register.establishment(spell_state="F"),
        "F": register.establishment(commune="62498"),
    }
    names = {place.pk: name for name, place in made.items()}
    campaign = factory.draft(**asked)
    chosen = {names[target.establishment_id] for target in targets(campaign, clock.today())}
    assert "".join(sorted(chosen)) == found


def test_a_list_goes_street_by_street() -> None:
    for street, number in (("RUE NEUVE", "11"), ("RUE ANCIENNE", "9"), ("RUE NEUVE", "2")):
        register.establishment(street=street, street_number=number)
    campaign = factory.campaign()
    walk = [line.establishment.address.split(",")[0] for line in lines(campaign)]
    assert walk == ["9 RUE ANCIENNE", "2 RUE NEUVE", "11 RUE NEUVE"]


def test_a_query_that_finds_nobody_freezes_nothing() -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    draft = factory.draft(manager)
    with pytest.raises(Invalid):
        actions.freeze_campaign(campaign=draft, by=manager)
    assert Campaign.objects.visible_to(manager).get().state == State.DRAFT


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"territory": "atlantis"}, "territory"),
        ({"communes": ("75101",)}, "communes"),
        ({"starts_on": date(2020, 2, 1), "ends_on": date(2020, 1, 1)}, "ends_on"),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        factory.draft(**wrong)
    assert list(refusal.value.fields) == [field]


def test_a_campaign_sent_twice_is_opened_once() -> None:
    places.places_loaded()
    manager, once, plan = accounts.actor(Role.OFFICER), str(uuid4()), factory.plan()
    first = actions.create_campaign(plan=plan, by=manager, once=once)
    assert actions.create_campaign(plan=plan, by=manager, once=once) == first
    with pytest.raises(Conflict):
        actions.create_campaign(plan=factory.plan(), by=manager, once=once)


def test_two_sendings_of_a_campaign_at_the_same_instant_open_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places.places_loaded()
    manager, once, plan = accounts.actor(Role.OFFICER), str(uuid4()), factory.plan()
    first = actions.create_campaign(plan=plan, by=manager, once=once)
    answers = iter([None, first])
    monkeypatch.setattr(campaigns, "_sent_before", lambda *_: next(answers))
    assert actions.create_campaign(plan=plan, by=manager, once=once) == first


def test_a_draft_changes_and_its_dates_say_where_it_stands() -> None:
    register.establishment()
    manager, today = accounts.actor(Role.SERVICE_MANAGER), clock.today()
    campaign = factory.draft(manager)
    plan = factory.plan(title="Autumn", starts_on=today + timedelta(days=1))
    campaign = actions.change_campaign(campaign=campaign, plan=plan, version=1, by=manager)
    assert (str(campaign), campaign.state) == ("Autumn", State.DRAFT)
    campaign = actions.freeze_campaign(campaign=campaign, by=manager)
    assert campaign.state == State.FROZEN
    campaign.starts_on = today
    assert campaign.state == State.UNDER_WAY
    campaign.starts_on = campaign.ends_on = today - timedelta(days=1)
    assert campaign.state == State.CLOSED


def test_advisers_run_no_campaign_and_nobody_runs_a_partners() -> None:
    campaign = factory.draft()
    with pytest.raises(NotAllowed):
        factory.draft(accounts.actor(Role.ADVISER))
    with pytest.raises(NotAllowed):
        actions.freeze_campaign(campaign=campaign, by=accounts.actor(Role.SERVICE_MANAGER))


def test_firms_are_given_to_advisers_by_commune_or_street() -> None:
    register.establishment()
    register.establishment(street="RUE NEUVE")
    register.establishment(commune="59512")
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    adviser = accounts.actor(Role.ADVISER, manager.organisation)
    assert adviser.person is not None
    given = {"campaign": campaign, "adviser": adviser.person, "by": manager}
    assert actions.assign(**given, street="neuve") == 1
    assert actions.assign(**given, communes=["59512"]) == 1
    assert actions.assign(**given) == 1
    assert actions.assign(**given) == 0
    mine = ListedFirm.objects.visible_to(adviser).assigned_to(adviser)
    assert mine.count() == 3


def test_a_stranger_is_given_no_firm() -> None:
    register.establishment()
    manager, stranger = accounts.actor(Role.SERVICE_MANAGER), accounts.actor()
    assert stranger.person is not None
    campaign = factory.campaign(manager)
    with pytest.raises(Invalid):
        actions.assign(campaign=campaign, adviser=stranger.person, by=manager)


def test_a_firm_is_seen_once_the_matter_is_settled() -> None:
    absent, refused, untouched = (register.establishment() for _ in range(3))
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    factory.visit(manager, absent, campaign=campaign, outcome=Outcome.ABSENT)
    factory.visit(manager, refused, campaign=campaign, outcome=Outcome.REFUSED)
    factory.visit(manager, untouched)  # outside the campaign: it stays on its list
    left = ListedFirm.objects.visible_to(manager).not_yet_seen().with_last_attempt()
    assert {line.establishment_id: line.last_outcome for line in left} == {
        absent.pk: Outcome.ABSENT,
        untouched.pk: None,
    }


def test_a_visit_joins_only_a_frozen_campaign_of_its_organisation_and_days() -> None:
    place = register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    with pytest.raises(Invalid):
        factory.visit(manager, place, campaign=factory.draft(manager))
    campaign = factory.campaign(manager)
    with pytest.raises(NotAllowed):
        factory.visit(accounts.actor(), place, campaign=campaign)
    with pytest.raises(Invalid) as refusal:
        factory.visit(manager, place, campaign=campaign, occurred_on=date(2001, 1, 1))
    assert list(refusal.value.fields) == ["occurred_on"]


def test_a_visit_of_a_campaign_is_charged_to_the_campaigns_action() -> None:
    place = register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    action = f"{conventions.convention_of(manager.acting_for()).slug}/1.1"
    campaign = factory.campaign(manager, action_key=action)
    visit = factory.visit(manager, place, campaign=campaign, themes=("premises",))
    acts = Act.objects.visible_to(manager).of_source("outreach.visit", visit.key)
    assert {(act.scheme, act.action_key) for act in acts} == {(campaign.scheme, action)}


def test_a_second_visit_of_the_same_firm_counts_once() -> None:
    place, adviser = register.establishment(), accounts.actor()
    factory.visit(adviser, place)
    factory.visit(adviser, place)
    question = figures.Question("I01")
    (answer,) = figures.answer([question])
    (record,) = figures.records(question, adviser).records
    assert (answer.value, len(record.acts)) == (1, 2)


@pytest.mark.slow
def test_four_thousand_firms_are_listed_in_a_few_seconds() -> None:
    factory.many_firms(4000)
    manager = accounts.actor(Role.SERVICE_MANAGER)
    draft = factory.draft(manager)
    start = perf_counter()
    campaign = actions.freeze_campaign(campaign=draft, by=manager)
    assert perf_counter() - start < 30
    assert len(lines(campaign)) == Act.objects.visible_to(manager).count() == 4000
