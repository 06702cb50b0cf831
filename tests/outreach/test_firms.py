"""Firms that the register does not know yet, and the day it does."""

from __future__ import annotations

from uuid import uuid4

import pytest

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.actions import firms
from maillage.outreach.actions.answers import signal_of
from maillage.outreach.actions.firms import Sign
from maillage.outreach.models import FollowedFirm, ProvisionalFirm, SignalObjection, Visit
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def geography() -> None:
    places.places_loaded()


def acts() -> list[Act]:
    everything = Act.objects.unscoped(reason="tests read everything").effective()
    return list(everything.order_by("id"))


def test_a_firm_added_by_hand_is_visited_at_once() -> None:
    adviser = accounts.actor()
    firm = factory.firm_added_by_hand(adviser, street="rue des Postes")
    factory.visit(adviser, firm.establishment)
    (act,) = acts()
    assert (act.establishment, act.commune) == (firm.establishment, "59350")
    assert firm.establishment.address == "rue des Postes, Lille"


def test_the_same_firm_sent_twice_is_added_once() -> None:
    adviser, once = accounts.actor(), str(uuid4())
    sign = Sign(name="Atelier", commune="59350")
    first = actions.add_unknown_firm(sign=sign, by=adviser, once=once)
    assert actions.add_unknown_firm(sign=sign, by=adviser, once=once) == first
    with pytest.raises(Conflict):
        actions.add_unknown_firm(sign=sign, by=accounts.actor(), once=once)


def test_a_firm_without_a_name_is_refused_and_a_mayor_adds_none() -> None:
    with pytest.raises(Invalid):
        factory.firm_added_by_hand(name=" ")
    with pytest.raises(NotAllowed):
        factory.firm_added_by_hand(accounts.actor(Role.ELECTED))
    assert not ProvisionalFirm.objects.unscoped(reason="tests").exists()


def test_matching_moves_one_s_own_visits_and_each_partner_moves_theirs() -> None:
    adviser, partner, real = accounts.actor(), accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    mine = factory.visit(adviser, firm.establishment, themes=("premises",))
    theirs = factory.visit(partner, firm.establishment)
    assert actions.reconcile_firm(firm=firm, real=real, by=adviser) == 1
    visits = [act for act in acts() if act.source_model == "outreach.visit"]
    places_of = {act.source_key: act.establishment for act in visits}
    assert places_of == {str(mine.key): real, str(theirs.key): firm.establishment}
    assert actions.follow_match(establishment=firm.establishment, by=partner) == 1
    assert {act.establishment_id for act in acts()} == {real.pk}
    assert {act.segments & 1 for act in acts()} == {1}
    assert [a.keeper for a in acts() if a.source_key == str(theirs.key)] == [partner.organisation]
    assert [a.person for a in acts() if a.source_key == str(theirs.key)] == [partner.person]
    moved = Visit.objects.visible_to(adviser).get(pk=mine.pk)
    assert (moved.establishment, moved.legal_unit) == (real, real.legal_unit)
    reasons = Act.objects.unscoped(reason="tests").filter(reverses__isnull=False)
    assert set(reasons.values_list("reason_code", flat=True)) == {"reconciled"}


def test_matching_again_changes_nothing_and_with_another_firm_is_a_conflict() -> None:
    adviser, real = accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    factory.visit(adviser, firm.establishment)
    actions.reconcile_firm(firm=firm, real=real, by=adviser)
    assert actions.reconcile_firm(firm=firm, real=real, by=adviser) == 0
    with pytest.raises(Conflict):
        actions.reconcile_firm(firm=firm, real=register.establishment(), by=adviser)
    assert len(acts()) == 1


def test_a_firm_is_matched_by_those_who_added_it_and_with_the_register_only() -> None:
    adviser = accounts.actor()
    firm, other = factory.firm_added_by_hand(adviser), factory.firm_added_by_hand(adviser)
    with pytest.raises(NotAllowed):
        actions.reconcile_firm(firm=firm, real=register.establishment(), by=accounts.actor())
    with pytest.raises(Invalid):
        actions.reconcile_firm(firm=firm, real=other.establishment, by=adviser)
    assert not ProvisionalFirm.objects.visible_to(accounts.actor()).exists()


def test_two_sendings_of_a_firm_at_the_same_instant_add_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    adviser, once = accounts.actor(), str(uuid4())
    sign = Sign(name="Atelier", commune="59350")
    first = actions.add_unknown_firm(sign=sign, by=adviser, once=once)
    answers = iter([None, first])
    monkeypatch.setattr(firms, "_sent_before", lambda *_: next(answers))
    assert actions.add_unknown_firm(sign=sign, by=adviser, once=once) == first
    assert ProvisionalFirm.objects.visible_to(adviser).count() == 1


def test_a_firm_that_objects_to_early_signals_objects_once_it_is_matched_too() -> None:
    adviser, real = accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    factory.visit(adviser, firm.establishment)
    before = factory.told_in_confidence(adviser, real)
    others = factory.told_in_confidence(establishment=real)
    actions.object_to_signals(unit=firm.establishment.legal_unit, by=adviser)
    officer = accounts.actor(Role.OFFICER, adviser.organisation)
    actions.reconcile_firm(firm=firm, real=real, by=officer)
    assert [signal_of(one) is None for one in (before, others)] == [True, False]
    assert signal_of(factory.told_in_confidence(adviser, real)) is None
    standing = SignalObjection.objects.visible_to(adviser).filter(until=None)
    assert [one.legal_unit for one in standing] == [real.legal_unit]


def test_matching_a_firm_that_objects_to_nothing_forgets_nothing() -> None:
    adviser, real = accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    told = factory.told_in_confidence(adviser, firm.establishment)
    lifted = actions.object_to_signals(unit=firm.establishment.legal_unit, by=adviser)
    actions.lift_objection(objection=lifted, by=adviser)
    again = factory.told_in_confidence(adviser, firm.establishment)
    actions.reconcile_firm(firm=firm, real=real, by=adviser)
    assert [signal_of(one) is None for one in (told, again)] == [True, False]
    assert not SignalObjection.objects.visible_to(adviser).filter(until=None).exists()


def test_a_followed_firm_stays_followed_once_it_is_matched() -> None:
    adviser, real = accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    kept = factory.followed(adviser, firm.establishment)
    factory.visit(adviser, firm.establishment)
    actions.reconcile_firm(firm=firm, real=real, by=adviser)
    found = FollowedFirm.objects.visible_to(adviser).current().with_last_contact().get()
    assert (found, found.establishment, found.legal_unit) == (kept, real, real.legal_unit)
    assert (found.last_contact_on, found.version) == (clock.today(), 2)


def test_a_firm_followed_under_both_its_names_is_followed_once() -> None:
    adviser, real = accounts.actor(), register.establishment()
    firm = factory.firm_added_by_hand(adviser)
    twice = factory.followed(adviser, firm.establishment)
    kept = factory.followed(accounts.actor(Role.ADVISER, adviser.organisation), real)
    partners = factory.followed(accounts.actor(), firm.establishment)
    actions.reconcile_firm(firm=firm, real=real, by=adviser)
    everyones = FollowedFirm.objects.unscoped(reason="tests").current()
    assert set(everyones) == {kept, partners}
    twice.refresh_from_db()
    assert (twice.ended_because, twice.legal_unit) == ("other", firm.establishment.legal_unit)
