"""Pages of the register: anybody finds a firm, managers read loads, administrators undo them."""

import pytest
from django.conf import settings

from maillage.accounts.roles import Role
from maillage.register.models import Load, Reject, Source
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


def test_a_manager_reads_the_loads_and_what_was_refused(client):
    load = firms.load_active(counts={"new": 1234})
    Reject.objects.create(load=load, file="f.csv", line=7, column="siret", code="siren_for_siret")
    signed_in(client, Role.SERVICE_MANAGER)

    assert "1\u202f234" in client.get("/registre/chargements/").content.decode()
    page = client.get(f"/registre/chargements/{load.key}/").content.decode()
    assert "f.csv:7" in page
    assert "un SIREN (9 chiffres)" in page
    assert "Annuler ce chargement" not in page


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ELECTED])
def test_others_do_not_read_the_loads(client, role):
    signed_in(client, role)

    assert client.get("/registre/chargements/").status_code == 403


def test_an_administrator_undoes_a_load_after_a_question(client):
    load = firms.load_active()
    signed_in(client, Role.ADMINISTRATOR)

    assert client.get(f"/registre/chargements/{load.key}/annuler/").status_code == 200
    answer = client.post(f"/registre/chargements/{load.key}/annuler/", follow=True)

    load.refresh_from_db()
    assert load.state == Load.State.UNDONE
    assert "Le chargement est annulé" in answer.content.decode()


def test_a_manager_does_not_undo_a_load(client):
    load = firms.load_active()
    signed_in(client, Role.SERVICE_MANAGER)

    assert client.post(f"/registre/chargements/{load.key}/annuler/").status_code == 403
    load.refresh_from_db()
    assert load.state == Load.State.ACTIVE


ROUTES = ("/entreprises/", "/registre/chargements/", "/registre/chargements/{}/",
          "/registre/chargements/{}/annuler/")  # fmt: skip
WHO = {
    None: (200, 302, 302, 302),
    Role.ADVISER: (200, 403, 403, 403),
    Role.OFFICER: (200, 403, 403, 403),
    Role.ELECTED: (200, 403, 403, 403),
    Role.SERVICE_MANAGER: (200, 200, 200, 403),
    Role.ADMINISTRATOR: (200, 200, 200, 200),
}


@pytest.mark.parametrize("role", WHO)
def test_who_opens_which_page(client, role):
    load = firms.load_active()
    if role:
        signed_in(client, role)

    found = tuple(client.get(route.format(load.key)).status_code for route in ROUTES)

    assert found == WHO[role]


def test_a_load_that_does_not_exist_or_comes_from_the_field_is_not_found(client):
    field = firms.load_active(source=Source.FIELD)
    signed_in(client, Role.ADMINISTRATOR)

    for key in (field.key, "00000000-0000-7000-8000-000000000000"):
        assert client.get(f"/registre/chargements/{key}/").status_code == 404
        assert client.post(f"/registre/chargements/{key}/annuler/").status_code == 404


def test_undoing_twice_says_that_there_is_nothing_to_undo(client):
    load = firms.load_active()
    signed_in(client, Role.ADMINISTRATOR)
    client.post(f"/registre/chargements/{load.key}/annuler/")

    again = client.post(f"/registre/chargements/{load.key}/annuler/")

    assert again.status_code == 409
    assert "pas actif" in again.content.decode()


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


def test_the_journal_of_loads_takes_the_same_queries_for_one_and_for_many(
    client, django_assert_max_num_queries
):
    signed_in(client, Role.SERVICE_MANAGER)
    firms.load_active()
    with django_assert_max_num_queries(25) as one:
        client.get("/registre/chargements/")
    for _ in range(30):
        firms.load_active()
    with django_assert_max_num_queries(25) as many:
        client.get("/registre/chargements/")

    assert len(many) <= len(one)
