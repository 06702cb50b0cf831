"""What nobody has in hand is shared out within everybody's room; a person ticks, and nothing goes without."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions, sharing
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import How, Refusal, Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def sent() -> list[Referral]:
    return list(Referral.objects.visible_to(MACHINE).select_related("partner").order_by("pk"))


def given(manager: Actor) -> dict[Need, str]:
    return {
        one.need: one.proposed.partner.name if one.proposed else str(one.why_not)
        for one in sharing.shared_out(manager)
    }


def test_each_need_goes_to_one_partner_and_nobody_gets_more_than_their_room(manager: Actor) -> None:
    small, large = make.partner(name="Petit")[0], make.partner(name="Grand")[0]
    make.rule(manager, small, capacity=1, delay_days=1)  # sooner, so better for everybody
    make.rule(manager, large)
    needs = [make.need(manager) for _ in range(4)]
    shares = given(manager)
    assert list(shares) == needs
    assert sorted(shares.values()) == ["Grand", "Grand", "Grand", "Petit"]


def test_what_cannot_be_placed_says_why(manager: Actor) -> None:
    partner = make.partner(name="Seul")[0]
    make.rule(manager, partner, capacity=1)
    placed, full = make.need(manager), make.need(manager)
    silent = make.need(manager, agreed=None)
    lost = make.need(manager, theme=Theme.ENERGY)
    assert given(manager) == {
        placed: "Seul",
        full: str(sharing.NO_ROOM),
        silent: str(sharing.NO_AGREEMENT),
        lost: str(sharing.NO_RULE),
    }


def test_a_partner_that_is_full_already_takes_no_more(manager: Actor) -> None:
    partner = make.partner(name="Plein")[0]
    make.rule(manager, partner, capacity=1)
    make.referral(manager, partner)
    waiting = make.need(manager)
    assert given(manager) == {waiting: str(sharing.NO_ROOM)}


def test_whoever_refused_it_is_not_asked_again(manager: Actor) -> None:
    partner, expert = make.partner(name="Non")
    make.rule(manager, partner)
    referral = make.referral(manager, partner)
    actions.refuse(referral=referral, refusal=Refusal.NO_ROOM, by=expert)
    assert given(manager) == {referral.need: str(sharing.NO_RULE)}


def test_a_firm_that_agrees_to_one_partner_is_told_to_that_one_only(manager: Actor) -> None:
    first, second = make.partner(name="Un")[0], make.partner(name="Deux")[0]
    for partner in (first, second):
        make.rule(manager, partner)
    need = make.need(manager, agreed=None)
    actions.agree(need=need, partner=second, how=How.TOLD, by=manager)
    assert given(manager) == {need: "Deux"}


def test_without_a_rule_or_without_a_need_nothing_is_shared(manager: Actor) -> None:
    assert sharing.shared_out(manager) == []
    need = make.need(manager)
    assert given(manager) == {need: str(sharing.NO_RULE)}


# The page


@pytest.fixture
def page(client: Client, manager: Actor) -> Client:
    client.force_login(manager.person)  # type: ignore[arg-type]
    return client


def marks(manager: Actor) -> list[str]:
    return [one.mark for one in sharing.shared_out(manager) if one.mark]


def test_looking_sends_nothing_and_only_what_is_ticked_goes_once(
    page: Client, manager: Actor
) -> None:
    partner = make.partner(name="Relais")[0]
    make.rule(manager, partner)
    first, _second = make.need(manager), make.need(manager)
    assert "Relais" in page.get("/besoins/partage/").content.decode()
    assert sent() == []
    mark = next(one.mark for one in sharing.shared_out(manager) if one.need == first)
    form = {"once": str(uuid4()), "share": [mark]}
    assert page.post("/besoins/partage/", form).status_code == 302
    assert page.post("/besoins/partage/", form).status_code == 302
    (referral,) = sent()
    assert (referral.need, referral.partner, referral.sent_by) == (first, partner, manager.person)
    assert sum(reason.get("points", 0) for reason in referral.why) > 0


def test_what_changed_meanwhile_is_told_and_not_sent(page: Client, manager: Actor) -> None:
    make.rule(manager, make.partner()[0])
    need = make.need(manager)
    form = {"once": str(uuid4()), "share": marks(manager)}
    actions.end_agreement(need=need, partner=None, by=manager)
    answer = page.post("/besoins/partage/", form, follow=True).content.decode()
    assert "a changé entre-temps" in answer
    assert sent() == []


def test_nothing_ticked_sends_nothing_and_a_form_of_nowhere_is_refused(
    page: Client, manager: Actor
) -> None:
    make.rule(manager, make.partner()[0])
    make.need(manager)
    answer = page.post("/besoins/partage/", {"once": str(uuid4())}, follow=True).content.decode()
    assert "Rien n’était coché" in answer
    assert page.post("/besoins/partage/", {"share": marks(manager)}).status_code == 422
    assert sent() == []


def test_an_adviser_shares_nothing_out(client: Client, manager: Actor) -> None:
    adviser = accounts.actor(Role.ADVISER, manager.organisation)
    client.force_login(adviser.person)  # type: ignore[arg-type]
    assert client.get("/besoins/partage/").status_code == 403
    assert "/besoins/partage/" not in client.get("/besoins/suivi/").content.decode()


def test_it_costs_the_same_for_two_needs_and_for_twenty(page: Client, manager: Actor) -> None:
    make.rule(manager, make.partner()[0])
    counts = []
    for number in (2, 18):
        for _ in range(number):
            make.need(manager)
        with CaptureQueriesContext(connection) as seen:
            page.get("/besoins/partage/")
        counts.append(len(seen))
    assert counts[1] <= counts[0]
