"""Second passes that are due: the list of an adviser, and the message that tells of them once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.diagnoses import actions, jobs, readings
from maillage.diagnoses.actions.reminding import remind
from maillage.diagnoses.models import MACHINE, Pass
from maillage.kernel import clock
from maillage.post.models import Message
from tests.factories import accounts, diagnoses as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
LONG_AGO = TODAY - timedelta(days=180)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def run() -> str:
    return str(jobs.remind_second_passes.call())


def messages() -> list[Any]:
    return list(Message.objects.unscoped(reason="test").order_by("pk"))


def due(on: date = TODAY) -> set[Pass]:
    return set(Pass.objects.visible_to(MACHINE).due_again(on))


def test_a_firm_is_due_again_after_180_days_and_not_before() -> None:
    found = make.diagnosis(on=LONG_AGO)
    make.diagnosis(on=LONG_AGO + timedelta(days=1))
    assert due() == {found}
    assert due(TODAY - timedelta(days=1)) == set()
    assert found.again_on == TODAY


def test_a_later_pass_or_a_cancelling_takes_a_firm_off_the_list() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    first = make.diagnosis(adviser, firm, on=LONG_AGO)
    second = make.diagnosis(adviser, firm, *make.HIGH)
    assert due() == set()
    actions.cancel_pass(found=second, reason="twice", by=adviser)
    assert due() == {first}
    actions.cancel_pass(found=first, reason="twice", by=adviser)
    assert due() == set()


def test_another_questionnaire_or_organisation_is_another_second_pass() -> None:
    firm = register.establishment()
    first = make.diagnosis(accounts.actor(), firm, on=LONG_AGO)
    other = make.questionnaire(told=make.text("other"))
    make.diagnosis(accounts.actor(), firm)
    make.diagnosis(None, firm, through=other)
    assert due() == {first}


def test_two_passes_of_one_day_are_followed_once() -> None:
    adviser, firm = accounts.actor(), register.establishment()
    make.diagnosis(adviser, firm, on=LONG_AGO)
    last = make.diagnosis(adviser, firm, *make.HIGH, on=LONG_AGO)
    assert due() == {last}


def test_each_adviser_is_told_once_of_all_that_is_due() -> None:
    adviser, colleague = accounts.actor(), accounts.actor()
    for _n in range(3):
        make.diagnosis(adviser, on=LONG_AGO)
    make.diagnosis(colleague, on=LONG_AGO - timedelta(days=9))
    assert run() == "2 reminded"
    told = {message.recipient: message for message in messages()}
    assert adviser.person is not None
    assert colleague.person is not None
    assert set(told) == {adviser.person.email, colleague.person.email}
    mail = told[adviser.person.email]
    assert mail.subject == "3 entreprises attendent leur deuxième diagnostic"
    assert "/diagnostics/?miens=on" in mail.text
    assert mail.organisation == adviser.organisation


def test_the_message_names_no_firm() -> None:
    firm = register.establishment(unit_name="FOURNIL DELATTRE")
    make.diagnosis(None, firm, on=LONG_AGO)
    run()
    (mail,) = messages()
    assert "DELATTRE" not in mail.text + mail.html + mail.subject


def test_the_job_run_again_or_late_tells_of_nothing_twice() -> None:
    adviser = accounts.actor()
    make.diagnosis(adviser, on=LONG_AGO)
    later = make.diagnosis(adviser, on=LONG_AGO + timedelta(days=2))
    run()
    assert run() == "0 reminded"
    with clock.at(clock.parse_instant("2020-08-30T07:00")):  # two months without a worker
        assert run() == "1 reminded"
        assert run() == "0 reminded"
    later.refresh_from_db()
    assert later.reminded_at is not None
    assert len(messages()) == 2


def test_two_workers_at_once_write_one_message() -> None:
    found = make.diagnosis(on=LONG_AGO)
    asked = [one.pk for one in readings.waiting_reminder(10)]
    assert asked == [found.pk]
    assert remind(asked)
    assert not remind(asked)
    assert len(messages()) == 1


def test_nobody_writes_to_somebody_who_left() -> None:
    adviser = accounts.actor()
    make.diagnosis(adviser, on=LONG_AGO)
    assert adviser.membership is not None
    adviser.membership.ends_on = date(2020, 5, 1)
    adviser.membership.save()
    assert run() == "0 reminded"
    assert messages() == []
    assert readings.waiting_reminder(10) == []


def test_the_list_shows_what_is_due_the_oldest_first_with_its_filters(client: Client) -> None:
    adviser = accounts.signed_in(client)
    colleague = accounts.actor(organisation=adviser.organisation)
    make.diagnosis(adviser, register.establishment(unit_name="RECENTE"))
    make.diagnosis(
        adviser, register.establishment(unit_name="BIENTOT"), on=LONG_AGO + timedelta(days=20)
    )
    make.diagnosis(
        colleague, register.establishment(unit_name="ANCIENNE"), on=LONG_AGO - timedelta(days=9)
    )
    make.diagnosis(adviser, register.establishment(unit_name="DUE"), on=LONG_AGO)

    def shown(query: str = "") -> list[str]:
        text = client.get(f"/diagnostics/{query}").content.decode()
        names = [name for name in ("RECENTE", "BIENTOT", "ANCIENNE", "DUE") if name in text]
        return sorted(names, key=text.index)

    assert shown() == ["ANCIENNE", "DUE"]
    assert shown("?miens=on") == ["DUE"]
    assert shown("?etat=soon") == ["ANCIENNE", "DUE", "BIENTOT"]
    assert shown("?etat=all&questionnaire=short") == ["RECENTE", "BIENTOT", "DUE", "ANCIENNE"]
    assert shown("?etat=nonsense&page=x") == ["ANCIENNE", "DUE"]
