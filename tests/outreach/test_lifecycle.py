"""Corrected, cancelled, moved: what stands in the ledger after each step, and that nothing was edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs.vocabulary import Theme
from maillage.outreach import actions, lines
from maillage.outreach.actions.acting import Wanted, wanted
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Mode, Outcome, Reason
from tests.factories import accounts, outreach as factory, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


def everything(visit: Visit) -> list[Act]:
    return list(factory.acts_of(visit))


def standing(visit: Visit) -> list[str]:
    """What counts, short: `done`, `premises`."""
    acts = factory.acts_of(visit).effective()
    return sorted(act.theme or act.kind.partition("_")[2] for act in acts)


def fresh(visit: Visit) -> Visit:
    return Visit.objects.unscoped(reason="test").get(pk=visit.pk)


def correct(visit: Visit, by: Actor, reason: str = Reason.TYPING, **changes: Any) -> Visit:
    found = fresh(visit)
    return actions.correct_visit(
        visit=found,
        facts=replace(actions.VisitFacts.of(found), **changes),
        notes={},
        reason=reason,
        version=found.version,
        by=by,
    )


TODAY = date(2020, 6, 30)
YESTERDAY = TODAY - timedelta(days=1)

# What is changed → what stands, acts in all (each reversal is one, each replacement another).
STEPS: dict[str, tuple[list[dict[str, Any]], list[str], int]] = {
    "nothing": ([{}], ["done", "online", "premises"], 3),
    "whether it may be passed on": ([{"may_transmit": True}], ["done", "online", "premises"], 3),
    "whom one met": ([{"met": "owner"}], ["done", "online", "premises"], 3),
    "the duration": ([{"minutes": 20}], ["done", "online", "premises"], 5),
    "one need more": ([{"themes": ("premises", "online", "cash")}],
                      ["cash", "done", "online", "premises"], 4),
    "one need less": ([{"themes": ("premises",)}], ["done", "premises"], 4),
    "one need for another": ([{"themes": ("premises", "cash")}], ["cash", "done", "premises"], 5),
    "the day": ([{"occurred_on": YESTERDAY}], ["done", "online", "premises"], 9),
    "a call, not a visit": ([{"mode": Mode.CALL}], ["done", "online", "premises"], 5),
    "nobody was there": ([{"outcome": Outcome.ABSENT, "themes": ()}], ["absent"], 7),
    "there and back": ([{"minutes": 20}, {"minutes": None}], ["done", "online", "premises"], 7),
    "a need struck out, then heard after all": (
        [{"themes": ("premises",)}, {"themes": ("premises", "online")}],
        ["done", "online", "premises"], 5),
}  # fmt: skip


@pytest.mark.parametrize("what", STEPS)
def test_a_correction_reverses_what_changed_records_what_holds_and_touches_nothing_else(
    what: str,
) -> None:
    steps, expected, acts = STEPS[what]
    adviser = accounts.actor()
    visit = factory.visit(adviser, themes=("premises", "online"))
    before = {act.pk: act.hash for act in everything(visit)}
    for changes in steps:
        correct(visit, adviser, **changes)
    after = everything(visit)
    assert standing(visit) == expected
    assert len(after) == acts
    assert {act.pk: act.hash for act in after if act.pk in before} == before
    assert fresh(visit).version == 1 + len(steps)


def test_a_reversal_says_why_who_and_stays_on_the_day_and_the_facts_of_its_act() -> None:
    author = accounts.actor()
    manager = accounts.actor(Role.SERVICE_MANAGER, author.organisation)
    visit = factory.visit(author, occurred_on=YESTERDAY, minutes=10)
    correct(visit, manager, Reason.LEARNED, minutes=30)
    first, reversal, second = everything(visit)
    assert (reversal.reverses_id, reversal.reason_code) == (first.pk, "learned")
    assert reversal.person == manager.person
    assert first.person == second.person == author.person  # who went there, whoever sets it right
    for name in ("kind", "occurred_on", "month", "commune", "segments", "quantity", "keeper"):
        assert getattr(reversal, name) == getattr(first, name), name
    assert (first.quantity, second.quantity) == (10, 30)
    assert first.recorded_at <= reversal.recorded_at <= second.recorded_at


@pytest.mark.parametrize("reason", list(Reason))
def test_a_cancelled_visit_says_why_in_each_of_its_acts_and_on_screen(reason: Reason) -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser, themes=("premises",))
    actions.cancel_visit(visit=visit, reason=reason, by=adviser)
    assert standing(visit) == []
    told = lines.corrections_of(fresh(visit), adviser)
    assert [one.why for one in told] == [str(reason.label)] * 2
    assert {one.who for one in told} == {str(adviser.person)}
    with translation.override("en"):
        assert {one.what for one in lines.corrections_of(fresh(visit), adviser)} == {
            "Visit done",
            "Need expressed, Find premises or expand",
        }


@pytest.mark.parametrize("reason", ["", "because", "reconciled", "x" * 300])
def test_no_visit_is_changed_for_a_reason_that_is_none(reason: str) -> None:
    adviser = accounts.actor()
    visit = factory.visit(adviser)
    with pytest.raises(Invalid) as cancelled:
        actions.cancel_visit(visit=visit, reason=reason, by=adviser)
    with pytest.raises(Invalid) as corrected:
        correct(visit, adviser, reason, minutes=5)
    for refused in (cancelled, corrected):
        said = {name: str(words) for name, words in refused.value.fields.items()}
        assert said == {"reason": "Dites pourquoi\xa0: choisissez l’un des motifs."}
    assert (standing(visit), fresh(visit).version) == (["done"], 1)


def test_a_need_told_in_confidence_is_not_named_among_the_corrections_for_a_partner() -> None:
    adviser, partner = accounts.actor(), accounts.actor(Role.OFFICER)
    accounts.share(adviser.acting_for(), partner.acting_for(), "visits")
    visit = factory.visit(adviser, themes=("cash", "premises"))
    actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=adviser)
    told = {who: [c.what for c in lines.corrections_of(fresh(visit), actor)]
            for who, actor in (("us", adviser), ("them", partner))}  # fmt: skip
    assert any("Trésorerie" in what for what in told["us"])
    assert not any("Trésorerie" in what for what in told["them"])
    assert len(told["us"]) == len(told["them"]) == 3


def test_a_visit_whose_firm_was_matched_by_a_partner_moves_when_it_is_set_right() -> None:
    from tests.factories import places

    places.places_loaded()
    partner, adviser, real = accounts.actor(), accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(partner)
    visit = factory.visit(adviser, firm.establishment)
    actions.reconcile_firm(firm=firm, real=real, by=partner)
    assert fresh(visit).establishment == firm.establishment
    correct(visit, adviser, minutes=15)
    moved = fresh(visit)
    assert (moved.establishment, moved.legal_unit) == (real, real.legal_unit)
    (act,) = Act.objects.visible_to(adviser).effective()
    assert (act.establishment, act.segments & 1) == (real, 1)
    assert not Visit.objects.visible_to(adviser).left_behind().exists()


def test_nobody_moves_visits_before_somebody_matched_the_firm() -> None:
    from tests.factories import places

    places.places_loaded()
    adviser = accounts.actor()
    firm = factory.firm_added_by_hand(adviser).establishment
    with pytest.raises(Conflict, match="Personne n’a encore rapproché"):
        actions.follow_match(establishment=firm, by=adviser)
    with pytest.raises(NotAllowed):
        actions.follow_match(establishment=firm, by=accounts.actor(Role.ELECTED))


def test_following_a_match_twice_moves_once_and_nobody_elses_visits() -> None:
    from tests.factories import places

    places.places_loaded()
    partner, adviser, third = (accounts.actor() for _ in range(3))
    firm = factory.firm_added_by_hand(partner)
    for actor in (adviser, adviser, third):
        factory.visit(actor, firm.establishment)
    actions.reconcile_firm(firm=firm, real=register.establishment(), by=partner)
    matched = firm.establishment
    assert [actions.follow_match(establishment=matched, by=adviser) for _ in "12"] == [2, 0]
    assert Visit.objects.visible_to(third).left_behind().count() == 1
    assert actions.follow_match(establishment=matched, by=third) == 1


def test_who_may_not_correct_is_told_who_may() -> None:
    author = accounts.actor()
    visit = factory.visit(author)
    for other in (
        accounts.actor(Role.ADVISER, author.organisation),
        accounts.actor(Role.SERVICE_MANAGER),
        accounts.actor(Role.ADMINISTRATOR, author.organisation),
    ):
        with pytest.raises(NotAllowed) as refused:
            actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=other)
        with translation.override("en"):
            said = str(refused.value)
        assert said == "Only who made the visit, or the service manager, changes it."
    assert standing(visit) == ["done"]


# Whatever is changed, in whatever order: the ledger says what the visit says.

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(Mode),
        "minutes": st.none() | st.integers(1, 600),
        "occurred_on": st.integers(0, 3).map(lambda days: TODAY - timedelta(days=days)),
        "themes": st.lists(st.sampled_from([t.value for t in Theme]), unique=True, max_size=3).map(
            tuple
        ),
    },
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=4), cancelled=st.booleans())
def test_after_any_corrections_what_stands_is_what_the_visit_says_and_no_act_is_reversed_twice(
    changes: list[dict[str, Any]],
    cancelled: bool,
    db_rollback: Callable[[], AbstractContextManager[None]],
) -> None:
    with db_rollback():
        adviser = accounts.actor()
        visit = factory.visit(adviser, themes=("premises",))
        for one in changes:
            correct(visit, adviser, **one)
        if cancelled:
            actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=adviser)
        acts = everything(visit)
        reversed_once = Counter(act.reverses_id for act in acts if act.reverses_id)
        left = [act for act in acts if not act.reverses_id and act.pk not in reversed_once]
        now = fresh(visit)
        attempts = [act for act in left if act.source_model == "outreach.visit"]
        assert Counter(map(Wanted.of, attempts)) == Counter(wanted(now))
        heard = Counter(act.theme for act in left if act.source_model == "needs.need")
        assert heard == Counter(() if now.cancelled_at else now.themes)
        assert set(reversed_once.values()) <= {1}
        assert [act.seq for act in acts] == list(range(1, len(acts) + 1))
