"""What happens while somebody types: a colleague saves, freezes, cancels, matches; the session ends.

Whatever it is, what was typed is on the next page, and nothing is written that nobody decided.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.vocabulary import Reason
from tests.factories import accounts, outreach as factory, places, register

pytestmark = pytest.mark.django_db

PASSWORD = "a long sentence to sign in with"  # noqa: S105 -- of a test
HERE = {"HTTP_ORIGIN": "http://testserver"}


def address(name: str, key: object = None) -> str:
    return reverse(f"outreach:{name}", kwargs={"key": key} if key else None)


def text(response: HttpResponse) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def differences(page: HttpResponse) -> dict[str, tuple[str, str]]:
    """The rows of the page of both texts: field → (what is saved now, what was typed)."""
    soup = BeautifulSoup(page.content, "html.parser")
    rows = soup.select("table.versions tbody tr")
    cells = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in rows
    ]
    return {label: (saved, typed) for label, saved, typed in cells}


def sent(page: HttpResponse) -> dict[str, Any]:
    """What the button «save mine» of the page of both texts sends."""
    form = BeautifulSoup(page.content, "html.parser").select_one("main form[method=post]")
    assert form is not None
    found: dict[str, Any] = {}
    for field in form.select("input[name]"):
        found.setdefault(str(field["name"]), []).append(field.get("value", ""))
    return found


def saves(page: HttpResponse) -> bool:
    return "Enregistrer ce que j’ai tapé" in text(page) or len(_buttons(page)) > 0


def _buttons(page: HttpResponse) -> list[Any]:
    soup = BeautifulSoup(page.content, "html.parser")
    return soup.select("main form[method=post] button[type=submit]")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client)


def correction(**given: Any) -> dict[str, Any]:
    return {
        "mode": "visit",
        "outcome": "done",
        "met": "owner",
        "themes": ["premises"],
        "occurred_on": clock.today().isoformat(),
        "minutes": "20",
        "note_partners": "Typed by me",
        "note_public": "",
        "note_confidential": "",
        "reason": "typing",
        "version": "1",
    } | given


def meanwhile(visit: Visit, by: Actor, note: str = "Saved meanwhile") -> Visit:
    facts = actions.VisitFacts.of(visit)
    return actions.correct_visit(
        visit=visit,
        facts=facts,
        notes={"partners": note},
        reason=Reason.LEARNED,
        version=visit.version,
        by=by,
    )


def test_a_correction_over_another_shows_both_and_then_saves_the_one_chosen(
    client: Client, adviser: Actor
) -> None:
    visit = factory.visit(adviser, note="Old text")
    meanwhile(visit, adviser)
    page = client.post(address("correct_visit", visit.key), correction())
    assert page.status_code == 409
    told = differences(page)
    assert told["Ce qu’il faut retenir"] == ("Saved meanwhile", "Typed by me")
    assert told["Minutes passées"] == ("rien", "20")
    assert Visit.objects.visible_to(adviser).get().note_partners == "Saved meanwhile"
    again = client.post(address("correct_visit", visit.key), sent(page))
    assert again["Location"] == address("visit", visit.key)
    kept = Visit.objects.visible_to(adviser).get()
    assert (kept.note_partners, kept.minutes, kept.version) == ("Typed by me", 20, 3)


def test_a_third_hand_meanwhile_is_seen_too(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser)
    visit = meanwhile(visit, adviser)
    page = client.post(address("correct_visit", visit.key), correction())
    meanwhile(visit, adviser, "Saved once more")
    second = client.post(address("correct_visit", visit.key), sent(page))
    assert second.status_code == 409
    assert differences(second)["Ce qu’il faut retenir"][0] == "Saved once more"


def test_a_visit_cancelled_meanwhile_takes_no_correction_and_gives_the_text_back(
    client: Client, adviser: Actor
) -> None:
    visit = factory.visit(adviser, note="Old text")
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=manager)
    page = client.post(address("correct_visit", visit.key), correction())
    assert page.status_code == 409
    shown = text(page)
    assert "Cette visite est déjà annulée." in shown
    assert "Typed by me" in shown
    assert not _buttons(page)
    assert address("visit", visit.key) in page.content.decode()
    fresh = client.get(address("correct_visit", visit.key))
    assert fresh["Location"] == address("visit", visit.key)


def test_a_visit_cancelled_twice_is_cancelled_once(client: Client, adviser: Actor) -> None:
    visit = factory.visit(adviser)
    answers = [
        client.post(address("cancel_visit", visit.key), {"reason": "twice"}).status_code
        for _ in range(2)
    ]
    assert answers == [302, 409]
    assert Visit.objects.visible_to(adviser).get().version == 2


def plan(**given: Any) -> dict[str, Any]:
    year = clock.today().year
    return {
        "title": "Typed by me",
        "territory": "mel",
        "communes": "Lille",
        "segments": ["craft_rm"],
        "activities": "",
        "starts_on": f"{year}-01-01",
        "ends_on": f"{year}-12-31",
        "version": "1",
    } | given


@pytest.fixture
def manager(client: Client) -> Actor:
    places.places_loaded()
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def test_two_officers_on_one_draft_see_each_other(client: Client, manager: Actor) -> None:
    draft = factory.draft(manager, title="First")
    colleague = accounts.actor(Role.OFFICER, manager.organisation)
    actions.change_campaign(
        campaign=draft, plan=factory.plan(title="Saved meanwhile"), version=1, by=colleague
    )
    page = client.post(address("change_campaign", draft.key), plan())
    assert page.status_code == 409
    told = differences(page)
    assert told["Titre"] == ("Saved meanwhile", "Typed by me")
    assert Campaign.objects.visible_to(manager).get().title == "Saved meanwhile"
    assert client.post(address("change_campaign", draft.key), sent(page)).status_code == 302
    kept = Campaign.objects.visible_to(manager).get()
    assert (kept.title, kept.communes, kept.version) == ("Typed by me", ["59350"], 3)


def test_a_list_frozen_meanwhile_takes_no_other_query_and_gives_the_text_back(
    client: Client, manager: Actor
) -> None:
    register.establishment()
    draft = factory.draft(manager, title="First")
    actions.freeze_campaign(campaign=draft, by=manager)
    page = client.post(address("change_campaign", draft.key), plan())
    assert page.status_code == 409
    assert "La liste est figée" in text(page)
    assert differences(page)["Titre"] == ("First", "Typed by me")
    assert not _buttons(page)
    assert client.get(address("change_campaign", draft.key))["Location"] == address(
        "campaign", draft.key
    )
    assert Campaign.objects.visible_to(manager).get().title == "First"


def test_a_list_frozen_twice_is_frozen_once(client: Client, manager: Actor) -> None:
    register.establishment()
    draft = factory.draft(manager)
    assert [client.post(address("freeze", draft.key)).status_code for _ in range(2)] == [302, 302]
    frozen = Campaign.objects.visible_to(manager).get().frozen_at
    client.post(address("freeze", draft.key))
    assert Campaign.objects.visible_to(manager).get().frozen_at == frozen


def visit_form(**given: Any) -> dict[str, Any]:
    told = {"once": str(uuid4()), "note": "Wants a yard", "note_level": "partners"}
    return {**correction(), **told} | given


def test_a_firm_matched_while_its_visit_is_typed_takes_the_visit_on_the_real_one(
    client: Client, adviser: Actor
) -> None:
    places.places_loaded()
    firm, real = factory.firm_added_by_hand(adviser), register.establishment()
    page = address("new_visit", firm.establishment.key)
    assert client.get(page).status_code == 200
    actions.reconcile_firm(firm=firm, real=real, by=adviser)
    answer = client.post(page, visit_form())
    visit = Visit.objects.visible_to(adviser).get()
    assert answer["Location"] == f"{address('my_day')}#{visit.key}"
    assert (visit.establishment, visit.note_partners) == (real, "Wants a yard")
    assert real.display_name in text(client.get(page))


def test_a_form_sent_before_and_after_the_match_is_one_visit(
    client: Client, adviser: Actor
) -> None:
    places.places_loaded()
    firm, form = factory.firm_added_by_hand(adviser), visit_form()
    page = address("new_visit", firm.establishment.key)
    client.post(page, form)
    actions.reconcile_firm(firm=firm, real=register.establishment(), by=adviser)
    assert client.post(page, form).status_code == 302
    assert Visit.objects.visible_to(adviser).count() == 1


# The session ends, or the browser lost its cookies.


def sign_in(client: Client, person: Any) -> None:
    page = client.get(reverse("account_login"))
    token = BeautifulSoup(page.content, "html.parser").find(
        "input", {"name": "csrfmiddlewaretoken"}
    )
    typed = {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": token["value"]}  # type: ignore[index]
    assert client.post(reverse("account_login"), typed, **HERE).status_code == 302


@pytest.mark.parametrize("lost", ["session", "session and seal"])
def test_what_was_typed_comes_back_after_signing_in_whatever_was_lost(lost: str) -> None:
    client = Client(enforce_csrf_checks=True)
    person = accounts.person(password=PASSWORD)
    page = address("new_visit", register.establishment().key)
    sign_in(client, person)
    token = client.get(page).context["csrf_token"]
    client.session.flush()
    if "seal" in lost:
        client.cookies.clear()
    form = visit_form(csrfmiddlewaretoken=str(token), themes=["premises", "energy"])
    refused = client.post(page, form, **HERE)
    assert refused["Location"] == f"/connexion/?next={page}"
    sign_in(client, person)
    back = client.get(page)
    assert back.context["form"].initial["note"] == "Wants a yard"
    assert back.context["form"].initial["themes"] == ["premises", "energy"]
    assert str(back.context["form"].initial["once"]) == form["once"]
    assert "Votre session avait pris fin." in text(back)
    assert not Visit.objects.unscoped(reason="test").exists()


def test_a_form_opened_before_signing_in_again_elsewhere_keeps_its_text() -> None:
    client = Client(enforce_csrf_checks=True)
    person = accounts.person(password=PASSWORD)
    page = address("new_visit", register.establishment().key)
    sign_in(client, person)
    token = client.get(page).context["csrf_token"]
    client.cookies["csrftoken"] = "x" * 32  # another window signed in: the seal has turned
    answer = client.post(page, visit_form(csrfmiddlewaretoken=str(token)), **HERE)
    assert answer["Location"] == page
    assert client.get(page).context["form"].initial["note"] == "Wants a yard"


def test_a_button_pressed_with_a_lost_seal_does_nothing_and_says_so() -> None:
    register.establishment()
    client = Client(enforce_csrf_checks=True)
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    draft = factory.draft(manager)
    shown = {"HTTP_REFERER": f"http://testserver{address('campaign', draft.key)}", **HERE}
    answer = client.post(address("freeze", draft.key), {}, **shown)
    assert answer["Location"] == address("campaign", draft.key)
    assert "Rien n’a été fait" in text(client.get(answer["Location"]))
    assert Campaign.objects.visible_to(manager).get().frozen_at is None


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "https://testserver"},
        {"HTTP_ORIGIN": "http://testserver.evil.example"},
        {"HTTP_REFERER": "https://evil.example/visit/"},
    ],
    ids=str,
)
def test_a_form_of_another_site_is_refused_and_nothing_of_it_is_kept(
    origin: dict[str, str],
) -> None:
    client = Client(enforce_csrf_checks=True)
    accounts.signed_in(client)
    page = address("new_visit", register.establishment().key)
    answer = client.post(page, visit_form(note="Planted"), **origin)
    assert answer.status_code == 403
    assert "note" not in client.get(page).context["form"].initial


def test_what_a_colleague_typed_is_not_given_to_the_next_one_at_the_desk() -> None:
    client = Client(enforce_csrf_checks=True)
    first, second = accounts.person(password=PASSWORD), accounts.person(password=PASSWORD)
    page = address("new_visit", register.establishment().key)
    sign_in(client, first)
    token = client.get(page).context["csrf_token"]
    client.session.flush()
    client.post(page, visit_form(csrfmiddlewaretoken=str(token)), **HERE)
    sign_in(client, second)
    assert "note" not in client.get(page).context["form"].initial


def test_a_version_typed_before_the_session_ended_is_still_seen_as_stale() -> None:
    client = Client()
    author = accounts.signed_in(client)
    visit = factory.visit(author, note="Old text")
    client.logout()
    client.post(address("correct_visit", visit.key), correction())
    meanwhile(visit, author)
    assert author.person is not None
    client.force_login(author.person)
    form = client.get(address("correct_visit", visit.key)).context["form"]
    assert form.initial["note_partners"] == "Typed by me"
    assert str(form.initial["version"]) == "1"
