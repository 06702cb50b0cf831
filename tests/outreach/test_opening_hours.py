"""Opening hours noted of a firm: by whom, once, told apart from what others note; kept by every plan and said on the round."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions, opening, waiting, walk_sheets
from maillage.outreach.models import Campaign, KeptRound, OpeningHours, RoundStop
from maillage.outreach.models.kept_rounds import HOUR
from maillage.outreach.opening import CLOSED, UNKNOWN, Day, Week
from maillage.outreach.rounds import Why
from maillage.outreach.walk_sheets import Reader
from maillage.register.models import Establishment
from maillage.ui import reports
from tests.factories import accounts, observed, outreach as make, register
from tests.outreach.test_team_rounds import accept, asked, listed, read, sealed as button
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
PAGE = reverse("outreach:my_round")
WEDNESDAY, DAY = 2, date(2020, 7, 15)
MORNING = ((8 * HOUR, 12 * HOUR),)
LATE = ((15 * HOUR, 19 * HOUR),)


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    observed.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def firm(rank: int) -> Establishment:
    return Establishment.objects.get(trade_name=f"FIRM {rank}")


def wednesday(spans: opening.Spans | None) -> Week:
    return tuple(spans if day == WEDNESDAY else None for day in range(7))


def note(place: Establishment, week: Week, by: Actor, version: int = 0) -> OpeningHours:
    return actions.note_opening(establishment=place, week=week, version=version, by=by)


def address(place: Establishment) -> str:
    return reverse("outreach:opening_hours", args=[place.key])


def sent(version: int = 0, **lines: str) -> dict[str, Any]:
    """What the form sends: seven lines, and the button when one was pressed."""
    return {"version": version, "back": "", **{f"day{rank}": "" for rank in range(7)}, **lines}


def text_of(answer: Any) -> str:
    words = BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def again(kept: KeptRound, by: Actor) -> KeptRound:
    return actions.plan_round(campaign=kept.campaign, day=kept.day, by=by)


def stop_of(kept: KeptRound, place: Establishment) -> RoundStop:
    return kept.stops.get(establishment=place)


# Noted


def test_hours_are_noted_of_a_firm_with_who_and_when_and_are_no_act(adviser: Actor) -> None:
    place, before = register.establishment(), Act.objects.unscoped(reason="a test").count()
    noted = note(place, wednesday(MORNING), adviser)
    assert (noted.version, noted.noted_by, noted.noted_on) == (1, adviser.person, DAY)
    assert noted.days == wednesday(MORNING)
    assert str(noted) == f"{place.pk} 2020-07-15"
    assert Act.objects.unscoped(reason="a test").count() == before, "planning is no act"
    colleague = accounts.actor(Role.OFFICER, adviser.organisation)
    with clock.at(noon("2020-07-20")):
        changed = note(place, UNKNOWN, colleague, version=1)
    assert (changed.pk, changed.version, changed.noted_by) == (noted.pk, 2, colleague.person)
    assert (changed.days, changed.noted_on) == (UNKNOWN, date(2020, 7, 20))


def test_sent_twice_it_is_noted_once_and_another_text_is_a_conflict(adviser: Actor) -> None:
    place = register.establishment()
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    first = note(place, wednesday(MORNING), adviser)
    for who in (adviser, colleague):
        same = note(place, wednesday(MORNING), who)
        assert (same.pk, same.version, same.noted_by) == (first.pk, 1, adviser.person)
    with pytest.raises(Conflict):
        note(place, wednesday(CLOSED), colleague)
    with pytest.raises(Conflict):
        note(register.establishment(), (*UNKNOWN[:6], CLOSED), colleague, version=3)
    kept = OpeningHours.objects.visible_to(adviser)
    assert [one.days for one in kept] == [wednesday(MORNING)], "what was refused left nothing"


# who | may note | reads what the adviser's organisation noted
@pytest.mark.parametrize(
    ("role", "is_own", "may"),
    [
        (Role.ADVISER, True, True), (Role.OFFICER, True, True), (Role.SERVICE_MANAGER, True, True),
        (Role.ELECTED, True, False), (Role.AUDITOR, True, False), (Role.ADVISER, False, True),
    ],
)  # fmt: skip
def test_each_organisation_notes_its_own_hours(
    adviser: Actor, role: Role, is_own: bool, may: bool
) -> None:
    place = register.establishment()
    note(place, wednesday(MORNING), adviser)
    who = accounts.actor(role, adviser.organisation if is_own else None)
    assert OpeningHours.objects.visible_to(who).exists() is (is_own and may)
    if not may:
        with pytest.raises(NotAllowed):
            note(place, UNKNOWN, who)
    elif not is_own:
        note(place, wednesday(CLOSED), who)
        told = waiting.open_for(adviser, [place], DAY)
        assert told == {place.pk: Day(WEDNESDAY, MORNING)}, "a partner's note changes nothing here"


def test_a_week_that_does_not_hold_together_is_refused_whole(adviser: Actor) -> None:
    place = register.establishment()
    for week in (
        (),
        UNKNOWN[:6],
        wednesday(((9 * HOUR, 8 * HOUR),)),
        wednesday((*MORNING, *MORNING)),
    ):
        with pytest.raises(Invalid):
            note(place, week, adviser)
    assert not OpeningHours.objects.visible_to(adviser)


def test_hours_of_a_firm_added_by_hand_go_to_the_one_it_turns_out_to_be(adviser: Actor) -> None:
    for known in (None, wednesday(CLOSED)):
        added, real = make.firm_added_by_hand(adviser), register.establishment()
        note(added.establishment, wednesday(MORNING), adviser)
        if known is not None:
            note(real, known, adviser)
        actions.reconcile_firm(firm=added, real=real, by=adviser)
        rows = OpeningHours.objects.visible_to(adviser)
        assert rows.get(establishment=real).days == (known or wednesday(MORNING))
        assert not rows.filter(establishment=added.establishment)


# The form


def test_the_form_is_reached_typed_saved_and_goes_back(client: Client, adviser: Actor) -> None:
    place = register.establishment()
    assert (
        address(place)
        in client.get(reverse("outreach:new_visit", args=[place.key])).content.decode()
    )
    sheet = client.get(reverse("observatory:enterprise", args=[place.legal_unit.key]))
    assert address(place) in sheet.content.decode()
    page = client.get(address(place), {"then": f"{PAGE}?x=1"})
    fields = BeautifulSoup(page.content, "html.parser").select("form#opening input[name^=day]")
    assert [one.get("value", "") for one in fields] == [""] * 7, "nobody knows"
    typed = sent(day1="8h-12h30 14h-19h", day0="fermé", back=f"{PAGE}?x=1")
    answer = client.post(address(place), typed)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?x=1")
    noted = OpeningHours.objects.visible_to(adviser).get()
    assert noted.days == (CLOSED, ((28800, 45000), (50400, 68400)), *UNKNOWN[2:])
    told = text_of(client.get(address(place)))
    assert f"Noté par {adviser.person} le 15 juillet 2020." in told
    shown = BeautifulSoup(client.get(address(place)).content, "html.parser")
    lines = [
        str(one.get("value", "")).replace("\u00a0", " ") for one in shown.select("input[name^=day]")
    ]
    assert lines[:3] == ["fermé", "8 h–12 h 30, 14 h–19 h", ""]
    # What is shown, sent back as it is, says the same.
    back = {one["name"]: one.get("value", "") for one in shown.select("form#opening input[name]")}
    assert client.post(address(place), back).status_code == 302
    assert OpeningHours.objects.visible_to(adviser).get().days == noted.days


def pressing(page: BeautifulSoup, tap: str, **typed: str) -> dict[str, list[str]]:
    """What a browser sends when one presses a button, after typing: every field in the order of the page."""
    told: dict[str, list[str]] = {}
    for one in page.select("form#opening input[name], form#opening button[name]"):
        if one.name == "input" or one["value"] == tap:
            name = str(one["name"])
            told.setdefault(name, []).append(typed.get(name, str(one.get("value", ""))))
    return told


def test_one_tap_saves_with_what_was_typed_and_stays(client: Client, adviser: Actor) -> None:
    place = register.establishment()
    stays = reverse("outreach:opening_hours", args=[place.key], query={"then": PAGE})
    # pressed | typed before | the week: M the morning, x closed, ? unknown
    for tap, typed, told in (
        ("tuesday_to_saturday", {"day1": "8h-12h"}, "xM????x"),
        ("alike", {"day4": "fermé"}, "xMMMxMx"),
        ("", {"day0": ""}, "?MMMxMx"),
    ):
        page = BeautifulSoup(client.get(stays).content, "html.parser")
        answer = client.post(address(place), pressing(page, tap, **typed))
        assert answer["Location"] == (stays if tap else PAGE)
        noted = OpeningHours.objects.visible_to(adviser).get()
        assert noted.days == tuple({"M": MORNING, "x": CLOSED, "?": None}[one] for one in told)
    # The first button of a form is what Enter presses: it is not one of these.
    first, *taps = page.select("form#opening button")
    assert "name" not in first.attrs
    assert [one["value"] for one in taps] == list(opening.COMMON)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"day3": "le matin"}, "Écrivez les heures ainsi"),
        ({"day3": "12h-8h"}, "Une plage finit après avoir commencé"),
        ({"day3": "8h-9h, 10h-11h, 14h-15h", "tap": "alike"}, "Deux plages par jour au plus"),
        ({"tap": "on_sundays"}, ""),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_line_and_nothing_is_saved(
    client: Client, adviser: Actor, lines: dict[str, str], words: str
) -> None:
    answer = client.post(address(register.establishment()), sent(**lines))
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    wrong = page.select_one("input[name=day3][aria-invalid=true]")
    assert (wrong is not None) is ("day3" in lines)
    assert words in page.get_text()
    assert not OpeningHours.objects.visible_to(adviser)


def test_of_two_who_write_at_once_the_second_reads_both_texts(
    client: Client, adviser: Actor
) -> None:
    place = register.establishment()
    note(place, wednesday(MORNING), accounts.actor(Role.ADVISER, adviser.organisation))
    answer = client.post(address(place), sent(day2="fermé", back=PAGE, tap="closed_on_monday"))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Mercredi 8 h–12 h fermé" in told, "theirs, then mine"
    assert "Lundi rien fermé" in told, "what the button said is told too"
    page = BeautifulSoup(answer.content, "html.parser")
    mine = {
        str(one["name"]): str(one.get("value", "")) for one in page.select("main form input[name]")
    }
    client.post(address(place), mine)
    kept = OpeningHours.objects.visible_to(adviser).get()
    assert kept.days == (CLOSED, None, CLOSED, *UNKNOWN[3:])
    assert kept.noted_by == adviser.person


def test_nobody_is_sent_to_another_site(client: Client, adviser: Actor) -> None:
    place = register.establishment()
    answer = client.post(address(place), sent(back="//elsewhere.example/"))
    assert answer["Location"] == reverse("outreach:new_visit", args=[place.key])


# Plans


def test_a_plan_keeps_the_hours_of_firms_and_says_who_is_closed(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=5)
    before = {stop.establishment_id: stop.arrival for stop in kept.stops.all()}
    note(firm(0), wednesday(CLOSED), adviser)
    note(firm(1), wednesday(LATE), adviser)
    note(
        firm(2), opening.closed_on(UNKNOWN, 0, 1, 3, 4, 5, 6), adviser
    )  # of Wednesday, nothing is known
    # The round that is kept says it at once, and is changed by nobody.
    told = text_of(client.get(PAGE))
    assert "Personne à cette heure-là : fermée le mercredi" in told
    assert "Personne à cette heure-là : Ouvert 15 h–19 h" in told
    assert "Planifier autour des horaires d’ouverture" in told
    assert {stop.establishment_id: stop.arrival for stop in kept.stops.all()} == before
    planned = again(kept, adviser)
    shut, late = stop_of(planned, firm(0)), stop_of(planned, firm(1))
    assert (shut.rank, shut.why, shut.reason) == (None, Why.SHUT, "fermée le mercredi")
    assert late.arrival is not None
    assert late.arrival + late.wait >= 15 * HOUR
    assert stop_of(planned, firm(2)).rank is not None, "unknown is not closed"
    told = text_of(client.get(PAGE))
    assert ": fermée le mercredi" in told
    assert "Ouvert 15 h–19 h" in told
    assert "Personne à cette heure-là" not in told
    page = client.get(PAGE).content.decode()
    assert all(address(firm(rank)) in page for rank in range(5)), "in the round or not"
    with clock.at(noon("2020-07-16")):
        thursday = actions.plan_round(campaign=kept.campaign, day=date(2020, 7, 16), by=adviser)
        assert stop_of(thursday, firm(0)).rank is not None
        assert stop_of(thursday, firm(2)).reason == "fermée le jeudi"


# On Sundays, two of which have no hour, or one twice, between two and three in the morning.
@pytest.mark.parametrize("day", ["2020-07-19", "2020-03-29", "2020-10-25"])
def test_hours_of_a_sunday_are_those_of_the_clock_even_when_it_changes(
    client: Client, adviser: Actor, day: str
) -> None:
    sunday = date.fromisoformat(day)
    begins, open_till_one = sunday - timedelta(days=30), ((11 * HOUR, 13 * HOUR),)
    with clock.at(noon(day) - timedelta(hours=6)):
        kept = make.kept_round(
            adviser, firms=3, starts_on=begins, ends_on=sunday + timedelta(days=30)
        )
        weeks = (
            opening.closed_on(UNKNOWN, 6),
            (*UNKNOWN[:6], open_till_one),
            (CLOSED, *UNKNOWN[1:]),
        )
        for rank, week in enumerate(weeks):
            note(firm(rank), week, adviser)
        planned = again(kept, adviser)
        closed, late, unknown = (stop_of(planned, firm(rank)) for rank in range(3))
        assert (closed.rank, closed.reason) == (None, "fermée le dimanche")
        assert (late.arrival or 0) + late.wait == 11 * HOUR
        assert unknown.arrival is not None, "closed on Monday, unknown on Sunday"
        assert "Ouvert 11 h–13 h" in text_of(client.get(PAGE))
    # From here, about half past noon on the wall: there is time for a visit before it closes, then no more.
    for minutes, is_seen in ((29, True), (31, False)):
        with clock.at(noon(day) + timedelta(minutes=minutes)):
            planned = actions.plan_round(
                campaign=kept.campaign, day=sunday, start=(3.0583, 50.6292), by=adviser
            )
        assert (stop_of(planned, firm(1)).rank is not None) is is_seen
        assert stop_of(planned, firm(2)).rank is not None


def test_an_hour_agreed_wins_over_the_hours_of_a_firm(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=3)
    note(firm(0), wednesday(CLOSED), adviser)
    note(firm(1), wednesday(MORNING), adviser)
    for rank in (0, 1):
        actions.agree_hour(establishment=firm(rank), day=DAY, at=(14 + rank) * HOUR, by=adviser)
    planned = again(kept, adviser)
    seen = [stop_of(planned, firm(rank)) for rank in (0, 1)]
    assert [(one.arrival or 0) + one.wait for one in seen] == [14 * HOUR, 15 * HOUR]
    assert "Personne à cette heure-là" not in text_of(client.get(PAGE))


def test_an_order_made_by_hand_is_obeyed_and_says_which_door_is_closed(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=3)
    note(firm(0), wednesday(CLOSED), adviser)
    note(firm(1), wednesday(LATE), adviser)
    note(firm(2), wednesday(((8 * HOUR, 9 * HOUR + 600),)), adviser)
    order = [str(firm(rank).key) for rank in (0, 1, 2)]
    actions.reorder_round(kept=kept, order=order, by=adviser)
    assert [str(one.establishment.key) for one in kept.stops.order_by("rank")] == order
    first, second, third = kept.stops.order_by("rank")
    assert first.arrival == 9 * HOUR, "a firm that is closed all day is waited for by nobody"
    assert (second.arrival or 0) + second.wait == 15 * HOUR, "one that opens later is waited for"
    assert (third.arrival or 0) > 15 * HOUR
    assert third.wait == 0
    told = text_of(client.get(PAGE))
    assert told.count("Personne à cette heure-là") == 2
    assert f"Ouvert 15 h–19 h, {second.waiting} min avant l’ouverture" in told
    assert "Cet ordre passe là où il n’y a personne" in told


# known of Wednesday | agreed at | arrival | comes to a closed door
@pytest.mark.parametrize(
    ("day", "agreed", "arrival", "is_shut"),
    [
        (None, None, 9, False), (MORNING, None, 9, False), (MORNING, None, 12, True), (MORNING, None, 7, True),
        (MORNING, 14, 14, False), (CLOSED, None, 9, True), (CLOSED, 9, 9, False), (CLOSED, None, None, False),
    ],
)  # fmt: skip
def test_a_stop_comes_to_a_closed_door_when_nothing_says_otherwise(
    day: opening.Spans | None, agreed: int | None, arrival: int | None, is_shut: bool
) -> None:
    hours = (None if one is None else one * HOUR for one in (agreed, arrival))
    stop = RoundStop(**dict(zip(("agreed", "arrival"), hours, strict=True)))
    stop.opening = None if day is None else Day(WEDNESDAY, day)
    assert stop.is_shut is is_shut


def test_who_is_closed_leaves_its_room_to_others(
    adviser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make.kept_round(adviser, firms=4)
    for rank in (0, 1):
        note(firm(rank), wednesday(CLOSED), adviser)
    person = [kept.adviser_id]
    for most, told in ((2, {2, 3}), (3, {2, 3, 0}), (4, {0, 1, 2, 3})):
        lines = waiting.lines_to_see(kept.campaign, person, DAY, most=most)
        assert {line.establishment.trade_name for line in lines} == {f"FIRM {k}" for k in told}


def test_the_terminal_says_the_hours_and_who_is_closed(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=2)
    KeptRound.objects.visible_to(adviser).delete()
    note(firm(0), wednesday(CLOSED), adviser)
    note(firm(1), wednesday(LATE), adviser)
    assert adviser.person is not None

    def told(*more: str) -> str:
        out = io.StringIO()
        given = ["--campaign", str(kept.campaign.key), "--adviser", adviser.person.email]  # type: ignore[union-attr]
        call_command("plan_round", *given, "--date", "2020-07-15", *more, stdout=out)
        return out.getvalue()

    plan = json.loads(told("--json"))
    assert plan["unassigned"] == [{"id": str(firm(0).key), "reason": "closed_day"}]
    assert plan["firms"][str(firm(0).key)]["open_s"] == []
    assert plan["firms"][str(firm(1).key)]["open_s"] == [[54000, 68400]]
    (visit,) = plan["routes"][0]["stops"]
    assert visit["arrival_s"] + visit["wait_s"] >= 54000
    assert "fermée le mercredi" in told()


def test_the_rounds_of_a_team_keep_hours_say_who_is_closed_and_are_accepted_so(
    client: Client,
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    team = [accounts.actor(Role.ADVISER, manager.organisation) for _ in range(2)]
    campaign = listed(manager, 4, team)
    thursday = opening.alike((LATE, *[None] * 6))
    note(firm(0), opening.closed_on(UNKNOWN, 3), manager)
    note(firm(1), thursday, manager)
    page = read(client, campaign, asked(*team))
    told = page.get_text(" ", strip=True).replace("\u00a0", " ")
    assert "fermée le jeudi (1)" in told
    assert "Ouvert 15 h–19 h" in told
    assert page.select_one(f'a[href^="{address(firm(0))}?then="]') is not None
    assert accept(client, campaign, asked(*team), button(page)).status_code == 302
    stops = RoundStop.objects.filter(round__campaign=campaign).select_related("round")
    one, other = (stops.get(establishment=firm(rank)) for rank in (0, 1))
    assert (one.rank, one.reason) == (None, "fermée le jeudi")
    assert (other.arrival or 0) + other.wait >= 15 * HOUR


def test_hours_are_read_in_one_question_however_many_stops(
    client: Client, adviser: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept = make.kept_round(adviser, firms=3)
    firms = [firm(rank) for rank in range(3)]
    for place in firms:
        note(place, wednesday(MORNING), adviser)
    assert Campaign.objects.visible_to(adviser).get() == kept.campaign
    with django_assert_num_queries(1):
        assert len(waiting.open_for(adviser, firms, DAY)) == 3


# Elsewhere


def test_the_walk_and_the_sheet_of_the_artisan_say_it_never_the_mayors(
    client: Client, adviser: Actor
) -> None:
    for number in ("1", "3"):
        register.establishment(street_number=number, street="RUE DE GAND")
    walk = make.walk(adviser)
    place = Establishment.objects.get(street_number="1")
    assert "Ce jour-là" not in reports.fragment(walk_sheets.sheet(walk, Reader.ARTISAN))
    note(place, wednesday(MORNING), adviser)
    assert "Ouvert 8 h–12 h" in text_of(client.get(reverse("outreach:walk", args=[walk.key])))
    artisan, mayor = (
        reports.fragment(walk_sheets.sheet(walk, one)) for one in (Reader.ARTISAN, Reader.MAYOR)
    )
    assert "Ce jour-là" in artisan
    assert "Ouvert" in artisan
    assert "Ouvert" not in mayor
