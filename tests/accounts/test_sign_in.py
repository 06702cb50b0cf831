"""Signing in, by password and by e-mail code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from maillage.accounts import limits
from maillage.accounts.hashers import Argon2
from maillage.accounts.models import Bucket, Person
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

PASSWORD = "Un long mot de passe 59"  # noqa: S105 -- invented


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    typed = {"login": email, "password": password, **more}
    return client.post(reverse("account_login"), typed)  # type: ignore[return-value]


def signed(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask_code(client: Client, email: str) -> HttpResponse:
    address = reverse("account_request_login_code")
    return client.post(address, {"email": email})  # type: ignore[return-value]


def test_a_person_signs_in_by_password_whatever_the_capitals_of_the_address(client: Client) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    assert sign_in(client, "Lea@Example.org").status_code == 302
    assert signed(client)


def test_pages_speak_the_language_of_the_person_unless_another_was_chosen() -> None:
    make.person(email="lea@example.org", password=PASSWORD, language="en")
    first, second = Client(), Client()
    second.cookies["django_language"] = "fr"
    for client in (first, second):
        sign_in(client, "lea@example.org")
    assert first.cookies["django_language"].value == "en"
    assert second.cookies["django_language"].value == "fr"


def test_a_wrong_password_signs_nobody_in(client: Client) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    assert sign_in(client, "lea@example.org", "wrong").status_code == 200
    assert not signed(client)


def test_one_comes_back_to_the_page_one_wanted(client: Client) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    wanted = client.get("/compte/")
    assert wanted["Location"] == "/connexion/?next=/compte/"
    assert sign_in(client, "lea@example.org", next="/compte/")["Location"] == "/compte/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: Client, elsewhere: str) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    assert sign_in(client, "lea@example.org", next=elsewhere)["Location"] == "/"


def test_a_person_signs_in_by_a_code_received_by_mail(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    make.person(email="lea@example.org")
    assert ask_code(client, "lea@example.org").status_code == 302
    (mail,) = mailoutbox
    assert mail.to == ["lea@example.org"]
    assert mail.subject.startswith("Maillage – ")
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.body), re.MULTILINE)
    assert code, mail.body
    client.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert signed(client)


def test_a_wrong_code_signs_nobody_in(client: Client) -> None:
    make.person(email="lea@example.org")
    ask_code(client, "lea@example.org")
    for _attempt in range(4):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG"})
    assert not signed(client)


def body(response: Any) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return text.replace("known@example.org", "?").replace("unknown@example.org", "?")


@pytest.mark.parametrize(
    "door", ["account_login", "account_request_login_code", "account_reset_password"]
)
def test_known_and_unknown_addresses_get_the_same_answer(door: str, mailoutbox: list[Any]) -> None:
    make.person(email="known@example.org", password=PASSWORD)
    pages = []
    for email in ("known@example.org", "unknown@example.org"):
        client = Client()
        typed = {"login": email, "email": email, "password": "wrong"}
        pages.append(body(client.post(reverse(door), typed, follow=True)).replace("un?", "?"))
    assert pages[0] == pages[1]
    assert len(mailoutbox) == (0 if door == "account_login" else 2)


def test_an_unknown_address_costs_a_hash_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = Person.set_password
    monkeypatch.setattr(
        Person, "set_password", lambda self, raw: (hashed.append(raw), encode(self, raw))[1]
    )
    sign_in(client, "unknown@example.org", "some guess")
    assert hashed == ["some guess"]


def test_at_most_twenty_guesses_an_hour_reach_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    reached: list[str] = []
    check = Person.check_password
    monkeypatch.setattr(
        Person, "check_password", lambda self, raw: (reached.append(raw), check(self, raw))[1]
    )
    for number in range(25):  # from as many addresses
        guess = Client(REMOTE_ADDR=f"192.0.2.{number}")
        sign_in(guess, "LEA@example.org" if number % 2 else "lea@example.org", f"guess {number}")
    assert len(reached) == 20
    late = Client(REMOTE_ADDR="192.0.2.99")
    sign_in(late, "lea@example.org")
    assert not signed(late)


def test_one_address_cannot_try_all_accounts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GUESSES_PER_ADDRESS", limits.Rate(3))
    make.person(email="lea@example.org", password=PASSWORD)
    for number in range(3):
        sign_in(client, f"person{number}@example.org", "guess")
    sign_in(client, "lea@example.org")
    assert not signed(client)


def test_readers_behind_a_proxy_have_each_their_own_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(limits, "GUESSES_PER_ADDRESS", limits.Rate(3))
    make.person(email="lea@example.org", password=PASSWORD)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(
        3
    ):  # what the reader says of themselves, before the proxy's word, is not believed
        guessing = f"10.9.9.{number}, 192.0.2.1"
        sign_in(Client(headers={"X-Forwarded-For": guessing}), f"p{number}@example.org", "guess")
    same = Client(headers={"X-Forwarded-For": "10.9.9.9, 192.0.2.1"})
    sign_in(same, "lea@example.org")
    assert not signed(same)
    other = Client(headers={"X-Forwarded-For": "192.0.2.2"})
    sign_in(other, "lea@example.org")
    assert signed(other)


def test_codes_and_links_are_limited_per_account(mailoutbox: list[Any]) -> None:
    make.person(email="lea@example.org")
    for _attempt in range(limits.CODES_PER_ACCOUNT.amount + 2):
        ask_code(Client(), "lea@example.org")
    assert len(mailoutbox) == limits.CODES_PER_ACCOUNT.amount
    mailoutbox.clear()
    for _attempt in range(limits.RESETS_PER_ACCOUNT.amount + 2):
        Client().post(reverse("account_reset_password"), {"email": "lea@example.org"})
    assert len(mailoutbox) == limits.RESETS_PER_ACCOUNT.amount


def test_no_address_is_kept_in_clear_by_the_limits(client: Client) -> None:
    sign_in(client, "lea@example.org", "guess")
    assert Bucket.objects.count() == 2
    assert not any("lea" in bucket.digest for bucket in Bucket.objects.all())


def test_nobody_opens_an_account_for_themselves(client: Client) -> None:
    assert client.get(reverse("account_signup")).status_code == 200
    assert client.post(reverse("account_signup"), {"email": "me@example.org"}).status_code == 405
    assert not Person.objects.exists()


@pytest.mark.parametrize("why", ["inactive", "no membership"])
def test_whom_nothing_lets_act_is_not_signed_in(client: Client, why: str) -> None:
    someone = make.person(email="lea@example.org", password=PASSWORD, is_active=why != "inactive")
    if why == "no membership":
        someone.memberships.all().delete()
    answer = sign_in(client, "lea@example.org")
    assert answer["Location"] == reverse("account_login")
    assert not signed(client)


def test_a_forgotten_password_is_chosen_again_by_a_link(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    make.person(email="lea@example.org", password=PASSWORD)
    client.post(reverse("account_reset_password"), {"email": "lea@example.org"})
    link = re.search(r"https?://[^/]+(/\S+)", str(mailoutbox[0].body))
    assert link, mailoutbox[0].body
    form = client.get(link[1], follow=True)
    chosen = {"password1": "Autre mot de passe 62", "password2": "Autre mot de passe 62"}
    client.post(form.redirect_chain[-1][0], chosen)
    assert sign_in(Client(), "lea@example.org").status_code == 200
    sign_in(client, "lea@example.org", "Autre mot de passe 62")
    assert signed(client)


def test_a_first_password_is_chosen_by_whom_signs_in_by_code(client: Client) -> None:
    actor = make.signed_in(client)
    assert actor.person is not None
    assert client.get(reverse("account_change_password"))["Location"] == reverse(
        "account_set_password"
    )
    chosen = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_set_password"), chosen)
    actor.person.refresh_from_db()
    assert actor.person.check_password(PASSWORD)


def test_signing_out_ends_the_session(client: Client) -> None:
    make.signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed(client)


def test_a_demonstration_shows_its_accounts_and_no_other_instance_does(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert 'type="hidden" name="password"' not in page


def test_passwords_are_kept_by_argon2id_at_the_cost_that_owasp_recommends() -> None:
    hasher = Argon2()
    kept = hasher.encode("secret", hasher.salt())
    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert hasher.verify("secret", kept)
