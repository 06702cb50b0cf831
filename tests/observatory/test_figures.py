"""The pages of figures: definitions for everybody, values and parts for those who may ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage import figures
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from tests.factories import accounts, observatory as make, outreach, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

CODE = "outreach.firms_prospected"


def url(page: str = "figure", code: str = CODE, **asked: str) -> str:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    return reverse(f"observatory:{page}", args=[code]) + (f"?{query}" if query else "")


def soup(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def visits(owner: Organisation, number: int = 1, **firm: Any) -> None:
    by = accounts.actor(Role.ADVISER, owner)
    for _ in range(number):
        outreach.visit(by, register.establishment(**firm))


@pytest.fixture
def chamber() -> Organisation:
    return accounts.organisation()


def test_everybody_reads_the_list_of_all_figures(client: Client) -> None:
    page = soup(client, reverse("observatory:figures")).get_text()

    for definition in figures.REGISTRY.newest():
        assert str(definition.label) in page
        assert definition.code in page


def test_everybody_reads_how_a_figure_is_counted(client: Client) -> None:
    page = soup(client, url()).get_text(" ", strip=True)

    assert "L’entreprise (SIREN)\u00a0: deux actes qui la concernent comptent une fois" in page
    assert "moins de 3 unités, ou une seule qui pèse 85 % ou plus" in page
    assert "SELECT" in page
    assert "Rien ne compte" in page


def test_a_rate_names_its_two_lists(client: Client) -> None:
    page = soup(client, url(code="I02"))

    assert page.find("a", href=url(code=f"{CODE}@1"))


def test_the_public_reads_no_live_value(client: Client, chamber: Organisation) -> None:
    visits(chamber, 5)

    page = soup(client, url(periode="2019"))

    assert page.select_one(".figure") is None
    assert page.select_one("form.filters") is None
    assert client.get(url("figure_json")).status_code == 302


def test_the_public_reads_the_published_value(client: Client) -> None:
    situation = make.situation()
    situation.visits("2019-05-02 2019-05-03 2019-05-06")
    situation.publish()

    assert situation.convention.title in soup(client, url()).get_text()


def test_a_partner_asks_and_opens_the_figure(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)

    page = soup(client, url(organisations=str(chamber.key)))

    assert page.select_one(".figure").get_text(strip=True) == "2"  # type: ignore[union-attr]
    assert page.find("a", href=url("records", f"{CODE}@1", organisations=str(chamber.key)))
    assert str(chamber) in page.get_text()


def test_filters_that_the_form_does_not_show_are_kept(
    client: Client, chamber: Organisation
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)

    page = soup(client, url(organisations=str(chamber.key), periode="2019"))

    kept = page.select_one("form input[type=hidden][name=organisations]")
    assert kept is not None
    assert kept["value"] == str(chamber.key)
    assert page.select_one("input[name=periode]")["value"] == "2019"  # type: ignore[index]


def test_each_part_says_its_value_and_opens(client: Client, chamber: Organisation) -> None:
    places.places_loaded()
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)
    visits(chamber, 1, commune="59512")

    page = soup(client, url(par="commune"))

    cells = {row.th.get_text(strip=True): row.select_one("td a") for row in page.select("tbody tr")}
    assert {name: cell.get_text() for name, cell in cells.items()} == {"Lille": "2", "Roubaix": "1"}
    for cell in cells.values():
        opened = soup(client, str(cell["href"]))
        assert len(opened.select("ol.records > li")) == int(cell.get_text())


@pytest.mark.parametrize("by", ["commune", "month", "first_month", "organisation"])
def test_every_breakdown_is_drawn_and_written(
    client: Client, chamber: Organisation, by: str
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)

    page = soup(client, url(par=by))

    assert page.select("svg.chart")
    assert page.select("tbody tr")


def test_sectors_are_those_of_the_territory(client: Client, chamber: Organisation) -> None:
    places.places_loaded()
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)

    assert soup(client, url(par="sector", territory="mel")).select("tbody tr")
    refused = soup(client, url(par="sector"), status=422)
    assert refused.select_one(".notice") is not None
    assert refused.select_one("form.filters") is not None


def test_the_overlap_of_the_parts_is_told(client: Client, chamber: Organisation) -> None:
    mine = accounts.signed_in(client, Role.ADVISER, chamber)
    place = register.establishment()
    with clock.at(noon("2020-06-30")):
        for day in ("2020-05-04", "2020-06-04"):
            outreach.visit(mine, place, occurred_on=noon(day).date())
        page = soup(client, url(par="month")).get_text(" ", strip=True)

    assert "La somme des parts dépasse le tout de 1" in page


def test_a_breakdown_of_nothing_says_so(client: Client) -> None:
    accounts.signed_in(client)

    assert "Rien à répartir" in soup(client, url(par="commune")).get_text()


def test_a_rate_splits_into_its_numerators_and_denominators(
    client: Client, chamber: Organisation
) -> None:
    by = accounts.signed_in(client, Role.ADVISER, chamber)
    outreach.visit(by)
    outreach.visit(by, outcome="absent")

    page = soup(client, url(code="I03", par="month"))

    assert [td.get_text(strip=True) for td in page.select("tbody td")] == ["1", "2", "50\u00a0%"]


def test_the_same_figure_in_page_csv_and_json(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 3)

    told = client.get(url("figure_json", par="commune")).json()
    lines = client.get(url("figure_csv", par="commune")).content.decode("utf-8-sig").splitlines()

    assert told["value"] == 3
    assert [group["value"] for group in told["groups"]] == [3]
    assert [line.split(";")[3] for line in lines] == ["Valeur", "3", "3"]


def test_an_elected_member_reads_their_perimeter_masked(
    client: Client, chamber: Organisation
) -> None:
    places.places_loaded()
    visits(chamber, 2)
    visits(chamber, 4, commune="59512")
    accounts.signed_in(client, Role.ELECTED, chamber, perimeter="59350")

    page = soup(client, url(territory="59512"))
    assert "valeur masquée" in page.select_one(".figure").get_text()  # type: ignore[union-attr]

    client.logout()
    accounts.signed_in(client, Role.ELECTED, chamber, perimeter="59512, 59350")
    page = soup(client, url())
    assert page.select_one(".figure").get_text(strip=True) == "6"  # type: ignore[union-attr]
    assert not page.select("a[href*='/lignes/']")


def test_an_elected_member_cannot_subtract_one_day_from_the_next(client: Client) -> None:
    accounts.signed_in(client, Role.ELECTED)

    assert "années entières" in soup(client, url(periode="2019-06"), status=422).get_text()
    told = client.get(url("figure_json", periode="2019", au="2019-06-01")).json()
    assert told["as_of"] > "2019-06-02"


def test_a_difficulty_is_asked_of_one_s_own_acts_or_of_those_who_share_theirs(
    client: Client, chamber: Organisation
) -> None:
    other = accounts.organisation()
    accounts.signed_in(client, Role.OFFICER, chamber)
    done = {"code": "outreach.attempts_done", "themes": "cash"}

    for keys in ([], [other.key], [chamber.key, other.key]):
        for page in ("figure", "records", "figure_csv", "records_json"):
            asked = url(page, **done, organisations=",".join(map(str, keys)))
            refused = client.get(asked)
            assert refused.status_code == 422, asked
            assert "révèle une difficulté" in refused.content.decode()
    soup(client, url(**done, organisations=str(chamber.key)))
    soup(client, url(**done | {"themes": "recruit"}))

    accounts.share(other, chamber, "acts", Sensitivity.DIFFICULTY)
    soup(client, url(**done, organisations=f"{chamber.key},{other.key}"))


def test_other_roles_read_what_their_organisation_did(
    client: Client, chamber: Organisation
) -> None:
    visits(chamber, 1)
    visits(accounts.organisation(), 2)
    accounts.signed_in(client, Role.EXPERT, chamber)

    assert client.get(url("figure_json")).json()["value"] == 1


def test_an_unknown_figure_does_not_exist(client: Client) -> None:
    assert client.get(url(code="I99")).status_code == 404


@pytest.mark.slow
def test_a_figure_asks_as_many_queries_over_few_parts_as_over_many(
    client: Client, chamber: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    places.places_loaded()
    accounts.signed_in(client, Role.ADVISER, chamber)
    soup(client, url(par="commune"))
    counts = []
    for communes in (("59350",), ("59512", "59599", "59009", "59017", "59051", "59560")):
        for commune in communes:
            visits(chamber, 2, commune=commune)
        with django_assert_max_num_queries(25) as asked:
            soup(client, url(par="commune"))
        counts.append(len(asked))

    assert counts[0] == counts[1]
