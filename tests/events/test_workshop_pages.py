"""The pages of workshops: prepared, chosen online and by an adviser, followed, and what was said there put on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions, mailing
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.kernel import clock
from maillage.needs.models import Need
from maillage.post.models import Message
from tests.events.test_pages import main_of, signed, soup, url
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return signed(client, accounts.actor())


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "once": str(uuid4()), "title_fr": "Recruter", "title_en": "Hire", "starts_at": "10:00", "ends_at": "11:00",
        "room": "Salle 1", "host": "Camille", "seats": "1", "about_fr": "", "about_en": "", **changed,
    }  # fmt: skip


def test_a_programme_is_written_changed_and_a_workshop_called_off(
    client: Client, adviser: Actor
) -> None:
    day = make.assembly(adviser)
    wrong = soup(client.post(url("new_workshop", day.key), typed(starts_at="08:00")), 422)
    field = wrong.select_one("#id_starts_at")
    assert field is not None
    assert field.get("aria-invalid") == "true"
    told = main_of(client.post(url("new_workshop", day.key), typed(), follow=True))
    for shown in (
        "Recruter",
        "10 h 00–11 h 00, Salle 1. Animé par Camille",
        "0 places prises sur 1",
    ):
        assert shown in told
    room = Workshop.objects.visible_to(MACHINE).get()
    answer = client.post(
        url("change_workshop", room.key), typed(seats="2", version="1"), follow=True
    )
    assert "0 places prises sur 2" in main_of(answer)
    stale = main_of(
        client.post(url("change_workshop", room.key), typed(title_fr="Mien", version="1")), 409
    )
    assert "Mien" in stale
    assert "Recruter" in stale
    make.line(day, email="a@a.example", workshops=[room])
    assert client.post(url("cancel_workshop", room.key), {"why": ""}).status_code == 422
    told = main_of(client.post(url("cancel_workshop", room.key), {"why": "no_room"}, follow=True))
    assert "L’atelier est annulé" in told
    assert "Pas encore d’atelier." in told
    assert "Il n’a pas lieu : Pas de salle" in main_of(client.get(url("workshop", room.key)))


def boxes(client: Client, address: str) -> list[str]:
    return [str(box["value"]) for box in soup(client.get(address)).select("[name=workshops]")]


def test_a_firm_chooses_when_it_registers_and_again_by_its_link(client: Client) -> None:
    day = make.assembly()
    room = make.workshop(day, seats=1)
    across = make.workshop(day, title_fr="Énergie")
    later = make.workshop(day, title_fr="Locaux", starts_at=time(14), ends_at=time(15), seats=0)  # fmt: skip
    make.line(day, name="Before", email="b@a.example", workshops=[room])
    told = main_of(client.get(url("announced", day.key)))
    for shown in ("Programme", "Complet : on peut attendre", "8 places libres", "Entrée libre"):
        assert shown in told
    assert boxes(client, url("book", day.key)) == [str(room.key), str(across.key)]
    offered = main_of(client.get(url("book", day.key)))
    assert "Recruter et transmettre, Salle 1 (complet : on peut attendre)" in offered
    given = {"once": str(uuid4()), "name": "Ada", "email": "ada@a.example", "phone": ""}
    both = given | {"workshops": [str(room.key), str(across.key)]}
    assert "en même temps" in main_of(client.post(url("book", day.key), both), 422)
    assert (
        client.post(url("book", day.key), given | {"workshops": [str(later.key)]}).status_code
        == 422
    )
    told = main_of(client.post(url("book", day.key), given | {"workshops": [str(room.key)]}))
    assert "Recruter et transmettre En attente" in told
    line = Registration.objects.visible_to(MACHINE).get(email="ada@a.example")
    own = mailing.hand_link(line, day)
    assert "En attente" in main_of(client.get(own))
    for chosen, shown in (([str(across.key)], "Énergie Place gardée"), ([], "Vos ateliers")):
        told = main_of(client.post(f"{own}ateliers/", {"workshops": chosen}, follow=True))
        assert shown in told
        assert [str(one.workshop.key) for one in line.chosen] == chosen
    assert client.post(f"{own}ateliers/", both).status_code == 422
    with clock.at(clock.parse_instant("2020-03-12T09:30")):
        assert "Vous n’en avez choisi aucun." in main_of(client.get(own))
        assert client.post(f"{own}ateliers/", {"workshops": []}).status_code == 409


def test_an_adviser_chooses_for_somebody_and_has_the_list_to_print(
    client: Client, adviser: Actor
) -> None:
    day = make.assembly(adviser)
    room = make.workshop(day)
    given = {
        "once": str(uuid4()),
        "name": "Ada",
        "email": "",
        "phone": "",
        "workshops": [str(room.key)],
    }
    client.post(url("register_for", day.key, "?personne=1"), given)
    told = main_of(client.get(url("workshop", room.key)))
    assert "1 place prise sur 8 Ada" in told.replace("1 places prises", "1 place prise")
    line = Registration.objects.visible_to(MACHINE).get()
    page = soup(client.get(url("check_in", day.key)))
    assert page.select(f'a[href="{url("choose", line.key)}"]')
    paper = client.get(url("paper_list", day.key))
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    checked = soup(client.get(url("choose", line.key))).select("[name=workshops][checked]")
    assert [box["value"] for box in checked] == [str(room.key)]
    client.post(url("choose", line.key), {})
    assert line.chosen == []


def test_what_is_said_is_written_on_a_phone_made_a_need_and_taken_back(
    client: Client, adviser: Actor
) -> None:
    room = make.workshop(make.assembly(adviser))
    told = {"once": str(uuid4()), "said": "proposed", "theme": "energy", "words": "Un achat groupé"}
    assert "à partir du jour" in main_of(client.get(url("contribute", room.key)))
    assert client.post(url("contribute", room.key), told).status_code == 422
    with clock.at(clock.parse_instant("2020-03-12T11:30")):
        who = actions.Walker(establishment=register.establishment(), name="Ada")
        line = actions.note_arrival(event=room.event, who=who, by=adviser)
        assert client.post(url("contribute", room.key), told | {"words": ""}).status_code == 422
        shown = main_of(
            client.post(url("contribute", room.key), told | {"line": str(line.key)}, follow=True)
        )
        assert "Un achat groupé" in shown
        assert "Proposition" in shown
        made = Contribution.objects.visible_to(MACHINE).get()
        form = soup(client.get(url("contribution_need", made.key)))
        (words,) = form.select("textarea[name=words]")
        assert words.get_text().strip() == "Un achat groupé"
        asked = {"once": str(uuid4()), "theme": "energy", "words": "x", "urgency": "ordinary"}
        shown = main_of(client.post(url("contribution_need", made.key), asked, follow=True))
        assert "Le besoin qui en est né" in shown
        assert Need.objects.visible_to(MACHINE).get().source_key == str(made.key)
        report = main_of(client.get(url("proceedings", room.event.key)))
        assert "Un achat groupé" in report
        assert "Ada" not in report
        assert client.get(url("proceedings_pdf", room.event.key)).content[:5] == b"%PDF-"
        shown = main_of(client.post(url("take_back", made.key), follow=True))
        assert "Rien n’a été noté." in shown


def test_no_other_kind_has_workshops_and_a_partner_reads_the_programme_alone(
    client: Client, adviser: Actor
) -> None:
    fair, day = make.event(adviser, kind="fair"), make.assembly(adviser)
    room = make.workshop(day)
    for name in ("new_workshop", "proceedings", "proceedings_pdf"):
        assert client.get(url(name, fair.key)).status_code == 404
    assert "Programme" not in main_of(client.get(url("event", fair.key)))
    partner = signed(client, accounts.actor(Role.EXPERT))
    accounts.share(adviser.acting_for(), partner.acting_for(), "events")
    told = main_of(client.get(url("event", day.key)))
    assert "Recruter et transmettre" in told
    assert "Ajouter un atelier" not in told
    assert client.get(url("workshop", room.key)).status_code == 403


@pytest.mark.parametrize("name", ["event", "announced", "workshop", "check_in"])
def test_pages_ask_as_much_for_one_as_for_many(client: Client, adviser: Actor, name: str) -> None:
    day = make.assembly(adviser, seats=40)
    room = make.workshop(day, seats=20)
    key = room.key if name == "workshop" else day.key
    fill(day, room, adviser, 2)
    client.get(url(name, key))
    with CaptureQueriesContext(connection) as few:
        client.get(url(name, key))
    fill(day, room, adviser, 12)
    for number in range(4):
        make.workshop(day, title_fr=f"Atelier {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url(name, key))
    assert len(many) <= len(few)


def fill(day: Event, room: Workshop, by: Actor, number: int) -> None:
    lines = [
        make.line(day, register.establishment(), email=f"{uuid4()}@a.example", workshops=[room])
        for _each in range(number)
    ]
    with clock.at(clock.parse_instant("2020-03-12T11:30")):
        for line in lines:
            make.contribution(room, line, by=by)
    Event.objects.visible_to(MACHINE).update(held_at=None)


@pytest.mark.parametrize(
    ("language", "seat", "none"),
    [
        (
            "fr",
            "Une place s’est libérée dans un atelier, elle est à vous : Recruter",
            "n’a pas lieu",
        ),
        ("en", "A seat came free in a workshop, it is yours: Hire", "does not take place"),
    ],
)
def test_messages_tell_workshops_in_the_language_of_who_registered(
    adviser: Actor, language: str, seat: str, none: str
) -> None:
    day = make.assembly(adviser)
    room = make.workshop(day, seats=1)
    first = make.line(day, email="a@a.example", workshops=[room])
    make.line(day, email="b@a.example", language=language, workshops=[room])
    actions.choose_workshops(line=first, workshops=[], by=adviser)
    actions.cancel_workshop(workshop=room, why="health", by=adviser)
    rows = Message.objects.visible_to(MACHINE).filter(recipient="b@a.example").order_by("pk")
    texts = [" ".join(row.text.replace("\u00a0", " ").split()) for row in rows]
    assert len(texts) == 3
    assert room.title_fr in texts[0] if language == "fr" else room.title_en in texts[0]
    assert ("(en attente d’une place)" in texts[0]) is (language == "fr")
    assert seat in texts[1]
    assert none in texts[2]


def test_a_link_of_no_registration_chooses_nothing(client: Client) -> None:
    address = reverse("events:own_workshops", kwargs={"token": "none"})
    assert client.post(address, {"workshops": []}).status_code in {404, 410}
