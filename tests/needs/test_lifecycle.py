"""A need from its first word to its last: heard, sent, answered, closed; each step an act, none edited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import (
    Ending,
    How,
    NeedState,
    Origin,
    ReferralState,
    Refusal,
    Theme,
    Withdrawal,
)
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):  # a Tuesday, the day after Whit Monday
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def acts(*models: str) -> list[Act]:
    every = Act.objects.unscoped(reason="tests").effective()
    wanted = models or ("needs.need", "needs.referral")
    return list(every.filter(source_model__in=wanted).order_by("id"))


def kinds() -> list[str]:
    return [act.kind for act in acts()]


def stage(need: Need) -> str:
    return str(Need.objects.visible_to(MACHINE).with_state().get(pk=need.pk).stage)


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def test_a_need_is_one_act_of_who_heard_it_on_its_day_and_theme(adviser: Actor) -> None:
    firm = register.establishment()
    need = make.need(adviser, firm, theme=Theme.PREMISES, expressed_on=date(2020, 5, 28))
    (act,) = acts()
    assert (act.kind, act.theme) == ("needs.desk_need_expressed", "premises")
    assert (act.keeper, act.person) == (adviser.organisation, adviser.person)
    assert (act.occurred_on, act.establishment_id) == (date(2020, 5, 28), firm.pk)
    assert (act.source_model, act.source_key) == ("needs.need", str(need.key))
    assert stage(need) == NeedState.EXPRESSED


@pytest.mark.parametrize("origin", list(Origin))
def test_each_birth_has_a_kind_of_its_own(adviser: Actor, origin: Origin) -> None:
    make.need(adviser, origin=origin)
    name = "outreach.need_expressed" if origin is Origin.VISIT else f"needs.{origin}_need_expressed"
    assert kinds() == [name]


def test_sent_twice_under_one_key_it_is_written_once(adviser: Actor) -> None:
    firm = register.establishment()
    first = make.need(adviser, firm, once="k", words="A bigger oven")
    assert make.need(adviser, firm, once="k", words="A bigger oven") == first
    assert len(acts()) == 1
    with pytest.raises(Conflict):
        make.need(adviser, firm, once="k", words="A smaller oven")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"theme": "holidays"}, "theme"),
        ({"urgency": "yesterday"}, "urgency"),
        ({"expressed_on": date(2020, 6, 3)}, "expressed_on"),
    ],
)
def test_what_does_not_hold_together_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.need(**given)
    assert field in refused.value.fields
    assert not acts()


def test_who_works_with_no_firm_hears_no_need() -> None:
    for role in (Role.ELECTED, Role.LANDLORD, Role.AUDITOR, Role.COMMITTEE):
        with pytest.raises(NotAllowed):
            make.need(accounts.actor(role))


# Sent to a partner, only with the firm's agreement


def test_a_need_goes_to_no_partner_without_the_firm_s_agreement(adviser: Actor) -> None:
    need = make.need(adviser, agreed=None)
    partner, _ = make.partner()
    with pytest.raises(Invalid) as refused:
        make.referral(adviser, partner, of=need)
    assert refused.value.remedy
    actions.agree(need=need, partner=partner, how=How.TOLD, by=adviser)
    other, _ = make.partner()
    make.referral(adviser, partner, of=need)
    with pytest.raises(Invalid):
        make.referral(adviser, other, of=need)


def test_a_service_of_one_s_own_organisation_needs_no_agreement(adviser: Actor) -> None:
    need = make.need(adviser, agreed=None)
    assert make.referral(adviser, adviser.acting_for(), of=need).state is ReferralState.SENT


def test_a_partner_where_nobody_answers_is_no_partner(adviser: Actor) -> None:
    empty = accounts.organisation()
    accounts.person(Role.ELECTED, empty)
    accounts.person(Role.EXPERT, empty, ends_on=date(2020, 6, 1))
    with pytest.raises(Invalid):
        make.referral(adviser, empty)


def test_asked_twice_a_partner_has_it_once(adviser: Actor) -> None:
    partner, _ = make.partner()
    need = make.need(adviser)
    first = make.referral(adviser, partner, of=need, once="s")
    assert make.referral(adviser, partner, of=need, once="s") == first
    with pytest.raises(Conflict):
        make.referral(adviser, partner, of=need, once="another form")
    assert kinds() == ["needs.desk_need_expressed", "needs.referral_sent"]


def test_only_who_heard_it_sends_it(adviser: Actor) -> None:
    need = make.need(adviser)
    for stranger in (accounts.actor(), accounts.actor(Role.EXPERT, adviser.organisation)):
        with pytest.raises(NotAllowed):
            make.referral(stranger, of=need)


# Answered


def taken(adviser: Actor) -> tuple[Referral, Actor]:
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    return actions.take_up(referral=again(referral), by=expert), expert


def test_the_act_of_taking_up_counts_the_working_days_and_that_of_the_need_the_days(
    adviser: Actor,
) -> None:
    partner, expert = make.partner()
    with clock.at(clock.parse_instant("2020-05-20T10:00")):  # Wednesday before Ascension
        referral = make.referral(adviser, partner, expressed_on=date(2020, 5, 18))
    actions.take_up(referral=again(referral), by=expert)
    measured = {act.kind: (act.quantity, act.unit, act.keeper_id) for act in acts()}
    # 22, 25 to 29 May and 2 June: the Ascension, two week-ends and Whit Monday are no working days
    assert measured["needs.referral_taken"] == (7, "working_day", partner.pk)
    assert measured["needs.need_taken_up"] == (15, "day", adviser.organisation_id)


def test_taken_over_by_a_colleague_it_is_taken_up_once(adviser: Actor) -> None:
    referral, expert = taken(adviser)
    colleague = accounts.actor(Role.EXPERT, expert.organisation)
    moved = actions.take_up(referral=again(referral), by=colleague)
    assert (moved.person, moved.taken_at) == (colleague.person, referral.taken_at)
    assert kinds().count("needs.referral_taken") == 1


def test_the_need_closes_with_the_last_referral_helped_if_any_helped(adviser: Actor) -> None:
    need = make.need(adviser)
    (one, first), (two, second) = make.partner(), make.partner()
    sent = [make.referral(adviser, to, of=need) for to in (one, two)]
    actions.close_referral(referral=again(sent[0]), ending=Ending.HELPED, by=first)
    assert stage(need) == NeedState.SENT
    actions.close_referral(referral=again(sent[1]), ending=Ending.OUT_OF_SCOPE, by=second)
    assert stage(need) == NeedState.CLOSED
    need.refresh_from_db()
    assert need.ending == Ending.HELPED
    closing = [act for act in acts("needs.need") if act.kind.startswith("needs.need_closed")]
    assert [(act.kind, act.keeper_id) for act in closing] == [
        ("needs.need_closed_helped", adviser.organisation_id)
    ]


def test_a_need_that_every_partner_refused_waits_to_be_sent_elsewhere(adviser: Actor) -> None:
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    with pytest.raises(Invalid):
        actions.refuse(referral=again(referral), refusal="", by=expert)
    actions.refuse(referral=again(referral), refusal=Refusal.NO_ROOM, by=expert)
    assert stage(referral.need) == NeedState.EXPRESSED
    assert again(referral).state is ReferralState.REFUSED
    assert make.referral(adviser, partner, of=referral.need).is_live


def test_a_need_sent_again_after_its_end_is_open_again(adviser: Actor) -> None:
    referral, expert = taken(adviser)
    actions.close_referral(referral=again(referral), ending=Ending.NO_FOLLOW_UP, by=expert)
    assert stage(referral.need) == NeedState.CLOSED
    make.referral(adviser, of=referral.need)
    assert stage(referral.need) == NeedState.SENT
    assert "needs.need_closed_no_follow_up" not in kinds()
    reversal = Act.objects.unscoped(reason="tests").get(reverses__isnull=False)
    assert (reversal.reason_code, reversal.keeper_id) == ("reopened", adviser.organisation_id)


Ended = Callable[[Referral, Actor, Actor], object]
ENDINGS: dict[str, Ended] = {
    "closed": lambda r, _adviser, e: actions.close_referral(referral=r, ending=Ending.HELPED, by=e),
    "refused": lambda r, _adviser, e: actions.refuse(referral=r, refusal=Refusal.KNOWN, by=e),
    "taken back": lambda r, a, _e: actions.take_back(referral=r, by=a),
    "agreement ended": lambda r, a, _e: actions.end_agreement(need=r.need, partner=None, by=a),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_once_ended_a_referral_is_answered_no_more(adviser: Actor, how: str) -> None:
    partner, expert = make.partner()
    referral = again(make.referral(adviser, partner))
    ENDINGS[how](referral, adviser, expert)
    before = kinds()
    for ended in (
        lambda: actions.take_up(referral=again(referral), by=expert),
        lambda: actions.close_referral(referral=again(referral), ending=Ending.HELPED, by=expert),
        lambda: actions.refuse(referral=again(referral), refusal=Refusal.KNOWN, by=expert),
        lambda: actions.take_back(referral=again(referral), by=adviser),
    ):
        with pytest.raises(Conflict):
            ended()
    assert kinds() == before


def test_a_request_that_was_taken_up_is_refused_no_more_but_closed(adviser: Actor) -> None:
    referral, expert = taken(adviser)
    with pytest.raises(Conflict) as refused:
        actions.refuse(referral=again(referral), refusal=Refusal.NOT_OURS, by=expert)
    assert refused.value.remedy


def test_only_the_partner_answers(adviser: Actor) -> None:
    referral = make.referral(adviser)
    for stranger in (adviser, accounts.actor(), accounts.actor(Role.ELECTED, referral.partner)):
        with pytest.raises(NotAllowed):
            actions.take_up(referral=again(referral), by=stranger)


# Agreements taken back


def test_an_agreement_that_ends_takes_back_what_it_covered_even_taken_up(adviser: Actor) -> None:
    need = make.need(adviser, agreed=None)
    (one, expert), (two, _) = make.partner(), make.partner()
    for partner in (one, two):
        actions.agree(need=need, partner=partner, how=How.TOLD, by=adviser)
    first, second = (make.referral(adviser, to, of=need) for to in (one, two))
    actions.take_up(referral=again(first), by=expert)
    assert actions.end_agreement(need=need, partner=one, by=adviser) == 1
    assert (again(first).state, again(second).state) == (
        ReferralState.WITHDRAWN,
        ReferralState.SENT,
    )
    assert again(first).withdrawn_because == Withdrawal.CONSENT
    assert actions.end_agreement(need=need, partner=None, by=adviser) == 1


def test_what_is_sent_within_the_organisation_outlives_every_agreement(adviser: Actor) -> None:
    need = make.need(adviser)
    inside = make.referral(adviser, adviser.acting_for(), of=need)
    assert actions.end_agreement(need=need, partner=None, by=adviser) == 0
    assert again(inside).is_live


def test_an_agreement_said_twice_is_kept_once(adviser: Actor) -> None:
    need = make.need(adviser)
    actions.agree(need=need, partner=None, how=How.LINK, by=adviser)
    assert [one.how for one in need.agreements.all()] == [How.TOLD]


# Set right


def test_a_need_written_down_by_mistake_counts_no_more_and_goes_back_from_partners(
    adviser: Actor,
) -> None:
    referral = make.referral(adviser)
    actions.withdraw_need(need=referral.need, reason=Withdrawal.MISTAKE, by=adviser)
    assert stage(referral.need) == NeedState.WITHDRAWN
    assert again(referral).state is ReferralState.WITHDRAWN
    assert [kind for kind in kinds() if "need_" in kind] == []
    with pytest.raises(Conflict):
        actions.withdraw_need(need=referral.need, reason=Withdrawal.MISTAKE, by=adviser)
    with pytest.raises(Conflict):
        make.referral(adviser, of=referral.need)


def test_a_need_in_a_partner_s_hands_is_not_closed_behind_its_back(adviser: Actor) -> None:
    referral = make.referral(adviser)
    with pytest.raises(Conflict):
        actions.close_need(need=referral.need, ending=Ending.HELPED, by=adviser)
    actions.take_back(referral=again(referral), by=adviser)
    closed = actions.close_need(need=referral.need, ending=Ending.HELPED, by=adviser)
    assert (
        actions.close_need(need=closed, ending=Ending.HELPED, by=adviser).version == closed.version
    )
    with pytest.raises(Conflict):
        actions.close_need(need=closed, ending=Ending.ABANDONED, by=adviser)


# What the database refuses whoever writes


@pytest.mark.parametrize(
    "broken",
    [
        {"closed_at": "now"},
        {"ending": "helped"},
        {"closed_at": "now", "ending": "helped"},  # never taken up
        {"refused_at": "now"},
        {"expired_at": "now", "withdrawn_at": "now"},
    ],
)
def test_a_referral_has_one_end_with_its_reason(adviser: Actor, broken: dict[str, str]) -> None:
    referral = make.referral(adviser)
    told = {name: clock.now() if value == "now" else value for name, value in broken.items()}
    rows = Referral.objects.visible_to(MACHINE).filter(pk=referral.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**told)


def test_a_live_referral_a_partner(adviser: Actor) -> None:
    referral = make.referral(adviser)
    twin = again(referral)
    twin.pk, twin.key, twin.once = None, twin.need.key, None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_expiry_is_sixty_days_after_sending(adviser: Actor) -> None:
    referral = make.referral(adviser)
    assert referral.expires_on == date(2020, 6, 2) + timedelta(days=60)
    with clock.at(clock.parse_instant("2020-08-01T10:00")):
        assert actions.expire_due(by=MACHINE) == 0
    with clock.at(clock.parse_instant("2020-08-02T10:00")):
        assert actions.expire_due(by=MACHINE) == 1
        assert actions.expire_due(by=MACHINE) == 0
        assert again(referral).state is ReferralState.EXPIRED
    assert [act.keeper for act in acts() if act.kind == "needs.referral_expired"] == [
        adviser.organisation
    ]
