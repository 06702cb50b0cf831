"""The pages of accounts, each taken by the four people; and sign-in, the same for known and unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts import actions, kept
from maillage.accounts.models import Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

PASSWORD = "Un long mot de passe 59"  # noqa: S105 -- invented

# page              | anonymous | adviser | service_manager | auditor | administrator
PAGES = """
rights              | 200 | 200 | 200 | 200 | 200
me                  | 302 | 200 | 200 | 200 | 200
organisation        | 302 | 403 | 200 | 200 | 200
membership_open     | 302 | 403 | 403 | 403 | 200
share_grant         | 302 | 403 | 403 | 403 | 200
journals            | 302 | 403 | 403 | 200 | 200
membership_end ours | 302 | 403 | 403 | 403 | 200
share_end ours      | 302 | 403 | 403 | 403 | 200
membership_end else | 302 | 403 | 403 | 403 | 404
share_end else      | 302 | 403 | 403 | 403 | 404
"""
PEOPLE = (None, Role.ADVISER, Role.SERVICE_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
ROWS = [[cell.strip() for cell in line.split("|")] for line in PAGES.strip().splitlines()]


def address(page: str, ours: Organisation) -> str:
    name, _, whose = page.partition(" ")
    owner = ours if whose == "ours" else make.organisation()
    if name == "membership_end":
        key = make.person(organisation=owner).memberships.get().key
        return reverse(f"accounts:{name}", args=[key])
    if name == "share_end":
        return reverse(
            f"accounts:{name}", args=[make.share(owner, make.organisation(), "visits").key]
        )
    return reverse(f"accounts:{name}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_who_gets_which_page(row: list[str]) -> None:
    page, *answers = row
    ours = make.organisation()
    asked = address(page, ours)
    for role, expected in zip(PEOPLE, answers, strict=True):
        client = Client()
        if role is not None:
            make.signed_in(client, role, ours)
        answer = client.get(asked)
        assert answer.status_code == int(expected), role
        if answer.status_code == 302:
            assert answer["Location"] == f"/connexion/?next={asked}"


def test_a_refused_page_says_it_and_what_to_do_and_a_missing_one_does_not_tell_whose_it_is() -> (
    None
):
    client = Client()
    make.signed_in(client, Role.ADMINISTRATOR)
    foreign = client.get(address("share_end else", make.organisation()))
    nothing = client.get(reverse("accounts:share_end", args=[uuid7()]))

    def said(page: object) -> str:
        soup = BeautifulSoup(page.content, "html.parser").find("main")  # type: ignore[attr-defined]
        words = soup.get_text(" ", strip=True)  # type: ignore[union-attr]
        return words.rsplit("Référence", 1)[0].rsplit("référence", 1)[0]

    assert foreign.status_code == nothing.status_code == 404
    assert said(foreign) == said(nothing)


# Signing in.

SIGN_IN = ("account_login", "account_request_login_code", "account_reset_password")


@pytest.mark.parametrize("door", SIGN_IN)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_door_of_sign_in_is_one_form_with_one_seal_and_one_heading(
    client: Client, door: str, language: str
) -> None:
    client.cookies["django_language"] = language
    page = client.get(reverse(door), {"next": "/compte/"})
    soup = BeautifulSoup(page.content, "html.parser")
    forms = soup.select("main form[method=post]")
    assert len(forms) == len(soup.select("main h1")) == 1
    assert len(forms[0].select("input[name=csrfmiddlewaretoken]")) == 1
    assert len(forms[0].select("button[type=submit]")) == 1
    for field in forms[0].select("input:not([type=hidden])"):
        assert forms[0].find("label", {"for": field.get("id")}), field


def test_the_forms_of_sign_in_are_written_once() -> None:
    folder = Path(kept.__file__).parent / "templates" / "account"
    own = {
        path.name
        for path in folder.glob("*.html")
        if "{{ form }}" in path.read_text(encoding="utf-8")
    }
    assert own == {"form.html", "password_reset_from_key.html"}


def test_who_has_no_password_signs_in_by_code_and_is_never_told_so(client: Client) -> None:
    make.person(email="lea@example.org")
    pages = []
    for email in ("lea@example.org", "nobody@example.org"):
        answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
        errors = answer.context["form"].errors.as_json()
        pages.append((answer.status_code, errors))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_refused_sign_in_says_the_same_whatever_was_wrong(client: Client, language: str) -> None:
    client.cookies["django_language"] = language
    make.person(email="lea@example.org", password=PASSWORD)
    said = {
        client.post(reverse("account_login"), {"login": email, "password": password})
        .context["form"]
        .errors.as_json()
        for email, password in (
            ("lea@example.org", "wrong"),
            ("nobody@example.org", PASSWORD),
            ("LEA@EXAMPLE.ORG", "wrong too"),
        )
    }
    assert len(said) == 1


@pytest.mark.parametrize("typed", ["", "not an address", "x" * 330 + "@example.org"])
def test_what_is_no_address_is_refused_before_anything_is_sent(
    client: Client, typed: str, mailoutbox: list[object]
) -> None:
    for door in SIGN_IN[1:]:
        answer = client.post(reverse(door), {"email": typed})
        assert answer.context["form"].errors
    assert mailoutbox == []


def test_who_was_typing_is_told_on_the_sign_in_page_that_it_is_kept(client: Client) -> None:
    add = reverse("accounts:membership_open")
    page = client.post(add, {"name": "Noémie"}, follow=True)
    assert page.redirect_chain == [(f"/connexion/?next={add}", 302)]
    assert "Ce que vous avez saisi est conservé" in page.content.decode()
    plain = Client().get(add, follow=True)
    assert "conservé" not in plain.content.decode()


# Roles with dates.

# membership | role            | from       | until
TIMELINE = """
first        | adviser         | 2020-01-01 | 2020-03-31
second       | service_manager | 2020-04-01 |
"""


@pytest.mark.parametrize(
    ("day", "role"),
    [
        ("2019-12-31", None),
        ("2020-01-01", Role.ADVISER),
        ("2020-03-31", Role.ADVISER),
        ("2020-04-01", Role.SERVICE_MANAGER),
        ("2030-01-01", Role.SERVICE_MANAGER),
    ],
)
def test_a_person_acts_in_the_role_of_the_day(day: str, role: Role | None, client: Client) -> None:
    ours = make.organisation()
    someone = Person.objects.create_user("lea@example.org", name="Léa")
    for line in TIMELINE.strip().splitlines():
        _, name, start, end = (cell.strip() for cell in line.split("|"))
        given = {"starts_on": start, "ends_on": end or None}
        make.membership(someone, ours, Role(name), **given)
    client.force_login(someone)
    with clock.at(clock.parse_instant(f"{day}T12:00")):
        answer = client.get("/organisation/")
    expected = {None: 302, Role.ADVISER: 403, Role.SERVICE_MANAGER: 200}
    assert answer.status_code == expected[role]


def test_a_membership_given_twice_in_two_forms_is_two_lines_and_either_can_be_ended(
    client: Client,
) -> None:
    head = make.signed_in(client, Role.ADMINISTRATOR)
    for _ in range(2):
        actions.open_membership(email="lea@example.org", name="Léa", role=Role.ADVISER, by=head)
    rows = Membership.objects.visible_to(head).filter(person__email="lea@example.org")
    first, _second = rows.order_by("id")
    client.post(reverse("accounts:membership_end", args=[first.key]))
    assert [row.is_current for row in rows.order_by("id")] == [False, True]
