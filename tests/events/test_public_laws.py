"""What everybody reads of events: the public calendar, files for calendars, codes at the door; laws and pages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.accounts.actors import System
from maillage.events import actions, ics, mailing, pass_codes
from maillage.events.models import Event, Registration
from maillage.kernel import clock
from tests.events.calendars import read, unfolded
from tests.events.test_ics import event as in_memory, written
from tests.events.test_pages import main_of, soup, url
from tests.factories import accounts, events as make

MACHINE = System("tests")
FRENCH = ("inscri", "événement", "entreprise", "petit", "salon", "place", "complet")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


# Files for calendars

Lines = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)
Values = st.text(st.sampled_from("abé€🧁\\;,:\"' \n"), max_size=200)


@settings(max_examples=50, deadline=None)
@given(Lines)
def test_a_folded_line_unfolds_to_itself_and_no_part_is_longer_than_the_limit(text: str) -> None:
    line = f"SUMMARY:{text}"
    folded = ics.folded(line)
    parts = folded.split("\r\n")
    assert all(len(part.encode()) <= ics.LONGEST_LINE for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@settings(max_examples=50, deadline=None)
@given(Lines)
def test_a_line_is_folded_as_late_as_possible(text: str) -> None:
    """Every part but the last is so full that its next sign would not have fitted."""
    parts = ics.folded(f"SUMMARY:{text}").split("\r\n")
    for part, following in itertools.pairwise(parts):
        assert len(part.encode()) + len(following[1].encode()) > ics.LONGEST_LINE


@settings(max_examples=50, deadline=None)
@given(Values)
def test_a_text_escaped_has_no_bare_separator_and_is_read_back(text: str) -> None:
    told = ics.escaped(text)
    assert "\n" not in told
    bare = re.sub(r"\\[\\;,n]", "", told)
    assert not set(bare) & set("\\;,")
    back = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], told)
    assert back == "\n".join(text.splitlines())


@settings(max_examples=50, deadline=None)
@given(Values, Values)
def test_texts_side_by_side_are_escaped_as_one_by_one(first: str, second: str) -> None:
    if first.endswith("\n") or not second or not first:
        first, second = first.strip("\n"), second.strip("\n")
    assert ics.escaped(f"{first}a{second}") == (
        ics.escaped(f"{first}a") + ics.escaped(f"a{second}")[1:]
    )


Hours = st.times(time(0), time(23, 30)).map(lambda hour: hour.replace(second=0, microsecond=0))


@settings(max_examples=25, deadline=None)
@given(st.dates(date(2000, 1, 2), date(2060, 12, 30)), Hours)
def test_the_instants_of_an_event_are_those_of_paris_on_every_day_of_the_year(
    day: object, starts: time
) -> None:
    ends = (datetime.combine(make.DAY, starts) + timedelta(minutes=29)).time()
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        found = in_memory(day=day, starts_at=starts, ends_at=ends)
        _head, (told,) = written(found)
    assert told["DTSTART"] == found.begins.astimezone(UTC)
    assert told["DTEND"] == found.ends.astimezone(UTC)


def test_a_calendar_of_no_event_is_still_a_calendar() -> None:
    head, events = written(name="Agenda; de, \\ la MEL")
    assert events == []
    assert head["X-WR-CALNAME"] == "Agenda; de, \\ la MEL"
    assert unfolded(ics.calendar([]).encode())[-1] == "END:VCALENDAR"


def test_the_words_of_a_calendar_are_those_of_its_reader() -> None:
    with translation.override("en"):
        _head, (told,) = written(in_memory())
    assert told["SUMMARY"] == "Breakfast of artisans"


def test_as_many_events_as_one_likes_each_under_its_own_name() -> None:
    found = [in_memory(day=make.DAY + timedelta(days=number)) for number in range(40)]
    _head, told = written(*found)
    assert len({one["UID"] for one in told}) == 40
    assert [one["DTSTART"] for one in told] == sorted(one["DTSTART"] for one in told)  # type: ignore[type-var]


# Codes at the door


@settings(max_examples=5, deadline=None)
@given(st.text(st.sampled_from("abc/:-0123456789"), min_size=1, max_size=90))
def test_a_drawn_code_is_a_square_with_white_around_and_three_corners(text: str) -> None:
    drawing = BeautifulSoup(str(pass_codes.drawn(text, "Code")), "html.parser")
    svg, path = drawing.svg, drawing.path
    assert svg is not None
    assert path is not None
    side = int(str(svg["viewbox"]).split()[2])
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1", str(path["d"]))}
    low, high = pass_codes.QUIET, side - pass_codes.QUIET
    assert all(low <= place < high for one in dark for place in one)
    for left, top in ((low, low), (high - 7, low), (low, high - 7)):
        ring = {(left + step, top) for step in range(7)} | {(left, top + s) for s in range(7)}
        assert ring <= dark
        assert (left + 1, top + 1) not in dark


def test_the_title_of_a_code_is_a_text() -> None:
    assert "<b>" not in str(pass_codes.drawn("a", "<b>Code</b>"))


# The public calendar and the pages of an event


def shown(client: Client, query: str = "") -> list[str]:
    page = soup(client.get(url("calendar", query=query)))
    return [one.get_text() for one in page.select(".records a")]


@pytest.mark.django_db
def test_the_calendar_tells_what_is_to_come_the_nearest_first(client: Client) -> None:
    by = accounts.actor()
    day = make.DAY
    make.event(by, title_fr="Second", starts_at=time(9))
    make.event(by, title_fr="Troisième", day=day + timedelta(days=1))
    make.event(by, title_fr="Premier")
    make.event(by, title_fr="Aujourd’hui", day=clock.today())
    make.event(by, title_fr="Hier", day=clock.today() - timedelta(days=1))
    make.event(by, title_fr="Entre nous", is_public=False)
    make.draft(by, title_fr="Brouillon")
    gone = make.event(by, title_fr="Annulé")
    actions.cancel_event(event=gone, why="health", by=by)
    assert shown(client) == ["Aujourd’hui", "Premier", "Second", "Troisième"]
    assert client.get(url("announced", gone.key)).status_code == 200


@pytest.mark.django_db
def test_a_long_calendar_has_pages_and_shows_each_event_once(client: Client) -> None:
    by = accounts.actor()
    for number in range(27):
        make.event(by, title_fr=f"N{number:02}", day=make.DAY + timedelta(days=number))
    first, second = shown(client), shown(client, "?page=2")
    assert [len(first), len(second)] == [25, 2]
    assert first + second == [f"N{number:02}" for number in range(27)]
    assert shown(client, "?page=nonsense") == first
    assert shown(client, "?page=99") == second


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["calendar", "announced", "feed"])
def test_a_public_page_asks_as_many_questions_whatever_the_number_of_events(
    client: Client, name: str
) -> None:
    by = accounts.actor()
    event = make.event(by)
    key = {"calendar": None, "announced": event.key, "feed": by.acting_for().key}[name]

    def questions() -> int:
        client.get(url(name, key))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(name, key)).status_code == 200
        return len(asked)

    once = questions()
    for number in range(6):
        make.event(by, day=make.DAY + timedelta(days=number))
        make.line(event, name=f"N{number}", email=f"n{number}@a.example")
    assert questions() == once


@pytest.mark.django_db
@pytest.mark.parametrize("seats", [0, 1, 3])
def test_public_pages_in_english_say_no_french(client: Client, seats: int) -> None:
    event = make.event(seats=seats, about_fr="Du café", about_en="Coffee", place="Jeannot")
    if seats:
        line = make.line(event, name="Ada", email="ada@a.example", language="en")
    client.cookies["django_language"] = "en"
    pages = [url("calendar"), url("announced", event.key), url("book", event.key)]
    if seats:
        pages.append("/" + mailing.hand_link(line, event).split("/", 3)[3])
    for address in pages:
        told = main_of(client.get(address)).lower().replace("1 place du test", "")
        for french in FRENCH:
            assert not re.search(rf"\b{french}", told.replace("place", "")), (address, french)


@pytest.mark.django_db
def test_a_full_event_says_so_and_offers_to_wait(client: Client) -> None:
    event = make.event(seats=1)
    before = main_of(client.get(url("announced", event.key)))
    make.line(event, email="a@a.example")
    after = main_of(client.get(url("announced", event.key)))
    assert before != after
    given = {"once": str(uuid4()), "name": "Zoe", "email": "zoe@a.example", "phone": ""}
    assert "liste d’attente" in main_of(client.post(url("book", event.key), given))
    assert Registration.objects.visible_to(MACHINE).waiting().get().name == "Zoe"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instant", "offers"),
    [("2020-03-12T07:59", True), ("2020-03-12T08:01", False), ("2020-03-14T08:00", False)],
)
def test_the_way_to_register_goes_when_the_event_begins(
    client: Client, instant: str, offers: bool
) -> None:
    event = make.event()
    with clock.at(clock.parse_instant(instant)):
        page = soup(client.get(url("announced", event.key)))
        links = page.select(f'a[href="{url("book", event.key)}"]')
        assert bool(links) is offers
        given = {"once": str(uuid4()), "name": "Zoe", "email": "zoe@a.example", "phone": ""}
        assert client.post(url("book", event.key), given).status_code == (200 if offers else 409)


@pytest.mark.django_db
def test_a_firm_that_nobody_knows_is_said_so_on_the_public_page(client: Client) -> None:
    event = make.event()
    told = main_of(client.get(url("announced", event.key, "?q=Inconnue")))
    assert "Aucune entreprise" in told
    page = soup(client.get(url("announced", event.key, "?q=<script>alert(1)</script>")))
    field = page.select_one("#find")
    assert field is not None
    assert field["value"] == "<script>alert(1)</script>"


@pytest.mark.django_db
def test_a_feed_follows_what_becomes_of_an_event(client: Client) -> None:
    by = accounts.actor()
    event = make.event(by)
    address = url("feed", by.acting_for().key)

    def told() -> dict[str, object]:
        _head, (one,) = read(client.get(address).content)
        return one

    first = told()
    event = actions.change_event(
        event=event, plan=make.plan(place="Ailleurs"), version=event.version, by=by
    )
    second = told()
    actions.cancel_event(event=event, why="health", by=by)
    third = told()
    assert first["UID"] == second["UID"] == third["UID"]
    numbers = [int(str(one["SEQUENCE"])) for one in (first, second, third)]
    assert numbers == sorted(set(numbers))
    assert str(second["LOCATION"]).startswith("Ailleurs")
    assert [one["STATUS"] for one in (first, second, third)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert Event.objects.visible_to(MACHINE).count() == 1


@pytest.mark.django_db
def test_ones_own_page_shows_the_code_while_one_has_a_seat_only(client: Client) -> None:
    event = make.event(seats=1)
    seated, waiting = (make.line(event, name=n, email=f"{n}@a.example") for n in "ab")
    pages = {
        line.pk: "/" + mailing.hand_link(line, event).split("/", 3)[3] for line in (seated, waiting)
    }
    assert soup(client.get(pages[seated.pk])).select("main svg[role=img] title")
    assert not soup(client.get(pages[waiting.pk])).select("main svg[role=img] title")
    client.post(pages[seated.pk] + "renoncer/")
    assert not soup(client.get(pages[seated.pk])).select("main svg[role=img] title")
    assert soup(client.get(pages[waiting.pk])).select("main svg[role=img] title")
