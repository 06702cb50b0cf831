"""The first page of an empty instance: its key, its territory, then who begins."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from maillage.accounts import identity
from maillage.accounts.models import Organisation, Person
from maillage.kernel.identifiers import uuid7
from maillage.site.first_day import key, territories, views
from tests.factories import accounts as make, places as geography

pytestmark = pytest.mark.django_db

PAGE = "/premiere-page/"
MEL = f"{PAGE}?territoire=mel"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def typed(**changed: object) -> dict[str, object]:
    return {
        "once": str(uuid7()),
        "organisation": "Chambre de métiers",
        "short_name": "CMA",
        "kind": "chamber",
        "siren": "130 022 718",
        "administrator": "Camille Martin",
        "email": "camille@cma.example",
        "password": "une longue phrase",
        "language": "fr",
        "sender": "",
        "accent": "",
    } | changed


@pytest.fixture
def opened(client: Client, empty_instance: None) -> Client:
    """A browser whose reader holds the key, on an instance that knows its geography."""
    geography.places_loaded()
    client.get(PAGE, {"cle": key.current()})
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


# Who is led there


@pytest.mark.parametrize(
    "address", ["/", "/conventions/", "/connexion/", "/premiers-pas/", "/droits/"]
)
def test_a_browser_that_opens_an_empty_instance_lands_on_its_first_page(
    client: Client, empty_instance: None, address: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_what_watches_over_it_and_what_a_page_needs_still_answer(
    client: Client, empty_instance: None
) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/instance/couleurs.css").status_code == 200
    answer = client.post("/langue/", {"language": "en", "next": PAGE})
    assert answer.headers["Location"] == PAGE
    assert "This instance is empty" in text(client.get(PAGE))
    assert client.get("/nowhere/").status_code == 404


def test_an_instance_that_has_begun_has_no_first_page(client: Client, empty_instance: None) -> None:
    given = key.current()
    make.organisation()
    for answer in (client.get(PAGE), client.get(PAGE, {"cle": given}), client.post(MEL, typed())):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/droits/").status_code == 200
    assert not Person.objects.exists()


# The key


def test_a_stranger_is_asked_for_the_key_and_learns_nothing(
    client: Client, empty_instance: None
) -> None:
    geography.places_loaded()
    for page in (PAGE, MEL, f"{PAGE}?nom=lille"):
        shown = text(client.get(page))
        assert "La personne qui tient la machine" in shown
        assert "Lille" not in shown
    client.post(MEL, typed())
    assert not Organisation.objects.exists()


def test_a_wrong_key_opens_nothing(client: Client, empty_instance: None) -> None:
    right = key.current()
    for wrong in ("", "x", right[:-1], right + "x", "é", "\u2028"):
        answer = client.get(f"{PAGE}?cle={quote(wrong)}", follow=True)
        assert "La personne qui tient la machine" in text(answer)
    refused = client.post(PAGE, {"key": "x"}, follow=True)
    assert "Ce n’est pas la clé." in text(refused)
    assert client.post(PAGE, {}).status_code == 422


def test_while_nobody_was_told_a_key_none_opens(client: Client, empty_instance: None) -> None:
    key.spend()
    assert not key.matches("")
    assert "La personne qui tient la machine" in text(client.get(PAGE, {"cle": "x"}, follow=True))


def test_the_key_leaves_the_address_at_once(client: Client, empty_instance: None) -> None:
    answer = client.get(PAGE, {"cle": key.current()})
    assert answer.headers["Location"] == PAGE
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Sur quel territoire" in text(client.get(PAGE))


def test_the_key_may_be_typed(client: Client, empty_instance: None) -> None:
    answer = client.post(PAGE, {"key": f" {key.current()} "}, follow=True)
    assert "Sur quel territoire" in text(answer)


def test_guesses_are_counted(
    client: Client, empty_instance: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "GUESSES", views.limits.Rate(2))
    for _ in range(2):
        client.post(PAGE, {"key": "x"})
    answer = client.post(PAGE, {"key": key.current()}, follow=True)
    assert "La personne qui tient la machine" in text(answer)


def test_the_key_is_long_and_lies_where_its_owner_alone_reads() -> None:
    given = key.current()
    file = Path(settings.HOME) / "first_key"
    assert len(given) >= 32
    assert key.current() == given
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key.spend()
    assert not file.exists()
    assert key.current() != given
    key.spend()
    key.spend()  # twice is no fault


# The territory


def test_the_territories_of_a_name_appear_with_communes_and_population(opened: Client) -> None:
    page = text(opened.get(PAGE, {"nom": "lille"}))
    assert 'href="?territoire=mel"' in page
    assert "13 communes" in page
    assert "territoire=call" not in page


def test_a_siren_finds_its_territory_and_a_commune_is_none() -> None:
    geography.places_loaded()
    assert [one.key for one in territories.named("200093201")] == ["mel"]
    assert territories.named("245900410")[0].key == "mel"  # a former SIREN
    assert territories.named("59350") == []
    assert territories.named("dep-59") == []
    assert territories.named("") == []


def test_a_name_that_nothing_bears_is_said(opened: Client) -> None:
    assert "Aucune intercommunalité d’aujourd’hui" in text(opened.get(PAGE, {"nom": "atlantide"}))
    assert "Sur quel territoire" in text(opened.get(PAGE, {"territoire": "atlantide"}))


def test_without_geography_the_remedy_is_said(client: Client, empty_instance: None) -> None:
    client.get(PAGE, {"cle": key.current()})
    assert "maillage load_places" in text(client.get(PAGE, {"nom": "lille"}))


def test_the_territory_is_seen_whole_before_anything_is_confirmed(opened: Client) -> None:
    page = text(opened.get(MEL))
    assert "Métropole Européenne de Lille" in page
    for commune in ("Annœullin", "Roubaix", "Tourcoing"):
        assert commune in page
    assert "13 communes" in page
    assert "habitants aujourd’hui" in page


# Beginning


def test_the_instance_begins_and_its_administrator_is_signed_in(opened: Client) -> None:
    logo = SimpleUploadedFile("anything.gif", SVG, content_type="image/gif")
    answer = opened.post(MEL, typed(accent="#7a1f6b", logo=logo), follow=True)

    page = text(answer)
    assert answer.redirect_chain[-1][0] == "/premiers-pas/"
    assert "L’instance commence" in page
    assert "couleurs.css?v=7a1f6b" in page
    assert Organisation.objects.get().siren == "130022718"
    assert Person.objects.get().check_password("une longue phrase")
    face = identity.current()
    assert (face.territory, face.accent) == ("mel", "#7a1f6b")
    assert identity.logo() == (SVG, "image/svg+xml")
    assert not (Path(settings.HOME) / "first_key").exists()
    assert Client().get("/droits/").status_code == 200


def test_the_page_is_gone_for_those_who_come_after(opened: Client) -> None:
    given = key.current()
    late = Client()
    late.get(PAGE, {"cle": given})
    opened.post(MEL, typed())
    assert late.post(MEL, typed(organisation="Another")).headers["Location"] == "/"
    assert Organisation.objects.count() == 1


def test_who_is_overtaken_while_typing_is_sent_to_sign_in(
    opened: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.organisation()
    monkeypatch.setattr(identity, "is_empty", lambda: True)  # as this process still believes
    answer = opened.post(MEL, typed())
    assert answer.headers["Location"] == "/connexion/"
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("siren", "130022719"),
        ("email", "nowhere"),
        ("password", "1234"),
        ("accent", "#ffcc00"),
        ("sender", "nobody"),
        ("organisation", " "),
        ("kind", "guild"),
        ("logo", SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>")),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_began(
    opened: Client, field: str, wrong: object
) -> None:
    answer = opened.post(MEL, typed(**{field: wrong}))
    page = text(answer)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert 'value="Camille Martin"' in page
    assert "une longue phrase" not in page  # a password is never sent back
    assert not Organisation.objects.exists()
    assert "Métropole Européenne de Lille" in page


def test_a_logo_of_any_size_is_read_up_to_its_limit_only(opened: Client) -> None:
    heavy = SimpleUploadedFile("logo.svg", SVG + b" " * 3_000_000)
    answer = opened.post(MEL, typed(logo=heavy))
    assert answer.status_code == 422
    assert "100 ko" in text(answer)


def test_the_first_page_speaks_english_too(opened: Client) -> None:
    opened.cookies["django_language"] = "en"
    assert "On which territory?" in text(opened.get(PAGE))
    page = text(opened.get(MEL))
    assert "inhabitants today" in page
    assert '<option value="en" selected>' in page
