"""Reporting, correcting, cancelling: what stands in the ledger after each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.actions import visits
from maillage.outreach.actions.answers import Heard
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Mode, NoteLevel, Outcome, Reason
from tests.factories import accounts, outreach as factory, register

pytestmark = pytest.mark.django_db


def standing() -> list[tuple[str, str]]:
    acts = Act.objects.unscoped(reason="tests read everything").effective()
    return sorted(acts.values_list("kind", "theme"))


def everything() -> int:
    return Act.objects.unscoped(reason="tests read everything").count()


def read(visit: Visit) -> Visit:
    return Visit.objects.unscoped(reason="tests read everything").get(pk=visit.pk)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_of_each_mode_records_its_own_kind(mode: Mode, outcome: Outcome) -> None:
    factory.visit(mode=mode, outcome=outcome)
    assert standing() == [(f"outreach.{mode}_{outcome}", "")]


def test_a_visit_records_who_acted_where_and_for_how_long() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, minutes=25)
    act = Act.objects.visible_to(adviser).get()
    assert act.person == adviser.person
    assert act.keeper == act.organisation == adviser.organisation
    assert (act.commune, act.naf, act.segments & 1) == ("59350", "10.71C", 1)
    assert (act.quantity, act.unit) == (25, "minute")
    assert (act.source_model, act.source_key) == ("outreach.visit", str(visit.key))


def test_each_need_heard_is_an_act_of_its_own_theme() -> None:
    visit = factory.visit(themes=("premises", "cash"))
    assert standing() == [
        ("outreach.need_expressed", "cash"),
        ("outreach.need_expressed", "premises"),
        ("outreach.visit_done", ""),
    ]
    assert visit.themes == ["premises", "cash"]


def test_a_need_is_not_heard_from_somebody_absent() -> None:
    with pytest.raises(Invalid) as refusal:
        factory.visit(outcome=Outcome.ABSENT, themes=("premises",))
    assert "themes" in refusal.value.fields
    assert everything() == 0


def test_a_visit_to_come_and_an_unknown_need_are_refused() -> None:
    with pytest.raises(Invalid):
        factory.visit(occurred_on=clock.today() + timedelta(days=1))
    with pytest.raises(Invalid, match="gardening"):
        factory.visit(themes=("gardening",))
    assert everything() == 0


def test_the_same_form_sent_twice_gives_one_visit_and_one_act() -> None:
    adviser, place, once = accounts.actor(), register.establishment(), str(uuid4())
    first = factory.visit(adviser, place, once=once)
    assert factory.visit(adviser, place, once=once) == first
    assert everything() == 1


def test_the_same_key_with_other_answers_is_a_conflict() -> None:
    adviser, place, once = accounts.actor(), register.establishment(), str(uuid4())
    factory.visit(adviser, place, once=once)
    with pytest.raises(Conflict):
        factory.visit(adviser, place, once=once, outcome=Outcome.ABSENT)
    with pytest.raises(Conflict):
        factory.visit(accounts.actor(), place, once=once)
    assert everything() == 1


def test_a_form_sent_again_after_a_correction_still_finds_its_visit() -> None:
    adviser, place, once = accounts.actor(), register.establishment(), str(uuid4())
    visit = factory.visit(adviser, place, once=once)
    correct(visit, adviser, outcome=Outcome.ABSENT)
    assert factory.visit(adviser, place, once=once) == visit


@pytest.mark.parametrize(
    ("themes", "chosen", "level"),
    [
        ((), "", NoteLevel.PARTNERS),
        (("cash",), "", NoteLevel.CONFIDENTIAL),
        (("cash",), "partners", NoteLevel.PARTNERS),
        (("premises",), "public", NoteLevel.PUBLIC),
    ],
)
def test_a_note_on_a_difficulty_is_confidential_by_default(
    themes: tuple[str, ...], chosen: str, level: NoteLevel
) -> None:
    visit = factory.visit(themes=themes, note=" The oven is broken. ", note_level=chosen)
    notes = {name: getattr(visit, f"note_{name}") for name in NoteLevel.values}
    assert notes.pop(level) == "The oven is broken."
    assert set(notes.values()) == {""}


@pytest.mark.parametrize("role", [Role.ELECTED, Role.EXPERT, Role.LANDLORD, Role.AUDITOR])
def test_only_those_who_go_and_see_firms_report_visits(role: Role) -> None:
    with pytest.raises(NotAllowed):
        factory.visit(accounts.actor(role))


def correct(visit: Visit, by: accounts.Actor, version: int = 1, **changes: object) -> Visit:
    facts = replace(actions.VisitFacts.of(visit), **changes)  # type: ignore[arg-type]
    return actions.correct_visit(
        visit=visit, facts=facts, notes={}, reason=Reason.TYPING, version=version, by=by
    )


def test_a_correction_reverses_what_changed_and_nothing_else() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, themes=("premises", "online"))
    correct(visit, adviser, themes=("premises", "energy"))
    assert standing() == [
        ("outreach.need_expressed", "energy"),
        ("outreach.need_expressed", "premises"),
        ("outreach.visit_done", ""),
    ]
    reversal = Act.objects.visible_to(adviser).get(reverses__isnull=False)
    assert (reversal.theme, reversal.reason_code) == ("online", Reason.TYPING)
    assert everything() == 5


def test_a_visit_of_another_day_moves_all_its_acts() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, themes=("premises",))
    yesterday = clock.today() - timedelta(days=1)
    corrected = correct(visit, adviser, occurred_on=yesterday)
    acts = Act.objects.visible_to(adviser)
    assert {act.occurred_on for act in acts.effective()} == {yesterday}
    assert (everything(), corrected.version) == (6, 2)


def test_a_corrected_note_records_no_act() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, note="Wants to move")
    actions.correct_visit(
        visit=visit,
        facts=actions.VisitFacts.of(visit),
        notes={NoteLevel.PARTNERS: "", NoteLevel.CONFIDENTIAL: "Wants to move"},
        reason=Reason.LEARNED,
        version=1,
        by=adviser,
    )
    assert everything() == 1
    assert read(visit).note_confidential == "Wants to move"
    assert read(visit).note_partners == ""


def test_a_stale_correction_is_a_conflict_and_changes_nothing() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser)
    correct(visit, adviser, outcome=Outcome.REFUSED)
    with pytest.raises(Conflict):
        correct(visit, adviser, outcome=Outcome.ABSENT)
    assert standing() == [("outreach.visit_refused", "")]


def test_a_cancelled_visit_stays_in_sight_and_counts_no_more() -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, themes=("premises",))
    actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=adviser)
    assert standing() == []
    assert read(visit).cancelled_because == Reason.TWICE
    with pytest.raises(Conflict):
        actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=adviser)
    with pytest.raises(Conflict):
        correct(visit, adviser, version=2, minutes=5)


def test_colleagues_leave_each_others_visits_alone_and_their_manager_may_not() -> None:
    adviser = accounts.actor()
    assert adviser.organisation is not None
    visit = factory.visit(adviser)
    for other in (accounts.actor(Role.ADVISER, adviser.organisation), accounts.actor()):
        with pytest.raises(NotAllowed):
            actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=other)
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=manager)
    assert standing() == []


def test_two_sendings_at_the_same_instant_give_one_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    adviser, place, once = accounts.actor(), register.establishment(), str(uuid4())
    first = factory.visit(adviser, place, once=once)
    look, looked = visits._sent_before, []

    def too_early(visit: Visit, heard: Heard) -> Visit | None:
        """The first look comes before the other sending was saved."""
        looked.append(visit)
        return look(visit, heard) if len(looked) > 1 else None

    monkeypatch.setattr(visits, "_sent_before", too_early)
    assert factory.visit(adviser, place, once=once) == first
    assert everything() == 1
