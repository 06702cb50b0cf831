"""The menu: at most six entries, those of a role, each one open to it, the present one marked."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from maillage.accounts import policy
from maillage.accounts.roles import Role
from maillage.site.navigation import (
    BY_ROLE,
    COMMON,
    JOURNALS,
    MONEY,
    OBSERVATORIES,
    PEOPLE,
    entries,
)
from tests.factories import accounts as make

ROLES: list[Role | None] = [None, *Role]


def labels(role: Role | None, path: str = "/") -> list[str]:
    return [str(entry.label) for entry in entries(role, path)]


def current(role: Role | None, path: str) -> list[str]:
    return [str(entry.label) for entry in entries(role, path) if entry.current]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_chooses_among_more_than_six(role: Role | None) -> None:
    assert 1 <= len(entries(role, "/")) <= 6


@pytest.mark.parametrize("role", ROLES)
def test_no_entry_stands_twice(role: Role | None) -> None:
    urls = [entry.url for entry in entries(role, "/")]

    assert len(set(urls)) == len(urls)


@pytest.mark.parametrize("role", ROLES)
def test_home_comes_first(role: Role | None) -> None:
    assert entries(role, "/")[0].url == "/"


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_is_open_to_who_sees_it(role: Role | None) -> None:
    for entry in entries(role, "/"):
        declared = policy.entry_of(resolve(entry.url).func)
        assert declared is not None
        rule = declared.rules["GET"]
        assert rule.is_public or role in rule.roles, (entry.url, role)


# Who reads what first, as the field works: the day of an adviser, the money of an officer.
MENUS = {
    None: ["Accueil", "Conventions", "Entreprises", "Observatoires", "Chiffres"],
    Role.ADVISER: [
        "Accueil",
        "Ma journée",
        "Besoins",
        "Demandes reçues",
        "Entreprises",
        "Chiffres",
    ],
    Role.OFFICER: [
        "Accueil",
        "Conventions",
        "Versements",
        "Campagnes",
        "Entreprises",
        "Chiffres",
    ],
    Role.EXPERT: ["Accueil", "Demandes reçues", "Besoins", "Entreprises", "Chiffres"],
    Role.ELECTED: ["Accueil", "Conventions", "Entreprises", "Observatoires", "Chiffres"],
    Role.AUDITOR: [
        "Accueil",
        "Conventions",
        "Versements",
        "Entreprises",
        "Chiffres",
        "Journaux",
    ],
    Role.ADMINISTRATOR: [
        "Accueil",
        "Conventions",
        "Entreprises",
        "Chiffres",
        "Organisation",
        "Journaux",
    ],
}


@pytest.mark.parametrize("role", MENUS)
def test_each_role_has_its_menu(role: Role | None) -> None:
    with translation.override("fr"):
        assert labels(role) == MENUS[role]


def test_the_menu_speaks_english() -> None:
    with translation.override("en"):
        assert labels(Role.ADVISER) == [
            "Home", "My day", "Needs", "Requests received", "Firms", "Figures",
        ]  # fmt: skip


@pytest.mark.parametrize("role", [role for role in Role if role not in BY_ROLE])
def test_a_role_without_a_menu_of_its_own_reads_what_everybody_reads(role: Role) -> None:
    assert [entry.url for entry in entries(role, "/")] == [reverse(name) for name, _ in COMMON]


@pytest.mark.parametrize(
    ("page", "who"),
    [
        (MONEY, {Role.OFFICER, Role.AUDITOR}),
        (PEOPLE, {Role.ADMINISTRATOR}),
        (JOURNALS, {Role.ADMINISTRATOR, Role.AUDITOR}),
    ],
    ids=["payments", "organisation", "journals"],
)
def test_what_few_may_read_stands_in_few_menus(page: tuple[str, object], who: set[Role]) -> None:
    url = reverse(page[0])
    shown = {role for role in Role if url in {entry.url for entry in entries(role, "/")}}

    assert shown == who


def test_observatories_stand_in_the_menu_of_who_reads_what_is_published() -> None:
    """The others, whose six entries are those of their work, come to them from the figures."""
    url = reverse(OBSERVATORIES[0])
    shown = {role for role in ROLES if url in {entry.url for entry in entries(role, "/")}}

    assert shown == {None, *Role} - set(BY_ROLE)


@pytest.mark.django_db
@pytest.mark.parametrize("role", BY_ROLE)
def test_whose_menu_has_no_observatories_reaches_them_from_the_figures(
    client: Client, role: Role
) -> None:
    make.signed_in(client, role)
    figures = client.get(reverse("observatory:figures")).content.decode()
    url = reverse(OBSERVATORIES[0])

    assert f'href="{url}"' in figures
    assert client.get(url).status_code == 200


def test_observatories_speak_english_too() -> None:
    with translation.override("en"):
        assert labels(None) == ["Home", "Conventions", "Firms", "Observatories", "Figures"]


@pytest.mark.django_db
def test_the_menu_of_the_page_marks_observatories(client: Client) -> None:
    make.organisation()
    soup = BeautifulSoup(client.get(reverse(OBSERVATORIES[0])).content, "html.parser")
    marked = [one.get_text(strip=True) for one in soup.select("header [aria-current=page]")]

    assert marked == ["Observatoires"]


@pytest.mark.parametrize(
    ("role", "path", "here"),
    [
        (None, "/", ["Accueil"]),
        (None, "/conventions/", ["Conventions"]),
        (None, "/conventions/mel-cma-2019/bilan/", ["Conventions"]),
        (None, "/chiffres/outreach.firms_prospected/lignes/", ["Chiffres"]),
        (None, "/observatoire/", ["Observatoires"]),
        (None, "/observatoire/methodes/", ["Observatoires"]),
        (None, "/observatoire/200093201/proximite/", ["Observatoires"]),
        (None, "/observatoire/200093201/etablissements/", ["Observatoires"]),
        (Role.ELECTED, "/observatoire/246200364/emplois/", ["Observatoires"]),
        (Role.OFFICER, "/observatoire/200093201/proximite/", []),
        (None, "/connexion/", []),
        (None, "/convention", []),
        (Role.ADVISER, "/ma-journee/", ["Ma journée"]),
        (Role.OFFICER, "/campagnes/nouvelle/", ["Campagnes"]),
        (Role.ADVISER, "/mises-en-relation/", ["Demandes reçues"]),
        (Role.OFFICER, "/versements/sans-action/", ["Versements"]),
        (Role.ADMINISTRATOR, "/organisation/", ["Organisation"]),
        # The journals stand under the organisation's address: the nearest entry is the one.
        (Role.ADMINISTRATOR, "/organisation/journaux/", ["Journaux"]),
        (Role.AUDITOR, "/organisation/journaux/", ["Journaux"]),
        (Role.ADVISER, "/organisation/", []),
    ],
)
def test_the_entry_under_which_a_page_stands_is_marked(
    role: Role | None, path: str, here: list[str]
) -> None:
    assert current(role, path) == here


@pytest.mark.parametrize("role", ROLES)
def test_never_are_two_entries_marked(role: Role | None) -> None:
    for entry in entries(role, "/"):
        for path in (entry.url, f"{entry.url}something/", f"{entry.url}?page=2"):
            assert len(current(role, path)) <= 1


def test_the_guide_of_the_menu_names_only_pages_that_are_mounted() -> None:
    pages = {page for menu in (COMMON, *BY_ROLE.values()) for page, _label in menu}

    assert all(reverse(page).startswith("/") for page in pages)
