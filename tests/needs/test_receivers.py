"""Who answers the requests sent to an organisation, today: its people by role, by day, by whether they may still sign in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.needs import actions
from maillage.needs.permissions import RECEIVERS
from maillage.needs.receivers import managers_of, open_partners, receivers_of
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 2)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def place() -> Organisation:
    return accounts.organisation("operator")


def names(people: list[Person]) -> list[str]:
    return [one.name for one in people]


def at(place: Organisation, **people: Role) -> dict[str, Person]:
    """People of these names and roles, their addresses in the order of their names."""
    return {
        name: accounts.person(role, place, name=name, email=f"{name}@example.org")
        for name, role in people.items()
    }


ANSWERS = {
    Role.ADVISER: True,
    Role.OFFICER: True,
    Role.SERVICE_MANAGER: True,
    Role.EXPERT: True,
    Role.ELECTED: False,
    Role.LANDLORD: False,
    Role.COMMITTEE: False,
    Role.AUDITOR: False,
    Role.ADMINISTRATOR: False,
}


def test_the_table_of_roles_is_whole() -> None:
    assert set(ANSWERS) == set(Role)
    assert {role for role, answers in ANSWERS.items() if answers} == set(RECEIVERS)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_answers_requests_or_does_not(place: Organisation, role: Role) -> None:
    at(place, ana=role)
    expected = ["ana"] if ANSWERS[role] else []
    assert names(receivers_of(place)) == expected
    assert names(managers_of(place)) == expected
    assert (place in open_partners()) is ANSWERS[role]


@pytest.mark.parametrize("role", list(Role))
def test_where_only_a_role_that_answers_nothing_works_nothing_is_sent(
    place: Organisation, role: Role
) -> None:
    at(place, ana=role)
    adviser = accounts.actor()
    if ANSWERS[role]:
        assert make.referral(adviser, place).is_live
        return
    with pytest.raises(Invalid) as refused:
        make.referral(adviser, place)
    assert set(refused.value.fields) == {"partner"}


#: (first day, last day) → whether they answer today
SPANS = [
    (TODAY - DAY, None, True),
    (TODAY, None, True),
    (TODAY, TODAY, True),
    (TODAY - DAY, TODAY, True),
    (TODAY - DAY, TODAY + DAY, True),
    (TODAY + DAY, None, False),
    (TODAY - 2 * DAY, TODAY - DAY, False),
    (TODAY + DAY, TODAY + 2 * DAY, False),
]


@pytest.mark.parametrize(("first", "last", "answers"), SPANS)
def test_somebody_answers_from_their_first_day_to_their_last(
    place: Organisation, first: date, last: date | None, answers: bool
) -> None:
    accounts.person(Role.EXPERT, place, name="ana", starts_on=first, ends_on=last)
    assert names(receivers_of(place)) == (["ana"] if answers else [])
    assert (place in open_partners()) is answers


def test_a_closed_account_answers_nothing(place: Organisation) -> None:
    accounts.person(Role.EXPERT, place, is_active=False)
    assert receivers_of(place) == managers_of(place) == []
    assert place not in open_partners()


def test_a_closed_organisation_is_no_partner_even_if_people_are_left(place: Organisation) -> None:
    at(place, ana=Role.EXPERT)
    Organisation.objects.filter(pk=place.pk).update(is_active=False)
    place.refresh_from_db()
    assert place not in open_partners()
    with pytest.raises(Invalid):
        make.referral(accounts.actor(), place)


def test_they_are_read_in_the_order_of_their_addresses(place: Organisation) -> None:
    at(place, cleo=Role.EXPERT, ana=Role.OFFICER, bao=Role.ADVISER)
    assert names(receivers_of(place)) == ["ana", "bao", "cleo"]


MANAGERS: list[tuple[dict[str, Role], list[str]]] = [
    ({"ana": Role.EXPERT, "bao": Role.SERVICE_MANAGER}, ["bao"]),
    ({"ana": Role.SERVICE_MANAGER, "bao": Role.SERVICE_MANAGER}, ["ana", "bao"]),
    ({"ana": Role.EXPERT, "bao": Role.OFFICER}, ["ana", "bao"]),
    ({"ana": Role.EXPERT, "bao": Role.ADMINISTRATOR}, ["ana"]),
    ({"ana": Role.AUDITOR}, []),
    ({}, []),
]


@pytest.mark.parametrize(("people", "expected"), MANAGERS)
def test_the_manager_answers_for_the_service_else_everybody_does(
    place: Organisation, people: dict[str, Role], expected: list[str]
) -> None:
    at(place, **people)
    assert names(managers_of(place)) == expected


def test_a_manager_who_left_leaves_it_to_everybody(place: Organisation) -> None:
    at(place, ana=Role.EXPERT, bao=Role.EXPERT)
    accounts.person(Role.SERVICE_MANAGER, place, ends_on=TODAY - DAY)
    assert names(managers_of(place)) == ["ana", "bao"]


def test_the_people_of_another_place_are_not_counted(place: Organisation) -> None:
    other = accounts.organisation()
    both = at(place, ana=Role.EXPERT)["ana"]
    accounts.membership(both, other, Role.AUDITOR)
    at(other, bao=Role.EXPERT)
    assert names(receivers_of(place)) == ["ana"]
    assert names(receivers_of(other)) == ["bao"]


def test_partners_are_listed_once_each_in_the_order_of_their_names() -> None:
    second, first = (accounts.organisation("operator", name=name) for name in ("Bois", "Acier"))
    accounts.organisation("operator", name="Aucun")
    at(second, ana=Role.EXPERT, bao=Role.SERVICE_MANAGER)
    at(first, cleo=Role.OFFICER)
    assert [one.name for one in open_partners()] == ["Acier", "Bois"]


def cost(reading: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        reading()
    return len(seen)


def test_more_people_and_more_partners_cost_no_more_queries(place: Organisation) -> None:
    at(place, ana=Role.EXPERT)
    readings = (
        lambda: names(receivers_of(place)),
        lambda: names(managers_of(place)),
        lambda: list(open_partners()),
    )
    before = [cost(one) for one in readings]
    at(place, bao=Role.EXPERT, cleo=Role.SERVICE_MANAGER)
    for _number in range(3):
        make.partner()
    assert [cost(one) for one in readings] == before == [1, 1, 1]


# Whom a request is put in the hands of


def test_it_is_put_in_the_hands_of_somebody_who_answers_there_and_of_nobody_else(
    place: Organisation,
) -> None:
    adviser = accounts.actor()
    people = at(place, ana=Role.EXPERT, bao=Role.ELECTED)
    gone = accounts.person(Role.EXPERT, place, ends_on=TODAY - DAY)
    elsewhere = accounts.person(Role.EXPERT)
    for person in (people["bao"], gone, elsewhere):
        with pytest.raises(Invalid) as refused:
            send(adviser, place, person)
        assert set(refused.value.fields) == {"person"}
    assert send(adviser, place, people["ana"]).person == people["ana"]


def send(adviser: Actor, place: Organisation, person: Person) -> Any:
    need = make.need(adviser)
    return actions.send_referral(need=need, partner=place, by=adviser, person=person)


@pytest.mark.parametrize(
    ("said", "kept"), [("  Call soon \n", 9), ("x" * 2000, 2000), ("x" * 2001, 2000)]
)
def test_the_word_to_a_partner_is_trimmed_and_cut(
    place: Organisation, said: str, kept: int
) -> None:
    at(place, ana=Role.EXPERT)
    adviser = accounts.actor()
    sent = actions.send_referral(need=make.need(adviser), partner=place, by=adviser, message=said)
    assert len(sent.message) == kept
    assert sent.message == sent.message.strip()
