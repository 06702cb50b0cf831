"""An empty instance answers one page to everybody, whoever asks and however."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts import identity, policy
from maillage.accounts.policy import Entry
from maillage.accounts.roles import Role
from maillage.site.first_day.middleware import OPEN
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

PAGE = "/premiere-page/"
PLAIN = [entry for entry in policy.table() if not entry.parameters and "GET" in entry.rules]


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: entry.name)
def test_each_page_leads_to_the_first_one_and_none_breaks(
    client: Client, empty_instance: None, entry: Entry
) -> None:
    answer = client.get(reverse(entry.name))
    if entry.name in OPEN:
        assert answer.status_code in {200, 302}
        assert answer.headers.get("Location") != PAGE
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


def test_what_is_open_on_an_empty_instance_exists() -> None:
    assert {entry.name for entry in policy.table()} >= OPEN


def test_nothing_is_done_for_who_sends_a_form_to_an_empty_instance(
    client: Client, empty_instance: None
) -> None:
    for address in ("/connexion/", "/organisations/ajouter/", "/instance/", "/campagnes/nouvelle/"):
        answer = client.post(address, {"organisation": "X", "email": "x@cma.example"})
        assert answer.status_code in {200, 302, 422}, address
    assert identity.is_empty()


def test_the_first_page_takes_no_other_method(client: Client, empty_instance: None) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(PAGE).status_code == 405


def test_who_is_signed_in_is_never_asked_whether_the_instance_is_empty(
    client: Client, empty_instance: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.signed_in(client, Role.ADVISER)

    def asked() -> bool:
        raise AssertionError

    monkeypatch.setattr(identity, "is_empty", asked)
    assert client.get("/compte/").status_code == 200


def test_an_instance_that_has_begun_is_asked_once(
    client: Client, empty_instance: None, django_assert_num_queries: Any
) -> None:
    make.organisation()
    client.get("/droits/")
    with django_assert_num_queries(0):
        assert client.get("/droits/").status_code == 200


def test_a_browser_that_keeps_a_session_of_another_instance_lands_there_too(
    client: Client, empty_instance: None
) -> None:
    somebody = make.signed_in(client, Role.ADMINISTRATOR)
    assert somebody.person is not None
    assert somebody.organisation is not None
    somebody.person.memberships.all().delete()  # type: ignore[attr-defined]
    somebody.person.delete()
    somebody.organisation.delete()
    identity.forget()
    assert client.get("/compte/").headers["Location"] == PAGE
