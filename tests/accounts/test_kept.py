"""What somebody was typing when their session ended."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from maillage.accounts import kept, limits
from maillage.accounts.models import Person
from maillage.accounts.policy import SIGNED_IN, Entry, Rule
from maillage.accounts.roles import Role
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

ADD = "/organisation/personnes/ajouter/"
TYPED = {"email": "new@example.org", "name": "Noémie", "role": "adviser"}
FORM = Entry("x", "x/", {"GET": Rule("read", "rights"), "POST": Rule("edit", "rights", SIGNED_IN)})
BUTTON = Entry("x", "x/", {"POST": Rule("edit", "rights", SIGNED_IN)})


class Note(forms.Form):
    text = forms.CharField()
    themes = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )


def posted(data: dict[str, object], **headers: str) -> HttpRequest:
    request = RequestFactory().post("/x/?of=1", data, headers=headers)
    return prepared(request, SessionStore())


def prepared(request: HttpRequest, session: SessionStore) -> HttpRequest:
    request.session = session
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def again(request: HttpRequest, page: str = "/x/") -> HttpRequest:
    session = request.session
    assert isinstance(session, SessionStore)
    return prepared(RequestFactory().get(page), session)


def test_typed_text_comes_back_after_signing_in(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    client.session.flush()
    refused = client.post(ADD, TYPED)
    assert refused["Location"] == f"/connexion/?next={ADD}"
    assert actor.person is not None
    client.force_login(actor.person)
    page = client.get(ADD)
    assert page.context["form"].initial["name"] == "Noémie"
    assert page.context["form"].initial["email"] == "new@example.org"
    told = [str(message) for message in page.context["messages"]]
    assert [words.partition(":")[0].strip() for words in told] == [
        "Ce que vous avez saisi est conservé",
        "Votre session avait pris fin. Ce que vous aviez saisi est ci-dessous",
    ]


PASSWORD = "a long sentence to sign in with"  # noqa: S105 -- of a test


def sign_in(client: Client, person: Person) -> None:
    sent = {"login": person.email, "password": PASSWORD}
    assert client.post(reverse("account_login"), sent).status_code == 302


@pytest.fixture
def typed(client: Client) -> Person:
    """An administrator whose session ended while she was typing."""
    author = make.person(Role.ADMINISTRATOR, password=PASSWORD)
    sign_in(client, author)
    client.session.flush()
    assert client.post(ADD, TYPED)["Location"] == f"/connexion/?next={ADD}"
    return author


def test_the_one_who_typed_finds_the_text_again(client: Client, typed: Person) -> None:
    sign_in(client, typed)
    assert client.get(ADD).context["form"].initial["name"] == "Noémie"


def test_somebody_else_on_the_same_browser_never_reads_it(client: Client, typed: Person) -> None:
    sign_in(client, make.person(Role.ADMINISTRATOR, password=PASSWORD))
    assert kept.KEY not in client.session
    assert "name" not in client.get(ADD).context["form"].initial


def test_a_text_that_was_signed_for_another_goes_even_without_a_sign_in_page(
    client: Client, typed: Person
) -> None:
    client.force_login(make.person(Role.ADMINISTRATOR))
    assert "name" not in client.get(ADD).context["form"].initial
    assert kept.KEY not in client.session


def test_it_comes_back_once_and_on_its_page_only() -> None:
    request = posted({"text": "what she said"})
    assert kept.keep(request, FORM) == "/x/?of=1"
    assert kept.initial(again(request, "/other/")) == {}
    assert kept.initial(again(request)) == {"text": "what she said"}
    assert kept.initial(again(request)) == {}


def test_a_form_gets_its_fields_back_lists_included() -> None:
    request = posted({"text": "what she said", "themes": ["a", "b"]})
    kept.keep(request, FORM)
    form = kept.bind(again(request), Note, initial={"text": "fresh"})
    assert form.initial == {"text": "what she said", "themes": ["a", "b"]}
    assert not form.is_bound


def test_a_form_without_kept_text_is_fresh_and_a_posted_one_is_bound() -> None:
    fresh = kept.bind(again(posted({})), Note, initial={"text": "fresh"})
    assert fresh.initial == {"text": "fresh"}
    assert kept.bind(posted({"text": "now"}), Note).data["text"] == "now"


@pytest.mark.parametrize(
    ("field", "comes_back"),
    [
        ("text", True),
        ("code", True),  # of an axis, an action, a target
        ("postcode", True),
        ("login_note", True),
        ("version", True),
        ("once", True),
        ("password", False),
        ("oldpassword", False),
        ("Password1", False),
        ("csrfmiddlewaretoken", False),
    ],
)
def test_everything_typed_is_kept_but_what_opens_an_account(field: str, comes_back: bool) -> None:
    request = posted({field: "typed"})
    kept.keep(request, FORM)
    assert (kept.initial(again(request)) == {field: "typed"}) is comes_back


def test_too_long_a_text_is_not_kept() -> None:
    request = posted({"text": "x" * (kept.LARGEST + 1)})
    kept.keep(request, FORM)
    assert kept.initial(again(request)) == {}


def test_a_button_leads_back_to_the_page_that_showed_it() -> None:
    request = posted({"text": "why"}, referer="http://testserver/visits/3/?tab=2")
    assert kept.keep(request, BUTTON) == "/visits/3/?tab=2"
    assert kept.initial(again(request, "/visits/3/")) == {"text": "why"}


@pytest.mark.parametrize("referer", ["", "https://evil.example/visits/"])
def test_a_button_of_an_unknown_page_leads_home(referer: str) -> None:
    assert kept.keep(posted({}, referer=referer), BUTTON) == "/"


def test_nobody_fills_the_sessions_by_posting_to_closed_doors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "KEPT_TEXTS_PER_ADDRESS", limits.Rate(1))
    kept.keep(posted({"text": "one"}), FORM)
    second = posted({"text": "two"})
    kept.keep(second, FORM)
    assert kept.initial(again(second)) == {}
