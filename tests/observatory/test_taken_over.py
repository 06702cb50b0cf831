"""What was done with a firm before it moved or was taken over is read on the sheet of who goes on with it."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage import ledger
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.needs.vocabulary import Theme
from maillage.outreach.models import Visit
from maillage.register.models import Establishment
from maillage.register.models.firms import Diffusion
from tests.factories import accounts, ledger as acts, outreach, register

pytestmark = pytest.mark.django_db

MASKED = "Ligne masquée, qui compte"


def address(place: Establishment) -> str:
    return reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key})


def page(client: Client, place: Establishment) -> BeautifulSoup:
    response = client.get(address(place))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def before(client: Client, place: Establishment) -> Tag | None:
    """The list of what was done before the activity came to this firm."""
    heading = page(client, place).find(id="before")
    return heading.find_next("ol") if heading else None


def lines(client: Client, place: Establishment) -> list[str]:
    found = before(client, place)
    return [line.get_text(" ", strip=True) for line in found.find_all("li")] if found else []


def handed_over(**link: object) -> tuple[Establishment, Establishment]:
    """Two firms, the activity of the first of which goes on in the second."""
    first, second = (register.establishment(unit_name=name) for name in ("DUPONT", "DURAND"))
    register.succession(first, second, **link)
    return first, second


def test_a_visit_to_the_predecessor_is_read_on_the_sheet_of_the_successor(client: Client) -> None:
    first, second = handed_over()
    outreach.visit(accounts.signed_in(client), first)

    found = before(client, second)

    assert found is not None
    assert len(lines(client, second)) == 1
    assert "DUPONT" in page(client, second).get_text()


def test_the_acts_stay_with_the_firm_they_were_recorded_for(client: Client) -> None:
    first, second = handed_over()
    mine = accounts.signed_in(client)
    outreach.visit(mine, first)

    assert ledger.timeline(first.legal_unit, mine).total == 1
    assert ledger.timeline(second.legal_unit, mine).total == 0
    assert Visit.objects.unscoped(reason="a test looks").get().establishment == first
    assert "1 acte enregistré" in page(client, first).get_text()
    assert "Aucun partenaire" in page(client, second).get_text()


def test_what_the_reader_may_not_see_there_is_a_masked_line_here(client: Client) -> None:
    first, second = handed_over()
    accounts.signed_in(client)
    outreach.visit(accounts.actor(), first, themes=(Theme.CASH,))

    found = lines(client, second)

    assert found
    assert all(MASKED in line for line in found)


@pytest.mark.parametrize("role", [None, Role.ELECTED, Role.EXPERT])
def test_those_who_read_no_timeline_read_none_of_it(client: Client, role: Role | None) -> None:
    first, second = handed_over()
    acts.act(establishment=first)
    if role:
        accounts.signed_in(client, role, perimeter="59350" if role is Role.ELECTED else "")

    assert before(client, second) is None


def test_need_by_need_the_whole_chain_is_seen_the_newest_first(client: Client) -> None:
    first, second = handed_over(linked_on=date(2016, 3, 1))
    third = register.establishment(unit_name="MARTIN")
    register.succession(second, third, linked_on=date(2018, 3, 1))
    mine = accounts.signed_in(client)
    acts.act(establishment=first, by=mine.organisation, occurred_on=date(2015, 5, 4))
    acts.act(establishment=second, by=mine.organisation, occurred_on=date(2017, 5, 4))

    found = before(client, third)

    assert found is not None
    assert [str(one["datetime"])[:4] for one in found.find_all("time")] == ["2017", "2015"]


def test_a_link_by_which_nothing_goes_on_brings_no_act(client: Client) -> None:
    first, second = handed_over(continuity=False)
    accounts.signed_in(client)
    acts.act(establishment=first)

    assert before(client, second) is None


def test_without_any_act_before_nothing_is_said(client: Client) -> None:
    _first, second = handed_over()
    accounts.signed_in(client)

    assert before(client, second) is None


def test_another_place_of_the_predecessor_keeps_its_acts_to_itself(client: Client) -> None:
    first, second = handed_over()
    accounts.signed_in(client)
    acts.act(establishment=register.establishment(legal_unit=first.legal_unit))

    assert before(client, second) is None


def test_an_erased_firm_is_not_found_through_who_followed_it(client: Client) -> None:
    first, second = handed_over()
    acts.act(establishment=first)
    unit = first.legal_unit
    unit.siren, unit.name, unit.diffusion = None, "", Diffusion.NONE
    unit.save()
    accounts.signed_in(client)

    assert before(client, second) is None


def test_a_move_within_one_firm_is_told_once(client: Client) -> None:
    first = register.establishment()
    second = register.establishment(legal_unit=first.legal_unit)
    register.succession(first, second)
    accounts.signed_in(client)
    acts.act(establishment=first)

    assert before(client, second) is None
    assert "1 acte enregistré" in page(client, second).get_text()


def looked_at() -> set[str]:
    read = Access.objects.unscoped(reason="a test reads the journal")
    return set(read.values_list("subject_key", flat=True))


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR])
def test_each_firm_whose_acts_are_read_can_be_told_who_looked(client: Client, role: Role) -> None:
    first, second = handed_over()
    acts.act(establishment=first)
    accounts.signed_in(client, role)

    page(client, second)

    assert looked_at() == {str(first.legal_unit.key), str(second.legal_unit.key)}


def test_looking_again_the_same_day_is_noted_once(client: Client) -> None:
    first, second = handed_over()
    acts.act(establishment=first)
    accounts.signed_in(client)

    for place in (first, second, second):
        page(client, place)

    assert Access.objects.unscoped(reason="a test reads the journal").count() == 2


def test_of_many_acts_the_newest_are_shown_and_the_others_announced(client: Client) -> None:
    first, second = handed_over()
    accounts.signed_in(client)
    acts.acts(12, establishment=first)

    told = page(client, second).get_text(" ", strip=True)

    assert "12 actes avant que l’activité n’arrive ici" in told
    assert "Les 10 plus récents" in told
    assert len(lines(client, second)) == 10


def test_more_predecessors_and_more_acts_ask_no_more_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _first, second = handed_over()
    accounts.signed_in(client)
    counts = []
    for number in (1, 8):
        for _one in range(number):
            other = register.establishment()
            register.succession(other, second)
            acts.act(establishment=other)
        page(client, second)  # noted once a day: who looked
        with django_assert_max_num_queries(30) as asked:
            page(client, second)
        counts.append(len(asked))

    assert counts[0] == counts[1]
