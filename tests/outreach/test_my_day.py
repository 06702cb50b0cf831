"""The adviser's day: assigned and not yet seen, done today, firms to match, from the phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions
from maillage.outreach.models import Campaign, ProvisionalFirm, Visit
from maillage.outreach.vocabulary import Outcome
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db

DAY = reverse("outreach:my_day")


def section(client: Client, name: str, **asked: str) -> str:
    """The words of one part of the page; empty when the page has no such part."""
    page = client.get(DAY, asked)
    assert page.status_code == 200
    found = BeautifulSoup(page.content, "html.parser").find("section", {"aria-labelledby": name})
    return " ".join(found.get_text(" ").split()) if found else ""


@pytest.fixture
def manager(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def given_to(manager: Actor, **plan: object) -> Campaign:
    campaign = factory.campaign(manager, **plan)
    assert manager.person is not None
    actions.assign(campaign=campaign, adviser=manager.person, by=manager)
    return campaign


def test_a_first_morning_says_what_to_do(client: Client, manager: Actor) -> None:
    assert "Aucune entreprise ne vous attend" in section(client, "to-see")
    assert "Aucune visite" in section(client, "done")
    assert section(client, "found") == section(client, "pending") == ""
    assert section(client, "left-behind") == ""


def test_only_firms_of_open_campaigns_given_to_me_wait_for_me(
    client: Client, manager: Actor
) -> None:
    today = clock.today()
    register.establishment(trade_name="MINE")
    given_to(manager)
    factory.campaign(manager, title="Nobody's yet")
    past = {"starts_on": today - timedelta(days=9), "ends_on": today - timedelta(days=1)}
    given_to(manager, **past)
    colleague = accounts.person(Role.ADVISER, manager.organisation)
    actions.assign(campaign=factory.campaign(manager), adviser=colleague, by=manager)
    assert section(client, "to-see").count("MINE") == 2  # its name, and its link in full


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        (Outcome.DONE, False),
        (Outcome.ABSENT, True),
        (Outcome.REFUSED, False),
        (Outcome.UNREACHABLE, True),
        (Outcome.POSTPONED, True),
        (Outcome.CLOSED_DOWN, False),
        (Outcome.WRONG_ADDRESS, False),
    ],
)
def test_a_firm_waits_until_the_matter_is_settled_and_says_how_it_went(
    client: Client, manager: Actor, outcome: Outcome, waits: bool
) -> None:
    firm = register.establishment(trade_name="LE FOUR")
    campaign = given_to(manager)
    factory.visit(manager, firm, campaign=campaign, outcome=outcome)
    waiting = section(client, "to-see")
    assert ("LE FOUR" in waiting) is waits
    if waits:
        assert f"Dernière démarche\xa0: {outcome.label}" in waiting.replace(" :", "\xa0:")
    assert "LE FOUR" in section(client, "done")


def test_what_was_done_today_is_mine_and_of_today_in_paris(client: Client) -> None:
    with clock.at(datetime.fromisoformat("2020-06-30T22:30:00+00:00")):  # 0.30 a.m. in Paris
        adviser = accounts.signed_in(client)
        factory.visit(adviser, register.establishment(trade_name="THIS NIGHT"))
        factory.visit(
            adviser,
            register.establishment(trade_name="BEFORE MIDNIGHT"),
            occurred_on=clock.today() - timedelta(days=1),
        )
        factory.visit(
            accounts.actor(organisation=adviser.organisation),
            register.establishment(trade_name="A COLLEAGUE"),
        )
        done = section(client, "done")
    assert "THIS NIGHT" in done
    assert "BEFORE MIDNIGHT" not in done
    assert "A COLLEAGUE" not in done


def test_a_cancelled_visit_of_today_stays_in_sight_as_cancelled(client: Client) -> None:
    adviser = accounts.signed_in(client)
    visit = factory.visit(adviser, register.establishment(trade_name="LE FOUR"))
    actions.cancel_visit(visit=visit, reason="twice", by=adviser)
    done = section(client, "done")
    assert "LE FOUR" in done
    assert "annulé" in done


def test_a_long_list_is_paged_and_its_last_page_holds_the_rest(
    client: Client, manager: Actor
) -> None:
    for number in range(23):
        register.establishment(trade_name=f"FIRM {number:02}", street_number=str(number + 1))
    given_to(manager)
    first, second = (section(client, "to-see", page=page) for page in "12")
    assert [n for n in range(23) if f"FIRM {n:02}" in first] == list(range(20))
    assert [n for n in range(23) if f"FIRM {n:02}" in second] == [20, 21, 22]
    # A page that does not exist is the nearest that does.
    assert section(client, "to-see", page="99") == second
    assert section(client, "to-see", page="nowhere") == first


def test_a_day_of_many_visits_tells_how_many_and_shows_them_all(client: Client) -> None:
    adviser = accounts.signed_in(client)
    place = register.establishment(trade_name="LE FOUR")
    made = {str(factory.visit(adviser, place).key) for _ in range(51)}
    shown = []
    for number in "12":
        page = BeautifulSoup(client.get(DAY, {"faites": number}).content, "html.parser")
        done = page.find("section", {"aria-labelledby": "done"})
        assert done.h2.get_text(strip=True).endswith("51")  # type: ignore[union-attr]
        shown.append({line["id"] for line in done.find_all("li", id=True)})  # type: ignore[union-attr]
    assert [len(one) for one in shown] == [50, 1]
    assert shown[0] | shown[1] == made


def test_a_search_keeps_what_was_typed_and_says_when_nobody_answers(
    client: Client, manager: Actor
) -> None:
    register.establishment(trade_name="AU BON PAIN")
    page = BeautifulSoup(client.get(DAY, {"q": " bon pain "}).content, "html.parser")
    field = page.find("input", {"name": "q"})
    assert field["value"] == "bon pain"  # type: ignore[index]
    assert "AU BON PAIN" in section(client, "found", q="bon pain")
    assert "Aucune entreprise ne répond" in section(client, "found", q="carpentier")
    assert section(client, "found", q="x" * 5000) != ""


def test_an_undisclosed_firm_of_the_list_shows_its_commune_and_nothing_else(
    client: Client, manager: Actor
) -> None:
    register.establishment(diffusion="P", commune_label="LILLE", postcode="59000")
    given_to(manager)
    waiting = section(client, "to-see")
    assert "LILLE" in waiting
    assert "59000" not in waiting
    assert "ATELIER" not in waiting


def test_firms_added_by_hand_wait_for_the_register_whoever_of_us_added_them(client: Client) -> None:
    places.places_loaded()
    adviser = accounts.signed_in(client)
    colleague = accounts.actor(organisation=adviser.organisation)
    factory.firm_added_by_hand(adviser, name="Mine")
    ours = factory.firm_added_by_hand(colleague, name="A colleague's")
    factory.firm_added_by_hand(name="A stranger's")
    pending = section(client, "pending")
    assert "Mine" in pending
    assert "A colleague's" in pending
    assert "stranger" not in pending
    actions.reconcile_firm(firm=ours, real=register.establishment(), by=adviser)
    assert "A colleague's" not in section(client, "pending")


def test_a_partner_who_matched_a_firm_leaves_my_visits_to_me(client: Client) -> None:
    places.places_loaded()
    adviser, partner = accounts.signed_in(client), accounts.actor()
    real = register.establishment(trade_name="LE VRAI NOM")
    firm = factory.firm_added_by_hand(partner, name="Atelier du Coin")
    visit = factory.visit(adviser, firm.establishment)
    assert section(client, "left-behind") == ""
    actions.reconcile_firm(firm=firm, real=real, by=partner)
    told = section(client, "left-behind")
    assert "Atelier du Coin" in told
    assert "LE VRAI NOM" in told
    move = reverse("outreach:follow_match", args=[firm.establishment.key])
    answer = client.post(move, follow=True)
    assert "visites déplacées" in answer.content.decode()
    assert section(client, "left-behind") == ""
    visit.refresh_from_db()
    assert visit.establishment == real
    assert client.post(move).status_code == 404  # nothing of ours is left there


def test_a_match_is_not_a_page_and_a_stranger_finds_none(client: Client) -> None:
    places.places_loaded()
    firm = factory.firm_added_by_hand()
    factory.visit(establishment=firm.establishment)
    accounts.signed_in(client)
    move = reverse("outreach:follow_match", args=[firm.establishment.key])
    assert client.get(move).status_code == 405
    assert client.post(move).status_code == 404


def test_a_firm_nobody_knows_is_added_visited_then_matched_from_the_phone(client: Client) -> None:
    places.places_loaded()
    adviser = accounts.signed_in(client)
    add = reverse("outreach:add_firm")
    sign = {"once": str(uuid4()), "name": "Chez Jeannot", "street": "rue Basse", "commune": "Lille"}
    answers = [client.post(add, sign)["Location"] for _twice in range(2)]
    firm = ProvisionalFirm.objects.visible_to(adviser).get()
    assert answers == [reverse("outreach:new_visit", args=[firm.establishment.key])] * 2
    page = client.get(reverse("outreach:match_firm", args=[firm.establishment.key]))
    assert "Aucune entreprise du registre ne répond" in page.content.decode()
    wrong = client.post(
        reverse("outreach:match_firm", args=[firm.establishment.key]), {"establishment": "x"}
    )
    assert wrong.status_code == 422


def test_a_firm_is_not_matched_with_another_added_by_hand(client: Client) -> None:
    places.places_loaded()
    adviser = accounts.signed_in(client)
    firm = factory.firm_added_by_hand(adviser, name="Atelier du Coin")
    other = factory.firm_added_by_hand(adviser, name="Atelier du Coin vert")
    match = reverse("outreach:match_firm", args=[firm.establishment.key])
    assert str(other.establishment.key) not in client.get(match).content.decode()
    answer = client.post(match, {"establishment": str(other.establishment.key)})
    assert answer.status_code == 422
    assert not Visit.objects.visible_to(adviser).left_behind().exists()


@pytest.mark.parametrize("role", [Role.ELECTED, Role.LANDLORD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_a_day_is_for_those_who_go_and_see_firms(client: Client, role: Role) -> None:
    accounts.signed_in(client, role)
    assert client.get(DAY).status_code == 403


def test_nobody_signed_in_comes_back_to_the_day_after_signing_in(client: Client) -> None:
    assert client.get(DAY, {"q": "pain"})["Location"] == "/connexion/?next=/ma-journee/%3Fq%3Dpain"
