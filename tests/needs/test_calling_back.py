"""Firms are called back thirty and ninety days after: once each, by whoever knows them, and what they say is an act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Membership
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions, jobs
from maillage.needs.actions.calling_back import call_backs_due
from maillage.needs.models import CallBack, Need
from maillage.needs.vocabulary import CalledBack, Ending, Origin
from maillage.post.models import Message
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
HEARD_ON = date(2020, 6, 2)


def after(days: int) -> datetime:
    return clock.parse_instant(f"{HEARD_ON + timedelta(days=days)}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(after(0)):
        yield


def run(days: int) -> int:
    with clock.at(after(days)):
        return call_backs_due(by=MACHINE)


def calls() -> list[CallBack]:
    every = CallBack.objects.visible_to(MACHINE).select_related("need__organisation", "person")
    return list(every.order_by("pk"))


def made() -> list[int]:
    return [call.after_days for call in calls()]


def told() -> list[str]:
    every = Message.objects.visible_to(MACHINE).filter(template="needs/mails/call_backs.html")
    return sorted(every.values_list("recipient", flat=True))


def answer(outcome: CalledBack, by: Actor, days: int) -> CallBack:
    with clock.at(after(days)):
        return actions.call_back(call=calls()[-1], outcome=outcome, by=by)


def kinds() -> list[str]:
    acts = Act.objects.visible_to(MACHINE).filter(kind__startswith="needs.called_back")
    return list(acts.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def heard(adviser: Actor) -> Need:
    return make.need(adviser, origin=Origin.VISIT)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(29, []), (30, [30]), (60, [30]), (89, [30]), (90, [90]), (119, [90]), (120, [90]), (121, [])],
)
def test_a_firm_visited_is_called_at_the_greatest_age_it_has_reached(
    heard: Need, days: int, expected: list[int]
) -> None:
    assert run(days) == len(expected)
    assert made() == expected
    assert all(call.due_on == HEARD_ON + timedelta(days=call.after_days) for call in calls())


def test_one_day_after_another_it_is_called_once_at_each_age(heard: Need, adviser: Actor) -> None:
    due = []
    for days in range(125):
        if run(days):
            due.append(days)
            answer(CalledBack.SETTLED, adviser, days)
    assert due == [30, 90]


def test_as_long_as_nobody_called_the_next_call_waits(heard: Need, adviser: Actor) -> None:
    assert run(30) == 1
    assert run(95) == 0
    answer(CalledBack.UNREACHED, adviser, 96)
    assert run(96) == 1
    assert made() == [30, 90]


def test_a_need_heard_at_a_desk_is_called_back_once_a_partner_closed_it(adviser: Actor) -> None:
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    assert run(40) == 0
    with clock.at(after(10)):
        actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    assert run(39) == 0
    assert run(40) == 1
    assert (calls()[0].since, calls()[0].person) == (HEARD_ON + timedelta(days=10), adviser.person)


def test_a_partner_that_answers_later_makes_the_days_run_anew(heard: Need, adviser: Actor) -> None:
    run(30)
    answer(CalledBack.WAITING, adviser, 30)
    partner, expert = make.partner()
    with clock.at(after(40)):
        referral = make.referral(adviser, partner, of=heard)
        actions.close_referral(referral=referral, ending=Ending.NO_FOLLOW_UP, by=expert)
    assert [
        days for days in range(31, 140) if run(days) and answer(CalledBack.SETTLED, adviser, days)
    ] == [70, 130]
    assert made() == [30, 30, 90]


def test_what_the_firm_gave_up_or_never_said_is_not_called_back(
    heard: Need, adviser: Actor
) -> None:
    other = make.need(adviser, origin=Origin.VISIT)
    actions.give_up(need=heard, by=adviser)
    actions.withdraw_need(need=other, reason="mistake", by=adviser)
    assert run(30) == 0


def test_given_up_meanwhile_it_leaves_the_list(heard: Need, adviser: Actor) -> None:
    run(30)
    assert CallBack.objects.owned_by(adviser).waiting().count() == 1
    actions.give_up(need=heard, by=adviser)
    assert CallBack.objects.owned_by(adviser).waiting().count() == 0


def test_whoever_heard_it_calls_unless_they_left_then_whoever_may(
    heard: Need, adviser: Actor
) -> None:
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    run(30)
    assert calls()[0].person == adviser.person
    assert CallBack.objects.owned_by(colleague).of(colleague).count() == 0
    answer(CalledBack.SETTLED, adviser, 30)
    memberships = Membership.objects.visible_to(MACHINE).filter(person=adviser.person)
    memberships.update(ends_on=HEARD_ON + timedelta(days=50))
    run(90)
    assert calls()[1].person is None
    assert CallBack.objects.owned_by(colleague).of(colleague).count() == 1


def test_an_adviser_is_written_to_once_for_all_the_firms_of_a_day(adviser: Actor) -> None:
    for _ in range(3):
        make.need(adviser, origin=Origin.VISIT)
    assert run(30) == 3
    assert run(30) == 0
    assert told() == [adviser.person.email]  # type: ignore[union-attr]
    message = Message.objects.visible_to(MACHINE).get(template="needs/mails/call_backs.html")
    assert "3" in message.subject
    assert all(str(call.need.establishment.display_name) not in message.text for call in calls())


def test_the_job_catches_up_once_after_days_without_a_worker(heard: Need) -> None:
    with clock.at(after(100)):
        assert jobs.call_back.call() == "1 to call back"
        assert jobs.call_back.call() == "0 to call back"
    assert made() == [90]


def test_a_firm_waits_for_one_call_only(heard: Need) -> None:
    run(30)
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBack.objects.create(
            need=heard, since=HEARD_ON, after_days=90, due_on=HEARD_ON, made_at=clock.now()
        )


@pytest.mark.parametrize("outcome", list(CalledBack))
def test_what_it_says_is_an_act_said_once(heard: Need, adviser: Actor, outcome: CalledBack) -> None:
    run(30)
    done = answer(outcome, adviser, 31)
    assert answer(outcome, adviser, 31) == done
    assert kinds() == [f"needs.called_back_{outcome.value}"]
    with pytest.raises(Conflict):
        answer(next(one for one in CalledBack if one != outcome), adviser, 31)


def test_what_is_no_answer_is_refused_and_nobody_else_says_it(heard: Need, adviser: Actor) -> None:
    run(30)
    with pytest.raises(Invalid):
        actions.call_back(call=calls()[0], outcome="perhaps", by=adviser)
    with pytest.raises(NotAllowed):
        actions.call_back(call=calls()[0], outcome=CalledBack.SETTLED, by=accounts.actor())
    assert kinds() == []


def test_a_need_that_was_never_expressed_takes_its_calls_back(heard: Need, adviser: Actor) -> None:
    run(30)
    answer(CalledBack.SETTLED, adviser, 31)
    actions.withdraw_need(need=heard, reason="mistake", by=adviser)
    assert (
        not Act.objects.visible_to(MACHINE).effective().filter(kind__startswith="needs.").exists()
    )


def test_a_need_withdrawn_since_its_call_was_listed_records_nothing_more(
    heard: Need, adviser: Actor
) -> None:
    run(30)
    actions.withdraw_need(need=heard, reason="mistake", by=adviser)
    with pytest.raises(Conflict):
        answer(CalledBack.SETTLED, adviser, 31)
    assert calls()[0].done_at is None
    assert kinds() == []


# Pages


@pytest.fixture
def client_of(client: Client, adviser: Actor) -> Client:
    client.force_login(adviser.person)  # type: ignore[arg-type]
    return client


def test_two_taps_say_what_the_firm_answered(client_of: Client, adviser: Actor) -> None:
    call = make.call_back(adviser, contact_phone="03 20 00 00 00")
    listed = client_of.get("/besoins/rappels/").content.decode()
    assert f"/besoins/rappels/{call.key}/" in listed
    page = client_of.get(f"/besoins/rappels/{call.key}/").content.decode()
    assert "tel:0320000000" in page
    assert page.count('name="outcome"') == 3
    sent = client_of.post(f"/besoins/rappels/{call.key}/", {"outcome": "settled"})
    assert (sent.status_code, sent["Location"]) == (302, "/besoins/rappels/")
    assert str(call.key) not in client_of.get("/besoins/rappels/").content.decode()
    assert "C’est réglé" in client_of.get("/besoins/rappels/?etat=faits").content.decode()


def test_a_firm_that_still_needs_somebody_leads_to_the_page_that_sends_it(
    client_of: Client, adviser: Actor
) -> None:
    call = make.call_back(adviser)
    sent = client_of.post(f"/besoins/rappels/{call.key}/", {"outcome": "waiting"})
    assert sent["Location"] == f"/besoins/{call.need.key}/transmettre/"


def test_the_list_is_one_s_own_unless_all_is_asked_and_leaves_as_a_table(
    client_of: Client, adviser: Actor
) -> None:
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    call = make.call_back(colleague)
    assert str(call.key) not in client_of.get("/besoins/rappels/").content.decode()
    assert str(call.key) in client_of.get("/besoins/rappels/?qui=tous").content.decode()
    assert (
        str(call.key) not in client_of.get("/besoins/rappels/?qui=tous&theme=cash").content.decode()
    )
    table = client_of.get("/besoins/rappels.csv?qui=tous").content.decode()
    assert call.need.establishment.display_name in table
    assert len(table.strip().splitlines()) == 2


def test_the_list_costs_the_same_for_one_firm_and_for_twenty(
    client_of: Client, adviser: Actor, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (1, 19):
        for _ in range(number):
            make.need(adviser, origin=Origin.VISIT, expressed_on=clock.today() - timedelta(days=30))
        call_backs_due(by=MACHINE)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client_of.get("/besoins/rappels/")
        counts.append(len(seen))
    assert counts[1] <= counts[0]
