"""The pages of the catalogue: found, filtered in the address, judged on a firm, kept by those who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.importers import offers, structures
from maillage.catalogue.models import Entry, EntryVersion
from maillage.kernel import clock
from tests.factories import accounts, catalogue as make, places, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2021-06-30T18:00")):
        yield


@pytest.fixture
def officer(client: Client) -> Actor:
    return accounts.signed_in(client, Role.OFFICER)


def soup(client: Client, url: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def listed(client: Client, query: str = "") -> list[str]:
    page = soup(client, f"/catalogue/?{query}")
    return [one.get_text(strip=True) for one in page.select(".records li > a")]


def test_whoever_signs_in_reads_the_whole_catalogue(client: Client) -> None:
    make.entry(title="Atelier d’ailleurs")
    for role in Role:
        client.logout()
        accounts.signed_in(client, role)
        assert listed(client) == ["Atelier d’ailleurs"]


def test_an_empty_catalogue_says_what_to_do(client: Client, officer: Actor) -> None:
    assert "Aucune fiche ne répond" in soup(client, "/catalogue/").get_text()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=numerique", ["Atelier numérique"]),
        ("q=ENERGIE+visite", ["Visite énergie"]),
        ("q=rien", []),
        ("theme=energy", ["Visite énergie"]),
        ("theme=nonsense", ["Atelier numérique", "Visite énergie"]),
        ("moment=creation", ["Atelier numérique"]),
        ("sorte=scheme", ["Visite énergie"]),
        ("territoire=59350", ["Atelier numérique", "Visite énergie"]),
        ("territoire=62498", ["Visite énergie"]),
        ("territoire=mel", ["Atelier numérique", "Visite énergie"]),
        ("a-verifier=expired", ["Visite énergie"]),
        ("a-verifier=stale", ["Atelier numérique"]),
        ("gardees=oui", []),
    ],
)
def test_filters_stand_in_the_address(
    client: Client, officer: Actor, query: str, found: list[str]
) -> None:
    places.places_loaded()
    make.entry(
        title="Atelier numérique", moments=("creation",), everywhere=False, areas=("200093201",),
        told_on=date(2020, 6, 1),
    )  # fmt: skip
    make.entry(
        title="Visite énergie", sort="scheme", themes=("energy",), told_on=date(2021, 6, 1),
        valid_until=date(2021, 6, 29),
    )  # fmt: skip
    assert listed(client, query) == found


def test_an_area_that_names_nothing_is_told_and_finds_nothing(
    client: Client, officer: Actor
) -> None:
    places.places_loaded()
    make.entry()
    page = soup(client, "/catalogue/?territoire=Atlantide")
    assert "Atlantide" in page.select_one(".notice").get_text()  # type: ignore[union-attr]
    assert not page.select(".records li")


def test_an_entry_left_out_of_an_area_is_not_found_there(client: Client, officer: Actor) -> None:
    places.places_loaded()
    make.entry(title="Partout sauf Lille", areas_out=("59350",))
    assert listed(client, "territoire=59512") == ["Partout sauf Lille"]
    assert listed(client, "territoire=59350") == []


def test_what_has_to_be_checked_is_counted_and_opens_the_same_list(
    client: Client, officer: Actor
) -> None:
    make.entry(officer, title="Vieille", told_on=date(2019, 1, 1))
    make.entry(officer, title="Neuve", told_on=date(2021, 6, 1))
    make.entry(title="Vieille d’ailleurs", told_on=date(2019, 1, 1))
    link = soup(client, "/catalogue/").select_one("#to-check + ul a")
    assert link is not None
    assert link.find_next("strong").get_text() == "1"  # type: ignore[union-attr]
    assert listed(client, str(link["href"]).partition("?")[2]) == ["Vieille"]


def test_the_list_asks_as_many_questions_for_two_entries_as_for_twenty(
    client: Client, officer: Actor
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/catalogue/")
        return len(captured)

    make.entry()
    make.entry()
    asked()
    before = asked()
    for _ in range(18):
        make.entry()
    asked()  # the figure of these entries is computed once, then kept
    assert asked() <= before


def test_the_list_is_handed_out_as_a_table(client: Client, officer: Actor) -> None:
    make.entry(
        title="=Atelier",
        summary="x",
        told_on=date(2019, 1, 1),
        phone="0320",
        areas=("59",),
        everywhere=False,
    )
    answer = client.get("/catalogue.csv?theme=digital")
    header, line = answer.content.decode("utf-8-sig").splitlines()
    assert header.startswith("Nom;Sorte;Porteur")
    assert "'=Atelier" in line
    assert ";59;" in line
    assert "Sans mise à jour depuis 12 mois" in line


def test_an_entry_says_for_whom_how_to_ask_and_who_answers(client: Client, officer: Actor) -> None:
    partner = accounts.organisation(name="Chambre inventée")
    made = make.entry(
        officer, partner, title="Atelier", headcount_max=9, other="Être à jour.", how="Appeler.",
        contact_name="Une personne", phone="03 20 00 00 00", email="a@b.example", link="https://a.example/",
        fees="free", nature="conseil", description="Une matinée.",
    )  # fmt: skip
    page = soup(client, f"/catalogue/{made.key}/")
    text = page.get_text(" ", strip=True)
    for told in (
        "au plus 9",
        "Être à jour.",
        "Appeler.",
        "Une personne",
        "Chambre inventée",
        "Gratuit",
    ):
        assert told in text
    assert page.select_one('a[href="tel:0320000000"]')
    assert page.select_one('a[href="mailto:a@b.example"]')
    assert page.select_one('a[href="https://a.example/"][rel=noreferrer]')


def test_a_structure_leads_to_what_it_offers_and_back(client: Client, officer: Actor) -> None:
    make.told(structures.IMPORTER, make.structure(nom="Maison"))
    make.told(offers.IMPORTER, make.service(nom="Atelier"))
    of, house = Entry.objects.get(sort="service"), Entry.objects.get(sort="provider")
    page = soup(client, f"/catalogue/{of.key}/")
    assert page.select_one(f'a[href="/catalogue/{house.key}/"]').get_text() == "Maison"  # type: ignore[union-attr]
    back = soup(client, f"/catalogue/{house.key}/").select_one("#offers + ul a")
    assert back is not None
    assert back["href"] == f"/catalogue/{of.key}/"


def test_an_entry_of_a_load_taken_back_is_not_there(client: Client, officer: Actor) -> None:
    load = make.told(offers.IMPORTER, make.service())
    of = Entry.objects.get(sort="service")
    type(load).objects.filter(pk=load.pk).update(state="undone", undone_at=clock.now())
    soup(client, f"/catalogue/{of.key}/", 404)


# Kept by those who may


def typed(page: BeautifulSoup, **more: object) -> dict[str, object]:
    """The form as a browser would send it back, with some answers."""
    told: dict[str, object] = {}
    for one in page.select(
        "form[method=post] input, form[method=post] textarea, form[method=post] select"
    ):
        kind, name = one.get("type"), str(one.get("name"))
        if one.name == "textarea":
            told[name] = one.get_text()
        elif one.name == "select":
            chosen = one.select_one("option[selected]")
            told[name] = chosen["value"] if chosen else ""
        elif kind not in {"checkbox", "radio"} or one.has_attr("checked"):
            told[name] = one.get("value", "")
    return told | more


def test_an_entry_is_written_on_a_form(client: Client, officer: Actor) -> None:
    page = soup(client, "/catalogue/nouvelle/")
    answer = client.post(
        "/catalogue/nouvelle/",
        typed(
            page,
            title="Atelier",
            themes=["energy"],
            areas="59350 59",
            activities="10, 43",
            headcount_max="9",
        ),
    )
    found = EntryVersion.objects.offered().get()
    assert answer["Location"] == f"/catalogue/{found.entry.key}/"
    assert (found.title, found.themes, found.areas) == ("Atelier", ("energy",), ("59350", "59"))
    assert (found.activities, found.headcount_max) == (("10", "43"), 9)
    assert found.entry.partner == officer.organisation
    assert found.told_on == date(2021, 6, 30)


def test_what_is_wrong_stands_on_its_field_and_nothing_typed_is_lost(
    client: Client, officer: Actor
) -> None:
    page = soup(client, "/catalogue/nouvelle/")
    answer = client.post(
        "/catalogue/nouvelle/", typed(page, title="Atelier", areas="Lille", how="Appeler.")
    )
    assert answer.status_code == 422
    again = BeautifulSoup(answer.content, "html.parser")
    assert "LILLE\u00a0: ce code n’est pas connu." in again.get_text()
    assert again.select_one("[name=how]").get_text().strip() == "Appeler."  # type: ignore[union-attr]
    assert not Entry.objects.exists()


def test_an_edit_starts_from_the_last_word_and_keeps_what_it_does_not_show(client: Client) -> None:
    accounts.signed_in(client, Role.ADMINISTRATOR)
    make.told(offers.IMPORTER, make.service(zone_eligibilite=["59"], publics=["jeunes"]))
    of = Entry.objects.get(sort="service")
    url = f"/catalogue/{of.key}/modifier/"
    answer = client.post(url, typed(soup(client, url), title="Renommé"))
    assert answer.status_code == 302
    before, after = of.versions.order_by("number")
    assert (after.title, after.areas, after.other) == ("Renommé", before.areas, before.other)
    assert (after.topics, after.told_by, after.provider) == (before.topics, "dora", before.provider)


def test_two_people_who_edit_at_once_see_both_texts(client: Client, officer: Actor) -> None:
    made = make.entry(officer, title="Avant")
    url = f"/catalogue/{made.key}/modifier/"
    stale = typed(soup(client, url), title="Le mien")
    actions.edit_entry(entry=made, content=make.content(title="Le sien"), version=1, by=officer)
    answer = client.post(url, stale)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Le mien" in text
    assert "Le sien" in text
    assert make.last(made).title == "Le sien"


@pytest.mark.parametrize("step", ["confirmer", "retirer"])
def test_a_button_acts_on_the_version_that_was_read(
    client: Client, officer: Actor, step: str
) -> None:
    made = make.entry(officer, told_on=date(2019, 1, 1))
    url = f"/catalogue/{made.key}/{step}/"
    assert client.post(url, {"version": 7}).status_code == 409
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"version": 1}).status_code == 302
    assert make.last(made).number == 2


def test_a_retired_entry_says_so_and_offers_no_button(client: Client, officer: Actor) -> None:
    made = make.entry(officer)
    actions.retire_entry(entry=made, version=1, by=officer)
    page = soup(client, f"/catalogue/{made.key}/")
    assert "retirée" in page.select_one(".notice").get_text()  # type: ignore[union-attr]
    assert not page.select("form[action*=retirer]")


@pytest.mark.parametrize("step", ["modifier", "confirmer", "retirer"])
def test_another_organisation_finds_no_such_page(client: Client, officer: Actor, step: str) -> None:
    url = f"/catalogue/{make.entry().key}/{step}/"
    ask: Callable[..., object] = client.get if step == "modifier" else client.post
    assert ask(url).status_code == 404  # type: ignore[attr-defined]


# Judged on a firm


def test_a_firm_is_told_what_it_may_have_what_to_ask_and_why_not(
    client: Client, officer: Actor
) -> None:
    place = register.establishment(size_band="03")
    make.entry(title="Pour elle", headcount_max=9)
    make.entry(title="À demander", other="Être à jour.")
    make.entry(title="Pas pour elle", headcount_min=50)
    make.entry(title="Fermée", valid_until=date(2021, 6, 29))
    page = soup(client, f"/etablissements/{place.key}/catalogue/")
    cards = {
        one.h2.get_text(strip=True): one.get_text(" ", strip=True)
        for one in page.select("section.card")
    }
    assert list(cards) == ["Pour elle", "À demander", "Pas pour elle"]
    assert "Toutes les conditions sont remplies" in cards["Pour elle"]
    assert "6 à 9" in cards["Pas pour elle"]
    assert "Non rempli" in cards["Pas pour elle"]
    counts = [one.get_text() for one in page.select("nav ul.list strong")]
    assert counts[-3:] == ["1", "1", "1"]


def test_one_answer_alone_is_read_by_its_address(client: Client, officer: Actor) -> None:
    place = register.establishment(size_band="03")
    make.entry(title="Pour elle", headcount_max=9)
    make.entry(title="Pas pour elle", headcount_min=50)
    page = soup(client, f"/etablissements/{place.key}/catalogue/?etat=not_met")
    assert [one.h2.get_text(strip=True) for one in page.select("section.card")] == ["Pas pour elle"]


def test_judging_asks_as_many_questions_for_two_entries_as_for_twenty(
    client: Client, officer: Actor
) -> None:
    place = register.establishment()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/etablissements/{place.key}/catalogue/")
        return len(captured)

    for _ in range(2):
        make.entry(headcount_max=9, segments=("craft_rm",), areas=("59350",), everywhere=False)
    asked()
    before = asked()
    for _ in range(18):
        make.entry(headcount_max=9, segments=("craft_rm",), areas=("59350",), everywhere=False)
    assert asked() == before


def test_the_sheet_of_a_firm_leads_to_what_it_may_have(client: Client, officer: Actor) -> None:
    place = register.establishment()
    page = soup(client, f"/entreprises/{place.legal_unit.key}/")
    assert page.select_one(f'a[href="/etablissements/{place.key}/catalogue/"]')
    client.logout()
    page = soup(client, f"/entreprises/{place.legal_unit.key}/")
    assert not page.select_one(f'a[href="/etablissements/{place.key}/catalogue/"]')
