"""The pages of the catalogue in both languages: nothing of one is left in the other, a title asks the question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue.importers import offers
from maillage.catalogue.models import Entry
from maillage.kernel import clock
from tests.factories import accounts, catalogue as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def officer(client: Client) -> Actor:
    return accounts.signed_in(client, Role.OFFICER)


def page(client: Client, url: str, language: str) -> BeautifulSoup:
    client.cookies["django_language"] = language
    answer = client.get(url)
    assert answer.status_code == 200
    found = BeautifulSoup(answer.content, "html.parser")
    assert found.html is not None
    assert found.html["lang"] == language
    return found


def heading(client: Client, url: str, language: str) -> str:
    told = page(client, url, language).h1
    assert told is not None
    return " ".join(told.get_text().replace("\u202f", " ").replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("address", "french", "english"),
    [
        (
            "/catalogue/",
            "Qui peut aider une entreprise, et à quoi ?",
            "Who can help a firm, with what?",
        ),
        ("/catalogue/nouvelle/", "Ajouter une fiche", "Add an entry"),
        ("{firm}", "À quoi cette entreprise a-t-elle droit ?", "What may this firm have?"),
        ("{entry}", "Atelier", "Atelier"),
        ("{entry}modifier/", "Modifier la fiche", "Change the entry"),
    ],
)
def test_the_heading_of_each_page_is_in_the_language_of_its_reader(
    client: Client, officer: Actor, address: str, french: str, english: str
) -> None:
    made, place = make.entry(officer, title="Atelier"), register.establishment()
    url = address.format(
        entry=f"/catalogue/{made.key}/", firm=f"/etablissements/{place.key}/catalogue/"
    )
    assert heading(client, url, "fr") == french
    assert heading(client, url, "en") == english


WORDS = [
    ("Pour qui", "For whom"),
    ("Comment demander", "How to ask"),
    ("Ce qui en a été dit", "What was said of it"),
    ("Combien de fois elle a répondu à un besoin", "How often it answered a need"),
    ("Toujours exacte aujourd’hui", "Still true today"),
    ("Retirer la fiche", "Retire the entry"),
    ("au plus 9", "at most 9"),
    ("Gratuit", "Free of charge"),
]


@pytest.mark.parametrize(("french", "english"), WORDS)
def test_an_entry_is_told_in_one_language_at_a_time(
    client: Client, officer: Actor, french: str, english: str
) -> None:
    made = make.entry(officer, title="Atelier", headcount_max=9, fees="free", how="03 20 00 00 00")
    url = f"/catalogue/{made.key}/"
    in_french = page(client, url, "fr").get_text(" ", strip=True)
    in_english = page(client, url, "en").get_text(" ", strip=True)
    assert french in in_french
    assert english in in_english
    assert english not in in_french
    assert french not in in_english


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", ["/catalogue/", "/catalogue/nouvelle/", "{firm}", "{entry}"])
def test_each_page_has_one_heading_one_main_button_at_most_and_names_its_fields(
    client: Client, officer: Actor, address: str, language: str
) -> None:
    made, place = make.entry(officer, title="Atelier"), register.establishment()
    url = address.format(
        entry=f"/catalogue/{made.key}/", firm=f"/etablissements/{place.key}/catalogue/"
    )
    found = page(client, url, language)
    assert len(found.select("h1")) == 1
    assert len(found.select(".btn-1")) <= 1
    labelled = {one["for"] for one in found.select("label[for]")}
    for one in found.select("main input:not([type=hidden]), main select, main textarea"):
        assert one.get("id") in labelled or one.find_parent("label"), one
    for one in found.select("[aria-labelledby]"):
        assert found.find(id=one["aria-labelledby"]), one
    ids = [one["id"] for one in found.select("[id]")]
    assert len(ids) == len(set(ids))
    assert not found.select("[style], main script")


def test_what_a_file_says_is_shown_as_words_and_runs_nothing(
    client: Client, officer: Actor
) -> None:
    wrong = "<script>alert(1)</script>"
    told = make.service(
        nom=f"Atelier {wrong}", description=f"Une matinée {wrong}.", conditions_acces=wrong
    )
    make.told(offers.IMPORTER, told)
    made = Entry.objects.get(sort="service")
    for url in ("/catalogue/", f"/catalogue/{made.key}/"):
        answer = client.get(url).content.decode()
        assert wrong not in answer
        assert "&lt;script&gt;" in answer


def test_a_long_list_is_read_page_by_page_and_keeps_its_filters(
    client: Client, officer: Actor
) -> None:
    for number in range(30):
        make.entry(title=f"Atelier {number:02}")
    make.entry(title="Autre", themes=("energy",))
    first = page(client, "/catalogue/?theme=digital", "fr")
    assert len(first.select(".records > li")) == 25
    following = first.select_one('a[href*="page=2"]')
    assert following is not None
    assert "theme=digital" in str(following["href"])
    second = page(client, f"/catalogue/{following['href']}", "fr")
    assert len(second.select(".records > li")) == 5


def test_the_table_handed_out_has_every_page_of_the_list(client: Client, officer: Actor) -> None:
    for number in range(30):
        make.entry(title=f"Atelier {number:02}")
    lines = client.get("/catalogue.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 31
    assert (
        len(client.get("/catalogue.csv?q=atelier+07").content.decode("utf-8-sig").splitlines()) == 2
    )
