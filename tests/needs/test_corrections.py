"""A visit is set right, a firm matched, a request given a word: needs follow, each act reversed once with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions, following
from maillage.needs.actions import Asked, Birth
from maillage.needs.actions.hearing import LONGEST
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, NeedState, Origin, ReferralState, Theme, Withdrawal
from maillage.outreach import actions as field
from maillage.outreach.actions.visits import VisitFacts
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Outcome, Reason
from maillage.register.models import Establishment
from tests.factories import accounts, needs as make, outreach, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY, EARLIER = date(2020, 6, 2), date(2020, 5, 28)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def born_of(key: object, model: str = "outreach.visit") -> dict[str, Need]:
    """The needs of a record that stand, by theme."""
    rows = Need.objects.visible_to(MACHINE).heard_in(model, key).standing()
    return {need.theme: need for need in rows}


def of(need: Need) -> list[Act]:
    """All the acts of a need, those that were reversed and those that reverse them."""
    every = Act.objects.unscoped(reason="tests").of_source("needs.need", need.key)
    return list(every.order_by("id"))


def standing(need: Need) -> list[str]:
    every = Act.objects.unscoped(reason="tests").of_source("needs.need", need.key)
    return list(every.effective().order_by("id").values_list("kind", flat=True))


def reversals(need: Need) -> list[str]:
    return [act.reason_code for act in of(need) if act.reverses_id is not None]


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def stage(need: Need) -> str:
    return str(Need.objects.visible_to(MACHINE).with_state().get(pk=need.pk).stage)


def fresh(need: Need) -> Need:
    return Need.objects.visible_to(MACHINE).select_related("establishment").get(pk=need.pk)


def correct(visit: Visit, by: Actor, reason: str = Reason.LEARNED, **changed: Any) -> Visit:
    visit.refresh_from_db()
    return field.correct_visit(
        visit=visit,
        facts=replace(VisitFacts.of(visit), **changed),
        notes={},
        reason=reason,
        version=visit.version,
        by=by,
    )


# What a record tells of, and what stands of it: settle_heard alone


def settle(
    by: Actor,
    firm: Establishment,
    *themes: str,
    day: date = TODAY,
    scheme: str = "",
    action_key: str = "",
    agreed: bool = False,
    reason: str = Reason.LEARNED,
) -> dict[str, Need]:
    actions.settle_heard(
        establishment=firm,
        wanted=[Asked(theme, day) for theme in themes],
        birth=Birth(Origin.DESK, "tests.record", "7", scheme, action_key, heard_by=by.person),
        by=by,
        agreed=agreed,
        reason=reason,
    )
    return born_of("7", "tests.record")


def test_a_record_hears_the_needs_it_tells_of(adviser: Actor) -> None:
    firm = register.establishment()
    made = settle(adviser, firm, Theme.ONLINE, Theme.ENERGY, scheme="s", action_key="a")
    assert set(made) == {"online", "energy"}
    for need in made.values():
        (act,) = of(need)
        assert (act.kind, act.theme) == ("needs.desk_need_expressed", need.theme)
        assert (act.scheme, act.action_key) == ("s", "a")
        assert (act.person, act.keeper) == (adviser.person, adviser.organisation)


def test_told_again_without_a_change_nothing_is_written(adviser: Actor) -> None:
    firm = register.establishment()
    before = settle(adviser, firm, Theme.ONLINE, Theme.ENERGY)
    after = settle(adviser, firm, Theme.ENERGY, Theme.ONLINE)
    assert {n.pk for n in after.values()} == {n.pk for n in before.values()}
    for theme, need in after.items():
        assert need.version == before[theme].version
        assert len(of(need)) == 1


#: (what it told, what it tells now) → (kept, heard, withdrawn)
TOLD = [
    ("", "online", "", "online", ""),
    ("online", "", "", "", "online"),
    ("online", "online", "online", "", ""),
    ("online", "energy", "", "energy", "online"),
    ("online energy", "energy", "energy", "", "online"),
    ("online energy", "energy cash", "energy", "cash", "online"),
    ("online energy cash", "", "", "", "online energy cash"),
    ("online", "online energy cash", "online", "energy cash", ""),
]


@pytest.mark.parametrize(("told", "now", "kept", "heard", "taken_off"), TOLD)
def test_only_what_changed_is_written(
    adviser: Actor, told: str, now: str, kept: str, heard: str, taken_off: str
) -> None:
    firm = register.establishment()
    before = settle(adviser, firm, *told.split())
    after = settle(adviser, firm, *now.split())
    assert {t for t in after if t in before and after[t].pk == before[t].pk} == set(kept.split())
    assert set(after) - set(before) == set(heard.split())
    for theme in taken_off.split():
        gone = fresh(before[theme])
        assert (gone.withdrawn_at, gone.withdrawn_because) == (clock.now(), Reason.LEARNED)
        assert standing(gone) == []
        assert reversals(gone) == [Reason.LEARNED]
    for theme in kept.split():
        assert reversals(after[theme]) == []


MOVED = {
    "its day": {"day": EARLIER},
    "its campaign": {"scheme": "another"},
    "its action": {"action_key": "another"},
    "all at once": {"day": EARLIER, "scheme": "another", "action_key": "another"},
}


@pytest.mark.parametrize("what", MOVED)
def test_a_need_moves_with_its_record_and_its_act_is_said_anew_once(
    adviser: Actor, what: str
) -> None:
    firm = register.establishment()
    before = settle(adviser, firm, Theme.ONLINE)[Theme.ONLINE]
    after = settle(adviser, firm, Theme.ONLINE, **MOVED[what])[Theme.ONLINE]
    assert (after.pk, after.key) == (before.pk, before.key)
    assert after.version == before.version + 1
    first, reversal, anew = of(after)
    assert (reversal.reverses_id, reversal.reason_code) == (first.pk, Reason.LEARNED)
    assert anew.kind == first.kind
    assert anew.occurred_on == MOVED[what].get("day", TODAY) == after.expressed_on
    assert anew.scheme == MOVED[what].get("scheme", "") == after.scheme
    assert anew.action_key == MOVED[what].get("action_key", "") == after.action_key
    assert anew.person == adviser.person


def test_a_record_of_another_firm_moves_its_needs_there(adviser: Actor) -> None:
    one, other = register.establishment(), register.establishment()
    settle(adviser, one, Theme.ONLINE)
    moved = settle(adviser, other, Theme.ONLINE, reason=Reason.WRONG_FIRM)[Theme.ONLINE]
    assert (moved.establishment_id, moved.legal_unit_id) == (other.pk, other.legal_unit_id)
    first, reversal, anew = of(moved)
    assert (first.establishment_id, anew.establishment_id) == (one.pk, other.pk)
    assert reversal.reason_code == Reason.WRONG_FIRM


@pytest.mark.parametrize("what", MOVED)
def test_what_was_sent_of_a_need_that_moves_stays_where_it_is(adviser: Actor, what: str) -> None:
    firm = register.establishment()
    need = settle(adviser, firm, Theme.ONLINE, agreed=True)[Theme.ONLINE]
    partner, expert = make.partner()
    referral = actions.take_up(referral=again(make.referral(adviser, partner, of=need)), by=expert)
    settle(adviser, firm, Theme.ONLINE, agreed=True, **MOVED[what])
    kept = again(referral)
    assert (kept.state, kept.version) == (ReferralState.TAKEN, referral.version)
    assert kept.need_id == need.pk
    assert stage(need) == NeedState.TAKEN
    assert standing(need) == ["needs.need_taken_up", "needs.desk_need_expressed"]


def test_a_theme_taken_off_takes_back_what_was_sent_and_leaves_the_others(adviser: Actor) -> None:
    firm = register.establishment()
    made = settle(adviser, firm, Theme.ONLINE, Theme.ENERGY, agreed=True)
    sent = {theme: make.referral(adviser, of=need) for theme, need in made.items()}
    settle(adviser, firm, Theme.ENERGY, agreed=True)
    assert again(sent["online"]).withdrawn_because == Withdrawal.MISTAKE
    assert again(sent["energy"]).state is ReferralState.SENT


def test_to_be_sent_on_is_agreed_to_once_and_never_taken_back_by_a_correction(
    adviser: Actor,
) -> None:
    firm = register.establishment()
    need = settle(adviser, firm, Theme.ONLINE)[Theme.ONLINE]
    assert not need.agreements.exists()
    for _turn in range(2):
        settle(adviser, firm, Theme.ONLINE, agreed=True)
    assert need.agreements.count() == 1
    settle(adviser, firm, Theme.ONLINE, agreed=False)
    assert need.agreements.get().ended_at is None


def test_what_the_firm_took_back_itself_is_not_agreed_to_again_by_a_correction(
    adviser: Actor,
) -> None:
    firm = register.establishment()
    need = settle(adviser, firm, Theme.ONLINE, agreed=True)[Theme.ONLINE]
    actions.end_agreement(need=need, partner=None, by=adviser)
    settle(adviser, firm, Theme.ONLINE, agreed=True, day=EARLIER)
    assert need.agreements.get().ended_at is not None


THEMES = st.lists(st.sampled_from([t.value for t in Theme]), unique=True, max_size=4)


@given(st.lists(st.tuples(THEMES, st.sampled_from([TODAY, EARLIER])), min_size=1, max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_it_is_set_right_each_need_has_one_standing_act_of_its_day(
    db_rollback: Any, turns: list[tuple[list[str], date]]
) -> None:
    with db_rollback():
        by, firm = accounts.actor(), register.establishment()
        for themes, day in turns:
            made = settle(by, firm, *themes, day=day)
        assert set(made) == set(themes)
        every = Act.objects.unscoped(reason="tests").effective().filter(source_model="needs.need")
        told = sorted(every.values_list("theme", "occurred_on"))
        assert told == sorted((theme, day) for theme in themes)


# The same through visits


def test_a_visit_corrected_keeps_hears_and_withdraws_its_needs(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online", "energy"), may_transmit=True)
    before = born_of(visit.key)
    referral = make.referral(adviser, of=before["energy"])
    correct(visit, adviser, themes=("energy", "premises"))
    after = born_of(visit.key)
    assert set(after) == {"energy", "premises"}
    assert after["energy"].pk == before["energy"].pk
    assert again(referral).is_live
    assert after["premises"].agreements.count() == 1
    assert reversals(before["online"]) == [Reason.LEARNED]
    assert standing(after["premises"]) == ["outreach.need_expressed"]


def test_a_visit_of_another_day_moves_its_needs_to_it(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online",), may_transmit=True)
    need = born_of(visit.key)["online"]
    referral = make.referral(adviser, of=need)
    correct(visit, adviser, Reason.WRONG_DAY, occurred_on=EARLIER)
    assert fresh(need).expressed_on == EARLIER
    assert again(referral).is_live
    assert reversals(need) == [Reason.WRONG_DAY]


def test_a_visit_whose_minutes_changed_says_nothing_new_of_its_needs(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    need = born_of(visit.key)["online"]
    correct(visit, adviser, minutes=25)
    assert fresh(need).version == need.version
    assert len(of(need)) == 1


def test_a_visit_cancelled_withdraws_all_its_needs_once(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online", "cash"), may_transmit=True)
    made = born_of(visit.key)
    referral = make.referral(adviser, of=made["online"])
    field.cancel_visit(visit=visit, reason=Reason.DID_NOT_HAPPEN, by=adviser)
    assert born_of(visit.key) == {}
    assert again(referral).state is ReferralState.WITHDRAWN
    for need in made.values():
        assert reversals(need) == [Reason.DID_NOT_HAPPEN]
        assert fresh(need).withdrawn_because == Reason.DID_NOT_HAPPEN
    with pytest.raises(Conflict):
        field.cancel_visit(visit=visit, reason=Reason.TWICE, by=adviser)
    assert [reversals(need) for need in made.values()] == [[Reason.DID_NOT_HAPPEN]] * 2


def test_a_theme_taken_off_then_put_back_is_a_need_of_its_own(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    first = born_of(visit.key)["online"]
    correct(visit, adviser, themes=())
    assert born_of(visit.key) == {}
    correct(visit, adviser, themes=("online",))
    second = born_of(visit.key)["online"]
    assert second.pk != first.pk
    assert standing(first) == []
    assert standing(second) == ["outreach.need_expressed"]


def test_a_visit_that_was_not_done_in_the_end_heard_nothing(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    need = born_of(visit.key)["online"]
    with pytest.raises(Invalid):
        correct(visit, adviser, outcome=Outcome.ABSENT)
    assert stage(need) == NeedState.EXPRESSED
    correct(visit, adviser, outcome=Outcome.ABSENT, themes=())
    assert stage(need) == NeedState.WITHDRAWN


def test_a_colleague_s_correction_leaves_the_need_to_who_heard_it(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    correct(visit, manager, occurred_on=EARLIER)
    need = fresh(born_of(visit.key)["online"])
    assert need.heard_by_id == adviser.person.pk  # type: ignore[union-attr]
    assert of(need)[-1].person == adviser.person


# A firm added by hand, matched


def test_a_firm_matched_takes_its_needs_along_with_what_was_sent(adviser: Actor) -> None:
    firm = outreach.firm_added_by_hand(adviser)
    visit = outreach.visit(adviser, firm.establishment, themes=("online",), may_transmit=True)
    at_desk = make.need(adviser, firm.establishment, theme=Theme.ENERGY)
    referral = make.referral(adviser, of=born_of(visit.key)["online"])
    real = register.establishment()
    assert field.reconcile_firm(firm=firm, real=real, by=adviser) == 1
    for need in (born_of(visit.key)["online"], fresh(at_desk)):
        assert (need.establishment_id, need.legal_unit_id) == (real.pk, real.legal_unit_id)
        first, reversal, anew = list(of(need))
        assert (first.establishment_id, anew.establishment_id) == (firm.establishment_id, real.pk)
        assert (reversal.reverses_id, reversal.reason_code) == (first.pk, "reconciled")
    assert again(referral).is_live


def test_followed_twice_a_match_moves_nothing_more(adviser: Actor) -> None:
    one, real = register.establishment(), register.establishment()
    need = make.need(adviser, one)
    moved = {"establishment": one, "real": real, "by": adviser, "reason": "reconciled"}
    assert actions.follow_match(**moved) == 1
    assert actions.follow_match(**moved) == 0
    assert reversals(need) == ["reconciled"]


def test_a_match_leaves_what_others_heard_and_what_was_withdrawn(adviser: Actor) -> None:
    one, real = register.establishment(), register.establishment()
    others = make.need(accounts.actor(), one)
    gone = make.need(adviser, one)
    actions.withdraw_need(need=gone, reason=Withdrawal.MISTAKE, by=adviser)
    told = {"establishment": one, "real": real, "reason": "reconciled"}
    assert actions.follow_match(**told, by=adviser) == 0
    assert {fresh(need).establishment_id for need in (others, gone)} == {one.pk}
    assert reversals(others) == []


def test_a_match_keeps_what_a_need_is_charged_to_its_day_and_its_origin(adviser: Actor) -> None:
    one, real = register.establishment(), register.establishment()
    birth = Birth(Origin.EVENT, "tests.record", "9", "camp", "act")
    need = make.need(adviser, one, birth=birth, expressed_on=EARLIER)
    actions.follow_match(establishment=one, real=real, by=adviser, reason="reconciled")
    anew = of(need)[-1]
    assert (anew.kind, anew.scheme, anew.action_key) == (
        "needs.event_need_expressed",
        "camp",
        "act",
    )
    assert (anew.occurred_on, anew.person) == (EARLIER, adviser.person)
    assert (fresh(need).source_model, fresh(need).source_key) == ("tests.record", "9")


# A word more, somebody else to ask for


def test_a_word_is_added_under_its_day_below_those_that_stand(adviser: Actor) -> None:
    need = make.need(adviser, words="A bigger oven")
    actions.add_words(need=need, text="  Before Christmas \n", by=adviser)
    with clock.at(clock.parse_instant("2020-06-05T10:00")):
        said = actions.add_words(need=need, text="It broke", by=adviser)
    first, second, third = said.words.split("\n\n")
    assert first == "A bigger oven"
    assert second.split("\n")[1] == "Before Christmas"
    assert "2 juin 2020" in second.split("\n")[0].replace("\u00a0", " ")
    assert third.endswith("\nIt broke")
    assert said.version == need.version + 2


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\u00a0"])
def test_an_empty_word_is_no_word(adviser: Actor, text: str) -> None:
    need = make.need(adviser, words="A bigger oven")
    with pytest.raises(Invalid) as refused:
        actions.add_words(need=need, text=text, by=adviser)
    assert set(refused.value.fields) == {"text"}
    assert (fresh(need).words, fresh(need).version) == ("A bigger oven", need.version)


def test_words_may_fill_the_room_there_is_and_no_more(adviser: Actor) -> None:
    need = make.need(adviser)
    head = len(actions.add_words(need=need, text="a", by=adviser).words) - 1
    other = make.need(adviser)
    full = actions.add_words(need=other, text="b" * (LONGEST - head), by=adviser)
    assert len(full.words) == LONGEST
    with pytest.raises(Invalid) as refused:
        actions.add_words(need=other, text="c", by=adviser)
    assert set(refused.value.fields) == {"text"}
    assert len(fresh(other).words) == LONGEST


def test_words_heard_too_long_are_cut_and_never_refused(adviser: Actor) -> None:
    need = make.need(adviser, words=" " + "x" * (LONGEST + 5))
    assert need.words == "x" * LONGEST


def test_whom_to_ask_for_is_said_anew_as_a_whole(adviser: Actor) -> None:
    need = make.need(adviser, contact_name="Ana", contact_phone="03 20 00 00 00")
    said = actions.correct_contact(
        need=need, contact={"contact_name": " Bao ", "contact_email": "b@example.org"}, by=adviser
    )
    assert (said.contact_name, said.contact_phone, said.contact_email) == (
        "Bao",
        "",
        "b@example.org",
    )
    assert fresh(need).who_asked == "Bao, b@example.org"
    actions.correct_contact(need=need, contact={}, by=adviser)
    assert fresh(need).who_asked == "Personne n’est nommé."
    assert len(of(need)) == 1


CLOSED = {
    "closed": lambda n, a: actions.close_need(need=n, ending=Ending.HELPED, by=a),
    "given up": lambda n, a: actions.give_up(need=n, by=a),
    "withdrawn": lambda n, a: actions.withdraw_need(need=n, reason=Withdrawal.MISTAKE, by=a),
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_need_that_is_over_takes_no_word_and_no_contact(adviser: Actor, how: str) -> None:
    need = make.need(adviser, words="A bigger oven", contact_name="Ana")
    CLOSED[how](need, adviser)
    with pytest.raises(Conflict):
        actions.add_words(need=need, text="One more", by=adviser)
    with pytest.raises(Conflict):
        actions.correct_contact(need=need, contact={"contact_name": "Bao"}, by=adviser)
    assert (fresh(need).words, fresh(need).contact_name) == ("A bigger oven", "Ana")


def test_only_who_heard_a_need_or_the_firm_itself_sets_it_right(adviser: Actor) -> None:
    need = make.need(adviser)
    partner, expert = make.partner()
    make.referral(adviser, partner, of=need)
    inside = accounts.actor(Role.EXPERT, adviser.organisation)
    for stranger in (expert, inside, accounts.actor(), accounts.actor(Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            actions.add_words(need=need, text="Mine", by=stranger)
        with pytest.raises(NotAllowed):
            actions.correct_contact(need=need, contact={}, by=stranger)
    told = actions.add_words(need=need, text="Mine", by=following.firm_itself(need))
    assert told.words.endswith("Mine")


# Closed, given up, opened again


@pytest.mark.parametrize("ending", ["", "done", "HELPED", "closed"])
def test_a_need_closes_with_one_of_the_endings(adviser: Actor, ending: str) -> None:
    need = make.need(adviser)
    with pytest.raises(Invalid) as refused:
        actions.close_need(need=need, ending=ending, by=adviser)
    assert set(refused.value.fields) == {"ending"}
    assert stage(need) == NeedState.EXPRESSED


@pytest.mark.parametrize("ending", list(Ending))
def test_each_ending_is_an_act_reversed_when_the_need_is_sent_again(
    adviser: Actor, ending: Ending
) -> None:
    need = make.need(adviser)
    closed = actions.close_need(need=need, ending=ending, by=adviser)
    assert (closed.closed_at, closed.ending) == (clock.now(), ending)
    assert standing(need)[-1] == f"needs.need_closed_{ending}"
    make.referral(adviser, of=need)
    assert (fresh(need).closed_at, fresh(need).ending) == (None, "")
    assert standing(need) == ["needs.desk_need_expressed"]
    assert reversals(need) == ["reopened"]
    assert stage(need) == NeedState.SENT


def test_a_need_opened_twice_has_each_of_its_ends_reversed_once(adviser: Actor) -> None:
    need = make.need(adviser)
    for _turn in range(2):
        partner, expert = make.partner()
        referral = make.referral(adviser, partner, of=need)
        actions.close_referral(referral=again(referral), ending=Ending.UNREACHABLE, by=expert)
        assert stage(need) == NeedState.CLOSED
    make.referral(adviser, of=need)
    assert reversals(need) == ["reopened"] * 2
    reversed_once = [act.reverses_id for act in of(need) if act.reverses_id]
    assert len(set(reversed_once)) == len(reversed_once)


def test_given_up_it_leaves_every_hand_and_closes_once(adviser: Actor) -> None:
    need = make.need(adviser)
    (one, expert), (two, _) = make.partner(), make.partner()
    sent = [make.referral(adviser, to, of=need) for to in (one, two)]
    actions.take_up(referral=again(sent[0]), by=expert)
    firm = following.firm_itself(need)
    closed = actions.give_up(need=need, by=firm)
    assert (closed.ending, stage(need)) == (Ending.ABANDONED, NeedState.CLOSED)
    assert {again(one).withdrawn_because for one in sent} == {Withdrawal.FIRM}
    assert actions.give_up(need=need, by=firm).version == closed.version
    assert standing(need).count("needs.need_closed_abandoned") == 1
    assert of(need)[-1].keeper == adviser.organisation


def test_a_need_withdrawn_is_neither_closed_nor_given_up(adviser: Actor) -> None:
    need = make.need(adviser)
    gone = actions.withdraw_need(need=need, reason=Withdrawal.MISTAKE, by=adviser)
    with pytest.raises(Conflict):
        actions.close_need(need=need, ending=Ending.HELPED, by=adviser)
    assert actions.give_up(need=need, by=adviser).version == gone.version
    assert stage(need) == NeedState.WITHDRAWN


def test_only_who_heard_a_need_ends_it(adviser: Actor) -> None:
    need = make.need(adviser)
    for stranger in (accounts.actor(), accounts.actor(Role.EXPERT, adviser.organisation)):
        with pytest.raises(NotAllowed):
            actions.close_need(need=need, ending=Ending.HELPED, by=stranger)
        with pytest.raises(NotAllowed):
            actions.withdraw_need(need=need, reason=Withdrawal.MISTAKE, by=stranger)
    assert stage(need) == NeedState.EXPRESSED
