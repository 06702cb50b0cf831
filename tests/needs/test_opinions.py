"""Firms say whether they were contacted and whether it helped: asked once, by a link that looking never uses, or on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions, jobs, retention
from maillage.needs.actions import opinions
from maillage.needs.actions.opinions import opinions_due
from maillage.needs.models import CallBack, Need, Opinion
from maillage.needs.purposes import OPINION
from maillage.needs.vocabulary import CalledBack, Ending, Refusal
from maillage.post.models import Link, Message
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
CLOSED_ON = date(2020, 6, 2)


def after(days: int) -> datetime:
    return clock.parse_instant(f"{CLOSED_ON + timedelta(days=days)}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(after(0)):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def answered(adviser: Actor, ending: Ending = Ending.HELPED, **given: str) -> Need:
    """A need that a partner answered today, of a firm that left an address."""
    given.setdefault("contact_email", "firm@example.org")
    partner, expert = make.partner()
    need = make.need(adviser, **given)
    referral = make.referral(adviser, partner, of=need)
    actions.close_referral(referral=referral, ending=ending, by=expert)
    return need


def run(days: int) -> int:
    with clock.at(after(days)):
        return opinions_due(by=MACHINE)


def letters() -> list[Message]:
    every = Message.objects.visible_to(MACHINE).filter(template="needs/mails/opinion.html")
    return list(every.order_by("pk"))


def address() -> str:
    text = letters()[-1].text
    return "/" + text[text.index("/l/") :].split()[0].lstrip("/")


def kinds() -> list[str]:
    acts = Act.objects.visible_to(MACHINE).effective().order_by("pk")
    names = acts.values_list("kind", flat=True)
    return [name for name in names if name.split(".")[1].startswith(("opinion", "was_", "found_"))]


def opinion() -> Opinion:
    return Opinion.objects.visible_to(MACHINE).get()


# When a firm is asked


@pytest.mark.parametrize(("days", "asked"), [(9, 0), (10, 1), (30, 1), (59, 1), (60, 0)])
def test_a_firm_is_asked_ten_days_after_its_need_was_closed_and_not_after_sixty(
    adviser: Actor, days: int, asked: int
) -> None:
    answered(adviser)
    assert run(days) == asked


def test_it_is_asked_once_whatever_days_go_without_a_worker(adviser: Actor) -> None:
    answered(adviser)
    with clock.at(after(40)):
        assert jobs.ask_opinions.call() == "1 asked"
        assert jobs.ask_opinions.call() == "0 asked"
    assert len(letters()) == 1
    assert kinds() == ["needs.opinion_asked"]


def test_who_left_no_address_gave_up_or_was_answered_by_nobody_is_not_asked(adviser: Actor) -> None:
    answered(adviser, contact_email="")
    answered(adviser, Ending.ABANDONED)
    partner, expert = make.partner()
    refused = make.referral(adviser, partner, contact_email="x@example.org")
    actions.refuse(referral=refused, refusal=Refusal.NO_ROOM, by=expert)
    actions.close_need(need=refused.need, ending=Ending.NO_FOLLOW_UP, by=adviser)
    withdrawn = answered(adviser)
    actions.withdraw_need(need=withdrawn, reason="mistake", by=adviser)
    assert run(20) == 0


def test_the_letter_is_in_the_language_of_the_firm_and_names_no_firm(adviser: Actor) -> None:
    need = answered(adviser, language="en")
    run(10)
    (letter,) = letters()
    assert letter.subject == "Did somebody help you? Two questions"
    assert need.establishment.display_name not in letter.subject + letter.text
    assert letter.recipient == "firm@example.org"


# What it says


def test_looking_answers_nothing_however_often_and_the_button_answers_once(
    client: Client, adviser: Actor
) -> None:
    answered(adviser)
    run(10)
    page = address()
    for _ in range(5):
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200
    assert kinds() == ["needs.opinion_asked"]
    assert client.post(page, {"contacted": "yes", "useful": "no"}).status_code == 302
    assert client.post(page, {"contacted": "yes", "useful": "no"}).status_code == 302
    assert client.post(page, {"contacted": "yes", "useful": "yes"}).status_code == 409
    assert kinds() == ["needs.opinion_asked", "needs.was_contacted", "needs.found_useless"]
    assert (opinion().contacted, opinion().useful, opinion().told_to) == ("yes", "no", None)
    assert "Merci" in client.get(page).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"contacted": "maybe"},
        {"contacted": "yes"},
        {"useful": "yes"},
        {"contacted": "yes", "useful": "so"},
    ],
)
def test_what_is_no_answer_is_refused_beside_its_question(
    client: Client, adviser: Actor, given: dict[str, str]
) -> None:
    answered(adviser)
    run(10)
    assert client.post(address(), given).status_code == 422
    assert kinds() == ["needs.opinion_asked"]


def test_who_was_not_contacted_says_nothing_of_usefulness(client: Client, adviser: Actor) -> None:
    answered(adviser)
    run(10)
    client.post(address(), {"contacted": "no"})
    assert kinds() == ["needs.opinion_asked", "needs.was_not_contacted"]


def test_the_page_is_in_english_for_who_speaks_it_and_needs_no_script(
    client: Client, adviser: Actor
) -> None:
    answered(adviser, language="en")
    run(10)
    page = client.get(address()).content.decode()
    assert "Did somebody contact you?" in page
    assert page.count('type="radio"') == 4
    assert "<script" not in page.split("<main")[1]


def test_a_link_of_nothing_or_one_s_own_page_of_another_kind_opens_nothing(
    client: Client, adviser: Actor
) -> None:
    answered(adviser)
    run(10)
    token = address().split("/")[2]
    assert client.get("/l/nothing/avis/").status_code == 404
    assert client.get(f"/l/{token}/demande/").status_code == 404


def test_an_answer_may_not_be_sent_from_another_site(client: Client, adviser: Actor) -> None:
    answered(adviser)
    run(10)
    given, elsewhere = {"contacted": "no"}, {"Origin": "https://elsewhere.example"}
    assert client.post(address(), given, headers=elsewhere).status_code == 403
    assert client.post(address(), given, headers={"Origin": "null"}).status_code == 302


def test_forgetting_the_firm_forgets_the_link_and_to_whom_it_went(adviser: Actor) -> None:
    need = answered(adviser)
    run(10)
    retention.KEPT[Need].also(Need.objects.visible_to(MACHINE).filter(pk=need.pk))  # type: ignore[misc]
    assert not Link.objects.filter(purpose=OPINION).exists()
    assert letters()[0].recipient == ""


def test_a_need_withdrawn_meanwhile_is_neither_asked_about_nor_thought_of(adviser: Actor) -> None:
    need = answered(adviser)
    with clock.at(after(10)):
        (due,) = opinions._due()
        actions.withdraw_need(need=need, reason="mistake", by=adviser)
        assert opinions._ask(need=due, by=MACHINE) == 0
    with pytest.raises(Conflict):
        actions.give_opinion(need=need, contacted="no", useful="", by=adviser)
    assert (letters(), kinds()) == ([], [])


# On the phone


@pytest.fixture
def call(adviser: Actor) -> CallBack:
    return make.call_back(adviser)


def test_called_back_it_may_say_so_and_one_tap_more_is_all_that_is_needed(
    client: Client, adviser: Actor, call: CallBack
) -> None:
    client.force_login(adviser.person)  # type: ignore[arg-type]
    page = f"/besoins/rappels/{call.key}/"
    told = {"outcome": "settled", "contacted": "yes", "useful": "yes"}
    assert client.post(page, told)["Location"] == "/besoins/rappels/"
    assert kinds() == ["needs.opinion_asked", "needs.was_contacted", "needs.found_useful"]
    assert opinion().told_to == adviser.person
    assert (
        "Ce qu’en pense l’entreprise" in client.get(f"/besoins/{call.need.key}/").content.decode()
    )


def test_half_an_answer_keeps_the_call_to_be_made(
    client: Client, adviser: Actor, call: CallBack
) -> None:
    client.force_login(adviser.person)  # type: ignore[arg-type]
    page = f"/besoins/rappels/{call.key}/"
    assert client.post(page, {"outcome": "settled", "contacted": "yes"}).status_code == 422
    assert CallBack.objects.owned_by(adviser).waiting().count() == 1
    assert kinds() == []


def test_nobody_who_did_not_answer_thinks_anything(adviser: Actor, call: CallBack) -> None:
    actions.call_back(
        call=call, outcome=CalledBack.UNREACHED, contacted="yes", useful="yes", by=adviser
    )
    assert kinds() == []


def test_who_said_it_on_the_phone_is_not_asked_by_letter(adviser: Actor) -> None:
    need = answered(adviser)
    actions.give_opinion(need=need, contacted="yes", useful="yes", by=adviser)
    assert run(10) == 0


def test_a_first_answer_stands_and_nobody_else_gives_it(adviser: Actor) -> None:
    need = answered(adviser)
    first = actions.give_opinion(need=need, contacted="no", useful="", by=adviser)
    assert actions.give_opinion(need=need, contacted="no", useful="", by=adviser) == first
    with pytest.raises(Conflict):
        actions.give_opinion(need=need, contacted="yes", useful="yes", by=adviser)
    with pytest.raises(Invalid):
        actions.give_opinion(need=answered(adviser), contacted="", useful="yes", by=adviser)
    with pytest.raises(NotAllowed):
        actions.give_opinion(need=need, contacted="no", useful="", by=accounts.actor(Role.ADVISER))
