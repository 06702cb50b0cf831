"""Pages of prospecting, through the browser's door: who sees what, and nothing typed is lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.outreach import actions, lines
from maillage.outreach.models import Campaign, ProvisionalFirm, Visit
from maillage.outreach.vocabulary import Outcome, Reason
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db


def text(response: HttpResponse) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def address(name: str, key: object = None) -> str:
    return reverse(f"outreach:{name}", kwargs={"key": key} if key else None)


def answers(**given: Any) -> dict[str, Any]:
    """What a phone sends after six taps."""
    return {
        "once": str(uuid4()),
        "mode": "visit",
        "outcome": "done",
        "met": "owner",
        "themes": ["premises", "energy"],
        "occurred_on": clock.today().isoformat(),
        "note": "",
        "note_level": "",
        "minutes": "",
    } | given


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def test_a_visit_is_reported_without_typing_anything(client: Client, adviser: Actor) -> None:
    firm = register.establishment(trade_name="AU BON PAIN")
    page = client.get(address("new_visit", firm.key))
    assert "AU BON PAIN" in text(page)
    sent = client.post(address("new_visit", firm.key), answers(), follow=True)
    assert "AU BON PAIN" in text(sent)
    visit = Visit.objects.visible_to(adviser).get()
    assert (visit.met, visit.themes, visit.note_partners) == ("owner", ["premises", "energy"], "")
    assert Act.objects.visible_to(adviser).count() == 3


def test_the_form_holds_in_a_dozen_taps_and_requires_no_text(
    client: Client, adviser: Actor
) -> None:
    page = client.get(address("new_visit", register.establishment().key))
    form = BeautifulSoup(page.content, "html.parser").find("form", id="visit")
    assert form is not None
    assert not form.find_all(attrs={"required": True})  # type: ignore[union-attr]
    fresh = {i["name"] for i in form.find_all("input", checked=True)}  # type: ignore[union-attr]
    assert fresh == {"mode", "outcome"}


def test_a_form_sent_twice_gives_one_row(client: Client, adviser: Actor) -> None:
    firm, once = register.establishment(), answers()
    for _ in range(2):
        assert client.post(address("new_visit", firm.key), once).status_code == 302
    assert Visit.objects.visible_to(adviser).count() == 1


def test_a_mistake_is_named_on_its_field_and_nothing_typed_is_lost(
    client: Client, adviser: Actor
) -> None:
    wrong = answers(outcome="absent", note="Closed for the holidays", minutes="9")
    page = client.post(address("new_visit", register.establishment().key), wrong)
    assert page.status_code == 422
    soup = BeautifulSoup(page.content, "html.parser")
    assert "Closed for the holidays" in text(page)
    assert len(soup.find_all("input", {"name": "themes", "checked": True})) == 2
    assert soup.find("a", href="#id_themes") is not None
    assert not Visit.objects.visible_to(adviser).exists()


def test_what_was_typed_when_the_session_ended_comes_back_after_signing_in(
    client: Client,
) -> None:
    firm = register.establishment()
    refused = client.post(address("new_visit", firm.key), answers(note="Wants a yard"))
    assert refused.status_code == 302
    accounts.signed_in(client)
    page = client.get(address("new_visit", firm.key))
    assert "Wants a yard" in text(page)


def test_a_visit_joins_the_open_campaign_that_lists_the_firm(client: Client) -> None:
    firm = register.establishment()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    soup = BeautifulSoup(client.get(address("new_visit", firm.key)).content, "html.parser")
    chosen = soup.select_one("select[name=campaign] option[selected]")
    assert chosen is not None
    assert chosen["value"] == str(campaign.key)
    client.post(address("new_visit", firm.key), answers(campaign=str(campaign.key)))
    assert Visit.objects.visible_to(manager).get().campaign == campaign


def test_my_day_shows_whom_to_see_then_what_was_done(client: Client) -> None:
    first = register.establishment(trade_name="FIRST", street="ALLEE A")
    register.establishment(trade_name="SECOND", street="RUE B")
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    assert manager.person is not None
    actions.assign(campaign=campaign, adviser=manager.person, by=manager)
    factory.visit(manager, first, campaign=campaign, outcome=Outcome.REFUSED)
    soup = BeautifulSoup(client.get(address("my_day")).content, "html.parser")
    to_see, done = (soup.find("section", {"aria-labelledby": name}) for name in ("to-see", "done"))
    assert to_see is not None
    assert done is not None
    assert ("FIRST" in to_see.text, "SECOND" in to_see.text) == (False, True)
    assert ("FIRST" in done.text, "SECOND" in done.text) == (True, False)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("bon pain", True), ("rue des postes", True), ("12 postes", True), ("carpentier", False)],
)
def test_a_firm_is_found_by_its_name_or_its_street(
    client: Client, adviser: Actor, typed: str, found: bool
) -> None:
    register.establishment(trade_name="AU BON PAIN", street="RUE DES POSTES", street_number="12")
    page = client.get(address("my_day"), {"q": typed})
    assert ("AU BON PAIN" in text(page)) is found


def test_an_undisclosed_firm_is_found_by_nothing(client: Client, adviser: Actor) -> None:
    hidden = register.establishment(diffusion="P", commune_label="LILLE")
    page = client.get(address("my_day"), {"q": "lille"})
    assert str(hidden.key) not in page.content.decode()


def test_a_firm_added_by_hand_leads_to_its_visit_then_is_matched(client: Client) -> None:
    places.places_loaded()
    adviser, real = accounts.signed_in(client), register.establishment(trade_name="LE COIN")
    sign = {"once": str(uuid4()), "name": "Atelier du Coin", "commune": "Lille"}
    added = client.post(address("add_firm"), sign)
    firm = ProvisionalFirm.objects.visible_to(adviser).get()
    assert added.headers["Location"] == address("new_visit", firm.establishment.key)
    client.post(added.headers["Location"], answers())
    assert "Atelier du Coin" in text(client.get(address("my_day")))
    match = address("match_firm", firm.establishment.key)
    assert "LE COIN" in text(client.get(match, {"q": "coin"}))
    client.post(match, {"establishment": str(real.key)})
    assert Visit.objects.visible_to(adviser).get().establishment == real
    assert "Atelier du Coin" not in text(client.get(address("my_day")))


@pytest.mark.parametrize("typed", ["Atlantis", "", "Bas"])
def test_a_commune_that_nobody_knows_is_refused_with_the_remedy(
    client: Client, adviser: Actor, typed: str
) -> None:
    places.places_loaded()
    sign = {"once": str(uuid4()), "name": "Atelier", "commune": typed}
    page = client.post(address("add_firm"), sign)
    assert page.status_code == (302 if typed == "Bas" else 422)


def test_a_correction_reverses_and_its_reason_is_read(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser, themes=("premises",))
    page = BeautifulSoup(client.get(address("correct_visit", visit.key)).content, "html.parser")
    version = page.select_one("input[name=version]")
    assert version is not None
    sent = answers(
        version=version["value"],
        reason=Reason.WRONG_DAY,
        themes=["energy"],
        note_partners="Came back",
    )
    done = client.post(address("correct_visit", visit.key), sent, follow=True)
    assert str(Reason.WRONG_DAY.label) in text(done)
    assert "Came back" in text(done)


def test_a_correction_keeps_the_confidential_note_and_its_reading_is_written_down(
    client: Client, adviser: Actor
) -> None:
    visit = factory.visit(adviser, themes=("cash",), note="Owes three rents")
    page = BeautifulSoup(client.get(address("correct_visit", visit.key)).content, "html.parser")
    assert Access.objects.visible_to(adviser).count() == 1
    form = page.find("form", id="correct")
    assert form is not None
    typed = {area["name"]: area.text.strip() for area in form.find_all("textarea")}  # type: ignore[union-attr]
    sent = answers(version="1", reason=Reason.TYPING, themes=["cash"], **typed)
    client.post(address("correct_visit", visit.key), sent)
    visit.refresh_from_db()
    assert (visit.version, visit.note_confidential) == (2, "Owes three rents")


def test_a_stale_correction_shows_both_texts(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser, note="Old text")
    actions.correct_visit(
        visit=visit,
        facts=actions.VisitFacts.of(visit),
        notes={"partners": "Saved meanwhile"},
        reason=Reason.LEARNED,
        version=1,
        by=adviser,
    )
    sent = answers(version="1", reason=Reason.TYPING, note_partners="Typed by me")
    page = client.post(address("correct_visit", visit.key), sent)
    assert page.status_code == 409
    assert "Saved meanwhile" in text(page)
    assert "Typed by me" in text(page)
    assert Visit.objects.visible_to(adviser).get().note_partners == "Saved meanwhile"


def test_a_cancelled_visit_says_so(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser)
    assert client.post(address("cancel_visit", visit.key), {}).status_code == 422
    page = client.post(address("cancel_visit", visit.key), {"reason": "twice"}, follow=True)
    assert str(Reason.TWICE.label) in text(page)
    assert address("correct_visit", visit.key) not in page.content.decode()


def test_each_reader_reads_what_is_for_them(client: Client) -> None:
    owner = accounts.actor()
    assert owner.organisation is not None
    visit = factory.visit(owner, themes=("cash", "premises"), note="Owes three rents")
    for level in ("partners", "public"):
        visit.write_note(f"{level} note", level)
    visit.save()
    partner = accounts.organisation()
    accounts.share(owner.organisation, partner, "visits", Sensitivity.PARTNERS)
    seen = {}
    for role, organisation in (
        (Role.ADVISER, owner.organisation),
        (Role.ADVISER, partner),
        (Role.OFFICER, partner),
    ):
        accounts.signed_in(client, role, organisation)
        page = text(client.get(address("visit", visit.key)))
        seen[role, organisation] = tuple(
            words in page for words in ("public note", "partners note", "Trésorerie", "Owes")
        )
    assert list(seen.values()) == [
        (True, True, True, False),
        (True, True, False, False),
        (True, False, False, False),
    ]


def test_reading_a_confidential_note_is_written_down(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser, themes=("cash",), note="Owes three rents")
    page = client.get(address("confidential", visit.key))
    assert "Owes three rents" in text(page)
    access = Access.objects.visible_to(adviser).get()
    assert (access.object_key, access.person) == (str(visit.key), adviser.person)
    assert access.subject_key == str(visit.legal_unit.key)


def test_a_stranger_finds_no_visit_and_no_campaign(client: Client) -> None:
    visit, campaign = factory.visit(), factory.draft()
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    for name in ("visit", "confidential", "correct_visit", "cancel_visit"):
        assert client.get(address(name, visit.key)).status_code == 404
    assert client.get(address("campaign", campaign.key)).status_code == 404


def plan(**given: Any) -> dict[str, Any]:
    return {
        "once": str(uuid4()),
        "title": "Centre of Lille",
        "territory": "mel",
        "communes": "Lille, 59512",
        "segments": ["craft_rm"],
        "activities": "10.71",
        "starts_on": f"{clock.today().year}-01-01",
        "ends_on": f"{clock.today().year}-12-31",
    } | given


def test_a_campaign_goes_from_its_query_to_its_frozen_list(client: Client) -> None:
    places.places_loaded()
    register.establishment(trade_name="AU BON PAIN")
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    made = client.post(address("new_campaign"), plan(), follow=True)
    campaign = Campaign.objects.visible_to(manager).get()
    assert campaign.communes == ["59350", "59512"]
    assert "Centre of Lille" in text(made)
    changed = plan(title="Centre", communes="")
    client.post(address("change_campaign", campaign.key), changed)
    frozen = client.post(address("freeze", campaign.key), follow=True)
    assert frozen.status_code == 200
    assert "Lille" in text(frozen)
    listed = client.get(address("firms", campaign.key), {"commune": "59350"})
    assert "AU BON PAIN" in text(listed)
    assert manager.person is not None
    client.post(address("assign", campaign.key), {"adviser": manager.person.pk})
    assert "AU BON PAIN" in text(client.get(address("my_day")))
    assert "Centre" in text(client.get(address("campaigns")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"territory": "atlantis"},
        {"communes": "Lens"},
        {"activities": "boulangerie"},
        {"ends_on": "2001-01-01"},
        {"title": ""},
    ],
)
def test_a_plan_that_cannot_be_taken_is_given_back(client: Client, wrong: dict[str, str]) -> None:
    places.places_loaded()
    manager = accounts.signed_in(client, Role.OFFICER)
    page = client.post(address("new_campaign"), plan(**wrong))
    assert page.status_code == 422
    assert not Campaign.objects.visible_to(manager).exists()
    campaign = factory.draft(manager)
    assert client.post(address("change_campaign", campaign.key), plan(**wrong)).status_code == 422


def test_a_campaign_page_reads_its_figures_and_its_communes(client: Client) -> None:
    seen, _gone = register.establishment(), register.establishment(commune="59512")
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    factory.visit(manager, seen, campaign=campaign)
    page = text(client.get(address("campaign", campaign.key)))
    assert "50 %" in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "Visite réalisée" in page


def queries(client: Client, url: str) -> int:
    client.get(url)  # what a process remembers (perimeters, compiled figures) is asked once
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my_day", "campaigns", "firms", "campaign"])
def test_a_list_asks_as_many_questions_for_ten_rows_as_for_a_thousand(
    client: Client, name: str
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    counts = []
    for rows in (10, 1000):
        factory.many_firms(rows)
        campaign = factory.campaign(manager)
        assert manager.person is not None
        actions.assign(campaign=campaign, adviser=manager.person, by=manager)
        key = None if name in {"my_day", "campaigns"} else campaign.key
        counts.append(queries(client, address(name, key)))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize("name", ["my_day", "campaigns"])
def test_a_nul_byte_in_the_address_is_a_bad_request(
    client: Client, adviser: Actor, name: str
) -> None:
    assert client.get(address(name) + "?q=%00&page=%00").status_code == 400


def test_what_a_timeline_tells_of_a_visit_is_for_those_who_may_see_it() -> None:
    owner = accounts.actor()
    visit = factory.visit(owner, note="At the back of the yard", note_level="public")
    line = lines.visits([str(visit.key)], owner)[str(visit.key)]
    assert (line.url, line.detail) == (address("visit", visit.key), "At the back of the yard")
    assert lines.visits([str(visit.key)], accounts.actor()) == {}


def test_what_a_timeline_tells_of_a_list_leads_to_its_campaign() -> None:
    register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager, title="Centre")
    line = lines.campaigns([str(campaign.key)], manager)[str(campaign.key)]
    assert (line.title, line.url) == ("Centre", address("campaign", campaign.key))
    assert lines.campaigns([str(campaign.key)], accounts.actor()) == {}
