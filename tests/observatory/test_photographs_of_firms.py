"""Photographs on the sheet of a firm: for those who may see them, in as many queries whatever their number."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.observatory.enterprise import PHOTOS
from maillage.outreach import actions
from maillage.outreach.models import VisitPhoto
from maillage.outreach.models.photos import THUMBNAIL
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make, pictures, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


@pytest.fixture
def place() -> Establishment:
    return register.establishment(unit_name="BOULANGERIE VASSEUR")


def photo(by: Actor, place: Establishment, day: int = 2) -> VisitPhoto:
    visit = make.visit(by, place, occurred_on=date(2020, 3, day))
    return make.photo(by, visit, pictures.jpeg())


def shown(client: Client, place: Establishment) -> list[Any]:
    """The links of the photographs on the sheet of a firm."""
    answer = client.get(reverse("observatory:enterprise", kwargs={"key": place.legal_unit.key}))
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    links = page.select("a.photo")
    assert bool(links) is ("Photographies de ses visites" in page.get_text())
    return links


def drawn(client: Client, place: Establishment) -> list[str]:
    return [str(link.img["src"]) for link in shown(client, place)]


def address(photo: VisitPhoto) -> str:
    return reverse("outreach:photo", kwargs={"key": photo.key})


def test_they_are_read_when_they_are_reached_and_say_where_and_when_they_were_taken(
    client: Client, adviser: Actor, place: Establishment
) -> None:
    found = photo(adviser, place)
    (link,) = shown(client, place)
    assert link["href"] == f"{reverse('outreach:visit', kwargs={'key': found.visit.key})}#photos"
    image = link.img
    assert image["loading"] == "lazy"
    assert image["alt"].replace("\u00a0", " ") == (
        "Photographie 1, prise chez BOULANGERIE VASSEUR le 2 mars 2020"
    )
    assert (int(image["width"]), int(image["height"])) == (THUMBNAIL, THUMBNAIL // 2)
    assert client.get(image["src"])["Content-Type"] == "image/jpeg"
    assert 'id="photos"' in client.get(link["href"]).content.decode()


def test_the_newest_come_first_and_no_more_are_asked_for_than_are_shown(
    client: Client, adviser: Actor, place: Establishment
) -> None:
    asked, made = [], []
    for day in range(1, PHOTOS + 3):
        made.append(photo(adviser, place, day))
        with CaptureQueriesContext(connection) as queries:
            told = drawn(client, place)
        if day in {2, PHOTOS, PHOTOS + 2}:
            asked.append(len(queries))
    assert len(set(asked)) == 1
    assert told == [address(one) for one in reversed(made)][:PHOTOS]


def test_they_are_for_ones_own_organisation_and_auditors_whatever_is_shared(
    client: Client, adviser: Actor, place: Establishment
) -> None:
    mine = photo(adviser, place)
    stranger = accounts.actor(Role.ADVISER)
    theirs = photo(stranger, place, 3)
    accounts.share(
        owner=stranger.acting_for(), to=adviser.acting_for(), resource="visits",
        sensitivity=Sensitivity.PARTNERS,
    )  # fmt: skip
    assert drawn(client, place) == [address(mine)]
    colleague = accounts.actor(Role.SERVICE_MANAGER, stranger.acting_for())
    auditor = accounts.actor(Role.AUDITOR)
    for reader, seen in ((colleague, [theirs]), (auditor, [theirs, mine])):
        assert reader.person is not None
        client.force_login(reader.person)
        assert drawn(client, place) == [address(one) for one in seen]
        assert all(client.get(address(one)).status_code == 200 for one in seen)
    for role in (Role.EXPERT, Role.ELECTED, Role.ADMINISTRATOR):
        accounts.signed_in(client, role, adviser.acting_for())
        assert drawn(client, place) == [], role
    client.logout()
    assert drawn(client, place) == []


def test_what_was_removed_or_of_a_visit_that_was_cancelled_is_not_there(
    client: Client, adviser: Actor, place: Establishment
) -> None:
    removed, wrong, kept = (photo(adviser, place, day) for day in (1, 2, 3))
    photo(adviser, register.establishment())
    actions.remove_photo(photo=removed, by=adviser)
    actions.cancel_visit(visit=wrong.visit, reason="twice", by=adviser)
    assert drawn(client, place) == [address(kept)]
    assert pictures.WHERE not in client.get(address(kept)).content
