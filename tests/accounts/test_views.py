"""Pages about rights, through the client."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from maillage.accounts import journal, rights
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access, Change, Membership, Share
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

ORGANISATION = "/organisation/"
VISITS = f"visits:{Sensitivity.PARTNERS}"


@pytest.fixture(autouse=True)
def _something_to_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be shared comes from the routes of the day; here, one class of one resource."""
    monkeypatch.setattr(rights, "shareable", lambda: [(VISITS, "Visits")])


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response
    return response.content.decode()


def test_the_rights_page_is_public_and_speaks_both_languages(client: Client) -> None:
    french = text(client, "/droits/")
    client.cookies["django_language"] = "en"
    english = text(client, "/droits/")
    assert "Personnes et rôles" in french
    assert "People and roles" in english


def test_the_rights_page_says_each_rule_once_under_its_resource() -> None:
    resources = rights.by_resource()
    assert [r.name for r in resources] == sorted(r.name for r in resources)
    for resource in resources:
        assert len(set(resource.lines)) == len(resource.lines)


def test_roles_are_said_in_words() -> None:
    everyone, signed_in = (
        rights.who(Rule("read", "x", EVERYONE)),
        rights.who(Rule("read", "x", SIGNED_IN)),
    )
    some = rights.who(Rule("read", "x", (Role.OFFICER, Role.ADVISER)))
    assert len({everyone, signed_in, some}) == 3
    assert str(Role.ADVISER.label) in some
    assert str(Role.OFFICER.label) in some
    assert rights.words("no_such_resource") == "no such resource"


