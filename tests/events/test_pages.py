"""The pages of whoever holds events: what each shows, what it refuses and where, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions
from maillage.events.models import Event, Registration
from maillage.events.vocabulary import How, Origin, State
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.factories import accounts, events as make, places, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def geography() -> None:
    places.places_loaded()


@pytest.fixture
def adviser(client: Client) -> Actor:
    by = accounts.actor()
    return signed(client, by)


def signed(client: Client, by: Actor, language: str = "fr") -> Actor:
    assert by.person is not None
    client.force_login(by.person)
    client.cookies["django_language"] = language
    return by


def url(name: str, key: object = None, query: str = "") -> str:
    return reverse(f"events:{name}", kwargs={"key": key} if key else None) + query


def soup(answer: HttpResponse, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def main_of(answer: HttpResponse, status: int = 200) -> str:
    main = soup(answer, status).select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").replace("\u00a0", " ").replace("\u202f", " ").split())


def again(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).get(pk=event.pk)


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "once": str(uuid4()), "kind": "breakfast", "title_fr": "Petit-déjeuner", "title_en": "", "day": "2020-03-12",
        "starts_at": "08:00", "ends_at": "10:00", "place": "Chez Jeannot", "address": "", "commune": "59350",
        "position": "50.6366, 3.0635", "seats": "12", "is_public": "on", "about_fr": "", "about_en": "",
        "action_key": "", **changed,
    }  # fmt: skip


def everything(by: Actor) -> dict[str, str]:
    """The address of every page of events, for somebody who may open them all."""
    fair = make.event(by, kind="fair", seats=1)
    line = make.line(fair, register.establishment(), email="a@a.example")
    make.line(fair, name="Zoe", email="b@a.example")
    day = make.assembly(by)
    room = make.workshop(day)
    told = make.line(day, email="a@a.example", workshops=[room])
    return {
        "day": url("event", day.key), "new room": url("new_workshop", day.key), "room": url("workshop", room.key),
        "change room": url("change_workshop", room.key), "cancel room": url("cancel_workshop", room.key),
        "contribute": url("contribute", room.key), "choose": url("choose", told.key),
        "proceedings": url("proceedings", day.key), "announced day": url("announced", day.key),
        "book day": url("book", day.key),
        "events": url("events"), "new": url("new_event"), "event": url("event", fair.key),
        "change": url("change_event", fair.key), "cancel": url("cancel_event", fair.key),
        "list": url("check_in", fair.key), "end": url("end", line.key),
        "register": url("register_for", fair.key), "person": url("register_for", fair.key, "?personne=1"),
        "arrival": url("arrival", fair.key), "stand": url("arrival", fair.key, "?stand=1"),
        "people": url("arrival", fair.key, "?personne=1"), "calendar": url("calendar"),
        "announced": url("announced", fair.key), "book": url("book", fair.key), "line": url("line", line.key),
        "concern": url("concern", line.key), "firm": url("identify", line.key),
        "no firm": url("identify", line.key, "?personne=1"),
    }  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_has_one_title_labelled_fields_and_no_script_nor_style_of_its_own(
    client: Client, adviser: Actor, language: str
) -> None:
    for name, address in everything(signed(client, adviser, language)).items():
        page = soup(client.get(address))
        assert len(page.select("h1")) == 1, name
        assert page.html is not None
        assert page.html["lang"] == language, name
        assert not page.select("[style], [onclick], style"), name
        ids = [one["id"] for one in page.select("[id]")]
        assert len(ids) == len(set(ids)), name
        for field in page.select("main input:not([type=hidden]), main select, main textarea"):
            inside = field.find_parent("label")
            assert inside or page.select(f'label[for="{field.get("id")}"]'), (name, field)


def test_in_english_a_page_says_no_french(client: Client, adviser: Actor) -> None:
    for name, address in everything(signed(client, adviser, "en")).items():
        told = main_of(client.get(address)).lower()
        for french in ("inscri", "événement", "entreprise", "salon"):
            assert french not in told, (name, french)


@pytest.mark.usefixtures("geography", "adviser")
def test_an_event_is_prepared_then_announced(client: Client) -> None:
    told = main_of(client.post(url("new_event"), typed(), follow=True))
    assert "Brouillon" in told
    event = Event.objects.visible_to(MACHINE).get()
    assert (event.lon, event.lat) == (3.0635, 50.6366)
    assert client.get(url("announced", event.key)).status_code == 404
    told = main_of(client.post(url("open_event", event.key), follow=True))
    assert "Ouvert aux inscriptions" in told
    assert client.get(url("announced", event.key)).status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"position": "Lille"}, "position"),
        ({"position": "91, 3"}, "position"),
        ({"ends_at": "07:00"}, "ends_at"),
        ({"commune": "Atlantis"}, "commune"),
        ({"seats": "many"}, "seats"),
        ({"title_fr": ""}, "title_fr"),
        ({"day": "2020-13-01"}, "day"),
    ],
)
@pytest.mark.usefixtures("geography", "adviser")
def test_what_is_wrong_is_said_on_its_field_and_nothing_typed_is_lost(
    client: Client, changed: dict[str, str], field: str
) -> None:
    page = soup(client.post(url("new_event"), typed(**changed)), 422)
    wrong = page.select_one(f"#id_{field}")
    assert wrong is not None
    assert wrong.get("aria-invalid") == "true"
    place = page.select_one("#id_place")
    assert place is not None
    assert place["value"] == "Chez Jeannot"


@pytest.mark.usefixtures("geography")
def test_a_stale_change_shows_both_texts(client: Client, adviser: Actor) -> None:
    event = make.event(adviser)
    actions.change_event(
        event=event, plan=make.plan(title_fr="Titre du collègue"), version=2, by=adviser
    )
    stale = typed(title_fr="Mon titre", version="2")
    told = main_of(client.post(url("change_event", event.key), stale), 409)
    assert "Titre du collègue" in told
    assert "Mon titre" in told


def test_a_list_is_filtered_by_its_address(client: Client, adviser: Actor) -> None:
    make.event(adviser, title_fr="Matin")
    make.event(adviser, title_fr="Foire", kind="fair", commune="59512")
    with clock.at(clock.parse_instant("2020-01-02T10:00")):
        past = make.event(adviser, title_fr="Hier", day=make.DAY.replace(month=2))
    assert past.state is State.OPEN
    shown = {
        "": {"Matin", "Foire"}, "?nature=fair": {"Foire"}, "?commune=59512": {"Foire"}, "?etat=draft": set(),
        "?quand=passes": {"Hier"}, "?quand=tous": {"Matin", "Foire", "Hier"}, "?nature=ball&quand=x": {"Matin", "Foire"},
    }  # fmt: skip
    for query, titles in shown.items():
        page = soup(client.get(url("events", query=query)))
        assert {a.get_text() for a in page.select(".records a")} == titles, query
        rows = client.get(url("events_csv", query=query)).content.decode("utf-8-sig").splitlines()
        assert len(rows) == 1 + len(titles), query


def test_a_partner_reads_what_is_shared_and_no_name(client: Client) -> None:
    owner = accounts.actor()
    event = make.event(owner)
    make.line(event, name="Ada Lovelace", email="ada@a.example")
    partner = signed(client, accounts.actor(Role.EXPERT))
    assert client.get(url("event", event.key)).status_code == 404
    accounts.share(owner.acting_for(), partner.acting_for(), "events")
    told = main_of(client.get(url("event", event.key)))
    assert "Petit-déjeuner des artisans" in told
    assert "Inscrire" not in told
    assert client.get(url("check_in", event.key)).status_code == 403
    assert not Registration.objects.visible_to(partner).exists()


def test_a_tap_notes_presence_and_another_takes_it_back(client: Client, adviser: Actor) -> None:
    line = make.line(make.event(adviser), register.establishment(), email="a@a.example")
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        told = main_of(client.post(url("present", line.key), {"what": "present"}, follow=True))
        assert "1 présents, 1 places prises" in told
        told = main_of(client.get(url("event", line.event.key)))
        assert "Tenu" in told
        assert "0 % 0 sur 1" in told.replace(",0", "")
        told = main_of(client.post(url("present", line.key), {"what": "absent"}, follow=True))
        assert "0 présents" in told
        assert "Pas venu" in told


@pytest.mark.parametrize(
    ("moment", "par", "said"),
    [
        ("2020-03-12T08:10", "", How.LIST),
        ("2020-03-12T08:10", "?par=paper", How.PAPER),
        ("2020-03-13T08:10", "", How.PAPER),
        ("2020-03-13T08:10", "?par=list", How.LIST),
        ("2020-03-13T08:10", "?par=code", How.PAPER),
    ],
)
def test_the_list_is_ticked_at_the_door_or_entered_from_paper_and_says_which(
    client: Client, adviser: Actor, moment: str, par: str, said: How
) -> None:
    line = make.line(make.event(adviser))
    with clock.at(clock.parse_instant(moment)):
        page = soup(client.get(url("check_in", line.event.key, par)))
        form = page.select_one(f'form[action="{url("present", line.key)}"]')
        assert form is not None
        posted = {one["name"]: one["value"] for one in form.select("input[name=how]")}
        answer = client.post(url("present", line.key), {"what": "present", **posted}, follow=True)
        arriving = soup(client.get(url("arrival", line.event.key, "?personne=1")))
    assert again_line(line).came_by == said
    assert str(said.label) in main_of(answer)
    assert answer.redirect_chain[-1][0].endswith(f"?par={said.value}#l-{line.key}")
    checked = arriving.select_one("input[name=how][checked]")
    assert checked is not None
    assert checked["value"] == ("paper" if moment > "2020-03-13" else "list")


def test_a_code_shown_at_the_door_is_told_apart_on_its_line_and_on_the_list(
    client: Client, adviser: Actor
) -> None:
    line = make.line(make.event(adviser))
    with clock.at(clock.parse_instant("2020-03-12T08:10")):
        shown = soup(client.get(url("line", line.key))).select_one("input[name=how]")
        assert shown is not None
        given = {"what": "present", "how": shown["value"]}
        assert "Code montré à la porte" in main_of(
            client.post(url("present", line.key), given, follow=True)
        )
        assert "Code montré à la porte" in main_of(client.get(url("line", line.key)))
    assert again_line(line).came_by == How.CODE


@pytest.mark.parametrize(("seats", "told"), [(0, False), (12, True)])
def test_an_event_without_registration_speaks_of_no_seat(
    client: Client, adviser: Actor, seats: int, told: bool
) -> None:
    event = make.event(adviser, seats=seats)
    page, listed = client.get(url("event", event.key)), client.get(url("check_in", event.key))
    assert ("Places prises" in main_of(page)) is ("places prises" in main_of(listed)) is told
    assert ("Sans inscription" in main_of(page)) is not told
    assert ("Absences" in main_of(page)) is told


def test_before_its_day_the_list_offers_no_presence(client: Client, adviser: Actor) -> None:
    line = make.line(make.event(adviser))
    page = soup(client.get(url("check_in", line.event.key)))
    assert not page.select("button[name=what]")
    told = main_of(client.post(url("present", line.key), {"what": "present"}, follow=True))
    assert "Le jour de cet événement est à venir." in told


def test_the_list_is_searched_by_what_it_shows(client: Client, adviser: Actor) -> None:
    event = make.event(adviser)
    for name in ("Ada", "Zoe"):
        make.line(event, name=name, email=f"{name}@a.example")
    told = main_of(client.get(url("check_in", event.key, "?q=zo")))
    assert "Zoe" in told
    assert "Ada" not in told
    assert "2 places prises" in told
    told = main_of(client.get(url("check_in", event.key, "?q=nobody")))
    assert "Personne de la liste n’y répond." in told


def test_an_adviser_registers_a_firm_found_in_the_register(client: Client, adviser: Actor) -> None:
    event, firm = make.event(adviser, seats=1), register.establishment()
    found = client.get(url("register_for", event.key, f"?q={firm.siret}"))
    link = soup(found).select_one(f'a[href*="{firm.key}"]')
    assert link is not None
    given = {"once": str(uuid4()), "name": "", "email": "", "phone": ""}
    told = main_of(client.post(str(link["href"]), given, follow=True))
    assert "a une place." in told
    given = {"once": str(uuid4()), "name": "Ada", "email": "", "phone": ""}
    told = main_of(client.post(url("register_for", event.key, "?personne=1"), given, follow=True))
    assert "Ada attend une place." in told
    nobody = given | {"once": str(uuid4()), "name": ""}
    assert client.post(url("register_for", event.key, "?personne=1"), nobody).status_code == 422


def test_who_arrives_is_noted_from_paper_with_a_number(client: Client, adviser: Actor) -> None:
    event = make.event(adviser, kind="awareness")
    given = {"once": str(uuid4()), "name": "Collège", "people": "27", "how": How.PAPER}
    with clock.at(clock.parse_instant("2020-03-20T08:10")):
        told = main_of(client.post(url("arrival", event.key, "?personne=1"), given, follow=True))
    assert "27 présents" in told
    line = Registration.objects.visible_to(MACHINE).get()
    assert (line.people, line.came_by, line.registered_by) == (27, How.PAPER, adviser.person)


def test_a_line_is_said_to_be_of_a_firm_found_in_the_register(
    client: Client, adviser: Actor
) -> None:
    firm = register.establishment(trade_name="Atelier Morel")
    line = make.line(make.event(adviser), name="Ada Martin")
    listed = soup(client.get(url("check_in", line.event.key)))
    (door,) = [a for a in listed.select("main a") if a.get_text().startswith("Dire quelle")]
    assert door["href"] == url("identify", line.key)
    assert "Ada Martin : quelle entreprise" in main_of(client.get(url("identify", line.key)))
    found = client.get(url("identify", line.key, f"?q={firm.siret}"))
    link = soup(found).select_one(f'a[href*="{firm.key}"]')
    assert link is not None
    assert "Atelier Morel" in main_of(client.get(str(link["href"])))
    for _twice in range(2):
        told = main_of(client.post(str(link["href"]), follow=True))
        assert "Atelier Morel" in told
        assert "C’est une autre entreprise" in told
    acts = Act.objects.unscoped(reason="tests").effective()
    assert [(act.kind, act.establishment_id) for act in acts] == [
        ("events.firm_registered", firm.pk)
    ]


def test_a_line_may_be_said_to_be_of_no_firm_but_not_one_met_at_a_stand(
    client: Client, adviser: Actor
) -> None:
    fair, firm = make.event(adviser, kind="fair"), register.establishment()
    line, nobody = make.line(fair, firm), "Une personne sans entreprise"
    assert nobody in main_of(client.get(url("identify", line.key)))
    client.post(url("identify", line.key, "?personne=1"))
    assert again_line(line).establishment is None
    assert nobody not in main_of(client.get(url("identify", line.key)))
    with clock.at(clock.parse_instant("2020-03-12T09:00")):
        who = actions.Walker(establishment=firm)
        met = actions.note_arrival(event=fair, who=who, by=adviser, origin=Origin.STAND)
        assert nobody not in main_of(client.get(url("identify", met.key)))
        told = main_of(client.post(url("identify", met.key, "?personne=1"), follow=True))
    assert "Une entreprise rencontrée sur un stand est nommée" in told
    assert again_line(met).establishment == firm


def test_only_who_keeps_the_list_says_which_firm(client: Client, adviser: Actor) -> None:
    line, stranger = make.line(make.event(adviser)), accounts.actor()
    accounts.share(adviser.acting_for(), stranger.acting_for(), "events")
    signed(client, stranger)
    for answer in (client.get(url("identify", line.key)), client.post(url("identify", line.key))):
        assert answer.status_code == 404


def again_line(line: Registration) -> Registration:
    return Registration.objects.visible_to(MACHINE).select_related("establishment").get(pk=line.pk)


def test_taking_off_the_list_asks_why(client: Client, adviser: Actor) -> None:
    line = make.line(make.event(adviser))
    assert client.post(url("end", line.key), {"because": "event"}).status_code == 422
    told = main_of(client.post(url("end", line.key), {"because": "twice"}, follow=True))
    assert "Personne n’est encore sur la liste." in told


def test_an_event_is_cancelled_with_its_reason_shown_to_everybody(
    client: Client, adviser: Actor
) -> None:
    event = make.event(adviser)
    assert client.post(url("cancel_event", event.key), {"why": ""}).status_code == 422
    told = main_of(client.post(url("cancel_event", event.key), {"why": "health"}, follow=True))
    assert "Il n’a pas lieu : Situation sanitaire." in told
    assert "Situation sanitaire" in main_of(client.get(url("announced", event.key)))
    assert not soup(client.get(url("event", event.key))).select("main form")


def test_closing_and_holding_are_a_button_each(client: Client, adviser: Actor) -> None:
    event = make.event(adviser)
    client.post(url("close_registration", event.key))
    assert again(event).state is State.CLOSED
    told = main_of(client.post(url("hold_event", event.key), follow=True))
    assert "est à venir" in told
    with clock.at(clock.parse_instant("2020-03-12T11:00")):
        client.post(url("hold_event", event.key))
    assert again(event).state is State.HELD


@pytest.mark.parametrize("name", ["events", "check_in", "event", "events_csv"])
def test_a_page_asks_as_many_questions_for_ten_lines_as_for_one(
    client: Client, adviser: Actor, name: str
) -> None:
    event = make.event(adviser, seats=20)

    def questions() -> int:
        address = url(name) if name.startswith("events") else url(name, event.key)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    make.line(event, register.establishment(), email="first@a.example")
    once = questions()
    for number in range(9):
        make.line(event, register.establishment(), email=f"n{number}@a.example")
        make.event(adviser)
    assert questions() == once
