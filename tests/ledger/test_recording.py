"""Recording: acts enter together with what caused them, once, chained, with the facts of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

import maillage.register
from maillage import ledger
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger import canonical
from maillage.ledger.models import Act, Head
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept

pytestmark = pytest.mark.django_db


def test_an_act_is_in_the_ledger_when_its_action_ends() -> None:
    @ledger.action
    def report() -> Act:
        act = factory.act()
        assert not kept()
        return act

    said = report()
    (act,) = kept()
    assert (act.key, act.seq, act.prev_hash, act.hash) == (
        said.key,
        1,
        canonical.GENESIS,
        said.hash,
    )


def test_recording_outside_an_action_is_a_defect() -> None:
    with pytest.raises(ledger.OutsideAction):
        ledger.record(
            factory.PAYMENT,
            by=accounts.actor(),
            occurred_on=clock.today(),
            source=("tests.payment", "1"),
        )


def test_an_action_that_fails_records_nothing() -> None:
    @ledger.action
    def report() -> None:
        factory.act()
        Organisation.objects.create(name="Made by the action", kind="epci")
        raise Invalid("no")

    with pytest.raises(Invalid):
        report()
    assert not kept()
    assert not Organisation.objects.filter(name="Made by the action").exists()


def test_an_inner_action_that_fails_takes_only_its_own_acts_away() -> None:
    by = accounts.actor()

    @ledger.action
    def inner() -> None:
        factory.act(factory.PAYMENT, by=by, source=("tests.payment", "inner"))
        raise Conflict("no")

    @ledger.action
    def outer() -> None:
        factory.act(factory.PAYMENT, by=by, source=("tests.payment", "before"))
        with pytest.raises(Conflict):
            inner()
        factory.act(factory.PAYMENT, by=by, source=("tests.payment", "after"))

    outer()
    assert [(act.seq, act.source_key) for act in kept()] == [(1, "before"), (2, "after")]


def test_the_act_keeps_the_facts_of_the_firm_on_that_day() -> None:
    firm = register.establishment(spell_commune="59512", spell_activity="43.21A")
    act = factory.act(establishment=firm, occurred_on=date(2020, 2, 3))
    facts = maillage.register.facts([firm.pk], date(2020, 2, 3))[firm.pk]
    (stored,) = kept()
    assert (stored.commune, stored.naf) == ("59512", "43.21A")
    assert (stored.size_band, stored.segments) == (facts.size_band, facts.segments)
    assert (stored.legal_unit_id, stored.month) == (firm.legal_unit_id, "2020-02")
    assert act.segments == facts.segments != 0


def test_late_news_of_the_register_changes_no_act() -> None:
    firm = register.establishment()
    before = factory.act(establishment=firm)
    register.spell(firm, commune="59512", starts_on=date(2011, 1, 1))
    after = factory.act(establishment=firm, keeper=before.keeper)
    assert [act.commune for act in kept()] == [before.commune, after.commune] == ["59350", "59512"]
    assert ledger.verify().is_valid


def test_a_firm_that_no_file_knows_yet_has_a_legal_unit_and_no_facts() -> None:
    firm = register.establishment(spelled=False)
    factory.act(establishment=firm, commune="59350")
    (stored,) = kept()
    assert (stored.legal_unit_id, stored.commune, stored.naf) == (firm.legal_unit_id, "59350", "")


def test_an_establishment_that_had_another_legal_unit_that_day_counts_for_that_one() -> None:
    seller = register.legal_unit()
    firm = register.establishment(spell_legal_unit=seller)
    factory.act(establishment=firm)
    assert kept()[0].legal_unit_id == seller.pk
    assert ledger.verify().is_valid


def test_an_establishment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown establishments"):
        factory.act(establishment=987654)
    assert not kept()


def test_each_keeper_has_its_own_chain_without_a_gap() -> None:
    one, two = accounts.organisation(), accounts.organisation()
    for keeper in (one, two, one, one, two):
        factory.act(keeper=keeper)
    assert [(act.keeper_id, act.seq) for act in kept()] == [
        (one.pk, 1),
        (one.pk, 2),
        (one.pk, 3),
        (two.pk, 1),
        (two.pk, 2),
    ]
    heads = {head.keeper_id: (head.seq, head.hash) for head in Head.objects.all()}
    assert heads == {one.pk: (3, kept()[2].hash), two.pk: (2, kept()[4].hash)}


def test_one_action_may_record_for_several_keepers_at_one_instant() -> None:
    @ledger.action
    def report() -> None:
        for _ in range(3):
            factory.act()

    report()
    assert len({act.recorded_at for act in kept()}) == 1
    assert len({act.keeper_id for act in kept()}) == 3


def test_who_acted_may_differ_from_who_records() -> None:
    clerk, landlord = accounts.actor(), accounts.organisation()
    artisan = accounts.person()
    factory.act(by=clerk, organisation=landlord, person=artisan)
    (act,) = kept()
    assert act.keeper == clerk.organisation
    assert (act.organisation, act.person) == (landlord, artisan)


def test_a_job_that_acts_for_nobody_names_the_keeper() -> None:
    chamber = accounts.organisation()
    factory.act(by=System("import"), keeper=chamber)
    assert kept()[0].organisation == chamber
    with pytest.raises(ValueError, match="keeper"):
        factory.act(by=System("import"), source=("tests.visit", "1"), person=None)


def test_the_instant_never_goes_back_in_a_chain_even_when_the_clock_does() -> None:
    keeper = accounts.organisation()
    noon = datetime(2020, 6, 30, 12, tzinfo=UTC)
    for hours in (0, -3, 2):
        with clock.at(noon + timedelta(hours=hours)):
            factory.act(keeper=keeper, occurred_on=date(2020, 6, 1))
    assert [act.recorded_at for act in kept()] == [noon, noon, noon + timedelta(hours=2)]
    assert Head.objects.get().recorded_at == noon + timedelta(hours=2)


def test_an_act_cannot_be_dated_tomorrow() -> None:
    with pytest.raises(Invalid, match="2"):
        factory.act(occurred_on=clock.today() + timedelta(days=1))


SAID_WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"theme": "nobody_declared_it"}, ValueError),
    ({"amount_cents": 1.5}, ValueError),
    ({"amount_cents": True}, ValueError),
    ({"quantity": 2**63, "unit": "h"}, ValueError),
    ({"scheme": "x" * 61}, ValueError),
    ({"action_key": "a\0b"}, ValueError),
    ({"occurred_on": datetime(2020, 1, 1, tzinfo=UTC)}, TypeError),
    ({"establishment": None}, ValueError),
    ({"kind": factory.PAYMENT, "establishment": 1}, ValueError),
    ({"kind": ledger.Kind("tests.never_declared", factory.VISIT.words)}, ValueError),
]


@pytest.mark.parametrize(("said", "error"), SAID_WRONG)
def test_what_the_ledger_cannot_keep_is_refused(said: dict[str, Any], error: Any) -> None:
    with pytest.raises(error):
        factory.act(**said)
    assert not kept()


@pytest.mark.parametrize("wrong", [{"quantity": 3}, {"unit": "h" * 21, "quantity": 1}])
def test_a_quantity_has_a_unit(wrong: dict[str, Any]) -> None:
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        factory.act(**wrong)


def test_a_thousand_acts_of_one_action_are_one_change_of_the_head() -> None:
    with CaptureQueriesContext(connection) as captured:
        factory.acts(1_001, factory.PAYMENT)
    moves = [query["sql"] for query in captured if "UPDATE ledger_head" in query["sql"]]
    assert len(moves) == 1
    assert [act.seq for act in kept()] == list(range(1, 1_002))
    assert ledger.verify().is_valid


@pytest.mark.django_db(transaction=True)
def test_a_test_in_real_transactions_can_empty_the_ledger_behind_it() -> None:
    factory.act()
    call_command("flush", interactive=False, verbosity=0)
    assert not kept()
    ledger.assert_sealed()
