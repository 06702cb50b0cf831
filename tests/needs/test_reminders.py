"""Requests that nobody took up: reminded at 9, 21 and 45 days, higher up each time; expired at 60."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Membership
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions, jobs, reading
from maillage.needs.actions.reminding import AGES, STEPS, remind_due
from maillage.needs.models import Referral, Reminder
from maillage.post.models import Message
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
SENT_ON = date(2020, 6, 2)


def after(days: int) -> datetime:
    return clock.parse_instant(f"{SENT_ON + timedelta(days=days)}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(after(0)):
        yield


@pytest.fixture
def waiting() -> tuple[Referral, dict[str, Actor]]:
    """A request sent to a partner that has an expert and a manager."""
    adviser = accounts.actor()
    partner, expert = make.partner()
    manager = accounts.actor(Role.SERVICE_MANAGER, partner)
    referral = make.referral(adviser, partner)
    return referral, {"sender": adviser, "expert": expert, "manager": manager}


Waiting = tuple[Referral, dict[str, Actor]]


def remind(days: int) -> int:
    with clock.at(after(days)):
        return remind_due(by=MACHINE)


def written(template: str = "reminder") -> list[str]:
    every = Message.objects.visible_to(MACHINE).filter(template=f"needs/mails/{template}.html")
    return sorted(every.values_list("recipient", flat=True))


def addresses(who: dict[str, Actor], *names: str) -> list[str]:
    return sorted(who[name].person.email for name in names)  # type: ignore[union-attr]


def reminded() -> list[int]:
    return list(Reminder.objects.visible_to(MACHINE).values_list("after_days", flat=True))


def test_a_request_is_told_to_who_answers_for_the_service(waiting: Waiting) -> None:
    _referral, who = waiting
    assert written("sent") == addresses(who, "manager")


@pytest.mark.parametrize(
    ("days", "expected"), [(8, []), (9, [9]), (20, [9]), (21, [21]), (44, [21]), (45, [45])]
)
def test_its_age_decides_and_ages_missed_are_not_caught_up(
    waiting: Waiting, days: int, expected: list[int]
) -> None:
    assert remind(days) == len(expected)
    assert reminded() == expected


def test_one_day_after_another_it_is_reminded_once_at_each_age(waiting: Waiting) -> None:
    sent = [days for days in range(60) if remind(days)]
    assert list(AGES) == [9, 21, 45]
    assert sent == reminded() == list(STEPS) == [9, 21, 45, 50, 55]


def test_unanswered_after_the_third_it_is_told_to_their_manager_then_to_ours(
    waiting: Waiting,
) -> None:
    referral, who = waiting
    ours = accounts.actor(Role.SERVICE_MANAGER, who["sender"].organisation)
    remind(45)
    assert written("escalation") == []
    assert remind(50) == 1
    assert remind(50) == 0
    assert written("escalation") == addresses(who, "manager")
    assert remind(55) == 1
    assert written("escalation") == sorted([*addresses(who, "manager"), ours.person.email])  # type: ignore[union-attr]
    every = Message.objects.visible_to(MACHINE).filter(template="needs/mails/escalation.html")
    assert all(referral.need.establishment.display_name not in one.text for one in every)


def test_a_day_without_worker_escalates_once_and_to_the_last_only(waiting: Waiting) -> None:
    assert remind(57) == 1
    assert reminded() == [55]


def test_the_manager_s_list_shows_it_from_the_third_reminder_until_it_is_answered(
    waiting: Waiting,
) -> None:
    referral, who = waiting
    remind(44)
    assert list(reading.unanswered(who["sender"])) == []
    remind(45)
    assert list(reading.unanswered(who["sender"])) == [referral]
    assert list(reading.unanswered(who["manager"])) == []
    found = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    actions.take_up(referral=found.get(pk=referral.pk), by=who["expert"])
    assert list(reading.unanswered(who["sender"])) == []


def test_at_forty_five_days_who_sent_it_is_told_too(waiting: Waiting) -> None:
    _referral, who = waiting
    remind(45)
    assert written() == addresses(who, "manager", "sender")


def test_whoever_was_named_for_it_is_written_to_then_their_manager_too(waiting: Waiting) -> None:
    referral, who = waiting
    rows = Referral.objects.visible_to(MACHINE).filter(pk=referral.pk)
    rows.update(person=who["expert"].person)
    remind(9)
    assert written() == addresses(who, "expert")
    remind(21)
    assert written() == addresses(who, "expert", "expert", "manager")


def test_somebody_who_left_is_written_to_no_more(waiting: Waiting) -> None:
    referral, who = waiting
    rows = Referral.objects.visible_to(MACHINE).filter(pk=referral.pk)
    rows.update(person=who["expert"].person)
    gone = Membership.objects.visible_to(MACHINE).filter(person=who["expert"].person)
    gone.update(ends_on=SENT_ON + timedelta(days=3))
    remind(9)
    assert written() == addresses(who, "manager")


def test_what_was_taken_up_or_ended_is_reminded_of_no_more(waiting: Waiting) -> None:
    referral, who = waiting
    found = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    actions.take_up(referral=found.get(pk=referral.pk), by=who["expert"])
    assert remind(45) == 0


def test_no_firm_is_named_in_a_message(waiting: Waiting) -> None:
    referral, _who = waiting
    remind(9)
    name = referral.need.establishment.display_name
    for message in Message.objects.visible_to(MACHINE):
        assert name not in message.text + message.html + message.subject
        assert referral.need.title not in message.subject


def test_the_job_reminds_and_expires_and_run_twice_does_nothing_more(waiting: Waiting) -> None:
    with clock.at(after(61)):
        assert jobs.follow_up.func() == "0 reminded, 1 expired"
        assert jobs.follow_up.func() == "0 reminded, 0 expired"
        assert written("back") == addresses(waiting[1], "sender")


def test_a_week_without_worker_is_caught_up_once(waiting: Waiting) -> None:
    make.referral(waiting[1]["sender"], waiting[0].partner)
    assert remind(30) == 2
    assert remind(30) == remind(31) == 0
    assert reminded() == [21, 21]
