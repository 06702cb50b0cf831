"""What everybody reads: the newest published value of each period, and the homes of those who read it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage import figures
from maillage.accounts.roles import Role
from maillage.figures.cache import CACHE
from maillage.figures.models import Publication
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import published, publishing
from tests.doors import journals_open
from tests.factories import accounts, conventions, observatory as make, outreach, places
from tests.factories.observatory import Situation
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

CODE = "outreach.firms_prospected"


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", BeautifulSoup(response.content, "html.parser").get_text(" "))


@pytest.fixture
def place() -> Iterator[Situation]:
    CACHE.clear()
    held = make.situation()
    held.visits("2019-06-03 2019-06-04 2019-07-01 2020-02-03")
    with clock.at(noon("2020-06-30")):
        yield held


def test_nothing_is_read_of_what_nobody_published(place: Situation) -> None:
    assert published.of(figures.get(CODE)) == []


def test_each_period_keeps_its_newest_value(place: Situation) -> None:
    # Far enough from one another for no difference to be about fewer than three firms.
    place.visits("2020-02-04 2020-02-05")
    place.publish("2019-04-05..2019-12-31", at="2020-01-10")
    place.publish("2019-04-05..2020-05-31", at="2020-06-01")
    with clock.at(noon("2020-06-10")):
        for _ in range(6):
            outreach.visit(place.adviser, occurred_on=noon("2019-08-01").date())
    place.publish("2019-04-05..2019-12-31", at="2020-06-11")

    found = [(str(one.period), one.shown) for one in published.of(figures.get(CODE))]

    assert found == [("2019-04-05..2019-12-31", "9"), ("2019-04-05..2020-05-31", "6")]


def test_a_published_value_names_its_convention_and_leads_to_it(place: Situation) -> None:
    place.publish()

    (one,) = published.of(figures.get(CODE))

    assert (one.subject, one.slug) == (place.convention.title, place.convention.slug)
    assert one.told == {
        "subject": f"convention:{place.convention.slug}",
        "period": "2019-04-05..2020-05-31",
        "published_at": one.at.isoformat(),
        "reference": f"{CODE}@1",
        "unit": "firm",
        "value": 4,
        "masked": False,
    }


def test_what_was_published_of_a_convention_that_is_gone_keeps_its_name_and_no_link(
    place: Situation,
) -> None:
    made = place.publish()
    with journals_open():
        Publication.objects.filter(pk=made.pk).update(subject="convention:gone")

    (one,) = published.of(figures.get(CODE))

    assert (one.subject, one.slug) == ("convention:gone", "")


def test_a_masked_value_is_told_masked_with_its_reason(place: Situation) -> None:
    place.publish("2020-01-01..2020-05-31")

    (one,) = published.of(figures.get(CODE))

    assert one.shown == ""
    assert "moins de 3" in one.masked
    assert (one.told["value"], one.told["masked"]) == (None, True)


def test_an_elected_member_reads_what_was_published_of_what_no_perimeter_bounds(
    client: Client, place: Situation
) -> None:
    place.publish()
    accounts.signed_in(client, Role.ELECTED, place.epci, perimeter="59350")

    for page in ("figure", "records"):
        address = reverse(f"observatory:{page}", args=["conventions.budget_promised"])
        said = words(client, address)
        assert "Valeurs publiées" in said
        assert "150 000 €" in said
        assert place.convention.title in said


@pytest.mark.parametrize(
    ("page", "status"),
    [("figure", 200), ("records", 200), ("figure_csv", 422), ("figure_json", 422)],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_files_of_what_no_perimeter_bounds_say_where_to_read_it(
    client: Client, page: str, status: int, language: str
) -> None:
    accounts.signed_in(client, Role.ELECTED, perimeter="59350")
    client.cookies["django_language"] = language

    response = client.get(reverse(f"observatory:{page}", args=["conventions.budget_promised"]))

    assert response.status_code == status
    if status == 422:
        remedy = {
            "fr": "Lisez-le sur la page d’une convention, ou tel qu’il a été publié.",
            "en": "Read it on the page of a convention, or as it was published.",
        }
        assert remedy[language] in response.content.decode()


def test_an_elected_member_of_the_whole_instance_asks_for_any_figure(client: Client) -> None:
    accounts.signed_in(client, Role.ELECTED)

    address = reverse("observatory:figure", args=["conventions.budget_promised"])

    assert "Valeurs publiées" not in words(client, address)


# What is offered to who publishes

DAYS = [
    ("2019-04-05", "2019-04-05", "2019-04-05"),
    ("2019-04-06", "2019-04-05", "2019-04-05"),
    ("2020-06-30", "2019-04-05", "2020-06-29"),
    ("2021-06-30", "2019-04-05", "2020-12-31"),
]


@pytest.mark.parametrize(("today", "start", "end"), DAYS)
def test_a_publisher_is_offered_the_life_of_the_text_up_to_yesterday(
    today: str, start: str, end: str
) -> None:
    with clock.at(noon(today)):
        days = publishing.proposed(Period.parse("2019-04-05..2020-12-31"))

    assert {name: day.isoformat() for name, day in days.items()} == {"start": start, "end": end}


def test_nothing_is_offered_for_a_text_without_days() -> None:
    assert publishing.proposed(None) == {}


# Doors between the pages


@pytest.mark.parametrize("role", [Role.ADVISER, Role.OFFICER, Role.ELECTED, Role.EXPERT, None])
def test_the_conventions_lead_each_reader_to_their_figures(
    client: Client, place: Situation, role: Role | None
) -> None:
    if role:
        accounts.signed_in(client, role, place.epci)
    dashboard = reverse("observatory:convention", args=[place.convention.slug])

    for page in (
        reverse("conventions:conventions"),
        reverse("conventions:text", args=[place.convention.slug]),
    ):
        soup = BeautifulSoup(client.get(page).content, "html.parser")
        link = soup.find("a", href=dashboard)
        assert link is not None, page
        assert "Où en est-elle" in link.get_text()


def test_a_project_has_no_figures_to_lead_to(client: Client) -> None:
    mine = accounts.signed_in(client, Role.OFFICER)
    assert mine.organisation is not None
    project = conventions.convention_of(mine.organisation, signed=False)

    page = client.get(reverse("conventions:conventions")).content.decode()

    assert project.title in page
    dashboard = reverse("observatory:convention", args=[project.slug])
    assert f'href="{dashboard}"' not in page


# Homes

HOMES = {
    Role.ADVISER: ("whom are you seeing today", "qui voyez-vous aujourd’hui"),
    Role.OFFICER: ("Where do your conventions stand", "Où en sont vos conventions"),
    Role.ELECTED: ("What is done in your perimeter", "Que fait-on dans votre périmètre"),
    Role.AUDITOR: ("What do you wish to check", "Que voulez-vous vérifier"),
}


@pytest.mark.parametrize("role", HOMES)
def test_the_first_page_asks_the_question_of_the_role(client: Client, role: Role) -> None:
    accounts.signed_in(client, role)

    for language, title in zip(("en", "fr"), HOMES[role], strict=True):
        client.cookies["django_language"] = language
        soup = BeautifulSoup(client.get("/").content, "html.parser")
        assert soup.h1 is not None
        assert title in soup.h1.get_text()


def test_an_elected_member_reads_four_figures_of_the_year_in_their_perimeter(
    client: Client, place: Situation
) -> None:
    places.places_loaded()
    accounts.signed_in(client, Role.ELECTED, place.epci, perimeter="59350")
    with clock.at(noon("2020-06-29")):
        for _ in range(3):
            outreach.visit(place.adviser, occurred_on=clock.today())

    soup = BeautifulSoup(client.get("/").content, "html.parser")

    shown = [card.get_text(" ", strip=True) for card in soup.select(".figure")]
    assert len(shown) == 4
    assert shown[0] == "4"
    assert not soup.select("a[href*='/lignes']")
