"""The follow-up beside the days before and a year earlier, opinions in it, and sharing out whatever room there is."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.figures.publication import disclosed
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.needs import actions, measures, sharing
from maillage.needs.actions.opinions import opinions_due
from maillage.needs.models import Referral
from maillage.needs.vocabulary import Ending, Origin, Refusal, Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY = date(2020, 12, 15)
NOVEMBER = Period.parse("2020-11-01..2020-11-30")
Rollback = Callable[[], AbstractContextManager[None]]


def on(day: date | str) -> datetime:
    return clock.parse_instant(f"{day}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(on(TODAY)):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def row(manager: Actor, reference: str, period: Period = NOVEMBER) -> list[tuple[str, str]]:
    """What a measure shows over its three periods, each with what stands beside it."""
    found = measures.measured(manager, period)
    cells = found.measures[measures.SHOWN.index(reference)].cells
    return [(cell.shown, cell.beside) for cell in cells]


# The periods beside


@given(st.dates(date(2019, 3, 1), date(2030, 12, 31)), st.integers(0, 400))
def test_the_days_before_are_as_many_and_end_where_it_begins(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))
    before = period.before()
    assert before.end + timedelta(days=1) == period.start
    assert before.end - before.start == period.end - period.start


@given(st.dates(date(2019, 3, 1), date(2030, 12, 31)), st.integers(0, 360))
def test_the_same_days_a_year_earlier_begin_and_end_on_the_same_dates(
    first: date, days: int
) -> None:
    period = Period(first, first + timedelta(days=days))
    year = period.year_before()
    for now, then in ((period.start, year.start), (period.end, year.end)):
        assert then.year == now.year - 1
        assert (then.month, then.day) == (now.month, now.day) or now.day == 29


# Opinions, as measured


def said(manager: Actor, day: str, contacted: str = "", useful: str = "") -> None:
    """A firm answered that day, asked ten days later, that says so (or nothing)."""
    partner, expert = make.partner()
    with clock.at(on(day)):
        referral = make.referral(manager, partner, contact_email="firm@example.org")
        actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    with clock.at(on(date.fromisoformat(day) + timedelta(days=11))):
        opinions_due(by=MACHINE)
        if contacted:
            actions.give_opinion(need=referral.need, contacted=contacted, useful=useful, by=manager)


@pytest.fixture
def told(manager: Actor) -> Actor:
    """In November four were asked: one found it useful, one did not, one was never called, one is silent."""
    said(manager, "2019-11-04", "yes", "yes")
    said(manager, "2020-10-05", "yes", "no")
    said(manager, "2020-11-02", "yes", "yes")
    said(manager, "2020-11-03", "yes", "no")
    said(manager, "2020-11-04", "no")
    said(manager, "2020-11-05")
    return manager


def test_usefulness_is_over_who_says_and_stands_beside_how_many_answered(told: Actor) -> None:
    useful = row(told, "needs.usefulness@1")
    assert [shown for shown, _ in useful] == ["50\xa0%", "0\xa0%", "100\xa0%"]
    assert [beside for _, beside in useful] == ["1 sur 2", "0 sur 1", "1 sur 1"]
    answers = row(told, "needs.response_rate@1")
    assert [shown for shown, _ in answers] == ["75\xa0%", "100\xa0%", "100\xa0%"]
    assert [beside for _, beside in answers] == ["3 sur 4", "1 sur 1", "1 sur 1"]


def test_its_permanent_name_is_i10_and_few_answers_are_never_told_in_public(told: Actor) -> None:
    mine = Filter(organisations=(str(told.acting_for().key),))
    by_name, by_code = figures.answer(
        [Question("I10", mine, NOVEMBER), Question("needs.usefulness", mine, NOVEMBER)]
    )
    assert (by_name.value, by_name.numerator, by_name.denominator) == (0.5, 1, 2)
    assert by_code.value == by_name.value
    assert disclosed(by_name)["masked"] is True
    assert disclosed(by_name)["value"] is None


def test_each_list_of_opinions_is_within_the_wider_one(told: Actor) -> None:
    mine = Filter(organisations=(str(told.acting_for().key),))
    codes = ["asked", "given", "contacted", "rated", "useful"]
    units = {
        code: {
            one.unit
            for one in figures.every_record(Question(f"needs.opinions_{code}", mine), MACHINE)
        }
        for code in codes
    }
    assert [len(units[code]) for code in codes] == [6, 5, 4, 4, 2]
    assert units["useful"] <= units["rated"] <= units["given"] <= units["asked"]
    assert units["contacted"] <= units["given"]


def test_what_is_not_known_yet_was_not_known_then(told: Actor) -> None:
    mine = Filter(organisations=(str(told.acting_for().key),))
    asked = Question("needs.opinions_given", mine, NOVEMBER)
    days = ("2020-11-12", "2020-11-13", "2020-11-14", "2020-11-15", "2020-11-16")
    known = [figures.answer([asked], on(day) + timedelta(hours=1))[0].value for day in days]
    assert known == [0, 1, 2, 3, 3]


# The page and the file


def test_a_measure_says_the_same_on_the_page_in_the_file_and_where_it_opens(
    client: Client, told: Actor
) -> None:
    assert told.person is not None
    client.force_login(told.person)
    query = "?du=2020-11-01&au=2020-11-30"
    page = BeautifulSoup(client.get(f"/besoins/suivi/{query}").content, "html.parser")
    shown = " ".join(page.get_text(" ").split())
    table = client.get(f"/besoins/suivi.csv{query}").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert rows[0][1:] == [
        "2020-11-01..2020-11-30",
        "2020-10-02..2020-10-31",
        "2019-11-01..2019-11-30",
    ]
    found = measures.measured(told, NOVEMBER)
    for line, measure in zip(rows[1:], found.measures, strict=False):
        assert line == [measure.label, *(cell.shown for cell in measure.cells)]
        assert measure.label in shown
    for measure in found.measures:
        for cell in measure.cells:
            assert client.get(cell.url).status_code == 200, cell.url


@pytest.mark.parametrize("language", ["fr", "en"])
def test_days_that_have_nothing_are_not_zero_percent_in_either_language(
    client: Client, manager: Actor, language: str
) -> None:
    assert manager.person is not None
    client.force_login(manager.person)
    client.cookies["django_language"] = language
    answer = client.get("/besoins/suivi/?du=2020-11-01&au=2020-11-30")
    page = BeautifulSoup(answer.content, "html.parser")
    assert len(page.select("h1")) == 1
    text = page.get_text(" ")
    assert {"fr": "s.o.", "en": "n/a"}[language] in text
    assert "0\xa0%" not in text
    assert "0%" not in text


# Sharing out, whatever the rooms

ROOMS = st.lists(st.one_of(st.none(), st.integers(1, 3)), max_size=3)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rooms=ROOMS, needs=st.integers(0, 5), taken=st.integers(0, 2))
def test_nobody_is_given_more_than_the_room_left_and_room_is_left_to_nobody_who_waits(
    rooms: list[int | None], needs: int, taken: int, db_rollback: Rollback
) -> None:
    with db_rollback():
        manager = accounts.actor(Role.SERVICE_MANAGER)
        partners = [make.partner()[0] for _ in rooms]
        for partner, room in zip(partners, rooms, strict=True):
            make.rule(manager, partner, capacity=room)
        if partners:
            for _ in range(taken):
                make.referral(manager, partners[0])
        waiting = [make.need(manager) for _ in range(needs)]
        shares = sharing.shared_out(manager)
        assert [one.need for one in shares] == waiting
        given_to = Counter(one.proposed.partner.pk for one in shares if one.proposed)
        left = {
            partner.pk: needs if room is None else max(0, room - (taken if rank == 0 else 0))
            for rank, (partner, room) in enumerate(zip(partners, rooms, strict=True))
        }
        assert all(number <= left[pk] for pk, number in given_to.items())
        assert sum(given_to.values()) == min(needs, sum(left.values()))
        assert all(bool(one.proposed) != bool(one.why_not) for one in shares)
        assert len({one.mark for one in shares if one.mark}) == sum(given_to.values())


def test_asked_again_the_proposal_is_the_same_and_sends_nothing(manager: Actor) -> None:
    for name in ("Un", "Deux", "Trois"):
        make.rule(manager, make.partner(name=name)[0], capacity=2)
    for _ in range(7):
        make.need(manager)
    first, second = (
        [(one.need.pk, one.mark, str(one.why_not)) for one in sharing.shared_out(manager)]
        for _ in range(2)
    )
    assert first == second
    assert not Referral.objects.visible_to(MACHINE).exists()


def test_what_another_organisation_heard_is_not_shared_out_nor_by_its_rules(
    manager: Actor,
) -> None:
    other = accounts.actor(Role.SERVICE_MANAGER)
    make.rule(other, make.partner()[0])
    theirs, ours = make.need(other), make.need(manager)
    assert [one.need for one in sharing.shared_out(manager)] == [ours]
    assert [one.proposed for one in sharing.shared_out(manager)] == [None]
    assert [bool(one.proposed) for one in sharing.shared_out(other) if one.need == theirs] == [True]


def test_a_need_refused_comes_back_and_goes_to_who_was_not_asked(manager: Actor) -> None:
    first, expert = make.partner(name="Un")
    second = make.partner(name="Deux")[0]
    make.rule(manager, first, delay_days=1)
    make.rule(manager, second)
    need = make.need(manager, theme=Theme.ONLINE, origin=Origin.DESK)
    (share,) = sharing.shared_out(manager)
    assert share.proposed is not None
    assert share.proposed.partner == first
    referral = make.referral(manager, first, of=need)
    assert sharing.shared_out(manager) == []
    actions.refuse(referral=referral, refusal=Refusal.NO_ROOM, by=expert)
    (again,) = sharing.shared_out(manager)
    assert again.proposed is not None
    assert again.proposed.partner == second
    assert again.mark != share.mark
