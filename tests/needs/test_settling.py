"""The needs of a record kept in step with what it says: visits corrected, moved, cancelled; referrals kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import How, Origin, ReferralState, Theme, Withdrawal
from maillage.outreach import actions as visits
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Outcome, Reason
from tests.factories import accounts, needs as make, outreach, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY, YESTERDAY = date(2020, 6, 30), date(2020, 6, 29)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def needs_of(visit: Visit, *, standing: bool = True) -> dict[str, Need]:
    """The needs heard at a visit, by theme."""
    rows = Need.objects.visible_to(MACHINE).heard_in("outreach.visit", visit.key)
    found = rows.standing() if standing else rows
    return {need.theme: need for need in found.select_related("organisation", "establishment")}


def acts_of(need: Need) -> list[Act]:
    every = Act.objects.visible_to(MACHINE).of_source("needs.need", need.key)
    return list(every.order_by("seq"))


def correct(visit: Visit, by: Actor, **changes: Any) -> Visit:
    now = (
        Visit.objects.visible_to(MACHINE)
        .select_related("campaign", "establishment")
        .get(pk=visit.pk)
    )
    return visits.correct_visit(
        visit=now, facts=replace(visits.VisitFacts.of(now), **changes), notes={}, reason=Reason.TYPING,
        version=now.version, by=by,
    )  # fmt: skip


def test_each_theme_of_a_visit_is_a_need_of_its_day_firm_campaign_and_adviser(
    adviser: Actor,
) -> None:
    register.establishment()
    campaign = outreach.campaign(
        accounts.actor(organisation=adviser.organisation, role=Role.OFFICER)
    )
    firm = register.establishment()
    visit = outreach.visit(
        adviser, firm, campaign=campaign, themes=("online", "premises"), occurred_on=YESTERDAY
    )
    found = needs_of(visit)
    assert set(found) == {"online", "premises"}
    for need in found.values():
        assert (need.origin, need.expressed_on) == (Origin.VISIT, YESTERDAY)
        assert (need.establishment, need.heard_by) == (firm, adviser.person)
        assert (need.scheme, need.organisation) == (campaign.scheme, adviser.organisation)
        (act,) = acts_of(need)
        assert (act.kind, act.theme) == ("outreach.need_expressed", need.theme)
        assert (act.scheme, act.action_key) == (campaign.scheme, campaign.action_key)


@pytest.mark.parametrize("agreed", [True, False])
def test_what_was_agreed_at_the_door_is_agreed_for_every_need(adviser: Actor, agreed: bool) -> None:
    visit = outreach.visit(adviser, themes=("online", "cash"), may_transmit=agreed)
    told = [[one.how for one in need.agreements.all()] for need in needs_of(visit).values()]
    assert told == ([[How.TOLD]] * 2 if agreed else [[]] * 2)


def test_an_agreement_learned_later_is_noted_and_one_taken_back_is_not_given_again(
    adviser: Actor,
) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    correct(visit, adviser, may_transmit=True)
    need = needs_of(visit)["online"]
    assert need.agreements.count() == 1
    actions.end_agreement(need=need, partner=None, by=adviser)
    correct(visit, adviser, minutes=12)
    assert not need.agreements.filter(ended_at=None).exists()


CHANGES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the duration": ({"minutes": 25}, {"online", "premises"}),
    "whom one met": ({"met": "owner"}, {"online", "premises"}),
    "one need more": (
        {"themes": ("online", "premises", "energy")},
        {"online", "premises", "energy"},
    ),
    "one need less": ({"themes": ("online",)}, {"online"}),
    "one for another": ({"themes": ("online", "transfer")}, {"online", "transfer"}),
    "none any more": ({"themes": ()}, set()),
    "nobody was there": ({"outcome": Outcome.ABSENT, "themes": ()}, set()),
    "the day": ({"occurred_on": YESTERDAY}, {"online", "premises"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_after_a_correction_needs_are_those_that_the_visit_says(adviser: Actor, what: str) -> None:
    changes, expected = CHANGES[what]
    visit = outreach.visit(adviser, themes=("online", "premises"))
    before = needs_of(visit)
    correct(visit, adviser, **changes)
    after = needs_of(visit)
    assert set(after) == expected
    for theme in expected & set(before):
        assert after[theme].pk == before[theme].pk, "the same need, whatever was corrected"
    every = needs_of(visit, standing=False)
    gone = [need for theme, need in before.items() if theme not in expected]
    assert all(every[need.theme].withdrawn_because == Reason.TYPING for need in gone)


def test_a_need_whose_day_changed_is_said_anew_and_its_acts_are_never_edited(
    adviser: Actor,
) -> None:
    visit = outreach.visit(adviser, themes=("online",))
    need = needs_of(visit)["online"]
    (first,) = acts_of(need)
    correct(visit, adviser, occurred_on=YESTERDAY)
    again, reversal, last = acts_of(need)
    assert (again.pk, again.hash) == (first.pk, first.hash)
    assert (reversal.reverses_id, reversal.reason_code) == (first.pk, "typing")
    assert (first.occurred_on, reversal.occurred_on, last.occurred_on) == (TODAY, TODAY, YESTERDAY)
    assert needs_of(visit)["online"].expressed_on == YESTERDAY


def test_a_theme_taken_off_and_ticked_again_is_another_need(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online", "cash"))
    first = needs_of(visit)["cash"]
    correct(visit, adviser, themes=("online",))
    correct(visit, adviser, themes=("online", "cash"))
    second = needs_of(visit)["cash"]
    assert first.pk != second.pk
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    counted = Act.objects.visible_to(MACHINE).effective().filter(theme="cash")
    assert counted.count() == 1


def test_cancelling_a_visit_withdraws_its_needs_with_the_same_reason(adviser: Actor) -> None:
    visit = outreach.visit(adviser, themes=("online", "cash"))
    visits.cancel_visit(visit=visit, reason=Reason.WRONG_FIRM, by=adviser)
    assert needs_of(visit) == {}
    every = needs_of(visit, standing=False).values()
    assert {need.withdrawn_because for need in every} == {Reason.WRONG_FIRM}
    assert not outreach.acts_of(visit).effective().exists()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"minutes": 25}, ReferralState.SENT),
        ({"occurred_on": YESTERDAY}, ReferralState.SENT),
        ({"themes": ("online", "cash")}, ReferralState.SENT),
        ({"themes": ("cash",)}, ReferralState.WITHDRAWN),
        ({"themes": ()}, ReferralState.WITHDRAWN),
    ],
)
def test_a_referral_outlives_what_is_corrected_around_it(
    adviser: Actor, change: dict[str, Any], expected: ReferralState
) -> None:
    visit = outreach.visit(adviser, themes=("online",), may_transmit=True)
    referral = make.referral(adviser, of=needs_of(visit)["online"])
    correct(visit, adviser, **change)
    found = Referral.objects.visible_to(MACHINE).get(pk=referral.pk)
    assert found.state is expected
    if expected is ReferralState.WITHDRAWN:
        assert found.withdrawn_because == Withdrawal.MISTAKE


def test_a_firm_added_by_hand_takes_its_needs_along_when_it_is_matched(adviser: Actor) -> None:
    added = outreach.firm_added_by_hand(adviser)
    visit = outreach.visit(adviser, added.establishment, themes=("online",), may_transmit=True)
    desk = make.need(adviser, added.establishment, theme=Theme.ENERGY)
    referral = make.referral(adviser, of=needs_of(visit)["online"])
    real = register.establishment()
    visits.reconcile_firm(firm=added, real=real, by=adviser)
    heard = needs_of(visit)["online"]
    desk.refresh_from_db()
    for need in (heard, desk):
        assert (need.establishment_id, need.legal_unit_id) == (real.pk, real.legal_unit_id)
        standing = [act for act in acts_of(need) if act.reverses_id is None][-1]
        assert standing.establishment_id == real.pk
    assert Referral.objects.visible_to(MACHINE).get(pk=referral.pk).is_live
    reasons = Act.objects.visible_to(MACHINE).filter(reverses__isnull=False)
    assert set(reasons.values_list("reason_code", flat=True)) == {"reconciled"}


def test_needs_of_a_partner_wait_for_the_partner_to_move_them(adviser: Actor) -> None:
    other = accounts.actor()
    added = outreach.firm_added_by_hand(adviser)
    theirs = make.need(other, added.establishment, theme=Theme.ENERGY)
    real = register.establishment()
    visits.reconcile_firm(firm=added, real=real, by=adviser)
    theirs.refresh_from_db()
    assert theirs.establishment == added.establishment
    visits.follow_match(establishment=added.establishment, by=other)
    theirs.refresh_from_db()
    assert theirs.establishment == real


def test_moving_twice_moves_once(adviser: Actor) -> None:
    added = outreach.firm_added_by_hand(adviser)
    need = make.need(adviser, added.establishment, theme=Theme.ENERGY)
    real = register.establishment()
    visits.reconcile_firm(firm=added, real=real, by=adviser)
    before = len(acts_of(need))
    visits.follow_match(establishment=added.establishment, by=adviser)
    assert len(acts_of(need)) == before == 3


def test_a_visit_sent_twice_makes_its_needs_once(adviser: Actor) -> None:
    firm = register.establishment()
    first = outreach.visit(adviser, firm, themes=("online",), once="k")
    second = outreach.visit(adviser, firm, themes=("online",), once="k")
    assert first == second
    assert Need.objects.visible_to(MACHINE).count() == 1


def test_two_visits_of_one_firm_have_each_their_needs(adviser: Actor) -> None:
    firm = register.establishment()
    made = [outreach.visit(adviser, firm, themes=("online",)) for _ in range(2)]
    assert len({needs_of(visit)["online"].pk for visit in made}) == 2
    correct(made[0], adviser, themes=())
    assert needs_of(made[0]) == {}
    assert set(needs_of(made[1])) == {"online"}


def test_what_was_set_right_is_told_on_the_page_of_the_visit_with_its_needs(
    adviser: Actor,
) -> None:
    from maillage.outreach.lines import corrections_of

    visit = outreach.visit(adviser, themes=("online", "cash"), minutes=10)
    correct(visit, adviser, themes=("online",), minutes=20)
    now = Visit.objects.visible_to(MACHINE).get(pk=visit.pk)
    told = Counter(one.what for one in corrections_of(now, adviser))
    assert sum(told.values()) == 2
    assert any("Trésorerie" in what for what in told)


def test_a_visit_recorded_before_needs_were_objects_is_corrected_all_the_same(
    adviser: Actor,
) -> None:
    """Its need was an act of the visit itself: reversed, and said anew as a need."""
    from maillage import ledger
    from maillage.needs.acts import EXPRESSED

    visit = outreach.visit(adviser)
    Visit.objects.visible_to(MACHINE).filter(pk=visit.pk).update(themes=["online"])

    @ledger.action
    def long_ago() -> None:
        ledger.record(
            EXPRESSED[Origin.VISIT], by=adviser, occurred_on=TODAY, source=("outreach.visit", visit.key),
            establishment=visit.establishment, theme="online",
        )  # fmt: skip

    long_ago()
    correct(visit, adviser, minutes=30)
    assert set(needs_of(visit)) == {"online"}
    counted = Act.objects.visible_to(MACHINE).effective().filter(theme="online")
    assert [act.source_model for act in counted] == ["needs.need"]
