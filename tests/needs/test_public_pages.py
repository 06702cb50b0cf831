"""What strangers may type in the public form: escaped wherever it is read, refused where it does not fit."""

from __future__ import annotations

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
from maillage.needs.models import Need
from maillage.register.models import Establishment
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


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


def ask(client: Client, firm: Establishment, **changed: Any) -> HttpResponse:
    given = {
        "theme": "online", "words": "No web site yet", "urgency": "soon", "contact_name": "Ada",
        "contact_phone": "03 20 11 22 33", "contact_email": "ada@example.org", "agreed": "on",
        "once": str(uuid4()), **changed,
    }  # fmt: skip
    return client.post(reverse("needs:ask_whom", kwargs={"key": firm.key}), given)


def link_of(answer: HttpResponse) -> str:
    button = BeautifulSoup(answer.content, "html.parser").select_one("a.btn-1")
    assert button is not None
    return "/" + str(button["href"]).split("/", 3)[3]


def needs() -> list[Need]:
    return list(Need.objects.visible_to(MACHINE).select_related("organisation").order_by("id"))


def as_(actor: Actor) -> Client:
    assert actor.person is not None
    client = Client()
    client.force_login(actor.person)
    return client


@pytest.mark.parametrize(
    "words", ["Été à Nœux-les-Mines, ça gêne", "🥖 🧑‍🍳", "x" * 1500, "line one\nline two"]
)
def test_words_of_any_alphabet_and_length_are_kept_and_shown_to_the_firm(
    client: Client, chamber: Organisation, firm: Establishment, words: str
) -> None:
    path = link_of(ask(client, firm, words=words))
    assert needs()[0].words.splitlines() == words.splitlines()
    told = BeautifulSoup(client.get(path).content, "html.parser").get_text()
    assert all(line in told for line in words.splitlines())


def test_html_in_the_words_runs_nowhere_that_they_are_read(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    path = link_of(ask(client, firm, words=SCRIPT))
    (need,) = needs()
    manager = accounts.actor(Role.SERVICE_MANAGER, chamber)
    partner, expert = make.partner()
    sent = make.referral(manager, partner, of=need)
    pages = [
        client.get(path),
        as_(manager).get(reverse("needs:need", kwargs={"key": need.key})),
        as_(expert).get(reverse("needs:referral", kwargs={"key": sent.key})),
    ]
    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html


def test_a_nul_byte_is_refused_and_writes_nothing(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    assert ask(client, firm, words="before\x00after").status_code == 400
    assert needs() == []


def test_hidden_fields_that_name_another_owner_change_nothing(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    other = accounts.organisation(name="Somebody else")
    ask(client, firm, organisation=other.pk, origin="desk", establishment=uuid4(), ending="helped")
    (need,) = needs()
    assert (need.organisation, need.establishment_id) == (chamber, firm.pk)
    assert (need.origin, need.ending) == ("form", "")


@pytest.mark.parametrize("name", ["mot/", "contact/", "reprendre/"])
def test_what_changes_a_request_is_never_done_by_looking(
    client: Client, chamber: Organisation, firm: Establishment, name: str
) -> None:
    path = link_of(ask(client, firm))
    before = needs()[0].version
    assert client.get(path + name).status_code == 405
    assert needs()[0].version == before


def test_another_site_cannot_post_in_the_firm_s_name(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    path = link_of(ask(client, firm))
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(f"{path}reprendre/", {"what": "request"}, headers=elsewhere)
    assert answer.status_code == 403
    assert needs()[0].is_open


def test_requests_of_two_firms_are_not_mixed(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    first = link_of(ask(client, firm, words="Words of the first"))
    second = link_of(ask(client, register.establishment(), words="Words of the second"))
    assert "of the second" not in client.get(first).content.decode()
    assert "of the first" not in client.get(second).content.decode()
    client.post(f"{first}reprendre/", {"what": "request"})
    assert [need.is_open for need in needs()] == [False, True]


def test_the_page_of_a_link_is_kept_and_indexed_nowhere(
    client: Client, chamber: Organisation, firm: Establishment
) -> None:
    followed = client.get(link_of(ask(client, firm)))
    assert followed["Referrer-Policy"] == "no-referrer"
    assert followed["X-Robots-Tag"] == "noindex, nofollow"
    assert followed["Cache-Control"] == "no-store, private"
