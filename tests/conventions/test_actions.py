"""Writing: texts frozen by the signature, amendments, turns of actions, money by charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.conventions.actions import money, texts, turns
from maillage.conventions.acts import ACTION_ABANDONED, ACTION_STARTED, CONVENTION_TURNS
from maillage.conventions.models import (
    Action,
    Axis,
    Convention,
    Entry,
    Party,
    Target,
    Turn,
    Version,
)
from maillage.conventions.readings import version_in_force
from maillage.conventions.text.problems import TextRefused
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation

pytestmark = pytest.mark.django_db
ACTION = "test-2019/1.1"


def acts(**lookup: Any) -> list[ledger.Act]:
    every = ledger.Act.objects.unscoped(reason="a test")
    return list(every.filter(**lookup).exclude(kind="conventions.version_signed").order_by("pk"))


def officer(convention: Convention) -> Actor:
    return actor(Role.OFFICER, convention.keeper)


def axis_of(version: Version) -> Axis:
    found = version.axes.first()
    assert found is not None
    return found


# Texts


def test_a_convention_opened_twice_by_one_form_is_one() -> None:
    by, once = actor(Role.OFFICER, organisation("epci")), uuid4()
    first = texts.create_convention(slug="a", title="A", territory="", by=by, once=once)
    again = texts.create_convention(slug="a", title="A", territory="", by=by, once=once)
    assert first == again
    assert Party.objects.get().organisation == by.organisation
    with pytest.raises(Invalid):
        texts.create_convention(slug="a", title="B", territory="", by=by, once=uuid4())
    with pytest.raises(NotAllowed):
        texts.create_convention(
            slug="b", title="B", territory="", by=actor(Role.ADVISER), once=uuid4()
        )


@pytest.mark.parametrize("model", [Party, Axis, Action, Target])
def test_no_line_of_a_signed_text_changes_by_any_door(model: Any) -> None:
    version = make.loaded().versions.get()
    line = model.objects.first()
    for attempt in (
        line.save,
        line.delete,
        lambda: model.objects.update(rank=7),
        lambda: model.objects.all().delete(),
        lambda: model.objects.bulk_create([model(version=version)]),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert model.objects.filter(rank=7).count() == 0


def test_a_signed_version_itself_does_not_change_by_any_door() -> None:
    version = make.loaded().versions.get()
    for attempt in (
        version.save,
        version.delete,
        lambda: Version.objects.update(words="other"),
        lambda: Version.objects.all().delete(),
        lambda: texts.sign(version=version, signed_on=None, by=System("a test")),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert Version.objects.get().words == ""


def test_a_draft_is_edited_line_by_line_then_signed() -> None:
    keeper = organisation("epci")
    convention = make.convention_of(keeper, signed=False, slug="d")
    by, version = officer(convention), convention.versions.get()
    values = {"axis": axis_of(version), "code": "1.2", "title": "Deux", "partners": [keeper]}
    line = texts.edit_line(version=version, model=Action, pk=None, values=values, edition=0, by=by)
    assert isinstance(line, Action)
    assert (line.key, list(line.partners.all())) == ("d/1.2", [keeper])
    moved = texts.edit_line(
        version=version, model=Action, pk=line.pk, values={"code": "1.3"}, edition=1, by=by
    )
    assert isinstance(moved, Action)
    assert moved.key == "d/1.3"
    texts.remove_line(version=version, model=Action, pk=line.pk, by=by)
    assert version.actions.count() == 1
    signed = texts.sign(version=version, signed_on=date(2019, 6, 1), by=by)
    assert signed.is_signed
    with pytest.raises(Conflict):
        texts.remove_line(version=signed, model=Action, pk=version.actions.get().pk, by=by)


def test_a_line_that_repeats_a_code_is_refused_with_a_remedy() -> None:
    convention = make.convention_of(organisation("epci"), signed=False)
    version = convention.versions.get()
    values = {"code": "1", "title": "Again"}
    with pytest.raises(Invalid) as refusal:
        texts.edit_line(
            version=version, model=Axis, pk=None, values=values, edition=0, by=officer(convention)
        )
    assert refusal.value.remedy


def test_a_stale_edit_is_a_conflict() -> None:
    convention = make.convention_of(organisation("epci"), signed=False)
    version, by = convention.versions.get(), officer(convention)
    texts.edit_head(version=version, values={"words": "first"}, edition=version.edition, by=by)
    with pytest.raises(Conflict):
        texts.edit_head(version=version, values={"words": "second"}, edition=version.edition, by=by)
    version.refresh_from_db()
    assert version.words == "first"


def test_only_the_keeper_edits_signs_and_amends() -> None:
    convention = make.convention_of(organisation("epci"), signed=False)
    version = convention.versions.get()
    partner = version.parties.exclude(organisation=convention.keeper).get().organisation
    for who in (actor(Role.OFFICER, partner), actor(Role.ADVISER, convention.keeper)):
        with pytest.raises(NotAllowed):
            texts.edit_head(version=version, values={}, edition=0, by=who)
        with pytest.raises(NotAllowed):
            texts.sign(version=version, signed_on=date(2019, 6, 1), by=who)
        with pytest.raises(NotAllowed):
            texts.amend(convention=convention, by=who)


def test_a_text_that_breaks_a_rule_is_not_signed_and_every_problem_is_told() -> None:
    convention = make.convention_of(organisation("epci"), signed=False)
    version, by = convention.versions.get(), officer(convention)
    Party.objects.filter(version=version).update(share_bp=4000)
    Target.objects.filter(version=version).update(indicator="no.such_thing")
    with pytest.raises(TextRefused) as refusal:
        texts.sign(version=version, signed_on=clock.today() + timedelta(days=1), by=by)
    assert {p.path[-1] for p in refusal.value.problems} == {"parties", "indicator", "signed_on"}
    version.refresh_from_db()
    assert not version.is_signed


def test_an_amendment_is_a_copy_that_keeps_keys_and_waits_for_its_own_signature() -> None:
    convention = make.loaded()
    by = officer(convention)
    draft = texts.amend(convention=convention, by=by)
    assert (draft.number, draft.is_signed, draft.effective_on) == (1, False, None)
    assert [a.key for a in draft.actions.all()] == [ACTION]
    assert [t.amount for t in draft.targets.all()] == [4000]
    assert draft.deliberations.count() == 0
    with pytest.raises(Conflict):
        texts.amend(convention=convention, by=by)


def test_an_amended_action_keeps_its_key_and_a_dropped_key_is_never_reused() -> None:
    convention = make.loaded()
    by = officer(convention)
    draft = texts.amend(convention=convention, by=by)
    action = draft.actions.get()
    values = {"code": "1.9", "title": action.title}
    moved = texts.edit_line(
        version=draft, model=Action, pk=action.pk, values=values, edition=action.edition, by=by
    )
    assert isinstance(moved, Action)
    assert moved.key == ACTION
    other = {"axis": axis_of(draft), "code": "1.1", "title": "Other"}
    with pytest.raises(Invalid):
        texts.edit_line(version=draft, model=Action, pk=None, values=other, edition=0, by=by)


def test_the_text_in_force_depends_on_the_day_and_on_what_was_known() -> None:
    with clock.at(make.instant("2019-06-02")):
        convention = make.loaded()
    with clock.at(make.instant("2020-03-01")):
        by = officer(convention)
        draft = texts.amend(convention=convention, by=by)
        texts.edit_head(version=draft, values={"effective_on": date(2020, 1, 1)}, edition=0, by=by)
        texts.sign(version=draft, signed_on=date(2020, 2, 1), by=by)

    def number(on: str, known: str) -> int | None:
        held = version_in_force(convention, date.fromisoformat(on), make.instant(known))
        return None if held is None else held.number

    assert number("2019-04-04", "2020-06-30") is None
    assert number("2019-04-05", "2019-06-01") is None
    assert number("2019-12-31", "2020-06-30") == 0
    assert number("2020-01-15", "2020-02-15") == 0  # the amendment was not known yet
    assert number("2020-01-15", "2020-06-30") == 1


def test_an_amendment_that_would_hold_before_the_text_it_amends_is_refused() -> None:
    convention = make.loaded()
    by = officer(convention)
    draft = texts.amend(convention=convention, by=by)
    texts.edit_head(version=draft, values={"effective_on": date(2018, 1, 1)}, edition=0, by=by)
    with pytest.raises(TextRefused) as refusal:
        texts.sign(version=draft, signed_on=date(2019, 7, 1), by=by)
    assert [p.path for p in refusal.value.problems] == [("effective_on",)]


# Turns


def turn(convention: Convention, by: Actor, **values: Any) -> Turn:
    given: dict[str, Any] = {
        "action_key": ACTION,
        "kind": ACTION_STARTED.name,
        "on": date(2019, 6, 3),
        "once": uuid4(),
        **values,
    }
    return turns.turn_action(convention=convention, by=by, **given)


def test_an_action_started_is_one_act_however_often_the_form_is_sent() -> None:
    convention, once = make.loaded(), uuid4()
    by = officer(convention)
    first = turn(convention, by, once=once)
    assert turn(convention, by, once=once) == first
    (act,) = acts()
    assert (act.kind, act.action_key, act.keeper) == (
        "conventions.action_started",
        ACTION,
        convention.keeper,
    )
    with pytest.raises(Conflict):
        turn(convention, by, once=once, on=date(2019, 6, 4))


def test_a_turn_needs_a_known_action_a_reason_when_it_stops_and_a_party() -> None:
    convention = make.loaded()
    by = officer(convention)
    for wrong in (
        {"kind": "conventions.convention_archived"},
        {"action_key": "test-2019/9.9"},
        {"kind": ACTION_ABANDONED.name},
        {"on": clock.today() + timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            turn(convention, by, **wrong)
    with pytest.raises(NotAllowed):
        turn(convention, actor(Role.OFFICER))
    assert turn(convention, by, kind=ACTION_ABANDONED.name, reason_code="no_means").reason
    assert len(acts()) == 1


def test_a_turn_is_withdrawn_by_a_reversal_once_and_by_its_organisation() -> None:
    convention = make.loaded()
    by = officer(convention)
    said = turn(convention, by)
    with pytest.raises(NotAllowed):
        turns.cancel_turn(turn=said, reason_code="typing_error", by=actor(Role.OFFICER))
    with pytest.raises(Invalid):
        turns.cancel_turn(turn=said, reason_code="", by=by)
    turns.cancel_turn(turn=said, reason_code="typing_error", by=by)
    first, second = acts()
    assert second.reverses_id == first.pk
    with pytest.raises(Conflict):
        turns.cancel_turn(turn=said, reason_code="typing_error", by=by)


@pytest.mark.parametrize("kind", CONVENTION_TURNS, ids=lambda kind: kind.name)
def test_a_convention_as_a_whole_turns_too(kind: ledger.Kind) -> None:
    convention = make.loaded()
    turns.turn_convention(
        convention=convention,
        kind=kind.name,
        on=date(2019, 7, 1),
        by=officer(convention),
        once=uuid4(),
    )
    (act,) = acts()
    assert (act.kind, act.action_key, act.scheme) == (kind.name, "", "convention:test-2019")


# Money


def test_a_split_payment_is_several_acts_of_one_source_that_sum_to_it() -> None:
    convention = make.loaded()
    paid = make.money(convention=convention, charges={ACTION: 7_000})
    entry = money.enter(money=paid, by=officer(convention), once=uuid4())
    assert [(a.action_key, a.amount_cents) for a in acts()] == [(ACTION, 7_000), ("", 3_000)]
    assert {a.source_key for a in acts()} == {str(entry.key)}
    assert {a.counterpart for a in acts()} == {paid.funder}
    by = officer(convention)
    assert list(Entry.objects.visible_to(by).charged_to_nothing()) == [entry]


def test_a_payment_wholly_charged_is_not_among_those_charged_to_nothing() -> None:
    convention = make.loaded()
    by = officer(convention)
    paid = make.money(convention=convention, charges={ACTION: 10_000})
    money.enter(money=paid, by=by, once=uuid4())
    assert not Entry.objects.visible_to(by).charged_to_nothing().exists()


def test_the_same_form_enters_money_once() -> None:
    by, once, paid = actor(Role.OFFICER), uuid4(), make.money()
    entry = money.enter(money=paid, by=by, once=once)
    assert money.enter(money=paid, by=by, once=once) == entry
    assert len(acts()) == 1
    with pytest.raises(Conflict):
        money.enter(money=make.money(funder=paid.funder, amount_cents=1), by=by, once=once)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": 0},
        {"charges": {ACTION: 10_001}},
        {"charges": {ACTION: -1}},
        {"charges": {"test-2019/9.9": 1}},
        {"kind": "gift"},
        {"on": date(2999, 1, 1)},
    ],
)
def test_money_that_cannot_be_is_refused_and_nothing_is_kept(wrong: dict[str, Any]) -> None:
    convention = make.loaded()
    with pytest.raises(Invalid):
        money.enter(
            money=make.money(convention=convention, **wrong), by=officer(convention), once=uuid4()
        )
    assert (Entry.objects.unscoped(reason="a test").count(), acts()) == (0, [])


def test_money_is_entered_by_officers_of_the_parties_only() -> None:
    convention = make.loaded()
    paid = make.money(convention=convention)
    for who in (actor(Role.OFFICER), actor(Role.ADVISER, convention.keeper)):
        with pytest.raises(NotAllowed):
            money.enter(money=paid, by=who, once=uuid4())


def test_a_correction_reverses_the_acts_and_records_new_ones() -> None:
    convention, once = make.loaded(), uuid4()
    by = officer(convention)
    entry = money.enter(money=make.money(convention=convention), by=by, once=uuid4())
    charged = money.charged_again(entry, {ACTION: 10_000})
    new = money.correct(entry=entry, money=charged, reason_code="wrong_action", by=by, once=once)
    first, reversal, second = acts()
    assert (reversal.reverses_id, second.action_key) == (first.pk, ACTION)
    assert new.replaces == entry
    assert list(Entry.objects.visible_to(by).standing()) == [new]
    again = money.correct(entry=entry, money=charged, reason_code="wrong_action", by=by, once=once)
    assert (again, len(acts())) == (new, 3)


def test_a_correction_moves_no_money_into_a_convention_of_others() -> None:
    convention, foreign = make.loaded(), make.convention_of(organisation("epci"))
    by = officer(convention)
    entry = money.enter(money=make.money(convention=convention), by=by, once=uuid4())
    moved = replace(money.money_of(entry), convention=foreign)
    with pytest.raises(NotAllowed):
        money.correct(entry=entry, money=moved, reason_code="wrong_action", by=by, once=uuid4())
    assert Entry.objects.unscoped(reason="a test").get().cancelled_at is None


def test_an_entry_is_cancelled_once_with_a_reason_by_its_organisation() -> None:
    by = actor(Role.OFFICER)
    entry = money.enter(money=make.money(), by=by, once=uuid4())
    with pytest.raises(NotAllowed):
        money.cancel(entry=entry, reason_code="double_entry", by=actor(Role.OFFICER))
    with pytest.raises(Invalid):
        money.cancel(entry=entry, reason_code="because", by=by)
    money.cancel(entry=entry, reason_code="double_entry", by=by)
    with pytest.raises(Conflict):
        money.cancel(entry=entry, reason_code="double_entry", by=by)
    assert len(acts()) == 2
