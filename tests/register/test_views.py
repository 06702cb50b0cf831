"""Pages of the register: anybody finds a firm, managers read loads, administrators undo them."""

import pytest
from django.conf import settings

from maillage.accounts.roles import Role
from tests.factories import accounts, register as firms

pytestmark = pytest.mark.django_db


def signed_in(client, role):
    person = accounts.person(role=role)
    client.force_login(person)
    return client


def test_anybody_finds_a_firm_by_its_name(client):
    firms.establishment(trade_name="AU BON PAIN")

    page = client.get("/entreprises/", {"q": "bon pain"}).content.decode()

    assert "AU BON PAIN" in page
    assert "1 établissement" in page


def test_a_search_without_answer_says_what_to_try(client):
    page = client.get("/entreprises/", {"q": "introuvable"}).content.decode()

    assert "Vérifiez l’orthographe" in page


def test_the_page_opens_empty_and_refuses_a_false_commune_in_words(client):
    assert client.get("/entreprises/").status_code == 200
    page = client.get("/entreprises/", {"q": "pain", "commune": "Atlantis"}).content.decode()
    assert "Aucun lieu ne s’appelle" in page
    assert 'value="Atlantis"' in page


@pytest.mark.usefixtures("geography")
@pytest.mark.parametrize(
    "typed", ["Lille", "lille", "59350", "59298"]
)  # Hellemmes is part of Lille
def test_a_commune_is_named_as_people_name_it(client, typed):
    firms.establishment(trade_name="AU BON PAIN")
    firms.establishment(trade_name="PAIN D'ICI", commune="59512")

    page = client.get("/entreprises/", {"q": "pain", "commune": typed}).content.decode()

    assert "AU BON PAIN" in page
    assert "ICI" not in page


def test_many_answers_come_by_pages_with_the_same_queries(client, django_assert_max_num_queries):
    firms.establishment(trade_name="COIFFURE")
    client.get("/entreprises/", {"q": "coiffure"})
    with django_assert_max_num_queries(25) as one:
        client.get("/entreprises/", {"q": "coiffure"})
    for _ in range(45):
        firms.establishment(trade_name="COIFFURE")
    with django_assert_max_num_queries(25) as many:
        page = client.get("/entreprises/", {"q": "coiffure", "page": "2"})

    assert len(many) <= len(one)
    assert page.context["page"].number == 2


def test_a_hidden_firm_shows_its_commune_and_no_street(client):
    hidden = firms.establishment(diffusion="P", unit_diffusion="P")

    page = client.get("/entreprises/", {"q": hidden.siret}).content.decode()

    assert "Entreprise non diffusible" in page
    assert "LILLE" in page
    assert "RUE" not in page


@pytest.mark.parametrize("role", [None, Role.ADVISER])
def test_a_firm_added_by_hand_is_found_by_those_who_go_and_see_firms_only(client, role):
    firms.establishment(trade_name="ATELIER DU COIN", siret=None, provisional=True, unit_siren=None)
    if role:
        signed_in(client, role)

    page = client.get("/entreprises/", {"q": "atelier coin"}).content.decode()

    assert ("ATELIER DU COIN" in page) is (role is Role.ADVISER)


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"q": "a\0b"}, 400), ({"q": "x" * 101}, 200), ({"q": "pain", "page": "9999"}, 200),
     ({"q": "pain", "page": "-1"}, 200), ({"q": "'; DROP TABLE"}, 200), ({"q": '"*" OR'}, 200),
     ({"q": "pain", "commune": "99"}, 200), ({"q": "\U0001f35e"}, 200), ({"q": " "}, 200)],
)  # fmt: skip
def test_whatever_is_typed_the_page_answers(client, asked, status):
    firms.establishment(trade_name="PAIN")

    assert client.get("/entreprises/", asked).status_code == status


def test_the_page_is_said_in_english_too(client):
    place = firms.establishment(trade_name="PAIN")

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.get("/entreprises/", {"q": place.siret})

    assert page.status_code == 200
    assert "Name, trade name, SIRET or SIREN" in page.content.decode()
