"""What a firm agrees to, and what a partner loses when it agrees no longer: drawn case by case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.actions.agreeing import agreements_of, covers
from maillage.needs.models import Agreement, Need, Referral
from maillage.needs.vocabulary import Ending, How, ReferralState, Theme, Withdrawal
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def partners(adviser: Actor) -> dict[str, Organisation]:
    """Two partners, and one's own organisation."""
    return {
        "one": make.partner(name="One")[0],
        "two": make.partner(name="Two")[0],
        "own": adviser.acting_for(),
    }


Partners = dict[str, Organisation]


def state_of(referral: Referral) -> ReferralState:
    return Referral.objects.visible_to(MACHINE).get(pk=referral.pk).state


# What was agreed to → to whom it may be sent: to one, to two, within the organisation.
AGREED = """
    agreed       one two own
    -            -   -   x
    any          x   x   x
    one          x   -   x
    two          -   x   x
    one,two      x   x   x
    any,one      x   x   x
"""
ROWS = [line.split() for line in AGREED.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_need_goes_to_whom_the_firm_agreed_and_to_nobody_else(
    adviser: Actor, partners: Partners, row: list[str]
) -> None:
    said, *expected = row
    need = make.need(adviser, agreed=None)
    for whom in said.split(",") if said != "-" else ():
        actions.agree(need=need, partner=partners.get(whom), how=How.TOLD, by=adviser)
    for name, cell in zip(("one", "two", "own"), expected, strict=True):
        assert covers(need, partners[name]) is (cell == "x"), name
        if cell == "x":
            assert make.referral(adviser, partners[name], of=need).is_live
            continue
        with pytest.raises(Invalid) as refused:
            make.referral(adviser, partners[name], of=need)
        assert "partner" in refused.value.fields
        assert refused.value.remedy


# What was agreed to, what is taken back → who loses the request: one, two, own.
LOST = """
    agreed       ends  one two own
    any          any   x   x   -
    any          one   x   x   -
    one,two      one   x   -   -
    one,two      two   -   x   -
    one,two      any   x   x   -
    any,one      two   -   x   -
    any,one      one   x   x   -
    any,one,two  any   x   x   -
"""
CASES = [line.split() for line in LOST.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row[0]} then not {row[1]}")
def test_who_is_no_longer_agreed_to_loses_the_request_at_once(
    adviser: Actor, partners: Partners, row: list[str]
) -> None:
    said, ends, *expected = row
    need = make.need(adviser, agreed=None)
    for whom in said.split(","):
        actions.agree(need=need, partner=partners.get(whom), how=How.TOLD, by=adviser)
    sent = {name: make.referral(adviser, partners[name], of=need) for name in ("one", "two", "own")}
    lost = actions.end_agreement(need=need, partner=partners.get(ends), by=adviser)
    gone = {name for name, cell in zip(sent, expected, strict=True) if cell == "x"}
    assert lost == len(gone)
    for name, referral in sent.items():
        expected_state = ReferralState.WITHDRAWN if name in gone else ReferralState.SENT
        assert state_of(referral) is expected_state, name
    acts = Act.objects.visible_to(MACHINE).filter(kind="needs.referral_withdrawn")
    assert acts.count() == len(gone)
    assert {act.keeper for act in acts} <= {adviser.organisation}


def test_an_agreement_that_ends_stays_in_sight_with_both_its_instants(adviser: Actor) -> None:
    need = make.need(adviser)
    with clock.at(clock.parse_instant("2020-06-05T10:00")):
        actions.end_agreement(need=need, partner=None, by=adviser)
    (kept,) = need.agreements.all()
    assert kept.given_at < kept.ended_at
    assert not agreements_of(need).exists()


def test_given_again_after_its_end_it_is_another_agreement(adviser: Actor) -> None:
    need = make.need(adviser)
    actions.end_agreement(need=need, partner=None, by=adviser)
    actions.agree(need=need, partner=None, how=How.LINK, by=adviser)
    assert [one.how for one in need.agreements.order_by("pk")] == [How.TOLD, How.LINK]
    assert [one.how for one in agreements_of(need)] == [How.LINK]


def test_ending_what_was_never_given_changes_nothing(adviser: Actor, partners: Partners) -> None:
    need = make.need(adviser, agreed=None)
    inside = make.referral(adviser, partners["own"], of=need)
    assert actions.end_agreement(need=need, partner=partners["one"], by=adviser) == 0
    assert state_of(inside) is ReferralState.SENT


def test_what_a_partner_took_up_is_taken_from_it_and_what_it_closed_stays(adviser: Actor) -> None:
    need = make.need(adviser)
    (one, first), (two, second) = make.partner(), make.partner()
    taken, closed = (make.referral(adviser, to, of=need) for to in (one, two))
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    actions.take_up(referral=rows.get(pk=taken.pk), by=first)
    actions.close_referral(referral=rows.get(pk=closed.pk), ending=Ending.HELPED, by=second)
    assert actions.end_agreement(need=need, partner=None, by=adviser) == 1
    assert state_of(taken) is ReferralState.WITHDRAWN
    assert state_of(closed) is ReferralState.CLOSED
    need.refresh_from_db()
    assert need.ending == Ending.HELPED, "the last one ended, and one had helped"


def test_the_reason_stands_with_what_was_taken_back(adviser: Actor) -> None:
    referral = make.referral(adviser)
    actions.end_agreement(need=referral.need, partner=None, by=adviser)
    found = Referral.objects.visible_to(MACHINE).get(pk=referral.pk)
    assert found.withdrawn_because == Withdrawal.CONSENT
    assert str(found.get_withdrawn_because_display()) == "L’entreprise n’accepte plus"


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ELECTED, Role.AUDITOR])
def test_only_who_heard_the_need_notes_what_the_firm_agrees_to(adviser: Actor, role: Role) -> None:
    need = make.need(adviser, agreed=None)
    for stranger in (accounts.actor(role, adviser.organisation), accounts.actor()):
        with pytest.raises(NotAllowed):
            actions.agree(need=need, partner=None, how=How.TOLD, by=stranger)
        with pytest.raises(NotAllowed):
            actions.end_agreement(need=need, partner=None, by=stranger)
    assert not need.agreements.exists()


