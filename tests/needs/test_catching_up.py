"""Days without a worker: each job run late does once what the last of those days asked, whatever the days on which it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions, jobs
from maillage.needs.actions.reminding import AGES, ESCALATED, STEPS, remind_due
from maillage.needs.models import CallBack, Need, Opinion, Referral, Reminder
from maillage.needs.vocabulary import CalledBack, Ending, Origin, ReferralState
from maillage.post.models import Message
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
START = date(2020, 6, 2)
#: The last day on which a request may be answered, after that on which it was sent.
LAST = 60
Rollback = Callable[[], AbstractContextManager[None]]
RUNS = st.lists(st.integers(1, 70), min_size=1, max_size=6, unique=True).map(sorted)
SOME = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def after(days: int) -> datetime:
    return clock.parse_instant(f"{START + timedelta(days=days)}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(after(0)):
        yield


@pytest.fixture
def sent() -> tuple[Referral, Actor, Actor]:
    """A request of an adviser, the expert and the manager of the partner that it waits at."""
    adviser = accounts.actor()
    partner, expert = make.partner()
    manager = accounts.actor(Role.SERVICE_MANAGER, partner)
    accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    return make.referral(adviser, partner), expert, manager


Sent = tuple[Referral, Actor, Actor]


def reminders() -> list[int]:
    every = Reminder.objects.visible_to(MACHINE).order_by("after_days")
    return list(every.values_list("after_days", flat=True))


def written(template: str) -> int:
    every = Message.objects.visible_to(MACHINE).filter(template=f"needs/mails/{template}.html")
    return every.count()


def expected(runs: list[int]) -> list[int]:
    """The steps that runs on these days make: each the greatest it finds, once."""
    found = (max((step for step in STEPS if step <= day), default=0) for day in runs)
    return sorted({step for step, day in zip(found, runs, strict=True) if step and day <= LAST})


# Reminders and escalation


@SOME
@given(runs=RUNS)
def test_on_whatever_days_it_runs_a_request_is_reminded_once_at_each_age_it_is_found_at(
    runs: list[int], sent: Sent, db_rollback: Rollback
) -> None:
    with db_rollback():
        for day in runs:
            with clock.at(after(day)):
                jobs.follow_up.func()
                jobs.follow_up.func()  # a second worker, or the same one again
        assert reminders() == expected(runs)
        escalated = [step for step in expected(runs) if step in ESCALATED]
        assert bool(written("escalation")) == bool(escalated)
        assert written("back") == (max(runs) > LAST)


@pytest.mark.parametrize(
    ("runs", "steps"),
    [
        ([9, 21, 45, 50, 55], [9, 21, 45, 50, 55]),
        ([49, 50], [45, 50]),
        ([54, 55], [50, 55]),
        ([59], [55]),
        ([8, 20, 44], [9, 21]),
        ([8], []),
        ([60], [55]),
        ([61], []),
        ([22, 23, 24], [21]),
    ],
)
def test_the_steps_of_runs_are_those_of_the_table(
    sent: Sent, runs: list[int], steps: list[int]
) -> None:
    for day in runs:
        with clock.at(after(day)):
            jobs.follow_up.func()
    assert reminders() == steps == expected(runs)


def test_the_table_of_ages_rises_and_ends_before_the_request_expires() -> None:
    assert list(STEPS) == sorted(STEPS) == [*AGES, *ESCALATED]
    assert max(STEPS) < LAST


def test_an_escalation_goes_to_managers_only_each_once(sent: Sent) -> None:
    _, expert, manager = sent
    with clock.at(after(50)):
        remind_due(by=MACHINE)
    every = Message.objects.visible_to(MACHINE).filter(template="needs/mails/escalation.html")
    assert manager.person is not None
    assert expert.person is not None
    assert [one.recipient for one in every] == [manager.person.email]
    with clock.at(after(55)):
        remind_due(by=MACHINE)
    recipients = [one.recipient for one in every.all()]
    assert len(recipients) == len(set(recipients)) == 2
    assert expert.person.email not in recipients


@pytest.mark.parametrize("answer", ["take_up", "refuse", "close", "take_back"])
def test_once_it_is_answered_no_day_reminds_of_it(sent: Sent, answer: str) -> None:
    referral, expert, _ = sent
    owner = accounts.actor(Role.ADVISER, referral.need.organisation)
    with clock.at(after(46)):
        jobs.follow_up.func()
        {
            "take_up": lambda: actions.take_up(referral=referral, by=expert),
            "refuse": lambda: actions.refuse(referral=referral, refusal="no_room", by=expert),
            "close": lambda: actions.close_referral(
                referral=referral, ending=Ending.HELPED, by=expert
            ),
            "take_back": lambda: actions.take_back(referral=referral, by=owner),
        }[answer]()
    for day in (50, 55, 61):
        with clock.at(after(day)):
            assert jobs.follow_up.func() == "0 reminded, 0 expired"
    assert reminders() == [45]


def test_an_expired_request_is_back_with_who_sent_it_and_told_once(sent: Sent) -> None:
    referral, _, _ = sent
    for day in (61, 62, 90):
        with clock.at(after(day)):
            jobs.follow_up.func()
    found = Referral.objects.visible_to(MACHINE).get(pk=referral.pk)
    with clock.at(after(90)):
        assert found.state is ReferralState.EXPIRED
    assert written("back") == 1


# Call-backs


def due(runs: list[int], ages: tuple[int, int] = (30, 90), last: int = 120) -> list[int]:
    """The calls that runs on these days make while nobody calls: one only, at the age it is found at."""
    for day in runs:
        step = max((age for age in ages if age <= day), default=0)
        if step and day <= last:
            return [step]
    return []


@SOME
@given(runs=st.lists(st.integers(1, 140), min_size=1, max_size=5, unique=True).map(sorted))
def test_on_whatever_days_it_runs_a_firm_waits_for_one_call(
    runs: list[int], db_rollback: Rollback
) -> None:
    with db_rollback():
        make.need(origin=Origin.VISIT)
        for day in runs:
            with clock.at(after(day)):
                jobs.call_back.func()
                assert jobs.call_back.func() == "0 to call back"
        calls = CallBack.objects.visible_to(MACHINE)
        assert [one.after_days for one in calls] == due(runs)


@pytest.mark.parametrize(
    ("runs", "ages"),
    [
        ([29], []),
        ([30], [30]),
        ([30, 90], [30, 90]),
        ([89, 90], [30, 90]),
        ([95], [90]),
        ([121], []),
        ([90, 95], [90]),
    ],
)
def test_called_each_time_a_firm_is_called_once_at_each_age_that_was_not_missed(
    runs: list[int], ages: list[int]
) -> None:
    adviser = accounts.actor()
    make.need(adviser, origin=Origin.VISIT)
    for day in runs:
        with clock.at(after(day)):
            jobs.call_back.func()
            for call in (
                CallBack.objects.visible_to(MACHINE).waiting().select_related("need__organisation")
            ):
                actions.call_back(call=call, outcome=CalledBack.SETTLED, by=adviser)
    calls = CallBack.objects.visible_to(MACHINE).order_by("after_days")
    assert [one.after_days for one in calls] == ages
    assert [one.due_on for one in calls] == [START + timedelta(days=age) for age in ages]


def test_an_adviser_of_many_firms_is_written_to_once_a_day_however_late() -> None:
    adviser = accounts.actor()
    for days in range(4):
        with clock.at(after(days)):
            make.need(adviser, origin=Origin.VISIT)
    with clock.at(after(40)):
        assert jobs.call_back.func() == "4 to call back"
        assert jobs.call_back.func() == "0 to call back"
    assert written("call_backs") == 1


# Opinions


def closed(adviser: Actor, **given: Any) -> Need:
    """A need that a partner answered today."""
    given.setdefault("contact_email", "firm@example.org")
    partner, expert = make.partner()
    referral = make.referral(adviser, partner, **given)
    actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    return referral.need


@SOME
@given(runs=RUNS)
def test_on_whatever_days_it_runs_a_firm_is_asked_once_what_it_thinks_while_it_remembers(
    runs: list[int], db_rollback: Rollback
) -> None:
    with db_rollback():
        closed(accounts.actor())
        for day in runs:
            with clock.at(after(day)):
                jobs.ask_opinions.func()
                assert jobs.ask_opinions.func() == "0 asked"
        asked = any(10 <= day < 60 for day in runs)
        assert Opinion.objects.visible_to(MACHINE).count() == written("opinion") == asked


def test_a_job_late_by_weeks_asks_each_firm_of_each_organisation_once() -> None:
    first, second = accounts.actor(), accounts.actor()
    needs = [closed(first), closed(first), closed(second)]
    closed(second, contact_email="")
    with clock.at(after(45)):
        assert jobs.ask_opinions.func() == "3 asked"
    asked = Opinion.objects.visible_to(MACHINE)
    assert {one.need_id for one in asked} == {need.pk for need in needs}


def test_every_job_has_words_and_comes_back_within_a_day() -> None:
    assert jobs.WORDS.keys() == jobs.EVERY.keys()
    for task, words in jobs.WORDS.items():
        assert words.fr != words.en
        assert timedelta(hours=1) <= jobs.EVERY[task] <= timedelta(days=1)


def test_with_nothing_to_do_a_job_says_so_and_writes_nothing() -> None:
    assert jobs.follow_up.func() == "0 reminded, 0 expired"
    assert jobs.call_back.func() == "0 to call back"
    assert jobs.ask_opinions.func() == "0 asked"
    assert not Message.objects.visible_to(MACHINE).exists()
