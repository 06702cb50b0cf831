"""What is written about needs: to whom, in which language, once, and never the name of a firm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Membership, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.needs import actions, following, mailing
from maillage.needs.actions.reminding import remind_due
from maillage.needs.models import Need, Referral
from maillage.needs.receivers import managers_of, open_partners, receivers_of
from maillage.needs.vocabulary import Refusal, Theme
from maillage.post.models import Message
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
SECRET = "Nobody but the partner reads this"  # noqa: S105 -- what a firm said


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def messages(template: str = "") -> list[Message]:
    every = Message.objects.visible_to(MACHINE).filter(template__startswith="needs/")
    named = every.filter(template=f"needs/mails/{template}.html") if template else every
    return list(named.order_by("pk"))


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def sent(language: str = "fr") -> tuple[Actor, Actor, Referral]:
    """A difficulty with its words, sent to a partner whose one expert reads this language."""
    adviser = accounts.actor(language=language)
    partner = accounts.organisation("operator", name="Relay & sons")
    expert = accounts.actor(Role.EXPERT, partner, language=language)
    referral = make.referral(
        adviser, partner, theme=Theme.CASH, words=SECRET, contact_phone="03 20 00 00 00"
    )
    return adviser, expert, referral


def refused(adviser: Actor, expert: Actor, referral: Referral) -> None:
    actions.refuse(referral=again(referral), refusal=Refusal.NO_ROOM, by=expert)


def reminded(adviser: Actor, expert: Actor, referral: Referral) -> None:
    with clock.at(clock.now() + timedelta(days=9)):
        assert remind_due(by=MACHINE) == 1


def worded(adviser: Actor, expert: Actor, referral: Referral) -> None:
    actions.add_words(need=referral.need, text=f"{SECRET}, again", by=adviser)


def followed(adviser: Actor, expert: Actor, referral: Referral) -> None:
    Need.objects.visible_to(MACHINE).filter(pk=referral.need.pk).update(
        contact_email="firm@example.org"
    )
    referral.need.refresh_from_db()
    assert following.hand_link(referral.need, adviser)


Happening = Callable[[Actor, Actor, Referral], None]
#: What happens, which message it makes, who reads it, its subject in both languages.
TOLD: dict[str, tuple[Happening, str, str]] = {
    "sent": (lambda *_all: None, "attend votre réponse", "waits for your answer"),
    "back": (refused, "revient de Relay & sons", "came back from Relay & sons"),
    "reminder": (reminded, "attend depuis 9 jours", "has been waiting for 9 days"),
    "word": (worded, "a complété ou corrigé", "completed or corrected"),
    "follow": (followed, "Votre demande est notée", "Your request is written down"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("what", TOLD)
def test_each_message_is_in_its_reader_s_language_and_says_nothing_of_the_firm(
    what: str, language: str
) -> None:
    happens, french, english = TOLD[what]
    adviser, expert, referral = sent(language)
    if what == "follow":
        Need.objects.visible_to(MACHINE).filter(pk=referral.need.pk).update(language=language)
    happens(adviser, expert, again(referral))
    (message,) = messages(what)
    assert (french if language == "fr" else english) in message.subject
    firm = referral.need.establishment
    for text in (message.subject, message.text, message.html):
        assert firm.display_name not in text
        assert SECRET not in text
        assert "03 20" not in text
        if what != "follow":
            assert "Trésorerie" not in text
            assert "Cash" not in text


@pytest.mark.parametrize("what", [name for name in TOLD if name != "follow"])
def test_each_message_leads_to_the_request_by_signing_in(what: str) -> None:
    adviser, expert, referral = sent()
    TOLD[what][0](adviser, expert, again(referral))
    (message,) = messages(what)
    address = mailing.page_of(referral)
    assert address in message.text
    assert f'href="{address}"' in message.html


def test_names_are_escaped_in_the_page_of_a_message_and_not_in_its_text() -> None:
    adviser, expert, referral = sent()
    refused(adviser, expert, referral)
    (message,) = messages("back")
    assert "Relay & sons" in message.text
    assert "Relay &amp; sons" in message.html
    assert "Relay & sons" not in message.html


def test_each_message_is_written_once_however_often_its_step_is_asked_for() -> None:
    adviser, _expert, referral = sent()
    for _ in range(3):
        mailing.tell_sent(again(referral), adviser)
    assert len(messages("sent")) == 1


def test_two_words_are_two_messages() -> None:
    adviser, expert, referral = sent()
    worded(adviser, expert, referral)
    worded(adviser, expert, again(referral))
    assert len(messages("word")) == 2


def test_the_reason_of_a_refusal_is_told_to_who_sent_it_and_to_nobody_else() -> None:
    adviser, expert, referral = sent()
    accounts.person(Role.ADVISER, adviser.organisation)
    refused(adviser, expert, referral)
    assert adviser.person is not None
    assert [one.recipient for one in messages("back")] == [adviser.person.email]


def test_when_who_sent_it_left_the_managers_learn_that_it_came_back() -> None:
    adviser, expert, referral = sent()
    manager = accounts.person(Role.SERVICE_MANAGER, adviser.organisation)
    gone = Membership.objects.visible_to(MACHINE).filter(person=adviser.person)
    gone.update(ends_on=clock.today() - timedelta(days=1))
    refused(adviser, expert, referral)
    assert [one.recipient for one in messages("back")] == [manager.email]


def test_the_page_of_a_request_is_sent_to_no_one_who_left_no_address() -> None:
    by = accounts.actor()
    need = make.need(by)
    assert following.hand_link(need, by)
    assert messages("follow") == []


# Who reads


def people(*roles: Role) -> tuple[Actor, list[Person]]:
    organisation = accounts.organisation()
    made = [accounts.person(role, organisation) for role in roles]
    return System("tests", organisation=organisation), made


RECEIVING = {
    "everybody who answers": (
        (Role.ADVISER, Role.EXPERT, Role.OFFICER, Role.SERVICE_MANAGER), "xxxx", "---x",
    ),
    "no manager: all of them": ((Role.ADVISER, Role.EXPERT), "xx", "xx"),
    "two managers": ((Role.SERVICE_MANAGER, Role.SERVICE_MANAGER), "xx", "xx"),
    "who reads figures answers nothing": ((Role.ELECTED, Role.AUDITOR, Role.ADVISER), "--x", "--x"),
    "nobody": ((Role.ELECTED, Role.ADMINISTRATOR), "--", "--"),
}  # fmt: skip


@pytest.mark.parametrize("case", RECEIVING)
def test_who_answers_there_and_who_answers_for_them(case: str) -> None:
    roles, receivers, managers = RECEIVING[case]
    acting, made = people(*roles)
    there = acting.acting_for()

    def named(drawn: str) -> set[str]:
        return {one.email for one, cell in zip(made, drawn, strict=True) if cell == "x"}

    assert {one.email for one in receivers_of(there)} == named(receivers)
    assert {one.email for one in managers_of(there)} == named(managers)
    assert (there in open_partners()) is bool(named(receivers))


def test_who_left_and_whose_account_is_closed_answer_no_more() -> None:
    acting, made = people(Role.ADVISER, Role.ADVISER, Role.ADVISER)
    today = clock.today()
    left = Membership.objects.visible_to(MACHINE).filter(person=made[0])
    left.update(ends_on=today - timedelta(days=1))
    Person.objects.filter(pk=made[1].pk).update(is_active=False)
    assert [one.pk for one in receivers_of(acting.acting_for())] == [made[2].pk]


def test_who_arrives_tomorrow_does_not_answer_today() -> None:
    acting, made = people(Role.ADVISER)
    rows = Membership.objects.visible_to(MACHINE).filter(person=made[0])
    rows.update(starts_on=clock.today() + timedelta(days=1))
    assert receivers_of(acting.acting_for()) == []
    with clock.at(clock.now() + timedelta(days=1)):
        assert len(receivers_of(acting.acting_for())) == 1


def test_an_organisation_that_was_closed_is_no_partner() -> None:
    organisation, _ = make.partner()
    organisation.is_active = False
    organisation.save()
    assert organisation not in open_partners()


def test_partners_stand_in_the_order_of_their_names() -> None:
    for name in ("Zèbre", "Abeille", "Merle"):
        make.partner(name=name)
    found = [one.name for one in open_partners() if one.name in {"Zèbre", "Abeille", "Merle"}]
    assert found == ["Abeille", "Merle", "Zèbre"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_reason_and_outcome_has_words_of_its_own(language: str) -> None:
    from maillage.needs import vocabulary

    with translation.override(language):
        for name in (
            "Origin",
            "Urgency",
            "Ending",
            "Refusal",
            "Withdrawal",
            "NeedState",
            "ReferralState",
            "How",
        ):
            choices = getattr(vocabulary, name).choices
            words = [str(label) for _value, label in choices]
            assert len(set(words)) == len(words), name
            assert all(words), name


def test_kinds_of_acts_are_named_in_both_languages_and_never_twice() -> None:
    from maillage import ledger

    ours = [kind for name, kind in ledger.kinds().items() if name.startswith("needs.")]
    assert len(ours) == 6 + 1 + 5 + 5 + 5 + 3 + 5
    for tongue in ("fr", "en"):
        told = [getattr(kind.words, tongue) for kind in ours]
        assert len(set(told)) == len(told)
        assert all(told)
