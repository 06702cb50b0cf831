"""What is kept of needs and told of them: acts without a word of anybody, words that go, lines by right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from maillage import figures, ledger
from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.needs import actions, following, lines
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, Refusal, Theme
from maillage.outreach.models import Visit
from maillage.post import links
from maillage.post.models import Message
from maillage.register import erasing
from tests.factories import accounts, needs as make, outreach, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
SPOKEN = "We owe three rents to Mr Somebody"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def whole_story() -> tuple[Actor, Actor, Referral]:
    """A difficulty with words on every side: asked, sent with a word, taken up, answered."""
    adviser = accounts.actor()
    partner, expert = make.partner()
    need = make.need(
        adviser, register.establishment(), theme=Theme.CASH, words=SPOKEN, contact_name="Ada",
        contact_phone="03 20", contact_email="ada@example.org",
    )  # fmt: skip
    referral = actions.send_referral(need=need, partner=partner, by=adviser, message="Call soon")
    actions.take_up(referral=again(referral), by=expert)
    actions.close_referral(
        referral=again(referral), ending=Ending.HELPED, by=expert, answer="Solved with the bank"
    )
    return adviser, expert, again(referral)


# Acts


def test_acts_hold_no_word_no_name_and_no_contact() -> None:
    whole_story()
    for act in Act.objects.visible_to(MACHINE):
        held = " ".join(str(value) for name, value in vars(act).items() if not name.startswith("_"))
        for word in (SPOKEN, "Ada", "03 20", "ada@", "Call soon", "Solved"):
            assert word not in held


#: What each act of the story says: its kind, who keeps it, who acted, the other party, what it measures.
SAID = (
    ("needs.desk_need_expressed", "chamber", "chamber", "", None, ""),
    ("needs.referral_sent", "chamber", "chamber", "partner", None, ""),
    ("needs.referral_taken", "partner", "partner", "chamber", 0, "working_day"),
    ("needs.need_taken_up", "chamber", "partner", "", 0, "day"),
    ("needs.referral_closed_helped", "partner", "partner", "chamber", None, ""),
    ("needs.need_closed_helped", "chamber", "partner", "", None, ""),
)


def test_each_act_says_who_keeps_it_who_acted_and_who_stood_on_the_other_side() -> None:
    adviser, expert, referral = whole_story()
    names = {adviser.organisation_id: "chamber", expert.organisation_id: "partner", None: ""}
    told = [
        (act.kind, names[act.keeper_id], names[act.organisation_id], names[act.counterpart_id],
         act.quantity, act.unit)
        for act in Act.objects.visible_to(MACHINE).order_by("id")
    ]  # fmt: skip
    assert told == list(SAID)
    for act in Act.objects.visible_to(MACHINE):
        assert act.theme == Theme.CASH
        assert act.establishment == referral.need.establishment
        assert act.occurred_on == clock.today()
    assert ledger.verify().is_valid


def test_what_a_campaign_is_charged_to_follows_a_need_to_its_end() -> None:
    adviser = accounts.actor()
    firm = register.establishment()
    campaign = outreach.campaign(accounts.actor(Role.OFFICER, adviser.organisation))
    outreach.visit(adviser, firm, campaign=campaign, themes=("online",), may_transmit=True)
    need = Need.objects.visible_to(MACHINE).select_related("organisation").get()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner, of=need)
    actions.close_referral(referral=again(referral), ending=Ending.HELPED, by=expert)
    acts = Act.objects.visible_to(MACHINE).filter(theme="online")
    assert acts.count() == 6
    assert {act.scheme for act in acts} == {campaign.scheme}


# What goes one day


def emptied(after_days: int) -> tuple[dict[str, Any], dict[str, Any]]:
    _adviser, _expert, referral = whole_story()
    with clock.at(clock.now() + timedelta(days=after_days)):
        retaining.apply(by=MACHINE)
    need = Need.objects.visible_to(MACHINE).get(pk=referral.need.pk)
    found = again(referral)
    return (
        {
            name: getattr(need, name)
            for name in ("words", "contact_name", "contact_phone", "contact_email")
        },
        {name: getattr(found, name) for name in ("message", "answer")},
    )


def test_words_and_contacts_stand_for_three_years_and_no_longer() -> None:
    need, referral = emptied(3 * 365 - 1)
    assert all([*need.values(), *referral.values()])


def test_after_three_years_words_are_gone_and_what_happened_stays() -> None:
    need, referral = emptied(3 * 365 + 1)
    assert not any([*need.values(), *referral.values()])
    assert Act.objects.visible_to(MACHINE).count() == len(SAID)
    found = Referral.objects.visible_to(MACHINE).get()
    assert (found.ending, found.need.theme) == (Ending.HELPED, Theme.CASH)


def test_figures_are_the_same_once_words_are_gone() -> None:
    year = Period.parse("2020")
    codes = (
        "needs.needs_expressed",
        "needs.needs_helped",
        "needs.referrals_sent",
        "needs.pick_up_3",
    )

    def values() -> list[Any]:
        with clock.at(clock.parse_instant("2024-06-02T10:00")):
            told = figures.answer([Question(code, Filter(), year) for code in codes], cached=False)
        return [one.value for one in told]

    whole_story()
    before = values()
    with clock.at(clock.parse_instant("2024-01-02T10:00")):
        retaining.apply(by=MACHINE)
    assert values() == before == [1, 1, 1, 1.0]


def test_an_erased_firm_s_page_opens_nothing_and_its_message_forgets_to_whom_it_went() -> None:
    adviser, _expert, referral = whole_story()
    address = following.hand_link(referral.need, adviser)
    other = make.need(adviser, contact_email="other@example.org")
    following.hand_link(other, adviser)
    erasing.erase(unit=referral.need.legal_unit, reason="asked", by=MACHINE)
    assert links.find(address.rstrip("/").split("/")[-2]) is None
    rows = Message.objects.visible_to(MACHINE).filter(template="needs/mails/follow.html")
    assert [one.recipient for one in rows.order_by("pk")] == ["", "other@example.org"]
    assert "Trésorerie" not in " ".join(one.text + one.html + one.subject for one in rows)


# Lines of the timeline


def test_a_need_and_its_referral_are_told_to_who_may_know_them() -> None:
    adviser, expert, referral = whole_story()
    need_key, key = str(referral.need.key), str(referral.key)
    ours = lines.needs([need_key], adviser)[need_key]
    assert (ours.title, ours.detail) == ("Trésorerie, loyer, charges", "Permanence")
    assert str(adviser.person) in ours.who
    theirs = lines.referrals([key], expert)[key]
    assert theirs.url.endswith(f"/mises-en-relation/{key}/")
    assert "Close" in theirs.detail
    assert lines.referrals([key], accounts.actor()) == {}


@pytest.mark.parametrize(("language", "word"), [("fr", "Refusée"), ("en", "Refused")])
def test_the_state_of_a_referral_is_told_in_the_reader_s_language(language: str, word: str) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner(name="Relay")
    referral = make.referral(adviser, partner)
    actions.refuse(referral=again(referral), refusal=Refusal.NOT_OURS, by=expert)
    with translation.override(language):
        line = lines.referrals([str(referral.key)], adviser)[str(referral.key)]
    assert "Relay" in line.detail
    assert word in line.detail


def test_lines_of_twenty_needs_ask_as_many_questions_as_those_of_one(
    django_assert_max_num_queries: Any,
) -> None:
    adviser = accounts.actor()
    firm = register.establishment()
    keys = [str(make.need(adviser, firm).key) for _ in range(20)]
    assert adviser.owners_sharing("needs", "partners") == frozenset()
    with django_assert_max_num_queries(1):
        assert len(lines.needs(keys, adviser)) == 20


def test_what_was_said_of_a_need_reads_in_words_in_the_journal_of_corrections() -> None:
    adviser = accounts.actor()
    visit = outreach.visit(adviser, themes=("online",))
    from maillage.outreach import actions as visits

    visits.cancel_visit(visit=Visit.objects.visible_to(MACHINE).get(), reason="twice", by=adviser)
    reversal = Act.objects.visible_to(MACHINE).get(theme="online", reverses__isnull=False)
    assert ledger.reasons.words(reversal.source_model, reversal.reason_code) == "Saisie deux fois"
    assert visit.pk


@pytest.mark.parametrize(
    "code", ["consent", "mistake", "firm", "elsewhere", "reopened", "typing", "reconciled"]
)
def test_every_reason_for_which_an_act_of_needs_is_reversed_has_words(code: str) -> None:
    assert ledger.reasons.words("needs.need", code) != code
