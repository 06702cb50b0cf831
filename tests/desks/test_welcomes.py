"""Who was welcomed at a desk: what stands in the ledger after each step, and what a firm asked there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from maillage import register as firms
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.models import Session, Welcome
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs.models import Need
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def acts(*, standing: bool = True) -> list[Act]:
    every = Act.objects.unscoped(reason="test")
    return list((every.effective() if standing else every).order_by("seq"))


def kinds(*, standing: bool = True) -> list[str]:
    return [act.kind.partition(".")[2] for act in acts(standing=standing)]


def needs() -> list[Need]:
    return list(Need.objects.unscoped(reason="test").standing().order_by("pk"))


def fresh(welcome: Welcome) -> Welcome:
    return Welcome.objects.unscoped(reason="test").get(pk=welcome.pk)


def correct(welcome: Welcome, by: Actor, *themes: str, **told: object) -> Welcome:
    purpose = str(told.pop("purpose", welcome.purpose))
    return actions.correct_welcome(
        welcome=welcome, facts=make.facts(purpose, *themes, **told), reason=Reason.LEARNED,
        version=welcome.version, by=by,
    )  # fmt: skip


def test_the_first_welcome_says_that_the_session_is_held(adviser: Actor) -> None:
    held = make.session(adviser)
    found = make.welcome(held, minutes=20)
    assert kinds() == ["session_held", "firm_welcomed"]
    session, welcome = acts()
    assert (session.quantity, session.unit, session.commune) == (180, "minute", make.LILLE)
    assert session.scheme == welcome.scheme == held.place.scheme
    assert (welcome.theme, welcome.quantity, welcome.unit) == ("first_hire", 20, "minute")
    assert welcome.source_key == str(found.key)
    assert welcome.establishment_id == found.establishment_id
    assert welcome.person_id == adviser.person_id


def test_the_next_welcome_does_not_hold_it_again(adviser: Actor) -> None:
    held = make.session(adviser)
    make.welcome(held)
    make.welcome(held)
    assert kinds() == ["session_held", "firm_welcomed", "firm_welcomed"]


def test_what_a_firm_asks_at_a_desk_is_a_need_like_any_other(adviser: Actor) -> None:
    found = make.welcome(
        make.session(adviser), None, "first_hire", "first_hire", "cash", may_transmit=True
    )
    heard = needs()
    assert [(need.theme, need.origin, need.source_key) for need in heard] == [
        ("first_hire", "desk", str(found.key)),
        ("cash", "desk", str(found.key)),
    ]
    assert all(need.agreements.exists() for need in heard)
    assert kinds().count("desk_need_expressed") == 2
    assert {need.scheme for need in heard} == {found.session.place.scheme}


def test_a_correction_withdraws_the_need_taken_off_and_keeps_the_other(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser), None, "premises", "premises", "energy")
    kept = next(need for need in needs() if need.theme == "energy")
    correct(found, adviser, "energy", purpose="premises")
    assert [need.pk for need in needs()] == [kept.pk]
    assert kinds().count("desk_need_expressed") == 1
    assert kinds().count("firm_welcomed") == 1  # what holds is not touched


def test_a_purpose_set_right_reverses_the_act_and_records_another(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser), purpose="digital")
    now = correct(found, adviser, purpose="transfer", minutes=15)
    assert [(act.theme, act.quantity) for act in acts() if "welcomed" in act.kind] == [
        ("transfer", 15)
    ]
    assert kinds(standing=False).count("firm_welcomed") == 3
    (reversal,) = [act for act in acts(standing=False) if act.reverses_id]
    assert reversal.reason_code == Reason.LEARNED
    assert now.version == 2


def test_a_cancelled_welcome_counts_no_more_and_its_needs_neither(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser), None, "desk_other", "energy")
    actions.cancel_welcome(welcome=found, reason=Reason.TWICE, by=adviser)
    assert kinds() == ["session_held"]
    assert needs() == []
    assert fresh(found).cancelled_because == Reason.TWICE
    with pytest.raises(Conflict):
        actions.cancel_welcome(welcome=found, reason=Reason.TWICE, by=adviser)


def test_a_form_sent_twice_welcomes_once(adviser: Actor) -> None:
    held, firm = make.session(adviser), register.establishment()
    first = make.welcome(held, firm, once="one")
    assert make.welcome(held, firm, once="one") == first
    assert kinds().count("firm_welcomed") == 1
    with pytest.raises(Conflict):
        make.welcome(held, firm, "transfer", once="one")


def test_a_form_sent_again_after_a_correction_says_nothing_new(adviser: Actor) -> None:
    held, firm = make.session(adviser), register.establishment()
    first = make.welcome(held, firm, once="one")
    correct(first, adviser, purpose="transfer")
    assert make.welcome(held, firm, once="one").purpose == "transfer"


def test_a_colleague_corrects_nothing_and_the_manager_does(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser))
    with pytest.raises(NotAllowed):
        correct(found, accounts.actor(Role.ADVISER, adviser.organisation), purpose="desk_other")
    correct(found, make.manager_of(adviser.organisation), purpose="transfer")
    (act,) = [act for act in acts() if "welcomed" in act.kind]
    assert act.person_id == adviser.person_id  # who welcomed stays who welcomed


def test_a_stale_correction_is_refused(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser))
    correct(found, adviser, purpose="transfer")
    with pytest.raises(Conflict):
        correct(found, adviser, purpose="digital")


@pytest.mark.parametrize(
    "told",
    [
        {"purpose": "nothing"},
        {"purpose": "first_hire", "minutes": 0},
        {"purpose": "first_hire", "minutes": 601},
    ],
)
def test_what_does_not_hold_together_is_refused(adviser: Actor, told: dict[str, object]) -> None:
    held, firm = make.session(adviser), register.establishment()
    with pytest.raises(Invalid):
        actions.welcome_firm(
            session=held,
            establishment=firm,
            facts=make.facts(**told),
            by=adviser,  # type: ignore[arg-type]
        )
    assert acts() == []


def test_an_unknown_need_is_refused(adviser: Actor) -> None:
    with pytest.raises(Invalid):
        make.welcome(make.session(adviser), None, "desk_other", "nothing")


def test_a_session_to_come_welcomes_nobody(adviser: Actor) -> None:
    later = make.session(adviser, day=TODAY + timedelta(days=1))
    with pytest.raises(Invalid):
        make.welcome(later)
    assert acts() == []


def test_a_cancelled_session_welcomes_nobody(adviser: Actor) -> None:
    held = make.session(adviser)
    actions.cancel_session(session=held, reason="away", by=adviser)
    with pytest.raises(Conflict):
        make.welcome(held)


def test_another_organisation_welcomes_nobody_there(adviser: Actor) -> None:
    held = make.session(adviser)
    with pytest.raises(NotAllowed):
        make.welcome(held, by=accounts.actor())


def test_a_firm_that_no_load_tells_of_is_not_welcomed(adviser: Actor) -> None:
    held = make.session(adviser)
    added = firms.add_provisional(name="CHEZ NOUS", commune="59350", by=adviser)
    firms.reconcile(provisional=added, establishment=register.establishment(), by=adviser)
    with pytest.raises(Invalid):
        make.welcome(held, added)


def test_the_welcome_of_a_firm_added_by_hand_follows_its_match(adviser: Actor) -> None:
    added = firms.add_provisional(name="CHEZ NOUS", commune="59350", by=adviser)
    found = make.welcome(make.session(adviser), added, "desk_other", "energy")
    with pytest.raises(Conflict):
        actions.follow_match(welcome=found, by=adviser)
    real = register.establishment()
    firms.reconcile(provisional=added, establishment=real, by=adviser)
    actions.follow_match(welcome=found, by=adviser)
    assert {act.establishment_id for act in acts() if act.establishment_id} == {real.pk}
    assert {need.establishment_id for need in needs()} == {real.pk}
    assert sorted(kinds()) == ["desk_need_expressed", "firm_welcomed", "session_held"]


def test_sessions_are_cancelled_once_nobody_was_welcomed(adviser: Actor) -> None:
    held = make.session(adviser)
    found = make.welcome(held)
    with pytest.raises(Invalid):
        actions.cancel_session(session=held, reason="closed", by=adviser)
    actions.cancel_welcome(welcome=found, reason=Reason.DID_NOT_HAPPEN, by=adviser)
    actions.cancel_session(session=held, reason="closed", by=adviser)
    assert acts() == []
    again = Session.objects.unscoped(reason="test").get(pk=held.pk)
    assert (again.state, again.held_at) == ("cancelled", None)
