"""A firm asks by itself in three steps, then follows its request by its link: no account, nothing typed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from maillage.accounts import identity
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.needs import actions, asking, following
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, NeedState, Origin
from maillage.post.models import Message
from maillage.register.models import Establishment
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture
def chamber() -> Iterator[Organisation]:
    """The organisation in charge of the instance, where somebody answers."""
    found = accounts.organisation(name="Chamber of trades")
    accounts.person(Role.SERVICE_MANAGER, found)
    identity.presume(identity.Face(organisation_id=found.pk, name=found.name, territory="mel"))
    yield found
    identity.presume()


@pytest.fixture
def firm() -> Establishment:
    return register.establishment()


def answers(**changed: Any) -> dict[str, Any]:
    """What somebody types on the third step."""
    return {
        "theme": "online", "words": "No web site yet", "urgency": "soon", "contact_name": "Ada",
        "contact_phone": "03 20 11 22 33", "contact_email": "ada@example.org", "agreed": "on",
        "once": str(uuid4()), **changed,
    }  # fmt: skip


def third(client: Client, firm: Establishment, **changed: Any) -> HttpResponse:
    given = {name: value for name, value in answers(**changed).items() if value is not None}
    return client.post(reverse("needs:ask_whom", kwargs={"key": firm.key}), given)


def needs() -> list[Need]:
    return list(Need.objects.visible_to(MACHINE).select_related("organisation"))


def link_of(answer: HttpResponse) -> str:
    """The address shown on the last page, as the path to ask for."""
    page = BeautifulSoup(answer.content, "html.parser")
    button = page.select_one("a.btn-1")
    assert button is not None
    return "/" + str(button["href"]).split("/", 3)[3]


def test_a_firm_is_found_by_its_siret_and_asks_in_three_steps(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    first = client.get(reverse("needs:ask"), {"q": firm.siret})
    assert reverse("needs:ask_what", kwargs={"key": firm.key}) in first.content.decode()
    second = client.get(reverse("needs:ask_what", kwargs={"key": firm.key}))
    assert second.status_code == 200
    step = third(client, firm, once=None)
    assert (step.status_code, needs()) == (200, [])
    page = BeautifulSoup(step.content, "html.parser")
    carried = {str(tag["name"]): tag["value"] for tag in page.select("main input[type=hidden]")}
    assert (carried["theme"], carried["words"], carried["urgency"]) == (
        "online",
        "No web site yet",
        "soon",
    )
    done = third(client, firm)
    (need,) = needs()
    assert done.status_code == 200
    assert (need.origin, need.organisation, need.heard_by) == (Origin.FORM, chamber, None)
    assert need.agreements.count() == 1


def test_the_link_is_shown_once_and_sent_and_the_page_is_kept_nowhere(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    once = str(uuid4())
    done = third(client, firm, once=once)
    assert done["Cache-Control"] == "no-store, private"
    assert client.get(link_of(done)).status_code == 200
    (mail,) = Message.objects.visible_to(MACHINE)
    assert mail.recipient == "ada@example.org"
    assert link_of(done) in mail.text
    again = third(client, firm, once=once)
    assert "/demande/" not in again.content.decode()
    assert len(needs()) == Message.objects.visible_to(MACHINE).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"contact_phone": "", "contact_email": ""}, "contact_phone"),
        ({"contact_email": "not an address"}, "contact_email"),
        ({"contact_name": "x" * 121}, "contact_name"),
        ({"once": "forged"}, "once"),
    ],
)
def test_what_is_wrong_on_the_third_step_is_said_there_and_nothing_typed_is_lost(
    client: Client, chamber: Organisation, firm: Establishment, changed: dict[str, str], field: str
) -> None:
    answer = third(client, firm, **changed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "No web site yet" in answer.content.decode()
    assert needs() == []


@pytest.mark.parametrize("changed", [{"theme": "holidays"}, {"theme": None}, {"urgency": "never"}])
def test_what_is_wrong_on_the_second_step_comes_back_to_it(
    client: Client, chamber: Organisation, firm: Establishment, changed: dict[str, Any]
) -> None:
    answer = third(client, firm, **changed)
    assert answer.status_code == 422
    assert "theme" in answer.context["form"].fields
    assert "once" not in answer.context["form"].fields
    assert needs() == []


def test_without_the_box_ticked_no_partner_may_be_told(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    third(client, firm, agreed=None)
    assert not needs()[0].agreements.exists()


def test_where_nobody_is_in_charge_it_is_said_and_nothing_is_written(
    client: Client, firm: Establishment
) -> None:
    identity.presume()
    assert third(client, firm).status_code == 422
    assert needs() == []


def test_a_program_that_asks_on_and_on_is_stopped(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    told = [third(client, firm).status_code for _ in range(asking.PER_FIRM.amount + 2)]
    assert told == [200] * asking.PER_FIRM.amount + [409] * 2
    assert len(needs()) == asking.PER_FIRM.amount


def test_a_firm_whose_name_is_not_shown_is_found_by_its_siret_and_stays_unnamed(
    client: Client, chamber: Organisation
) -> None:
    hidden = register.establishment(
        diffusion="P", unit_diffusion="P", unit_name="SECRET WORKSHOP", street=""
    )
    page = client.get(reverse("needs:ask"), {"q": hidden.siret}).content.decode()
    assert reverse("needs:ask_what", kwargs={"key": hidden.key}) in page
    assert "SECRET" not in page


# Followed by its link


@pytest.fixture
def followed(
    client: Client, chamber: Organisation, firm: Establishment
) -> tuple[str, Need, Actor, Referral]:
    """A request with its link, sent to a partner."""
    path = link_of(third(client, firm))
    (need,) = needs()
    manager = accounts.actor(Role.SERVICE_MANAGER, chamber)
    partner, expert = make.partner(name="Partner one")
    return path, need, expert, make.referral(manager, partner, of=need)


Followed = tuple[str, Need, Actor, Referral]


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def steps(client: Client, path: str) -> list[str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    return [item.get_text(" ", strip=True) for item in page.select("[aria-labelledby=h-steps] li")]


def test_the_firm_sees_who_answers_and_when_and_what_came_of_it(
    client: Client, followed: Followed
) -> None:
    path, _need, expert, referral = followed
    assert len(steps(client, path)) == 1
    actions.note_seen(referral=again(referral), by=expert)
    actions.take_up(referral=again(referral), by=expert)
    told = steps(client, path)
    assert len(told) == 3
    assert str(expert.person) in told[2]
    actions.close_referral(
        referral=again(referral), ending=Ending.HELPED, by=expert, answer="A grant of 1 500 €"
    )
    assert "A grant of 1 500 €" in steps(client, path)[3]


def test_looking_uses_nothing_up(client: Client, followed: Followed) -> None:
    path = followed[0]
    assert {client.get(path).status_code for _ in range(5)} == {200}
    assert {client.head(path).status_code for _ in range(2)} == {200}


def test_the_firm_sees_who_read_it(client: Client, followed: Followed) -> None:
    path, _need, expert, referral = followed
    assert expert.person is not None
    reader = Client()
    reader.force_login(expert.person)
    reader.get(reverse("needs:referral", kwargs={"key": referral.key}))
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert "Partner one" in page.select("[aria-labelledby=h-read] li")[0].text


def test_a_word_is_added_under_its_day_and_the_partner_is_told(
    client: Client, followed: Followed
) -> None:
    path, need, expert, _referral = followed
    assert client.post(f"{path}mot/", {"text": "I am closed on Mondays"}).status_code == 302
    need.refresh_from_db()
    assert need.words.startswith("No web site yet\n\n")
    assert need.words.endswith("I am closed on Mondays")
    told = Message.objects.visible_to(MACHINE).filter(template="needs/mails/word.html")
    assert [one.recipient for one in told] == [expert.person.email]  # type: ignore[union-attr]
    assert client.post(f"{path}mot/", {"text": "  "}).status_code == 422


def test_what_was_said_is_corrected_and_the_partner_is_told(
    client: Client, followed: Followed
) -> None:
    path, need, expert, _referral = followed

    def own() -> dict[str, str]:
        page = BeautifulSoup(client.get(path).content, "html.parser")
        form = page.find("form", action=f"{path}mots/")
        assert not [one for one in page.select("[id]") if len(page.select(f"#{one['id']}")) > 1]
        return {
            "text": form.textarea.get_text().strip(),
            "version": form.select_one("[name=version]")["value"],
        }  # type: ignore[union-attr]

    before = own()
    assert before["text"] == "No web site yet"
    assert client.post(f"{path}mots/", before).status_code == 302
    told = Message.objects.visible_to(MACHINE).filter(template="needs/mails/word.html")
    assert not told.exists(), "the same words tell nothing new"
    assert client.post(f"{path}mots/", before | {"text": " A shop on line "}).status_code == 302
    need.refresh_from_db()
    assert need.words == "A shop on line"
    assert [one.recipient for one in told] == [expert.person.email]  # type: ignore[union-attr]

    stale = client.post(f"{path}mots/", before | {"text": "A page"})
    page = BeautifulSoup(stale.content, "html.parser")
    assert stale.status_code == 422
    words = page.select_one("[aria-labelledby=h-words]").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "A shop on line" in words, "what is there is read beside what was typed"
    assert "changé entre-temps" in words
    form = page.find("form", action=f"{path}mots/")
    assert form.find_parent("details").has_attr("open")  # type: ignore[union-attr]
    again = {
        one["name"]: one.get("value") or one.get_text().strip() for one in form.select("[name]")
    }  # type: ignore[union-attr]
    assert again["text"] == "A page"
    assert client.post(f"{path}mots/", again).status_code == 302
    need.refresh_from_db()
    assert need.words == "A page"

    assert client.post(f"{path}mots/", own() | {"text": "x" * 4001}).status_code == 422
    assert client.post(f"{path}mots/", own() | {"text": ""}).status_code == 302
    need.refresh_from_db()
    assert need.words == "", "its words are its own"
    actions.give_up(need=need, by=following.firm_itself(need))
    assert client.post(f"{path}mots/", before | {"text": "Back"}).status_code == 409
    need.refresh_from_db()
    assert need.words == ""


def test_whom_to_call_is_corrected(client: Client, followed: Followed) -> None:
    path, need, _expert, _referral = followed
    client.post(f"{path}contact/", {"contact_name": "Grace", "contact_phone": "06"})
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone, need.contact_email) == ("Grace", "06", "")
    assert client.post(f"{path}contact/", {"contact_email": "x"}).status_code == 422


def test_the_agreement_taken_back_takes_the_request_out_of_the_partner_s_hands(
    client: Client, followed: Followed
) -> None:
    path, need, _expert, referral = followed
    client.post(f"{path}reprendre/", {"what": "agreement"})
    assert not again(referral).is_live
    assert (
        Need.objects.visible_to(MACHINE).with_state().get(pk=need.pk).stage == NeedState.EXPRESSED
    )


def test_the_whole_request_taken_back_is_closed_as_given_up_and_changed_no_more(
    client: Client, followed: Followed
) -> None:
    path, need, _expert, referral = followed
    assert client.post(f"{path}reprendre/", {"what": "request"}).status_code == 302
    need.refresh_from_db()
    assert (need.ending, again(referral).is_live) == (Ending.ABANDONED, False)
    assert client.post(f"{path}reprendre/", {"what": "request"}).status_code == 302
    assert client.post(f"{path}mot/", {"text": "Wait"}).status_code == 409


def test_ten_thousand_random_tokens_open_nothing_and_are_soon_not_even_looked_at(
    client: Client, followed: Followed
) -> None:
    told = [client.get(f"/l/{uuid4().hex}/demande/").status_code for _ in range(40)]
    assert set(told) == {404, 429}
    assert told[-1] == 429


def test_a_need_withdrawn_as_a_mistake_is_followed_no_more(
    client: Client, followed: Followed
) -> None:
    path, need, _expert, _referral = followed
    by = accounts.actor(Role.SERVICE_MANAGER, need.organisation)
    actions.withdraw_need(need=need, reason="mistake", by=by)
    assert client.get(path).status_code == 404


def test_an_address_is_made_once_for_a_need() -> None:
    by = accounts.actor()
    need = make.need(by)
    with clock.at(clock.now()):
        assert following.hand_link(need, by)
        assert following.hand_link(need, by) == ""


# A firm that was heard is sent its page


def sent_pages() -> list[Message]:
    return list(Message.objects.visible_to(MACHINE).filter(template="needs/mails/follow.html"))


def send_page(client: Client, need: Need, by: Actor, email: str = "ada@example.org") -> Any:
    assert by.person is not None
    client.force_login(by.person)
    return client.post(reverse("needs:send_page", kwargs={"key": need.key}), {"email": email})


def test_a_firm_that_was_heard_is_sent_the_page_of_its_request(client: Client) -> None:
    by = accounts.actor(Role.ADVISER)
    need = make.need(by, contact_name="Ada", contact_phone="03 20")
    answer = send_page(client, need, by)
    assert answer.url == reverse("needs:need", kwargs={"key": need.key})
    (message,) = sent_pages()
    assert message.recipient == "ada@example.org"
    need.refresh_from_db()
    assert (need.contact_name, need.contact_phone) == ("Ada", "03 20")
    (path,) = set(re.findall(r"/l/[^/\s\"]+/demande/", message.text))
    assert client.get(path).status_code == 200
    shown = client.get(answer.url).content.decode()
    assert path not in shown, "who heard the firm does not hold its link"
    assert "ada@example.org" in shown


def test_it_is_sent_once(client: Client) -> None:
    by = accounts.actor(Role.ADVISER)
    need = make.need(by)
    send_page(client, need, by)
    again = send_page(client, need, by, "other@example.org")
    assert again.status_code == 409
    assert len(sent_pages()) == 1
    need.refresh_from_db()
    assert need.contact_email == "ada@example.org", "nothing is half done"


@pytest.mark.parametrize("email", ["", "ada", "ada@", "ada@example.org\nBcc: x@example.org"])
def test_where_to_send_it_must_be_an_address(client: Client, email: str) -> None:
    by = accounts.actor(Role.ADVISER)
    need = make.need(by)
    page = client.get(send_page(client, need, by, email).url).content.decode()
    assert "alert" in page or "notice" in page
    assert sent_pages() == []


def test_another_organisation_sends_nobody_s_page(client: Client) -> None:
    need = make.need(accounts.actor(Role.ADVISER))
    stranger = accounts.actor(Role.ADVISER)
    assert send_page(client, need, stranger).status_code == 404
    with pytest.raises(NotAllowed):
        asking.send_page(need=need, email="ada@example.org", by=stranger)
    assert sent_pages() == []


def test_a_need_that_is_closed_is_followed_no_more_by_a_new_page(client: Client) -> None:
    by = accounts.actor(Role.ADVISER)
    need = make.need(by)
    actions.close_need(need=need, ending=Ending.HELPED, by=by)
    assert send_page(client, need, by).status_code == 409
    assert sent_pages() == []
