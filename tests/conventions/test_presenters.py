"""What a reader is told of the records behind the acts, by right."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from maillage import figures, ledger
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from maillage.conventions import presenters
from maillage.conventions.actions import money, turns
from maillage.conventions.models import Convention, Entry, Target, Turn, Version
from maillage.conventions.permissions import can_enter_money
from maillage.conventions.tree import text_at, tree_of
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def convention() -> Convention:
    held = make.loaded()
    by = System("a test", organisation=held.keeper)
    paid = make.money(convention=held, reference="BC 12", charges={"test-2019/1.1": 10_000})
    money.enter(money=paid, by=by, once=uuid4())
    turns.turn_action(
        convention=held,
        action_key="test-2019/1.1",
        kind="conventions.action_blocked",
        on=date(2020, 3, 16),
        by=by,
        once=uuid4(),
        reason_code="health_crisis",
        note="Lieux fermés",
    )
    turns.turn_convention(
        convention=held,
        kind="conventions.convention_suspended",
        on=date(2020, 3, 17),
        by=by,
        once=uuid4(),
    )
    return held


def keys(model: str) -> list[str]:
    acts = ledger.Act.objects.unscoped(reason="a test").filter(source_model=model)
    return list(acts.values_list("source_key", flat=True))


def test_a_signed_text_is_told_to_anybody(convention: Convention) -> None:
    (line,) = presenters.versions(keys("conventions.version"), ANONYMOUS).values()
    assert (line.title, line.url) == (convention.title, "/conventions/test-2019/texte/")


def test_a_turn_is_told_with_its_reason_to_the_parties_only(convention: Convention) -> None:
    party = actor(Role.ADVISER, convention.keeper)
    told = list(presenters.turns(keys("conventions.turn"), party).values())
    details = {line.detail for line in told}
    assert details == {"Action bloquée Crise sanitaire Lieux fermés", "Convention suspendue"}
    assert {line.title for line in told} == {"1.1. Visiter", convention.title}
    assert {line.url for line in told} == {
        "/conventions/test-2019/actions/1.1/",
        "/conventions/test-2019/texte/",
    }
    assert presenters.turns(keys("conventions.turn"), actor()) == {}


def test_an_entry_is_told_to_who_entered_funded_or_received_it(convention: Convention) -> None:
    (entry,) = Entry.objects.unscoped(reason="a test")
    for who in (convention.keeper, entry.funder):
        (line,) = presenters.entries(keys("conventions.entry"), actor(organisation=who)).values()
        assert (line.title, line.detail, line.who) == ("Facture", "BC 12", str(entry.funder))
    assert presenters.entries(keys("conventions.entry"), actor()) == {}


def test_an_auditor_sees_every_convention_turn_and_entry(convention: Convention) -> None:
    auditor = actor(Role.AUDITOR)
    for model in (Convention, Turn, Entry):
        every = model.objects.unscoped(reason="a test").count()
        assert model.objects.visible_to(auditor).count() == every
    project = make.convention_of(organisation("epci"), signed=False)
    assert project in Convention.objects.visible_to(auditor)


def test_entries_split_into_commitments_and_payments(convention: Convention) -> None:
    by = actor(Role.OFFICER, convention.keeper)
    money.enter(money=make.money(kind="commitment"), by=by, once=uuid4())
    mine = Entry.objects.entered_by(by)
    assert (mine.commitments().count(), mine.payments().count()) == (1, 1)
    assert can_enter_money(by, convention)
    assert not can_enter_money(actor(Role.OFFICER), convention)


def test_records_name_the_unit_counted(convention: Convention) -> None:
    kept = figures.Filter(schemes=("convention:test-2019",))
    for code in ("I11", "I13", "conventions.budget_promised"):
        (record,) = figures.every_record(figures.Question(code, kept), System("a test"))
        assert record.label
        assert record.url.startswith("/conventions/test-2019/")


def test_axes_are_those_of_one_known_convention(convention: Convention) -> None:
    with pytest.raises(Invalid):
        figures.answer([figures.Question("conventions.payments", by="axis")])
    unknown = figures.Filter(schemes=("convention:none",))
    (answer,) = figures.answer([figures.Question("conventions.payments", unknown, by="axis")])
    assert answer.groups == ()


def test_a_target_of_an_indicator_no_longer_declared_is_still_shown() -> None:
    held = make.convention_of(organisation("epci"), signed=False)
    Target.objects.update(indicator="gone.for_good")
    version = text_at(held, clock.today(), clock.now())
    assert version is not None
    (line,) = tree_of(version, {}, clock.today()).targets
    assert (line.label, line.unit) == ("gone.for_good", "")


def test_rows_speak_for_themselves(convention: Convention) -> None:
    version = Version.objects.get()
    assert str(convention) == convention.title
    assert str(version) == f"{convention.pk}/0"
    assert str(version.parties.first()) == "MEL"
    assert str(version.budget.first()) == "MEL 2019"
    assert str(version.deliberations.first()) == "MEL"
    assert str(version.targets.first()) == "T1 conventions.late_actions"
    assert str(version.axes.first()) == "1. Prospecter"
    (entry,) = Entry.objects.unscoped(reason="a test")
    assert str(entry) == "Facture"
    assert str(entry.charges.first()) == "test-2019/1.1: 10000"
    assert "conventions.action_blocked" in {str(t).split()[0] for t in convention.turns.all()}