def test_what_can_be_shared_is_what_the_routes_open_to_shares(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    rule = Rule("read", "rights", SIGNED_IN, Scope.SHARED, Sensitivity.DIFFICULTY)
    own = Rule("read", "people", SIGNED_IN, Scope.OWN, Sensitivity.DIFFICULTY)
    public = Rule("read", "rights", EVERYONE, Scope.SHARED, Sensitivity.PUBLIC)
    entries = [SimpleNamespace(rules={"GET": r}) for r in (rule, own, public)]
    monkeypatch.setattr(rights.policy, "table", lambda: entries)
    assert [value for value, _label in rights.shareable()] == [
        "acts:difficulty",
        "acts:partners",
        "needs:difficulty",
        "rights:difficulty",
        "desks:difficulty",
        "visits:difficulty",
    ]


def test_the_organisation_page_shows_its_people_and_shares_and_no_other(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    ours = actor.acting_for()
    colleague = make.person(organisation=ours, name="Léa Martin", ends_on=clock.today())
    stranger = make.person(name="Max Étranger")
    make.share(ours, make.organisation(name="Preneuse"), "visits")
    make.share(make.organisation(name="Donneuse"), ours, "visits")
    make.share(make.organisation(name="Ailleurs"), make.organisation(), "visits")
    page = text(client, ORGANISATION)
    assert colleague.name in page
    assert stranger.name not in page
    assert "Preneuse" in page
    assert "Donneuse" in page
    assert "Ailleurs" not in page


def test_a_manager_reads_the_page_without_the_buttons(client: Client) -> None:
    make.signed_in(client, Role.SERVICE_MANAGER)
    assert "/ajouter/" not in text(client, ORGANISATION)


def test_an_administrator_adds_somebody_who_then_acts(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    address = reverse("accounts:membership_open")
    typed = {
        "once": str(uuid7()),
        "email": "new@example.org",
        "name": "Noémie",
        "role": "adviser",
    }
    for _twice in range(2):
        assert client.post(address, typed)["Location"] == ORGANISATION
    added = Membership.objects.visible_to(actor).get(person__email="new@example.org")
    assert added.organisation == actor.organisation


def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(client: Client) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    typed = {"once": str(uuid7()), "email": "new@example.org", "name": "Noémie", "role": "elected"}
    answer = client.post(reverse("accounts:membership_open"), typed)
    assert answer.status_code == 422
    assert "perimeter" in answer.context["form"].errors
    assert "Noémie" in answer.content.decode()


def test_an_auditor_is_not_among_the_roles_offered(client: Client) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    typed = {"once": str(uuid7()), "email": "new@example.org", "name": "Noémie", "role": "auditor"}
    assert client.post(reverse("accounts:membership_open"), typed).status_code == 422


def test_an_administrator_ends_an_access(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    leaver = make.actor(organisation=actor.organisation).membership
    assert leaver is not None
    address = reverse("accounts:membership_end", args=[leaver.key])
    assert leaver.person.name in text(client, address)
    assert client.post(address)["Location"] == ORGANISATION
    leaver.refresh_from_db()
    assert leaver.ended_at is not None
    assert client.post(address).status_code == 409
    assert client.get(ORGANISATION).status_code == 200


def test_an_administrator_shares_and_stops(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    partner = make.organisation(name="Preneuse")
    typed = {
        "once": str(uuid7()),
        "to": str(partner.pk),
        "what": VISITS,
        "purpose": "Suivre la convention",
        "until": (clock.today() + timedelta(days=30)).isoformat(),
    }
    assert client.post(reverse("accounts:share_grant"), typed)["Location"] == ORGANISATION
    share = Share.objects.visible_to(actor).get()
    assert (share.resource, share.sensitivity) == ("visits", Sensitivity.PARTNERS)
    address = reverse("accounts:share_end", args=[share.key])
    assert "Preneuse" in text(client, address)
    assert client.post(address, {"because": " "}).status_code == 422
    assert client.post(address, {"because": "Fin du projet"})["Location"] == ORGANISATION
    share.refresh_from_db()
    assert share.ended_at is not None
    assert share.ended_because == "Fin du projet"
    assert share.ended_by == actor.person
    text(client, ORGANISATION)


def test_a_share_that_cannot_be_is_refused_with_its_field(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    typed = {
        "once": str(uuid7()),
        "to": str(make.organisation().pk),
        "what": VISITS,
        "purpose": "x",
        "until": "2001-01-01",
    }
    answer = client.post(reverse("accounts:share_grant"), typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["until"])
    own = client.post(reverse("accounts:share_grant"), typed | {"to": str(actor.organisation_id)})
    assert "to" in own.context["form"].errors


def test_nothing_is_shared_that_was_not_chosen(client: Client) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    page = BeautifulSoup(text(client, reverse("accounts:share_grant")), "html.parser")
    first = page.select('select[name="what"] option')[0]
    assert first["value"] == ""
    given = {"to": make.organisation().pk, "what": "", "purpose": "Suivi", "until": "2099-01-01"}
    refused = client.post(reverse("accounts:share_grant"), given | {"once": str(uuid7())})
    assert refused.status_code == 422
    assert not Share.objects.visible_to(System("test")).exists()


def test_the_receiver_of_a_share_cannot_end_it(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    share = make.share(make.organisation(), actor.acting_for(), "visits")
    assert client.post(reverse("accounts:share_end", args=[share.key])).status_code == 404


def test_the_journals_show_readings_and_changes_of_the_organisation(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    journal.read(actor, "visits", "x", "firm", "Préparer la visite")
    journal.read(make.actor(), "visits", "x", "firm", "Ailleurs")
    leaver = make.actor(organisation=actor.organisation).membership
    assert leaver is not None
    client.post(reverse("accounts:membership_end", args=[leaver.key]))
    page = text(client, reverse("accounts:journals"))
    assert "Préparer la visite" in page
    assert "Ailleurs" not in page


def test_every_change_of_rights_is_read_page_by_page_beside_the_readings(client: Client) -> None:
    administrator = make.signed_in(client, Role.ADMINISTRATOR)
    for rank in range(120):
        journal.read(administrator, "visits", rank, "firm", f"Lecture {rank}.")
        detail = {"resource": "visits", "sensitivity": "partners", "to": "", "until": "2021-01-31"}
        journal.changed(
            Change.What.SHARE_ENDED,
            by=administrator,
            organisation=administrator.acting_for(),
            key=rank,
            **detail,
            purpose=f"But {rank}.",
        )

    def page(query: str) -> BeautifulSoup:
        return BeautifulSoup(text(client, reverse("accounts:journals") + query), "html.parser")

    third = page("?page=2&changements=3")
    assert "But 19." in third.get_text()
    assert "But 20." not in third.get_text()
    assert "Lecture 69." in third.get_text()  # the other list stays where it was
    navigations = third.select("nav.pages")
    assert len({nav["aria-label"] for nav in navigations}) == 2
    assert [a["href"] for a in navigations[1].select("a")] == ["?page=2&changements=2"]


@pytest.mark.parametrize("name", ["accounts:organisation", "accounts:journals"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client, name: str, django_assert_max_num_queries: Any
) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    ours = actor.acting_for()
    text(client, reverse(name))  # what a process remembers is asked once
    counts = []
    for more in (10, 90):
        for number in range(more):
            make.membership(make.person(), ours)
            make.share(ours, make.organisation(), "visits")
            journal.read(actor, "visits", number, "firm", "Prepare")
        with django_assert_max_num_queries(25) as queries:
            text(client, reverse(name))
        counts.append(len(queries))
    assert Access.objects.visible_to(System("test")).count() == 100
    assert counts[0] == counts[1]


def test_one_s_account_shows_the_membership_and_the_choice_when_there_are_several(
    client: Client,
) -> None:
    actor: Actor = make.signed_in(client, Role.ADVISER)
    assert 'type="radio"' not in text(client, "/compte/")
    assert actor.person is not None
    make.membership(actor.person, make.organisation(name="Seconde"))
    page = text(client, "/compte/")
    assert 'type="radio"' in page
    assert "Seconde" in page


def test_a_demonstration_offers_its_accounts_on_the_sign_in_page() -> None:
    request = RequestFactory().get("/connexion/")
    account = {
        "name": "Léa Martin",
        "email": "lea@demo.example",
        "password": "demo-lea",
        "role": "Conseillère",
        "organisation": "CMA",
    }
    request.demo = SimpleNamespace(accounts=[account])  # type: ignore[attr-defined]
    page = render_to_string("account/demo_accounts.html", {"request": request}, request)
    for shown in ("Léa Martin", "lea@demo.example", "demo-lea", "CMA"):
        assert shown in page