def test_nothing_is_agreed_to_about_a_need_that_is_closed(adviser: Actor) -> None:
    need = make.need(adviser, agreed=None)
    actions.close_need(need=need, ending=Ending.HELPED, by=adviser)
    with pytest.raises(Conflict):
        actions.agree(need=need, partner=None, how=How.TOLD, by=adviser)


def test_the_database_keeps_one_standing_agreement_a_partner(
    adviser: Actor, partners: Partners
) -> None:
    need = make.need(adviser)
    actions.agree(need=need, partner=partners["one"], how=How.TOLD, by=adviser)
    for whom in (None, partners["one"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(need=need, partner=whom, how=How.TOLD, given_at=clock.now())


def test_two_needs_of_one_firm_are_agreed_to_apart(adviser: Actor) -> None:
    told, silent = make.need(adviser), make.need(adviser, agreed=None, theme=Theme.ENERGY)
    partner, _ = make.partner()
    assert covers(told, partner)
    assert not covers(silent, partner)


# Words and contacts set right


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_word_says_something(adviser: Actor, text: str) -> None:
    need = make.need(adviser)
    with pytest.raises(Invalid) as refused:
        actions.add_words(need=need, text=text, by=adviser)
    assert "text" in refused.value.fields


def test_words_pile_up_under_their_days_until_there_are_too_many(adviser: Actor) -> None:
    need = make.need(adviser, words="First")
    for day in (3, 4):
        with clock.at(clock.parse_instant(f"2020-06-0{day}T10:00")):
            need = actions.add_words(need=need, text=f"Said on the {day}th", by=adviser)
    parts = need.words.split("\n\n")
    assert [part.split("\n")[-1] for part in parts] == [
        "First",
        "Said on the 3th",
        "Said on the 4th",
    ]
    assert parts[1].startswith("3 juin 2020")
    with pytest.raises(Invalid):
        actions.add_words(need=need, text="x" * 4000, by=adviser)
    need.refresh_from_db()
    assert need.words.count("\n\n") == 2


def test_contacts_are_replaced_as_a_whole(adviser: Actor) -> None:
    need = make.need(adviser, contact_name="Ada", contact_phone="03", contact_email="a@a.example")
    actions.correct_contact(need=need, contact={"contact_name": " Grace "}, by=adviser)
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone, need.contact_email) == ("Grace", "", "")
    assert need.who_asked == "Grace"
    actions.correct_contact(need=need, contact={}, by=adviser)
    need.refresh_from_db()
    assert need.who_asked == "Personne n’est nommé."


@pytest.mark.parametrize("how", ["closed", "withdrawn", "given up"])
def test_what_is_over_is_set_right_no_more(adviser: Actor, how: str) -> None:
    need = make.need(adviser)
    if how == "closed":
        actions.close_need(need=need, ending=Ending.NO_FOLLOW_UP, by=adviser)
    elif how == "withdrawn":
        actions.withdraw_need(need=need, reason="mistake", by=adviser)
    else:
        actions.give_up(need=need, by=adviser)
    with pytest.raises(Conflict):
        actions.add_words(need=need, text="One more thing", by=adviser)
    with pytest.raises(Conflict):
        actions.correct_contact(need=need, contact={}, by=adviser)


def test_no_act_is_recorded_for_words_contacts_or_agreements(adviser: Actor) -> None:
    need = make.need(adviser)
    before = Act.objects.visible_to(MACHINE).count()
    actions.add_words(need=need, text="Please call", by=adviser)
    actions.correct_contact(need=need, contact={"contact_phone": "06"}, by=adviser)
    actions.agree(need=need, partner=make.partner()[0], how=How.TOLD, by=adviser)
    assert Act.objects.visible_to(MACHINE).count() == before


def test_giving_up_twice_is_giving_up_once(adviser: Actor) -> None:
    referral = make.referral(adviser)
    for _ in range(2):
        actions.give_up(need=referral.need, by=adviser)
    closing = Act.objects.visible_to(MACHINE).filter(kind="needs.need_closed_abandoned")
    assert closing.count() == 1
    found = Need.objects.visible_to(MACHINE).get(pk=referral.need.pk)
    assert (found.ending, state_of(referral)) == (Ending.ABANDONED, ReferralState.WITHDRAWN)
