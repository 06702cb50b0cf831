"""Visits drawn by lot and called back: the draw made again, who may call, what is recorded, the rate that opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage import figures, ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.models import Control, ControlledVisit
from maillage.outreach.models.controls import sample
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
LIST = reverse("outreach:controls")


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def today() -> Period:
    return Period(clock.today(), clock.today())


def acts() -> list[str]:
    every = Act.objects.unscoped(reason="a test").filter(kind__startswith="outreach.control_")
    return [act.kind.rpartition("control_")[2] for act in every.effective().order_by("seq")]


def lines(control: Control) -> list[ControlledVisit]:
    return list(ControlledVisit.objects.unscoped(reason="a test").filter(control=control))


@given(
    visits=st.lists(st.integers(1, 10_000), unique=True),
    size=st.integers(1, 50),
    seed=st.integers(0, 2**48),
)
def test_the_same_seed_draws_the_same_visits_whatever_their_order(
    visits: list[int], size: int, seed: int
) -> None:
    drawn = sample(visits, size, seed)
    assert drawn == sample(list(reversed(visits)), size, seed)
    assert len(set(drawn)) == len(drawn) == min(size, len(visits))
    assert set(drawn) <= set(visits)


def test_visits_done_in_the_period_are_drawn_and_no_others(manager: Actor) -> None:
    adviser = accounts.actor(Role.ADVISER, manager.organisation)
    done = make.visit(adviser)
    make.visit(adviser, outcome="absent")
    make.visit(adviser, mode="call")
    make.visit(adviser, occurred_on=clock.today() - timedelta(days=40))
    make.visit()
    actions.cancel_visit(visit=make.visit(adviser), reason="twice", by=adviser)
    control = actions.draw_control(days=today(), size=50, by=manager)
    assert [line.visit for line in lines(control)] == [done]
    assert control.population == 1


def test_a_share_is_rounded_up_and_the_seed_draws_again(manager: Actor) -> None:
    first = make.control(manager, 7, size=None, share=40)
    assert first.population == 7
    assert len(lines(first)) == 3
    again = actions.draw_control(days=today(), size=3, seed=first.seed, by=manager)
    assert [one.visit_id for one in lines(again)] == [one.visit_id for one in lines(first)]


def test_sent_twice_it_is_drawn_once(manager: Actor) -> None:
    first = make.control(manager, once="a-key")
    assert actions.draw_control(days=today(), size=1, once="a-key", by=manager) == first


@pytest.mark.parametrize("asked", [{}, {"size": 0}, {"size": 201}, {"share": 0}])
def test_neither_too_few_nor_too_many(manager: Actor, asked: dict[str, int]) -> None:
    make.visit(accounts.actor(Role.ADVISER, manager.organisation))
    with pytest.raises(Invalid):
        actions.draw_control(days=today(), by=manager, **asked)
    with pytest.raises(Invalid):
        actions.draw_control(
            days=Period(*[clock.today() - timedelta(days=9)] * 2), size=1, by=manager
        )
    with pytest.raises(NotAllowed):
        actions.draw_control(days=today(), size=1, by=accounts.actor(Role.OFFICER))


def test_somebody_else_calls_back_and_what_the_firm_says_is_an_act(manager: Actor) -> None:
    (line,) = lines(make.control(manager))
    author = accounts.actor(Role.ADVISER, manager.organisation)
    author = Actor(
        person=line.visit.adviser,
        organisation=manager.organisation,
        role=Role.ADVISER,
        membership=author.membership,
    )
    for by in (author, accounts.actor(Role.SERVICE_MANAGER)):
        with pytest.raises(NotAllowed):
            actions.check_visit(line=line, outcome="confirmed", by=by)
    with pytest.raises(Invalid):
        actions.check_visit(line=line, outcome="perhaps", by=manager)
    assert acts() == []
    line = actions.check_visit(line=line, outcome="unreachable", by=manager)
    actions.check_visit(line=line, outcome="unreachable", by=manager)
    assert acts() == ["unreachable"]
    line = actions.check_visit(line=line, outcome="confirmed", by=manager)
    assert acts() == ["confirmed"]
    assert line.checked_by == manager.person
    assert ledger.verify([]).is_valid


def test_the_rate_counts_who_answered_and_opens(manager: Actor) -> None:
    control = make.control(manager, 4)
    other = make.control(manager)
    for line, said in zip(
        lines(control), ("confirmed", "confirmed", "not_confirmed", "unreachable"), strict=True
    ):
        actions.check_visit(line=line, outcome=said, by=manager)
    kept = figures.Filter(schemes=(control.scheme,))
    (answer,) = figures.answer([figures.Question("outreach.confirmation", kept)])
    assert (answer.numerator, answer.denominator) == (2, 3)
    nothing = figures.Filter(schemes=(other.scheme,))
    assert figures.answer([figures.Question("outreach.confirmation", nothing)])[0].value is None


# Pages


@pytest.fixture
def signed(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def test_the_manager_draws_calls_and_reads_the_rate_with_its_interval(
    client: Client, signed: Actor
) -> None:
    assert "Aucun contrôle" in client.get(LIST).content.decode()
    make.visit(accounts.actor(Role.ADVISER, signed.organisation), register.establishment())
    day = clock.today().isoformat()
    asked = {"starts_on": day, "ends_on": day, "size": "5"}
    once = client.get(LIST).context["form"]["once"].value()
    drawn: Any = client.post(LIST, asked | {"once": once})
    assert client.post(LIST, asked | {"once": once}).url == drawn.url  # type: ignore[attr-defined]
    page = client.get(drawn.url).content.decode()
    assert "À rappeler" in page
    assert "la part réelle" not in page
    (line,) = lines(Control.objects.visible_to(signed).get())
    check = reverse("outreach:check_visit", args=[line.key])
    answered = client.post(check, {"outcome": "confirmed"}, follow=True).content.decode()
    assert "la part réelle est entre 21" in answered
    assert client.post(check, {"outcome": "perhaps"}).status_code == 422


def test_what_cannot_be_drawn_is_told_on_its_field(client: Client, signed: Actor) -> None:
    day = clock.today().isoformat()
    once = client.get(LIST).context["form"]["once"].value()
    asked = {"starts_on": day, "ends_on": day, "once": once}
    for wrong in ({}, {"size": "5"}, {"size": "5", "ends_on": "2001-01-01"}):
        assert client.post(LIST, asked | wrong).status_code == 422
    assert not Control.objects.visible_to(signed).exists()


def test_the_author_is_offered_no_call_about_their_own_visit(client: Client) -> None:
    adviser = accounts.signed_in(client, Role.ADVISER)
    make.visit(adviser)
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    control = make.control(manager, 1, size=2)
    page = client.get(reverse("outreach:control", args=[control.key])).content.decode()
    assert page.count('value="confirmed"') == 1
    assert "Tirer un échantillon" not in client.get(LIST).content.decode()


def test_as_many_queries_for_ten_visits_as_for_two(
    client: Client, signed: Actor, django_assert_max_num_queries: Any
) -> None:
    few, many = make.control(signed, 2), make.control(signed, 10, size=12)
    for one in (few, many):
        client.get(reverse("outreach:control", args=[one.key]))
    with django_assert_max_num_queries(40) as counted:
        client.get(reverse("outreach:control", args=[few.key]))
    with django_assert_max_num_queries(len(counted)):
        client.get(reverse("outreach:control", args=[many.key]))


def test_an_auditor_reads_controls_and_a_partner_does_not(client: Client) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    control = make.control(manager)
    address = reverse("outreach:control", args=[control.key])
    accounts.signed_in(client, Role.AUDITOR)
    assert client.get(address).status_code == 200
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    assert client.get(address).status_code == 404
