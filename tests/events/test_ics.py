"""Events as calendars read them: held to a strict reader, whatever their words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given, settings, strategies as st

from maillage.accounts.roles import Role
from maillage.events import actions, ics
from maillage.events.models import Event
from maillage.kernel import clock
from tests.events.calendars import read, unfolded
from tests.events.test_pages import url
from tests.factories import accounts, events as make


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


def event(**given: object) -> Event:
    """An event in memory alone."""
    told = {name: one for name, one in vars_of(make.plan()).items() if name != "partners"}
    return Event(**(told | given))


def vars_of(plan: object) -> dict[str, object]:
    return {name: getattr(plan, name) for name in plan.__slots__}  # type: ignore[attr-defined]


def written(*events: Event, name: str = "") -> tuple[dict[str, str], list[dict[str, object]]]:
    return read(ics.calendar(map(ics.Entry.of_event, events), name=name).encode())


def test_an_event_is_read_with_its_hours_in_universal_time() -> None:
    winter, summer = event(), event(day=make.DAY.replace(month=7))
    _head, (first, second) = written(winter, summer)
    assert first["DTSTART"] == datetime(2020, 3, 12, 7, tzinfo=UTC)
    assert first["DTEND"] == datetime(2020, 3, 12, 9, tzinfo=UTC)
    assert second["DTSTART"] == datetime(2020, 7, 12, 6, tzinfo=UTC)
    assert first["SUMMARY"] == "Petit-déjeuner des artisans"
    assert first["LOCATION"] == "Chez Jeannot, 1 place du Test"
    assert first["STATUS"] == "CONFIRMED"
    assert str(first["UID"]).startswith(f"{winter.key}@")
    assert first["UID"] != second["UID"]


def test_what_was_cancelled_says_so_and_what_was_changed_counts_up() -> None:
    _head, (told,) = written(event(cancelled_at=clock.now(), version=7))
    assert (told["STATUS"], told["SEQUENCE"]) == ("CANCELLED", "7")


def test_only_what_is_announced_has_an_address_and_a_known_place_a_position() -> None:
    _head, (draft, public) = written(event(), event(opened_at=clock.now(), lon=3.0635, lat=50.6366))
    assert "URL" not in draft
    assert str(public["URL"]).endswith(f"/agenda/{_key(public)}/")
    assert "GEO" not in draft
    assert public["GEO"] == "50.636600;3.063500"


def _key(told: dict[str, object]) -> str:
    return str(told["UID"]).partition("@")[0]


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=120)


@settings(max_examples=50, deadline=None)
@given(words, words)
def test_whatever_the_words_they_are_read_back_but_for_control_characters(
    title: str, about: str
) -> None:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        _head, (told,) = written(event(title_fr=title, about_fr=about))
    assert told["SUMMARY"] == shown(title)
    assert told.get("DESCRIPTION", "") == shown(about)


def shown(text: str) -> str:
    lines = "\n".join(text.splitlines())
    printed = (one for one in lines if one == "\n" or one.isprintable() or one.isspace())
    return "".join(one for one in printed if one in "\n " or (ord(one) > 0x20 and ord(one) != 0x7F))


@pytest.mark.parametrize("length", [60, 67, 68, 74, 75, 76, 150, 151, 300])
@pytest.mark.parametrize("sign", ["a", "é", "€", "🧁"])
def test_a_line_is_cut_at_75_octets_and_never_within_a_character(sign: str, length: int) -> None:
    line = f"SUMMARY:{sign * length}"
    assert unfolded(f"{ics.folded(line)}\r\n".encode()) == [line]


def test_an_injected_line_stays_a_text() -> None:
    title = "Bal\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Autre"
    _head, events = written(event(title_fr=title))
    assert len(events) == 1


# Handed out


@pytest.mark.django_db
def test_the_file_of_an_event_is_handed_to_anybody(client: Client) -> None:
    found = make.event()
    answer = client.get(url("ics", found.key))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    _head, (told,) = read(answer.content)
    assert _key(told) == str(found.key)
    assert client.get(url("ics", make.draft().key)).status_code == 404


@pytest.mark.django_db
def test_a_feed_holds_what_an_organisation_announced_since_a_month(client: Client) -> None:
    by = accounts.actor()
    shown_ones = [make.event(by), make.event(by, day=make.DAY.replace(month=2, day=2))]
    cancelled = actions.cancel_event(event=make.event(by), why="health", by=by)
    make.event(by, day=make.DAY.replace(month=1, day=15))  # too long ago
    make.event(by, is_public=False)
    make.draft(by)
    make.event(accounts.actor(Role.ADVISER))  # another organisation's
    head, events = read(client.get(url("feed", by.acting_for().key)).content)
    assert head["X-WR-CALNAME"] == str(by.organisation)
    assert {_key(one) for one in events} == {str(one.key) for one in (*shown_ones, cancelled)}
    assert client.get(url("feed", shown_ones[0].key)).status_code == 404


@pytest.mark.django_db
def test_a_calendar_names_nobody_who_registered(client: Client) -> None:
    found = make.event()
    make.line(found, name="Ada Lovelace", email="ada@a.example")
    for address in (url("ics", found.key), url("feed", found.organisation.key)):
        assert "ada" not in client.get(address).content.decode().lower().replace("agenda", "")
