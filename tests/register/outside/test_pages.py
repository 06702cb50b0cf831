"""The national directory on screen: offered when the register finds nothing, shown with its date, storing nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation

from maillage.accounts.limits import Rate
from maillage.accounts.roles import Role
from maillage.register.models import Establishment, LegalUnit
from maillage.register.outside import by_people
from tests.factories import accounts, register as firms
from tests.register.outside.answers import OTHER, SIREN, SIRET, firm, place, results
from tests.services import Hands, Outside, Reply, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]
DIRECTORY = "/entreprises/annuaire/"
OFFER = "Chercher dans l’annuaire national"
FIELD = [Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER]


@pytest.fixture(autouse=True)
def _on(turned_on: Callable[..., Any]) -> None:
    turned_on("firms")


@pytest.fixture
def adviser(client: Client) -> Client:
    client.force_login(accounts.person(role=Role.ADVISER))
    return client


def page_of(client: Client, address: str, **asked: str) -> BeautifulSoup:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


# Offered


@pytest.mark.parametrize("role", FIELD)
def test_a_search_that_finds_nothing_offers_it_to_those_who_go_and_see_firms(
    client: Client, role: Role
) -> None:
    client.force_login(accounts.person(role=role))

    page = page_of(client, "/entreprises/", q="levain", commune="Lille")

    form = page.find("form", action=DIRECTORY)
    assert form is not None
    assert OFFER in form.get_text()
    sent = {field["name"]: field["value"] for field in form.find_all("input")}
    assert sent == {"q": "levain", "commune": "59350"}


@pytest.mark.parametrize("role", [None, Role.ELECTED, Role.AUDITOR, Role.ADMINISTRATOR])
def test_it_is_offered_to_nobody_else(client: Client, role: Role | None) -> None:
    if role is not None:
        client.force_login(accounts.person(role=role))

    page = page_of(client, "/entreprises/", q="levain")

    assert page.find("form", action=DIRECTORY) is None
    assert "MAILLAGE_API" not in words(page)


@pytest.mark.parametrize("role", [None, Role.ELECTED, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_else_makes_the_instance_ask(
    client: Client, outside: Outside, role: Role | None
) -> None:
    if role is not None:
        client.force_login(accounts.person(role=role))

    assert client.get(DIRECTORY, {"q": "levain"}).status_code in {302, 403}
    assert outside.asked == []


def test_a_search_that_finds_something_offers_nothing(adviser: Client) -> None:
    firms.establishment(trade_name="LEVAIN")

    assert page_of(adviser, "/entreprises/", q="levain").find("form", action=DIRECTORY) is None


def test_turned_off_the_search_says_what_turns_it_on_and_the_way_by_hand(
    adviser: Client, turned_on: Callable[..., Any]
) -> None:
    turned_on()

    page = page_of(adviser, "/entreprises/", q="levain")

    assert page.find("form", action=DIRECTORY) is None
    assert "MAILLAGE_API_FIRMS" in words(page)
    assert page.find("a", href="/entreprises/ajouter/") is not None


def test_looking_here_asks_nobody_elsewhere(adviser: Client, outside: Outside) -> None:
    page_of(adviser, "/entreprises/", q="levain")
    page_of(adviser, DIRECTORY)

    assert outside.asked == []


# Shown


def test_what_is_found_is_shown_with_its_date_and_added_by_a_link(
    adviser: Client, outside: Outside
) -> None:
    outside.says(said(results(firm())))

    page = page_of(adviser, DIRECTORY, q="levain", commune="Lille")

    assert outside.asked[0].params["code_commune"] == "59350"
    shown = words(page)
    assert "LEVAIN DU NORD" in shown
    assert "12 BIS RUE DE PARIS, 59000 LILLE" in shown
    assert "Réponse du service du 12/03/2026, 13:00." in shown
    add = page.find("a", href=f"/entreprises/ajouter/?siret={SIRET}")
    assert add is not None
    assert add.get_text(strip=True) == "Ajouter LEVAIN DU NORD"


def test_nothing_shown_is_stored(adviser: Client, outside: Outside) -> None:
    outside.says(said(results(firm())))

    page_of(adviser, DIRECTORY, q="levain")

    assert not Establishment.objects.exists()
    assert not LegalUnit.objects.exists()


def test_a_firm_that_the_register_knows_is_not_added_twice(
    adviser: Client, outside: Outside
) -> None:
    firms.establishment(unit_siren=SIREN, siret=SIRET, trade_name="ICI")
    outside.says(said(results(firm())))

    page = page_of(adviser, DIRECTORY, q="levain")

    assert page.find("a", href=f"/entreprises/?q={SIRET}") is not None
    assert page.find("a", href=f"/entreprises/ajouter/?siret={SIRET}") is None


def test_a_closed_establishment_is_said_closed_and_not_added(
    adviser: Client, outside: Outside
) -> None:
    outside.says(said(results(firm(siege=place(etat_administratif="F")))))

    page = page_of(adviser, DIRECTORY, q="levain")

    assert "Fermé" in words(page)
    assert page.find("a", href=f"/entreprises/ajouter/?siret={SIRET}") is None


def test_a_firm_of_partial_diffusion_shows_its_commune_only(
    adviser: Client, outside: Outside
) -> None:
    outside.says(said(results(firm(statut_diffusion="P"))))

    shown = words(page_of(adviser, DIRECTORY, q=SIREN))

    assert "Entreprise non diffusible" in shown
    assert "LILLE" in shown
    assert "LEVAIN" not in shown
    assert "PARIS" not in shown


def test_more_than_is_shown_is_said(adviser: Client, outside: Outside) -> None:
    outside.says(said(results(firm(), total=116)))

    assert "ajoutez un mot ou une commune" in words(page_of(adviser, DIRECTORY, q="levain"))


def test_no_answer_is_said_with_the_way_by_hand(adviser: Client, outside: Outside) -> None:
    outside.says(said(results()))

    page = page_of(adviser, DIRECTORY, q="introuvable")

    assert "Aucune entreprise du pays ne répond" in words(page)
    assert page.find("a", href="/entreprises/ajouter/") is not None


def test_what_a_service_says_is_text_never_markup(adviser: Client, outside: Outside) -> None:
    told = firm(nom_raison_sociale="<script>alert(1)</script>", siege=place(nom_commercial="<b>x"))
    outside.says(said(results(told)))

    page = page_of(adviser, DIRECTORY, q="levain")

    assert not [s for s in page.find_all("script") if "alert" in s.get_text()]
    assert "<script>alert(1)</script>" in words(page)


@pytest.mark.parametrize(
    ("reply", "words_of_it"),
    [
        (Reply(b"", 429, {"Retry-After": "90"}), "Réessayez dans 90"),
        (said({}, 500), "est en panne"),
        (Reply(b"<html>"), "n’est pas de la forme attendue"),
        (said({}, 302, Location="https://x.example/"), "renvoie ailleurs (x.example)"),
    ],
)
def test_a_service_that_fails_is_a_page_with_the_reason_and_the_way_by_hand(
    adviser: Client, outside: Outside, reply: Reply, words_of_it: str
) -> None:
    outside.says(reply)

    page = page_of(adviser, DIRECTORY, q="levain")

    assert words_of_it in words(page)
    assert page.find("a", href="/entreprises/ajouter/") is not None


def test_an_old_answer_is_shown_as_such_while_the_service_fails(
    adviser: Client, outside: Outside, hands: Hands
) -> None:
    outside.says(said(results(firm())), said({}, 503))
    page_of(adviser, DIRECTORY, q="levain")
    hands.at += timedelta(days=3)

    shown = words(page_of(adviser, DIRECTORY, q="levain"))

    assert "Ce qui suit est sa réponse du 12/03/2026" in shown
    assert "LEVAIN DU NORD" in shown


@pytest.mark.parametrize("typed", ["ab", "123456789"])
def test_what_cannot_be_asked_is_told(adviser: Client, outside: Outside, typed: str) -> None:
    page = page_of(adviser, DIRECTORY, q=typed)

    assert page.select_one(".notice") is not None
    assert outside.asked == []


def test_an_empty_question_and_a_false_commune_are_repaired_in_the_form(
    adviser: Client, outside: Outside
) -> None:
    page_of(adviser, DIRECTORY, q="", commune="")
    page = page_of(adviser, DIRECTORY, q="levain", commune="Atlantis")

    assert "Aucun lieu ne s’appelle" in words(page)
    assert outside.asked == []


def test_turned_off_the_page_says_which_variable(
    adviser: Client, turned_on: Callable[..., Any]
) -> None:
    turned_on()

    for asked in ({}, {"q": "levain"}):
        shown = words(page_of(adviser, DIRECTORY, **asked))
        assert shown.count("MAILLAGE_API_FIRMS") == 1


def test_it_speaks_english_too(adviser: Client, turned_on: Callable[..., Any]) -> None:
    turned_on()
    adviser.cookies["django_language"] = "en"

    shown = words(page_of(adviser, DIRECTORY, q="levain"))
    translation.activate("fr")

    assert "National directory" in shown
    assert "is not turned on here" in shown


def test_one_person_asks_so_many_times_an_hour(
    adviser: Client, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_people, "PER_HOUR", Rate(2))
    outside.says(said(results(firm())))

    shown = [words(page_of(adviser, DIRECTORY, q=f"levain {n}")) for n in range(3)]

    assert ["LEVAIN DU NORD" in page for page in shown] == [True, True, False]
    assert "beaucoup interrogé l’annuaire" in shown[2]
    assert len(outside.asked) == 2


def test_ten_firms_cost_as_many_queries_as_one(
    adviser: Client, outside: Outside, django_assert_max_num_queries: Any
) -> None:
    outside.says(said(results(firm())))
    page_of(adviser, DIRECTORY, q="levain")
    with django_assert_max_num_queries(25) as one:
        page_of(adviser, DIRECTORY, q="levain a")
    many = [
        firm(siren=number, siege=place(firms.siret(number)), matching_etablissements=[place(OTHER)])
        for number in (firms.siren(4_300_000 + n) for n in range(10))
    ]
    outside.says(said(results(*many)))
    with django_assert_max_num_queries(25) as ten:
        page_of(adviser, DIRECTORY, q="levain b")

    assert len(ten) == len(one)
