"""Many acts cancelled or recorded anew together: all or none, in as many queries as one."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.ledger import recording
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Actor:
    return accounts.actor(Role.OFFICER)


@ledger.action
def reverse(acts: list[ledger.Act], by: Actor, reason: str = "mistake") -> list[ledger.Act]:
    return ledger.reverse_all([act.key for act in acts], by=by, reason_code=reason)


@ledger.action
def requalify(acts: list[ledger.Act], by: Actor) -> list[ledger.Act]:
    return ledger.requalify([act.key for act in acts], by=by, reason_code="late_news")


def standing() -> list[ledger.Act]:
    return list(ledger.Act.objects.unscoped(reason="tests read all").effective().order_by("seq"))


def some(officer: Actor, number: int = 3) -> list[ledger.Act]:
    return [factory.act(by=officer.acting_for()) for _ in range(number)]


def test_each_is_cancelled_once_in_the_order_given(officer: Actor) -> None:
    acts = some(officer)
    reversals = reverse(list(reversed(acts)), officer)
    assert [one.reverses.key for one in reversals if one.reverses] == [
        a.key for a in reversed(acts)
    ]
    assert not standing()
    assert ledger.verify().is_valid


def test_one_that_cannot_be_cancelled_leaves_all_the_others_standing(officer: Actor) -> None:
    acts = some(officer)
    factory.reversal(acts[1])
    with pytest.raises(Conflict):
        reverse(acts, officer)
    assert [act.key for act in standing()] == [acts[0].key, acts[2].key]


def test_the_act_of_another_keeper_leaves_all_standing(officer: Actor) -> None:
    acts = [*some(officer, 2), factory.act()]
    with pytest.raises(NotAllowed):
        reverse(acts, officer)
    assert len(standing()) == 3


def test_the_same_act_twice_in_one_request_is_refused(officer: Actor) -> None:
    (act,) = some(officer, 1)
    with pytest.raises(Conflict):
        reverse([act, act], officer)
    assert len(kept()) == 1


def test_a_cancellation_is_not_cancelled(officer: Actor) -> None:
    (act,) = some(officer, 1)
    back = factory.reversal(act)
    with pytest.raises(Conflict):
        reverse([back], officer)


def test_nothing_is_cancelled_outside_an_action(officer: Actor) -> None:
    (act,) = some(officer, 1)
    with pytest.raises(recording.OutsideAction):
        ledger.reverse_all([act.key], by=officer, reason_code="mistake")


def test_a_reason_is_needed(officer: Actor) -> None:
    with pytest.raises(ValueError, match="reason"):
        reverse(some(officer, 1), officer, reason="")
    assert len(standing()) == 1


def test_an_act_that_does_not_exist_is_a_defect_and_cancels_nothing(officer: Actor) -> None:
    (act,) = some(officer, 1)
    act.key = uuid4()
    with pytest.raises(KeyError):
        reverse([act], officer)


def test_recorded_anew_they_keep_their_day_and_take_what_is_known_of_it(officer: Actor) -> None:
    firm = register.establishment()
    acts = [
        factory.act(by=officer.acting_for(), establishment=firm, occurred_on=date(2020, month, 1))
        for month in (1, 6)
    ]
    register.spell(firm, activity="47.25Z", segments=0, starts_on=date(2020, 3, 1))
    requalify(acts, officer)
    assert [(act.occurred_on.month, act.naf) for act in standing()] == [
        (1, "10.71C"),
        (6, "47.25Z"),
    ]
    assert ledger.verify().is_valid


def test_recorded_anew_they_count_once(officer: Actor) -> None:
    acts = some(officer)
    requalify(acts, officer)
    assert len(standing()) == 3
    assert len(kept()) == 9, "an act, its cancellation, and the act that replaces it"


def test_many_cost_as_many_queries_as_one(officer: Actor) -> None:
    costs = []
    for number in (1, 40):
        acts = some(officer, number)
        with CaptureQueriesContext(connection) as asked:
            reverse(acts, officer)
        costs.append(len(asked))
    assert costs[0] == costs[1]
