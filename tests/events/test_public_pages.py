"""The public calendar: a seat in two steps without an account; one's own page by its link, looked at or given up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import System
from maillage.events import actions, booking, mailing
from maillage.events.models import Event, Registration
from maillage.kernel import clock
from maillage.post.models import Message
from tests.events.test_pages import main_of, soup, url
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


def typed(**changed: Any) -> dict[str, str]:
    given = {"once": str(uuid4()), "name": "Ada", "email": "ada@a.example", "phone": ""}
    return given | changed


def lines() -> list[Registration]:
    return list(Registration.objects.visible_to(MACHINE).order_by("pk"))


def test_a_firm_takes_a_seat_in_two_steps_without_an_account_and_with_three_fields(
    client: Client,
) -> None:
    event, firm = make.event(seats=1), register.establishment()
    calendar = soup(client.get(url("calendar"))).select_one(
        f'a[href="{url("announced", event.key)}"]'
    )
    assert calendar is not None
    found = soup(client.get(url("announced", event.key, f"?q={firm.siret}")))
    link = found.select_one(f'a[href*="{firm.key}"]')
    assert link is not None
    form = soup(client.get(str(link["href"])))
    assert len(form.select("form#book input:not([type=hidden])")) == 3
    assert not form.select("script:not([src])")
    told = main_of(client.post(str(link["href"]), typed()))
    assert "Votre place est gardée" in told
    assert "ada@a.example" in told
    (line,) = lines()
    assert (line.establishment, line.seat, line.registered_by) == (firm, 1, None)
    told = main_of(client.post(url("book", event.key), typed(email="zoe@a.example", name="Zoe")))
    assert "Vous êtes sur la liste d’attente" in told


def test_the_same_address_is_told_the_same_and_registered_once(client: Client) -> None:
    event = make.event()
    pages = [main_of(client.post(url("book", event.key), typed())) for _twice in range(2)]
    assert pages[0] == pages[1]
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"name": ""}, "name"), ({"email": ""}, "email"), ({"email": "x"}, "email")],
)
def test_what_lacks_is_said_on_its_field(
    client: Client, changed: dict[str, str], field: str
) -> None:
    page = soup(client.post(url("book", make.event().key), typed(**changed)), 422)
    wrong = page.select_one(f"#id_{field}")
    assert wrong is not None
    assert wrong.get("aria-invalid") == "true"
    assert lines() == []


def test_a_page_left_open_until_registrations_closed_says_so(client: Client) -> None:
    event = make.event()
    actions.close_registration(event=event, by=make.owner_of(event))
    assert client.post(url("book", event.key), typed()).status_code == 409
    assert "ne prend plus d’inscriptions" in main_of(client.get(url("book", event.key)))


def test_a_draft_and_what_is_not_announced_are_nobodys(client: Client) -> None:
    for hidden in (make.draft(), make.event(is_public=False)):
        for name in ("announced", "book"):
            assert client.get(url(name, hidden.key)).status_code == 404
        assert client.post(url("book", hidden.key), typed()).status_code == 404
    assert "Rien n’est annoncé" in main_of(client.get(url("calendar")))


@pytest.mark.parametrize("firm", ["nobody", "7d1f0c9e-8a52-4a43-9d0b-2f6e5c1b7a10"])
def test_a_firm_made_up_is_none(client: Client, firm: str) -> None:
    event = make.event()
    address = url("book", event.key, f"?entreprise={firm}")
    assert client.get(address).status_code == 404
    assert client.post(address, typed()).status_code == 404


def test_a_program_that_registers_many_is_stopped(client: Client) -> None:
    event = make.event(seats=100)
    codes = [
        client.post(url("book", event.key), typed(email=f"n{n}@a.example")).status_code
        for n in range(booking.PER_ADDRESS.amount + 1)
    ]
    assert codes[-2:] == [200, 409]
    assert len(lines()) == booking.PER_ADDRESS.amount


def test_the_public_page_names_nobody(client: Client) -> None:
    event = make.event()
    make.line(event, name="Ada Lovelace", email="ada@a.example")
    told = client.get(url("announced", event.key)).content.decode()
    assert "Lovelace" not in told
    assert "ada@" not in told


# One's own page


def own(event: Event, line: Registration) -> str:
    return "/" + mailing.hand_link(line, event).split("/", 3)[3]


def test_the_link_of_the_confirmation_opens_ones_own_page(client: Client) -> None:
    event = make.event()
    make.line(event, email="a@a.example", language="en")
    text = Message.objects.visible_to(MACHINE).get().text
    found = re.search(r"https?://[^/]+(/l/\S+)", text)
    assert found is not None
    answer = client.get(found[1])
    assert "Your seat is kept" in main_of(answer)
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store, private"


def test_looking_gives_nothing_up_and_the_button_does_once(client: Client) -> None:
    event = make.event(seats=1)
    line, waiting = (make.line(event, email=f"{n}@a.example") for n in "ab")
    page = own(event, line)
    for _scanner in range(5):
        client.get(page)
        client.head(page)
    assert [one.seat for one in lines()] == [1, None]
    assert client.get(page + "renoncer/").status_code == 405
    for _twice in range(2):
        told = main_of(client.post(page + "renoncer/", follow=True))
        assert "Vous n’êtes plus inscrit" in told
    assert [one.seat for one in lines()] == [None, 1]
    assert waiting.pk == lines()[1].pk


def test_another_site_gives_nothing_up(client: Client) -> None:
    event = make.event()
    page = own(event, make.line(event))
    answer = client.post(page + "renoncer/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert lines()[0].seat == 1


def test_a_link_that_is_none_opens_nothing(client: Client) -> None:
    for name in ("own", "give_up"):
        address = reverse(f"events:{name}", kwargs={"token": "x" * 32})
        answer = client.get(address) if name == "own" else client.post(address)
        assert answer.status_code == 404


def test_the_link_of_another_purpose_opens_no_registration(client: Client) -> None:
    from maillage.needs import following
    from tests.factories import needs

    by = accounts.actor()
    token = following.hand_link(needs.need(by), by).rstrip("/").split("/")[-2]
    address = reverse("events:own", kwargs={"token": token})
    assert client.get(address).status_code == 404


def test_once_present_or_cancelled_the_page_offers_no_more(client: Client) -> None:
    event = make.event()
    line, other = (make.line(event, email=f"{n}@a.example") for n in "ab")
    pages = [own(event, one) for one in (line, other)]
    by = make.owner_of(event)
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        actions.note_present(line=line, how="list", by=by)
        assert not soup(client.get(pages[0])).select("main form")
    actions.cancel_event(event=event, why="wrong", by=by)
    assert "Cet événement n’a pas lieu" in main_of(client.get(pages[1]))
    assert not soup(client.get(pages[1])).select("main form")
