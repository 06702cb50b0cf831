"""The pages of portfolios: contacts due on the adviser's day, filters in the address, firms handed over."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions
from maillage.outreach.following import EVERYBODY
from maillage.outreach.models import FollowedFirm
from tests.factories import accounts, outreach as make, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
PAGE = reverse("outreach:portfolio")
FILE = reverse("outreach:portfolio_csv")


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.at(noon("2020-06-30")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def read(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def names(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in page.select(".records a")]


def test_an_empty_portfolio_says_what_it_is_for(client: Client, adviser: Actor) -> None:
    assert "Aucune entreprise ici" in read(client, PAGE).get_text()


def test_the_list_shows_what_is_due_and_its_file_holds_the_same(
    client: Client, adviser: Actor
) -> None:
    late = register.establishment(trade_name="LATE")
    calm = register.establishment(trade_name="CALM")
    for place in (calm, late):
        make.followed(adviser, place)
    make.visit(adviser, calm, occurred_on=date(2020, 6, 1))
    page = read(client, PAGE)
    assert names(page) == ["LATE", "CALM"]
    assert "2 entreprises suivies, 1 contact attendu" in " ".join(
        page.h1.find_next("p").get_text().split()
    )  # type: ignore[union-attr]
    assert names(read(client, f"{PAGE}?echeance=dus")) == ["LATE"]
    text = client.get(f"{FILE}?echeance=dus").content.decode("utf-8-sig")
    head, row = csv.reader(text.splitlines(), delimiter=";")
    assert dict(zip(head, row, strict=True))["Entreprise"] == "LATE"
    assert row[-1] == "2020-06-30"


def test_the_day_of_the_adviser_tells_the_contacts_due(client: Client, adviser: Actor) -> None:
    day = reverse("outreach:my_day")
    assert "Contacts attendus" not in read(client, day).get_text()
    for rank in range(7):
        make.followed(adviser, register.establishment(trade_name=f"FIRM {rank}"))
    section = read(client, day).select_one('section[aria-labelledby="due"]')
    assert section is not None
    assert len(section.select("article")) == 5
    assert (
        section.find("a", href=f"{PAGE}?echeance=dus").get_text()
        == "Mon portefeuille\u00a0: 7 contacts attendus"
    )  # type: ignore[union-attr]


def test_a_firm_is_found_then_followed(client: Client, adviser: Actor) -> None:
    place = register.establishment(trade_name="LEVAIN NOUVEAU")
    found = read(client, f"{reverse('outreach:find_to_follow')}?q=levain")
    address = reverse("outreach:follow", args=[place.key])
    assert found.find("a", href=address)
    form = read(client, address)
    assert not form.select_one("[name=adviser]"), "an adviser follows for oneself"
    once = form.select_one("[name=once]")
    assert once is not None
    answer = client.post(address, {"family": "crafts", "every": "3", "once": once["value"]})
    made = FollowedFirm.objects.visible_to(adviser).get()
    assert answer["Location"] == reverse("outreach:followed", args=[made.key])
    again = read(client, f"{reverse('outreach:find_to_follow')}?q=levain")
    assert "Déjà suivie" in again.get_text()
    assert client.post(address, {"family": "x", "every": "9"}).status_code == 422


def test_who_runs_the_team_chooses_the_adviser(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    other = accounts.actor(Role.ADVISER, manager.organisation)
    assert other.person is not None
    address = reverse("outreach:follow", args=[register.establishment().key])
    form = read(client, address)
    once = form.select_one("[name=once]")
    assert once is not None
    sent = {"family": "social", "every": "6", "adviser": other.person.pk, "once": once["value"]}
    client.post(address, sent)
    assert names(read(client, PAGE)) == []
    assert len(names(read(client, f"{PAGE}?conseiller={EVERYBODY}"))) == 1
    assert len(names(read(client, f"{PAGE}?conseiller={other.person.key}"))) == 1


def test_a_followed_firm_is_changed_passed_and_left_from_its_page(
    client: Client, adviser: Actor
) -> None:
    followed = make.followed(adviser)
    address = reverse("outreach:followed", args=[followed.key])
    assert (
        client.post(address, {"family": "industry", "every": "1", "version": "1"}).status_code
        == 302
    )
    stale = client.post(address, {"family": "crafts", "every": "12", "version": "1"})
    assert stale.status_code == 409
    assert "Industrie" in stale.content.decode() or "industry" in stale.content.decode()
    other = accounts.actor(Role.ADVISER, adviser.organisation)
    assert other.person is not None
    hand = reverse("outreach:hand_over", args=[followed.key])
    assert client.post(hand, {}).status_code == 422
    client.post(hand, {"to": other.person.pk})
    page = read(client, address)
    assert str(other.person) in page.get_text()
    assert not page.select("main form"), "who handed it over no longer decides"
    assert (
        client.post(reverse("outreach:stop", args=[followed.key]), {"because": "done"}).status_code
        == 403
    )


def test_leaving_a_firm_asks_why_and_keeps_its_page(client: Client, adviser: Actor) -> None:
    followed = make.followed(adviser)
    stop = reverse("outreach:stop", args=[followed.key])
    assert client.post(stop, {"because": "tired"}).status_code == 422
    assert client.post(stop, {"because": "wish"})["Location"] == PAGE
    page = read(client, reverse("outreach:followed", args=[followed.key]))
    assert "N’est plus suivie" in page.get_text()
    assert "L’entreprise le souhaite" in page.get_text()
    assert names(read(client, PAGE)) == []


def test_a_portfolio_passes_whole_by_the_service_manager(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    giver, taker = (accounts.actor(Role.ADVISER, manager.organisation) for _ in range(2))
    make.followed(giver)
    assert giver.person is not None
    assert taker.person is not None
    address = reverse("outreach:hand_over_all")
    same = client.post(address, {"giver": giver.person.pk, "to": giver.person.pk})
    assert same.status_code == 422
    done = client.post(address, {"giver": giver.person.pk, "to": taker.person.pk}, follow=True)
    assert "Entreprises passées\u00a0: 1." in done.content.decode()
    assert FollowedFirm.objects.visible_to(manager).get().adviser == taker.person


def test_a_firm_of_partial_diffusion_is_followed_without_its_name(
    client: Client, adviser: Actor
) -> None:
    place = register.establishment(diffusion="P", unit_diffusion="P")
    make.followed(adviser, place)
    text = client.get(FILE).content.decode("utf-8-sig")
    assert str(place.siret) not in text
    assert "Entreprise non diffusible" in text or place.display_name in text


def test_a_longer_portfolio_asks_the_database_no_more(
    client: Client, adviser: Actor, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make.followed(adviser)
    actions.stop_following(followed=make.followed(adviser), because="done", by=adviser)
    client.get(PAGE)
    for address in (PAGE, FILE, reverse("outreach:my_day")):
        with django_assert_max_num_queries(22):
            client.get(address)
