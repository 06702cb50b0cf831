"""What a figure counted, opened: as many units as it says, each line by right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory.addresses import records_url
from maillage.observatory.listing import SIZE
from tests.factories import accounts, observatory as make, outreach, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

CODE = "outreach.firms_prospected"


def url(page: str = "records", code: str = CODE, **asked: str) -> str:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    return reverse(f"observatory:{page}", args=[code]) + (f"?{query}" if query else "")


def soup(client: Client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return BeautifulSoup(response.content, "html.parser")


def lines(page: BeautifulSoup) -> list[Any]:
    return page.select("ol.records > li")


def pages(client: Client, address: str) -> Iterator[BeautifulSoup]:
    while address:
        page = soup(client, address)
        yield page
        following = page.select_one("a[rel=next]")
        address = str(following["href"]) if following else ""


def visits(owner: Organisation, number: int = 1, **given: Any) -> None:
    by = accounts.actor(Role.ADVISER, owner)
    for _ in range(number):
        outreach.visit(by, register.establishment(), **given)


@pytest.fixture
def chamber() -> Organisation:
    return accounts.organisation()


def test_the_head_says_as_many_units_as_all_pages_list(
    client: Client, chamber: Organisation
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, SIZE + 3)

    shown = list(pages(client, url()))

    assert [len(lines(page)) for page in shown] == [SIZE, 3]
    assert shown[0].h1 is not None
    assert shown[0].h1.get_text(strip=True) == f"{SIZE + 3} entreprises"
    hrefs = [a["href"] for page in shown for a in page.select("ol.records > li > a")]
    assert len(set(hrefs)) == SIZE + 3


def test_a_second_visit_shows_inside_its_firm_and_is_set_aside(
    client: Client, chamber: Organisation
) -> None:
    mine = accounts.signed_in(client, Role.ADVISER, chamber)
    place = register.establishment()
    for _ in range(2):
        outreach.visit(mine, place)

    page = soup(client, url())

    assert len(lines(page)) == 1
    assert lines(page)[0].get_text().count("Visite réalisée") == 2
    proof = page.select_one(".proof")
    assert proof is not None
    assert "2 enregistrements lus" in proof.get_text()
    assert "1 écarté" in proof.get_text()


def test_a_record_leads_to_the_sheet_of_its_firm(client: Client, chamber: Organisation) -> None:
    mine = accounts.signed_in(client, Role.ADVISER, chamber)
    place = register.establishment()
    outreach.visit(mine, place)

    link = lines(soup(client, url()))[0].a

    assert link["href"] == reverse("observatory:enterprise", args=[place.legal_unit.key])


def test_what_a_stranger_may_not_see_is_masked_and_counts(
    client: Client, chamber: Organisation
) -> None:
    visits(chamber)
    accounts.signed_in(client)

    page = soup(client, url())

    assert "1 entreprise" in page.h1.get_text()  # type: ignore[union-attr]
    (line,) = lines(page)
    assert "Ligne masquée, qui compte" in line.get_text()
    assert str(chamber) in line.get_text()
    assert line.a is None


def test_a_partner_sees_what_is_shared_with_them(client: Client, chamber: Organisation) -> None:
    visits(chamber)
    partner = accounts.signed_in(client)
    assert partner.organisation is not None
    accounts.share(chamber, partner.organisation, "visits")

    assert "ATELIER" in lines(soup(client, url()))[0].get_text()


def test_the_public_reads_the_definition_and_no_record(
    client: Client, chamber: Organisation
) -> None:
    visits(chamber)

    page = soup(client, url())

    assert "ne compte pas une deuxième fois" in page.get_text()
    assert not lines(page)
    assert "ATELIER" not in page.get_text()
    assert "pas encore été publié" in page.get_text()


def test_the_public_reads_what_was_published(client: Client) -> None:
    situation = make.situation()
    situation.visits("2019-05-02 2019-05-03 2019-05-06 2019-05-07")
    situation.publish()

    page = soup(client, url())

    assert situation.convention.title in page.get_text()
    assert "4" in [strong.get_text(strip=True) for strong in page.select("ul.records strong")]


def test_a_published_value_under_the_threshold_stays_masked(client: Client) -> None:
    situation = make.situation()
    situation.visits("2019-05-02")
    situation.publish()

    assert "valeur masquée, moins de 3 unités" in soup(client, url()).get_text()


def test_an_elected_member_opens_no_record(client: Client, chamber: Organisation) -> None:
    visits(chamber, 2)
    accounts.signed_in(client, Role.ELECTED, chamber)

    page = soup(client, url())

    assert not lines(page)
    assert "valeur masquée" in page.get_text()
    assert client.get(url("records_csv")).status_code == 403
    assert client.get(url("records_json")).status_code == 403


@pytest.mark.parametrize("role", [Role.EXPERT, Role.LANDLORD, Role.ADMINISTRATOR])
def test_other_roles_count_their_own_organisation_only(
    client: Client, chamber: Organisation, role: Role
) -> None:
    visits(chamber, 2)
    visits(accounts.organisation())
    accounts.signed_in(client, role, chamber)

    assert len(lines(soup(client, url()))) == 2


def test_an_address_says_the_whole_question(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    day = clock.today()
    visits(chamber)
    outreach.visit(accounts.actor(Role.ADVISER, chamber), occurred_on=date(day.year - 1, 1, 15))
    asked = Question(CODE, Filter(organisations=(str(chamber.key),)), Period(day, day))

    page = soup(client, records_url(asked, clock.now()))

    assert len(lines(page)) == 1
    assert str(chamber) in page.get_text()


def test_an_as_of_in_the_past_opens_what_was_known_then(
    client: Client, chamber: Organisation
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    by = accounts.actor(Role.ADVISER, chamber)
    with clock.at(noon("2020-06-01")):
        outreach.visit(by, occurred_on=date(2020, 6, 1))
    with clock.at(noon("2020-06-03")):
        outreach.visit(by, occurred_on=date(2020, 6, 1))

    with clock.at(noon("2020-06-30")):
        assert len(lines(soup(client, url()))) == 2
        assert len(lines(soup(client, url(au="2020-06-02")))) == 1
        assert len(lines(soup(client, url(au="2999-01-01")))) == 2


def test_a_part_of_a_breakdown_opens_like_the_whole(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)
    outreach.visit(accounts.actor(Role.ADVISER, chamber), register.establishment(commune="59512"))

    page = soup(client, url(par="commune", dans="59512"))

    assert "1 entreprise" in page.h1.get_text()  # type: ignore[union-attr]
    assert len(lines(page)) == 1


def test_a_month_of_the_first_time_lists_only_the_firms_new_that_month(
    client: Client, chamber: Organisation
) -> None:
    mine = accounts.signed_in(client, Role.ADVISER, chamber)
    seen_again, new = register.establishment(), register.establishment()
    with clock.at(noon("2020-06-30")):
        outreach.visit(mine, seen_again, occurred_on=date(2020, 5, 4))
        outreach.visit(mine, seen_again, occurred_on=date(2020, 6, 4))
        outreach.visit(mine, new, occurred_on=date(2020, 6, 5))

        page = soup(client, url(par="first_month", dans="2020-06"))

    assert [str(line.a["href"]) for line in lines(page)] == [
        reverse("observatory:enterprise", args=[new.legal_unit.key])
    ]


def test_a_rate_opens_its_two_lists(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber)
    visits(chamber, outcome="absent")

    top = soup(client, url(code="I03"))
    bottom = soup(client, url(code="I03", liste="denominator"))

    assert (len(lines(top)), len(lines(bottom))) == (1, 2)
    assert "liste=denominator" in str(top)
    assert client.get(url(code="I03", liste="middle")).status_code == 422


def test_a_convention_gives_its_own_rule(client: Client) -> None:
    situation = make.situation()
    situation.visits("2019-05-02 2019-05-03")
    visits(accounts.organisation())
    client.force_login(situation.adviser.person)  # type: ignore[arg-type]

    with clock.at(noon("2020-06-30")):
        page = soup(client, url(convention=situation.convention.slug))

    assert len(lines(page)) == 2
    assert client.get(url(convention="nowhere")).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2019"},
        {"periode": "hier"},
        {"periode": "2020..2019"},
        {"au": "demain"},
        {"au": "9999-12-31"},
        {"apres": "ailleurs"},
        {"segments": "99999999999999999999999"},
        {"segments": "un"},
        {"territory": "atlantide"},
        {"par": "astrologie"},
        {"par": "commune", "dans": "99999"},
    ],
)
def test_an_address_that_means_nothing_is_refused_with_words(
    client: Client, asked: dict[str, str]
) -> None:
    accounts.signed_in(client)

    assert client.get(url(**asked)).status_code == 422


def test_an_unknown_figure_does_not_exist(client: Client) -> None:
    assert client.get(url(code="no.such_figure")).status_code == 404
    accounts.signed_in(client)
    assert client.get(url(code="no.such_figure")).status_code == 404


# Files


def table(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_csv_holds_all_pages_masked_lines_included(
    client: Client, chamber: Organisation
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, SIZE + 1)
    visits(accounts.organisation())

    rows = table(client, url("records_csv"))

    assert len(rows) == SIZE + 2
    (masked,) = [row for row in rows if row["Ligne masquée"] == "1"]
    assert (masked["Unité"], masked["Jour"], masked["Acte"]) == ("", "", "")
    assert masked["Mois"]


def test_a_name_that_looks_like_a_formula_cannot_run(client: Client, chamber: Organisation) -> None:
    mine = accounts.signed_in(client, Role.ADVISER, chamber)
    outreach.visit(mine, register.establishment(unit_name="=1+1"))

    assert table(client, url("records_csv"))[0]["Nom"] == "'=1+1"


def test_the_json_has_the_keys_of_the_command(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)

    told = client.get(url("records_json")).json()

    assert {"code", "alias", "version", "value", "unit", "n", "as_of", "records"} <= set(told)
    assert (told["n"], len(told["records"])) == (2, 2)
    assert set(told["records"][0]["acts"][0]) == {"id", "kind", "occurred_on", "source"}


def test_the_json_of_a_part_tells_that_part(client: Client, chamber: Organisation) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber, 2)
    outreach.visit(accounts.actor(Role.ADVISER, chamber), register.establishment(commune="59512"))

    told = client.get(url("records_json", par="commune", dans="59512")).json()

    assert (told["group"], told["value"], told["n"], len(told["records"])) == ("59512", 1, 1, 1)


def test_the_json_of_one_side_of_a_rate_tells_that_side(
    client: Client, chamber: Organisation
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    visits(chamber)
    visits(chamber, outcome="absent")

    whole = client.get(url("records_json", code="I03")).json()
    side = client.get(url("records_json", code="I03", liste="numerator")).json()

    assert (whole["value"], whole["n"]) == (0.5, 2)
    assert (side["code"], len(side["records"])) == ("outreach.attempts_done", 1)


def test_a_sum_lists_its_amounts(client: Client) -> None:
    situation = make.situation()
    situation.pay(1_500, "2019-06-01")
    client.force_login(situation.officer.person)  # type: ignore[arg-type]

    with clock.at(noon("2020-06-30")):
        page = soup(client, url(code="conventions.payments"))
        rows = table(client, url("records_csv", code="conventions.payments"))

    assert "1\u202f500\u00a0€" in page.h1.get_text()  # type: ignore[union-attr]
    assert rows[0]["Montant (€)"] == "1500,0"


@pytest.mark.slow
def test_a_page_asks_as_many_queries_in_a_small_table_as_in_a_large_one(
    client: Client, chamber: Organisation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    accounts.signed_in(client, Role.ADVISER, chamber)
    soup(client, url())
    counts = []
    for number in (10, 70):
        visits(chamber, number)
        with django_assert_max_num_queries(25) as asked:
            soup(client, url())
        counts.append(len(asked))

    assert counts[0] == counts[1]
