"""What desks tell together: the calendar, places with their figures, timelines of firms, districts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from maillage import ledger, places
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks import actions, lines, readings
from maillage.desks.readings import Asked
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.places import districts
from tests.factories import accounts, desks as make, places as geography, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


# The calendar


def test_sessions_to_come_run_forward_and_those_gone_by_backward(adviser: Actor) -> None:
    where = make.place(adviser.organisation)
    days = [TODAY + timedelta(days=step) for step in (-14, -7, 7, 21)]
    made = [make.session(adviser, where, day) for day in days]
    assert list(readings.sessions(adviser, Asked())) == made[2:]
    assert list(readings.sessions(adviser, Asked(state="waiting"))) == [made[1], made[0]]


def test_who_came_is_counted_without_the_cancelled(adviser: Actor) -> None:
    held = make.session(adviser)
    make.welcome(held)
    gone = make.welcome(held)
    actions.cancel_welcome(welcome=gone, reason=Reason.TWICE, by=adviser)
    (one,) = readings.sessions(adviser, Asked())
    assert one.came == 1  # type: ignore[attr-defined]


def test_only_mine_leaves_the_desks_of_colleagues_out(adviser: Actor) -> None:
    where = make.place(adviser.organisation)
    mine = make.session(adviser, where)
    make.session(accounts.actor(Role.ADVISER, adviser.organisation), where)
    assert list(readings.sessions(adviser, Asked(mine=True))) == [mine]
    assert readings.sessions(adviser, Asked()).count() == 2
    assert readings.today_at_desk(adviser) == [mine]


def test_sessions_that_nobody_confirmed_wait_for_their_organisation(adviser: Actor) -> None:
    gone = make.session(adviser, day=TODAY - timedelta(days=1))
    make.session(accounts.actor(), day=TODAY - timedelta(days=1))
    assert readings.waiting(adviser) == 1
    actions.hold_session(session=gone, by=adviser)
    assert readings.waiting(adviser) == 0


def test_desks_are_held_by_those_who_work_in_the_field(adviser: Actor) -> None:
    accounts.person(Role.ELECTED, adviser.organisation)
    accounts.person(Role.ADVISER, adviser.organisation, ends_on=TODAY - timedelta(days=1))
    officer = accounts.person(Role.OFFICER, adviser.organisation)
    assert set(readings.holders(adviser)) == {adviser.person, officer}


@pytest.mark.parametrize(("text", "key"), [("", ""), ("nowhere", ""), ("1" * 32, "1")])
def test_a_key_typed_in_an_address_is_one_or_asks_for_nothing(text: str, key: str) -> None:
    assert readings.key_of(text)[:1] == key


# Places with their figures


def test_places_add_up_to_the_figures_of_the_organisation(adviser: Actor) -> None:
    one = make.place(adviser.organisation, name="Alma")
    two = make.place(adviser.organisation, name="Moulins")
    firm = register.establishment()
    for where in (one, two):
        held = make.session(adviser, where)
        make.welcome(held, firm)
    make.leader(make.session(adviser, two, TODAY - timedelta(days=1)))
    make.welcome()  # another organisation
    whole = readings.overview(
        adviser, Period(date(2020, 1, 1), TODAY), readings.own_places(adviser)
    )
    told = {code: answer.value for code, answer in whole.answers.items()}
    assert told == {
        "desks.sessions_held": 3,
        "desks.welcomes": 3,
        "desks.firms_welcomed": 1,
        "desks.projects_met": 1,
    }
    assert [(line.place.name, line.welcomes, line.sessions) for line in whole.lines] == [
        ("Alma", 1, 1),
        ("Moulins", 2, 2),
    ]


def test_a_place_says_the_neighbourhood_of_the_end_of_the_period(adviser: Actor) -> None:
    geography.district(ends_on=date(2020, 3, 31))
    make.place(adviser.organisation, lon=3.05, lat=50.65)

    def told(end: date) -> str:
        period, listed = Period(date(2020, 1, 1), end), readings.own_places(adviser)
        return readings.overview(adviser, period, listed).lines[0].district

    assert told(date(2020, 3, 31)) == "Moulins"
    assert told(TODAY) == ""


# Timelines


def test_the_sheet_of_a_firm_tells_of_its_welcome_to_those_who_may_read_it(
    adviser: Actor,
) -> None:
    firm = register.establishment()
    found = make.welcome(make.session(adviser), firm, "premises")
    (entry,) = ledger.timeline(firm.legal_unit, adviser).entries
    assert entry.line is not None
    assert "Espace Moulins" in entry.line.detail
    assert entry.line.url == f"/accueils/{found.key}/"
    (other,) = ledger.timeline(firm.legal_unit, accounts.actor()).entries
    assert other.line is None


def test_a_session_is_told_with_its_hours(adviser: Actor) -> None:
    held = make.session(adviser)
    (line,) = lines.sessions([str(held.key)], adviser).values()
    assert "9\u00a0h\u00a000" in line.detail
    assert line.url == f"/permanences/{held.key}/"
    assert lines.sessions([str(held.key)], accounts.actor()) == {}
    assert lines.welcomes([str(held.key)], adviser) == {}


def test_a_partner_with_a_share_is_told_of_welcomes(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser))
    partner = accounts.actor()
    assert adviser.organisation is not None
    assert partner.organisation is not None
    accounts.share(adviser.organisation, partner.organisation, "desks", Sensitivity.PARTNERS)
    reader = accounts.actor(Role.ADVISER, partner.organisation)
    assert list(lines.welcomes([str(found.key)], reader)) == [str(found.key)]


def test_a_difficulty_told_at_a_desk_is_a_masked_line(adviser: Actor) -> None:
    firm = register.establishment()
    make.welcome(make.session(adviser), firm, "cash")
    partner = accounts.actor()
    assert adviser.organisation is not None
    assert partner.organisation is not None
    for resource in ("desks", "acts"):
        accounts.share(adviser.organisation, partner.organisation, resource, Sensitivity.PARTNERS)
    reader = accounts.actor(Role.ADVISER, partner.organisation)
    (entry,) = ledger.timeline(firm.legal_unit, reader).entries
    assert entry.line is None


# Neighbourhoods on a day


def test_a_neighbourhood_is_found_by_a_point_and_a_day() -> None:
    geography.district("QP059001", "Ancien", ends_on=date(2019, 12, 31))
    geography.district("QN05901M", "Moulins", starts_on=date(2020, 1, 1))
    found = places.district_at(3.05, 50.65, date(2019, 6, 1))
    assert found is not None
    assert found.name == "Ancien"
    assert [one.code for one in districts.districts_on(TODAY)] == ["QN05901M"]
    assert places.district_at(4.0, 50.65, TODAY) is None
    assert places.district_at(None, None, TODAY) is None
    assert districts.held_on("QP059001", TODAY) is False
    assert districts.held_on("QP059001", date(2019, 6, 1)) is True
    assert districts.held_on("QP059001", date(2010, 1, 1)) is None


def test_the_home_page_of_an_adviser_leads_to_desks(client: Client) -> None:
    accounts.signed_in(client)
    assert b"/permanences/" in client.get("/").content
