"""The pages of needs: what each shows, what it refuses and where, whose buttons stand there, in both languages."""

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

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.forms.needs import BY_HAND
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, NeedState, Origin, ReferralState, Refusal, Theme
from tests.factories import accounts, needs as make, outreach, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def signed(client: Client, actor: Actor, language: str = "fr") -> Client:
    assert actor.person is not None
    client.force_login(actor.person)
    client.cookies["django_language"] = language
    return client


def url(name: str, key: object = None, query: str = "") -> str:
    return reverse(f"needs:{name}", kwargs={"key": key} if key else None) + query


def soup(answer: HttpResponse, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def buttons(page: BeautifulSoup) -> set[str]:
    """What may be pressed on the page, links that look like buttons included."""
    found = page.select("main button, main a.btn, .bottom-bar button")
    return {" ".join(one.get_text(" ", strip=True).split()) for one in found}


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


def everything(by: Actor) -> dict[str, str]:
    """The address of every page of needs, for somebody who may open them all."""
    firm = register.establishment()
    need = make.need(by, firm, words="A larger oven", contact_phone="03 20 00 00 00")
    received = make.referral(accounts.actor(), by.acting_for())
    sent = make.referral(by, of=need)
    return {
        "needs": url("needs"), "need": url("need", need.key), "new": url("new_need", firm.key),
        "send": url("send", need.key), "inbox": url("referrals"), "sent": url("referrals", query="?sens=envoyees"),
        "received one": url("referral", received.key), "sent one": url("referral", sent.key),
        "refuse": url("refuse", received.key), "close": url("close_referral", received.key),
        "followed": url("followed"), "rules": url("rules"),
    }  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_has_one_title_labelled_fields_and_no_script_nor_style_of_its_own(
    client: Client, language: str
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    pages = everything(manager)
    signed(client, manager, language)
    for name, address in pages.items():
        page = soup(client.get(address))
        assert len(page.select("h1")) == 1, name
        assert page.html is not None
        assert page.html["lang"] == language, name
        assert not page.select("[style], [onclick], style"), name
        assert not [one for one in page.select("script") if not one.get("src")], name
        for field in page.select("main input:not([type=hidden]), main select, main textarea"):
            inside = field.find_parent("label")
            assert inside or page.select(f'label[for="{field.get("id")}"]'), (name, field)
        keys = [one["value"] for one in page.select("main input[name=once]")]
        assert len(keys) == len(set(keys)), name


def test_in_english_a_page_says_no_french(client: Client) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    pages = everything(manager)
    signed(client, manager, "en")
    french = re.compile(r"\b(besoin|demande|partenaire|entreprise|règle)s?\b", re.IGNORECASE)
    for name, address in pages.items():
        main = soup(client.get(address)).select_one("main")
        assert main is not None
        assert not french.search(main.get_text(" ")), (name, french.search(main.get_text(" ")))


# A need written down by hand


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "once": str(uuid4()), "theme": "energy", "words": "My oven eats too much", "urgency": "urgent",
        "origin": "desk", "expressed_on": "2020-06-01", "contact_name": "Ada", "contact_phone": "03",
        "contact_email": "", **changed,
    }  # fmt: skip


def test_a_need_is_written_down_at_a_desk_and_read_at_once(client: Client) -> None:
    adviser = accounts.actor()
    firm = register.establishment()
    answer = signed(client, adviser).post(
        url("new_need", firm.key), typed(agreed="on"), follow=True
    )
    text = soup(answer).get_text(" ", strip=True)
    for told in (
        "My oven eats too much",
        "Cette semaine",
        "Ada, 03",
        "Permanence",
        "1er juin 2020",
    ):
        assert told in text, told
    need = Need.objects.visible_to(MACHINE).get()
    assert (need.origin, need.heard_by) == (Origin.DESK, adviser.person)
    assert need.agreements.count() == 1


def test_a_need_is_said_to_be_heard_wherever_no_other_page_writes_it_down(client: Client) -> None:
    adviser, firm = accounts.actor(), register.establishment()
    signed(client, adviser)
    for origin in BY_HAND:
        answer = client.post(url("new_need", firm.key), typed(origin=origin), follow=True)
        assert str(origin.label) in soup(answer).get_text(" ", strip=True), origin
        (need,) = Need.objects.visible_to(MACHINE).filter(origin=origin)
        kinds = Act.objects.visible_to(MACHINE).of_source("needs.need", need.key)
        assert [one.kind for one in kinds] == [f"needs.{origin}_need_expressed"]
    elsewhere = {Origin.VISIT, Origin.FORM}
    assert set(Origin) - set(BY_HAND) == elsewhere, "a visit and the public form write their own"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"theme": ""}, "theme"),
        ({"theme": "holidays"}, "theme"),
        ({"urgency": "x"}, "urgency"),
        ({"origin": "visit"}, "origin"),
        ({"expressed_on": "2020-06-03"}, "expressed_on"),
        ({"expressed_on": "tomorrow"}, "expressed_on"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_phone": "0" * 31}, "contact_phone"),
        ({"words": "x" * 4001}, "words"),
        ({"once": ""}, "once"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_what_was_typed_stays(
    client: Client, changed: dict[str, str], field: str
) -> None:
    firm = register.establishment()
    answer = signed(client, accounts.actor()).post(url("new_need", firm.key), typed(**changed))
    page = soup(answer, 422)
    assert field in answer.context["form"].errors
    if field != "words":
        area = page.select_one("textarea[name=words]")
        assert area is not None
        assert area.text.strip() == "My oven eats too much"
    assert not Need.objects.visible_to(MACHINE).exists()


def test_the_same_form_sent_twice_makes_one_need(client: Client) -> None:
    firm = register.establishment()
    given = typed()
    signed(client, accounts.actor())
    told = {client.post(url("new_need", firm.key), given)["Location"] for _ in range(2)}
    assert len(told) == 1
    assert Need.objects.visible_to(MACHINE).count() == 1


def test_a_firm_that_no_load_tells_of_has_no_page(client: Client) -> None:
    signed(client, accounts.actor())
    assert client.get(url("new_need", uuid4())).status_code == 404


@pytest.mark.parametrize("theme", ["premises", "", "nothing"])
def test_a_theme_in_the_address_is_chosen_when_it_is_one(client: Client, theme: str) -> None:
    firm = register.establishment()
    page = soup(signed(client, accounts.actor()).get(url("new_need", firm.key, f"?theme={theme}")))
    chosen = [one["value"] for one in page.select("input[name=theme][checked]")]
    assert chosen == ([theme] if theme == "premises" else [])


# Who may press what


PRESSED = {
    ("adviser", "own"): {"Adresser à un partenaire", "Clore le besoin", "L’entreprise accepte", "Lui envoyer sa page",
                         "L’entreprise n’accepte plus", "Noté par erreur : le retirer"},
    ("expert", "own"): set(),
    ("auditor", "elsewhere"): set(),
}  # fmt: skip


@pytest.mark.parametrize("who", PRESSED, ids=" ".join)
def test_on_a_need_stand_the_buttons_of_whoever_may_press_them(
    client: Client, who: tuple[str, str]
) -> None:
    adviser = accounts.actor()
    need = make.need(adviser)
    own = adviser.organisation if who[1] == "own" else None
    page = soup(signed(client, accounts.actor(Role(who[0]), own)).get(url("need", need.key)))
    assert {one.replace("\u00a0", " ") for one in buttons(page)} == PRESSED[who]


STANDS: dict[str, set[str]] = {
    "sent": {"Dire ce qu’il en est advenu", "Refuser la demande", "Prendre en charge"},
    "taken": {"Dire ce qu’il en est advenu"},
    "closed": set(),
    "refused": set(),
    "withdrawn": set(),
}


def bring(referral: Referral, state: str, adviser: Actor, expert: Actor) -> None:
    """Bring a referral there."""
    if state in {"taken", "closed"}:
        actions.take_up(referral=again(referral), by=expert)
    if state == "closed":
        actions.close_referral(referral=again(referral), ending=Ending.HELPED, by=expert)
    if state == "refused":
        actions.refuse(referral=again(referral), refusal=Refusal.KNOWN, by=expert)
    if state == "withdrawn":
        actions.take_back(referral=again(referral), by=adviser)


@pytest.mark.parametrize("state", STANDS)
def test_on_a_request_stand_the_answers_that_are_left(client: Client, state: str) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    bring(referral, state, adviser, expert)
    page = soup(signed(client, expert).get(url("referral", referral.key)))
    assert buttons(page) == STANDS[state]
    back = {"Reprendre la demande"} if state in {"sent", "taken"} else set()
    theirs = soup(signed(client, adviser).get(url("referral", referral.key)))
    assert buttons(theirs) == back


@pytest.mark.parametrize("state", STANDS)
def test_a_request_tells_where_it_stands_and_since_when(client: Client, state: str) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    bring(referral, state, adviser, expert)
    page = soup(signed(client, adviser).get(url("referral", referral.key)))
    headings = {one.get_text(strip=True) for one in page.select("main h2")}
    assert str(ReferralState(state).label) in headings
    ended = {"closed": "Aide apportée", "refused": "Nous suivons déjà cette entreprise",
             "withdrawn": "Adressée à un autre partenaire"}  # fmt: skip
    if state in ended:
        assert ended[state] in page.get_text()


def test_one_that_waits_too_long_says_so_and_when_it_expires(client: Client) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    with clock.at(clock.parse_instant("2020-06-10T10:00")):
        text = soup(signed(client, expert).get(url("referral", referral.key))).get_text(" ")
        assert "attend depuis 6 jours ouvrés" in text
        assert "1er août 2020" in text
        listed = soup(client.get(url("referrals")))
        assert listed.select("ol.records .s-late")
    with clock.at(clock.parse_instant("2020-06-09T10:00")):
        assert not soup(client.get(url("referrals"))).select("ol.records .s-late")


# Answers


def test_a_partner_takes_up_then_closes_with_an_answer_that_the_firm_reads(client: Client) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    signed(client, expert)
    assert client.post(url("take", referral.key)).status_code == 302
    given = {"ending": "helped", "answer": "Come on Monday"}
    text = soup(client.post(url("close_referral", referral.key), given, follow=True)).get_text(" ")
    assert "Come on Monday" in text
    assert again(referral).person == expert.person


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("refuse", {}, "refusal"),
        ("refuse", {"refusal": "tired"}, "refusal"),
        ("close_referral", {}, "ending"),
        ("close_referral", {"ending": "won"}, "ending"),
        ("close_referral", {"ending": "helped", "answer": "x" * 2001}, "answer"),
    ],
)
def test_an_answer_without_its_reason_is_refused_on_its_field(
    client: Client, name: str, given: dict[str, str], field: str
) -> None:
    partner, expert = make.partner()
    referral = make.referral(to=partner)
    answer = signed(client, expert).post(url(name, referral.key), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert again(referral).state is ReferralState.SENT


@pytest.mark.parametrize("name", ["take", "refuse", "close_referral"])
def test_an_answer_given_to_what_ended_meanwhile_says_so(client: Client, name: str) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    actions.take_back(referral=again(referral), by=adviser)
    given = {"refusal": "no_room", "ending": "helped"}
    answer = signed(client, expert).post(url(name, referral.key), given)
    assert answer.status_code == 409
    assert "terminée" in answer.content.decode()


@pytest.mark.parametrize("name", ["take", "refuse", "close_referral"])
def test_who_sent_it_does_not_answer_for_the_partner(client: Client, name: str) -> None:
    adviser = accounts.actor()
    referral = make.referral(adviser)
    answer = signed(client, adviser).post(url(name, referral.key), {"refusal": "no_room"})
    assert answer.status_code == 404
    assert again(referral).state is ReferralState.SENT


# Agreement, closing, mistakes


def test_an_agreement_is_noted_and_taken_back_on_the_page_of_the_need(client: Client) -> None:
    adviser = accounts.actor()
    need = make.need(adviser, agreed=None)
    partner, _ = make.partner(name="Relay")
    signed(client, adviser)
    client.post(url("agree", need.key), {"partner": str(partner.key)})
    page = soup(client.get(url("need", need.key)))
    assert "Relay" in page.select_one("[aria-labelledby=agreements]").get_text()  # type: ignore[union-attr]
    referral = make.referral(adviser, partner, of=need)
    answer = client.post(
        url("agree", need.key), {"partner": str(partner.key), "ends": "yes"}, follow=True
    )
    assert "1" in soup(answer).select_one("main").get_text()  # type: ignore[union-attr]
    assert not again(referral).is_live


def test_sending_without_agreement_says_what_to_do_and_sends_nothing(client: Client) -> None:
    adviser = accounts.actor()
    need = make.need(adviser, agreed=None)
    partner, _ = make.partner()
    given = {"once": str(uuid4()), "partner": str(partner.key), "message": "Please"}
    answer = signed(client, adviser).post(url("send", need.key), given)
    page = soup(answer, 422)
    assert "partner" in answer.context["form"].errors
    area = page.select_one("textarea[name=message]")
    assert area is not None
    assert area.text.strip() == "Please"
    assert not Referral.objects.visible_to(MACHINE).exists()


def test_sending_twice_under_one_key_sends_once_and_under_another_is_refused(
    client: Client,
) -> None:
    adviser = accounts.actor()
    need = make.need(adviser)
    partner, _ = make.partner()
    given = {"once": str(uuid4()), "partner": str(partner.key), "message": ""}
    signed(client, adviser)
    assert [client.post(url("send", need.key), given).status_code for _ in range(2)] == [302, 302]
    assert client.post(url("send", need.key), given | {"once": str(uuid4())}).status_code == 422
    assert Referral.objects.visible_to(MACHINE).count() == 1


def test_a_need_is_closed_by_who_heard_it_and_not_while_a_partner_has_it(client: Client) -> None:
    adviser = accounts.actor()
    need = make.need(adviser)
    signed(client, adviser)
    assert client.post(url("close", need.key), {}).status_code == 422
    referral = make.referral(adviser, of=need)
    assert client.post(url("close", need.key), {"ending": "helped"}).status_code == 409
    actions.take_back(referral=again(referral), by=adviser)
    assert client.post(url("close", need.key), {"ending": "helped"}).status_code == 302
    found = Need.objects.visible_to(MACHINE).with_state().get(pk=need.pk)
    assert (found.stage, found.ending) == (NeedState.CLOSED, "helped")


def test_a_need_of_a_visit_is_set_right_on_the_visit(client: Client) -> None:
    adviser = accounts.actor()
    visit = outreach.visit(adviser, themes=("online",))
    need = Need.objects.visible_to(MACHINE).get()
    signed(client, adviser)
    assert "Noté par erreur" not in client.get(url("need", need.key)).content.decode()
    answer = client.post(url("withdraw", need.key))
    assert answer.status_code == 409
    assert "Corrigez la visite" in answer.content.decode()
    page = soup(client.get(reverse("outreach:visit", kwargs={"key": visit.key})))
    assert page.select(f'a[href="{url("need", need.key)}"]')


def test_a_need_written_by_mistake_stays_in_sight_as_withdrawn(client: Client) -> None:
    adviser = accounts.actor()
    need = make.need(adviser, theme=Theme.ENERGY)
    signed(client, adviser).post(url("withdraw", need.key))
    page = soup(client.get(url("need", need.key)))
    assert "Retiré" in page.get_text()
    assert "Adresser à un partenaire" not in page.get_text()
    listed = soup(client.get(url("needs", query="?etat=withdrawn")))
    assert len(listed.select("ol.records > li")) == 1


# Lists


def test_lists_come_in_pages_and_keep_their_filters(client: Client) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    firm = register.establishment()
    for _ in range(27):
        make.need(manager, firm, theme=Theme.ENERGY)
    make.need(manager, firm, theme=Theme.CASH)
    page = soup(signed(client, manager).get(url("needs", query="?theme=energy")))
    assert len(page.select("ol.records > li")) == 25
    following = page.select_one("a[rel=next]")
    assert following is not None
    assert "theme=energy" in str(following["href"])
    second = soup(client.get(url("needs") + str(following["href"])))
    assert len(second.select("ol.records > li")) == 2


@pytest.mark.parametrize("query", ["?page=999", "?page=x", "?page=-1", "?etat=%27"])
def test_an_address_made_up_still_shows_a_list(client: Client, query: str) -> None:
    adviser = accounts.actor()
    make.need(adviser)
    assert signed(client, adviser).get(url("needs", query=query)).status_code == 200


def test_an_address_with_a_null_character_is_refused(client: Client) -> None:
    signed(client, accounts.actor())
    assert client.get(url("needs", query="?theme=%00")).status_code == 400


def test_an_empty_list_says_where_needs_come_from(client: Client) -> None:
    signed(client, accounts.actor())
    assert "Un besoin s’entend lors d’une visite" in client.get(url("needs")).content.decode()
    assert "Aucune demande ici" in client.get(url("referrals")).content.decode()
    assert "Rien n’a encore été adressé" in client.get(url("followed")).content.decode()
