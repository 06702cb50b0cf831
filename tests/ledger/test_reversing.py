"""A mistake is corrected by a reversal: once, never of a reversal, by its keeper, on its day."""

from __future__ import annotations

from datetime import date

import pytest

from maillage import ledger
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.ledger import chain, recording
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept

pytestmark = pytest.mark.django_db


def test_a_reversal_repeats_the_act_and_points_to_it() -> None:
    adviser = accounts.actor()
    act = factory.act(
        by=adviser, occurred_on=date(2020, 2, 3), amount_cents=5_00, theme="tests_plain"
    )
    colleague = accounts.actor(organisation=adviser.organisation)
    factory.reversal(act, by=colleague, reason_code="wrong_firm")
    original, back = kept()
    assert (back.reverses_id, back.reason_code) == (original.pk, "wrong_firm")
    assert (back.occurred_on, back.keeper_id) == (original.occurred_on, original.keeper_id)
    assert (back.amount_cents, back.theme) == (5_00, "tests_plain")
    assert (back.commune, back.segments) == (original.commune, original.segments)
    assert (back.source_model, back.source_key) == (original.source_model, original.source_key)
    assert back.person == colleague.person != original.person
    assert ledger.verify().is_valid


def test_a_reversal_keeps_the_facts_of_its_act_whatever_the_register_learnt() -> None:
    firm = register.establishment()
    act = factory.act(establishment=firm)
    register.spell(firm, commune="59512")
    factory.reversal(act)
    assert [act.commune for act in kept()] == ["59350", "59350"]


def test_an_act_is_cancelled_once() -> None:
    act = factory.act()
    factory.reversal(act)
    with pytest.raises(Conflict):
        factory.reversal(act)
    assert len(kept()) == 2


def test_an_act_is_cancelled_once_within_one_action() -> None:
    act = factory.act()

    @ledger.action
    def cancel_twice() -> None:
        factory.reversal(act)
        factory.reversal(act)

    with pytest.raises(Conflict):
        cancel_twice()


def test_of_two_cancellations_in_a_race_the_second_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act = factory.act()
    factory.reversal(act)
    seen = iter([False])
    true = chain.is_reversed
    monkeypatch.setattr(chain, "is_reversed", lambda acts: next(seen, None) or true(acts))
    monkeypatch.setattr(recording.chain, "is_reversed", chain.is_reversed)
    with pytest.raises(Conflict):
        factory.reversal(act)


def test_a_cancellation_is_not_cancelled() -> None:
    back = factory.reversal(factory.act())
    with pytest.raises(Conflict):
        factory.reversal(back)


def test_only_the_keeper_cancels() -> None:
    act = factory.act()
    with pytest.raises(NotAllowed):
        factory.reversal(act, by=accounts.actor())
    factory.reversal(act, by=accounts.actor(organisation=act.keeper))
    assert len(kept()) == 2


def test_a_cancellation_has_a_reason() -> None:
    act = factory.act()
    with pytest.raises(ValueError, match="reason"):
        factory.reversal(act, reason_code="")


def test_cancelling_outside_an_action_is_a_defect() -> None:
    act = factory.act()
    with pytest.raises(ledger.OutsideAction):
        ledger.reverse(act, by=accounts.actor(organisation=act.keeper), reason_code="mistake")


def test_a_correction_is_a_reversal_and_a_new_act_in_one_action() -> None:
    act = factory.act(amount_cents=100)

    @ledger.action
    def correct() -> None:
        factory.reversal(act)
        factory.act(keeper=act.keeper, amount_cents=110)

    correct()
    standing = ledger.Act.objects.unscoped(reason="a test").effective()
    assert [act.amount_cents for act in standing] == [110]
    assert len({act.recorded_at for act in kept()[1:]}) == 1
