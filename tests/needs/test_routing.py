"""Routing rules: who is proposed for a need and why, what nobody answers, and that a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.needs import actions, routing
from maillage.needs.models import Referral, RoutingRule
from maillage.needs.vocabulary import Theme
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


@pytest.fixture
def relay() -> Organisation:
    return make.partner(name="Relay")[0]


def names(manager: Actor, **given: Any) -> list[str]:
    return [str(one.partner) for one in routing.proposed(make.need(manager, **given))]


def test_a_rule_proposes_its_partner_with_reasons_that_sum_to_the_score(
    manager: Actor, relay: Organisation
) -> None:
    make.rule(manager, relay, areas=("59",), delay_days=3)
    (one,) = routing.proposed(make.need(manager, theme=Theme.ONLINE))
    assert one.partner == relay
    assert one.score == sum(points for _words, points in one.reasons)
    assert dict(one.reasons)["Thème"] == 40
    assert one.why[0] == {"rule": str(one.rule.key)}


RULES: dict[str, tuple[dict[str, Any], bool]] = {
    "another theme": ({"themes": ("energy",)}, False),
    "another département": ({"areas": ("62",)}, False),
    "its commune": ({"areas": ("59350",)}, True),
    "its activity": ({"activities": ("10.71",)}, True),
    "another activity": ({"activities": ("43",)}, False),
    "its headcount": ({"headcount_min": 1, "headcount_max": 10}, True),
    "more people": ({"headcount_min": 10}, False),
    "craft": ({"craft_only": True}, True),
    "an association": ({"legal_forms": ("92",)}, False),
    "no room": ({"capacity": 0}, False),
}


@pytest.mark.parametrize("told", RULES)
def test_a_bakery_of_lille_with_one_or_two_people(
    manager: Actor, relay: Organisation, told: str
) -> None:
    given, expected = RULES[told]
    make.rule(manager, relay, **given)
    firm = register.establishment(unit_legal_category="5499")
    assert bool(names(manager, establishment=firm, theme=Theme.ONLINE)) is expected


def test_the_best_rule_of_each_partner_stands_for_it_best_first(
    manager: Actor, relay: Organisation
) -> None:
    other, _ = make.partner(name="Other")
    make.rule(manager, relay)
    make.rule(manager, relay, areas=("59350",), delay_days=1)
    make.rule(manager, other, areas=("59",))
    assert names(manager, theme=Theme.ONLINE) == ["Relay", "Other"]


def test_who_has_much_in_hand_is_proposed_after_and_then_no_more(
    manager: Actor, relay: Organisation
) -> None:
    other, _ = make.partner(name="Other")
    make.rule(manager, relay, capacity=2)
    make.rule(manager, other, capacity=2)
    assert set(names(manager, theme=Theme.ONLINE)) == {"Relay", "Other"}
    make.referral(manager, relay, theme=Theme.ONLINE)
    assert names(manager, theme=Theme.ONLINE) == ["Other", "Relay"]
    make.referral(manager, relay, theme=Theme.ONLINE)
    assert names(manager, theme=Theme.ONLINE) == ["Other"]


def test_another_organisation_s_rules_propose_nothing_here(relay: Organisation) -> None:
    make.rule(accounts.actor(Role.OFFICER), relay)
    assert names(accounts.actor(), theme=Theme.ONLINE) == []


def test_a_rule_that_ended_proposes_nothing_and_ending_it_twice_is_once(
    manager: Actor, relay: Organisation
) -> None:
    rule = make.rule(manager, relay)
    ended = actions.end_rule(rule=rule, by=manager).ended_at
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        assert actions.end_rule(rule=rule, by=manager).ended_at == ended
        assert names(manager, theme=Theme.ONLINE) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"themes": ()}, "themes"),
        ({"themes": ("holidays",)}, "themes"),
        ({"areas": ("Lille",)}, "areas"),
        ({"areas": ("593500",)}, "areas"),
        ({"headcount_min": 9, "headcount_max": 3}, "headcount_max"),
    ],
)
def test_a_rule_that_no_need_could_meet_is_refused(
    manager: Actor, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make.rule(manager, **given)
    assert field in refused.value.fields
    assert not RoutingRule.objects.visible_to(MACHINE).exists()


@pytest.mark.parametrize("role", [Role.ADVISER, Role.EXPERT, Role.ELECTED, Role.ADMINISTRATOR])
def test_only_officers_and_managers_write_and_end_rules(manager: Actor, role: Role) -> None:
    with pytest.raises(NotAllowed):
        make.rule(accounts.actor(role))
    with pytest.raises(NotAllowed):
        actions.end_rule(rule=make.rule(manager), by=accounts.actor(role, manager.organisation))


def test_a_rule_sent_twice_is_written_once(manager: Actor, relay: Organisation) -> None:
    rule = actions.Rule(title="Sites", themes=("online",))
    made = [actions.add_rule(rule=rule, partner=relay, by=manager, once="k") for _ in range(2)]
    assert made[0] == made[1]


# On screen


def signed(client: Client, actor: Actor) -> Client:
    assert actor.person is not None
    client.force_login(actor.person)
    return client


def test_the_page_tells_first_what_nobody_answers(
    client: Client, manager: Actor, relay: Organisation
) -> None:
    page = signed(client, manager).get(reverse("needs:rules"))
    assert len(page.context["holes"]) == len(Theme)
    make.rule(manager, relay, themes=tuple(theme.value for theme in Theme if theme != "cash"))
    page = client.get(reverse("needs:rules"))
    assert page.context["holes"] == ["Trésorerie, loyer, charges"]


def test_a_rule_is_written_on_screen_and_what_is_wrong_is_said_on_its_field(
    client: Client, manager: Actor, relay: Organisation
) -> None:
    signed(client, manager)
    form = client.get(reverse("needs:rules")).context["form"]
    given = {
        "once": str(form["once"].value()), "title": "Sites", "partner": str(relay.key), "themes": ["online"],
        "areas": "59350, 62 59350", "capacity": "3",
    }  # fmt: skip
    wrong = client.post(reverse("needs:rules"), given | {"areas": "Lille"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["areas"])
    assert client.post(reverse("needs:rules"), given).status_code == 302
    rule = RoutingRule.objects.visible_to(MACHINE).get()
    assert (rule.areas, rule.capacity, rule.partner) == (["59350", "62"], 3, relay)


def test_who_sends_reads_the_reasons_and_decides_and_the_reasons_are_kept(
    client: Client, manager: Actor, relay: Organisation
) -> None:
    other, _ = make.partner(name="Other")
    make.rule(manager, relay)
    need = make.need(manager, theme=Theme.ONLINE)
    address = reverse("needs:send", kwargs={"key": need.key})
    page = signed(client, manager).get(address)
    assert page.context["form"]["partner"].initial == relay.key
    assert "Thème 40" in page.content.decode()
    once = str(page.context["form"]["once"].value())
    client.post(address, {"once": once, "partner": str(relay.key), "message": ""})
    kept = Referral.objects.visible_to(MACHINE).get()
    assert {"criterion": "theme", "points": 40} in kept.why
    again = str(client.get(address).context["form"]["once"].value())
    client.post(address, {"once": again, "partner": str(other.key), "message": "Please"})
    assert Referral.objects.visible_to(MACHINE).get(partner=other).why == []


def test_a_need_that_no_rule_meets_says_so(client: Client, manager: Actor) -> None:
    need = make.need(manager, theme=Theme.CASH)
    page = signed(client, manager).get(reverse("needs:send", kwargs={"key": need.key}))
    assert page.status_code == 200
    assert page.context["proposed"] == []
