"""The rule declared beside a route: whom it admits, whose records it opens, and how it says so."""

from __future__ import annotations

import itertools
import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.accounts import policy, rights
from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Organisation, Person
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words

OURS = Organisation(pk=1, name="CMA")


def somebody(role: Role) -> Actor:
    return Actor(person=Person(pk=1), organisation=OURS, role=role)


@given(roles=st.sets(st.sampled_from([*Role, None])), role=st.sampled_from(Role))
def test_a_rule_admits_its_roles_and_no_other(roles: set[Role | None], role: Role) -> None:
    rule = Rule("read", "x", roles)
    assert rule.admits(somebody(role)) is (role in roles)
    assert rule.admits(ANONYMOUS) is (None in roles)
    assert rule.is_public is (None in roles)


def test_the_machine_takes_no_route_but_those_of_everybody() -> None:
    assert not Rule("read", "x", SIGNED_IN).admits(System("a job", organisation=OURS))
    assert Rule("read", "x", EVERYONE).admits(System("a job"))


def test_everyone_is_everyone_signed_in_and_the_public() -> None:
    assert set(EVERYONE) == {*SIGNED_IN, None}
    assert frozenset(Role) == SIGNED_IN
    assert Rule("read", "x").is_public
    assert not Rule("read", "x", SIGNED_IN).is_public


# roles | scope | everywhere | French | English
SAID = [
    ((Role.ADVISER,), Scope.NONE, (), "Conseiller, conseillère", "Adviser"),
    (
        (Role.ADVISER,),
        Scope.OWN,
        (),
        "Conseiller, conseillère, de sa propre organisation",
        "Adviser, of one's own organisation",
    ),
    (
        (Role.ADVISER, Role.AUDITOR),
        Scope.OWN,
        (Role.AUDITOR,),
        "*, de sa propre organisation; Auditeur*: de toutes les organisations",
        (
            "Adviser, Auditor, data protection officer, of one's own organisation; "
            "Auditor, data protection officer: of every organisation"
        ),
    ),
    (SIGNED_IN, Scope.ANY, (), "*, de toutes les organisations", "Everyone who signed in, *"),
    (EVERYONE, Scope.NONE, (), "Tout le monde", "Everyone"),
]


@pytest.mark.parametrize(("roles", "scope", "everywhere", "french", "english"), SAID)
def test_a_rule_is_said_in_the_words_of_its_reader(
    roles: frozenset[Role | None],
    scope: Scope,
    everywhere: tuple[Role, ...],
    french: str,
    english: str,
) -> None:
    rule = Rule("read", "x", roles, scope, everywhere=everywhere)
    for language, expected in (("fr", french), ("en", english)):
        with translation.override(language):
            said = ", ".join(filter(None, (rights.who(rule), rights.whose(rule))))
        said = said.replace("\xa0", "")
        pattern = ".*".join(re.escape(part) for part in expected.split("*"))
        assert re.fullmatch(pattern, said), said


def test_who_reaches_every_organisation_is_among_those_whom_the_rule_admits() -> None:
    for entry in policy.table():
        for method, rule in entry.rules.items():
            assert frozenset(rule.everywhere) <= frozenset(rule.roles), f"{method} {entry.name}"


def test_only_auditors_reach_every_organisation_beyond_what_is_public() -> None:
    reach = {
        role
        for entry in policy.table()
        for rule in entry.rules.values()
        for role in frozenset(rule.everywhere)
    }
    assert reach == {Role.AUDITOR}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_an_auditor_changes_nothing_that_belongs_to_an_organisation(method: str) -> None:
    may = [
        entry.name
        for entry in policy.table()
        if (rule := entry.rules.get(method))
        and Role.AUDITOR in frozenset(rule.roles)
        and frozenset(rule.roles) not in (SIGNED_IN, EVERYONE)
    ]
    assert may == []


@pytest.mark.parametrize("role", [Role.ELECTED, Role.LANDLORD, Role.COMMITTEE, Role.EXPERT])
def test_roles_that_only_read_change_nothing_but_their_own_account(role: Role) -> None:
    verbs = {
        (rule.verb, rule.noun)
        for entry in policy.table()
        for method, rule in entry.rules.items()
        if method == "POST" and role in frozenset(rule.roles) and not rule.is_public
    }
    answers = (
        {("create", "needs"), ("create", "cohort_deposits"), ("take", "referrals")}
        if role == Role.EXPERT
        else set()
    )
    assert verbs <= {("edit", "own_account"), ("edit", "password")} | answers


def test_whatever_names_people_or_difficulties_is_closed_to_the_public() -> None:
    closed = {Sensitivity.PERSONAL, Sensitivity.DIFFICULTY, Sensitivity.SURVEY_RAW}
    for entry in policy.table():
        for rule in entry.rules.values():
            assert not (rule.is_public and rule.sensitivity in closed), entry.name


def test_a_get_never_needs_less_than_its_post() -> None:
    """Who may send a form may open it: nobody is refused on the page that shows what they may do."""
    for entry in policy.table():
        see, send = entry.rules.get("GET"), entry.rules.get("POST")
        if see and send:
            assert frozenset(send.roles) <= frozenset(see.roles), entry.name


# What a share can open.


def test_what_is_shared_besides_the_routes_has_words_in_both_languages() -> None:
    for noun, sensitivity in policy.shared_besides():
        words = policy.words_of(noun)
        assert words is not None, noun
        assert words.fr != words.en
        assert sensitivity in Sensitivity


def test_an_administrator_can_open_every_class_that_the_product_reads_through_a_share() -> None:
    with translation.override("en"):
        offered = dict(rights.shareable())
    assert offered == {
        "acts:difficulty": "Acts recorded – Confidential: a firm's difficulties",
        "acts:partners": "Acts recorded – Shared between partners",
        "desks:difficulty": "Desks and welcomes – Confidential: a firm's difficulties",
        "desks:partners": "Desks and welcomes – Shared between partners",
        "diagnoses:partners": "Diagnoses of firms – Shared between partners",
        "entry:partners": offered["entry:partners"],
        "events:partners": "Events – Shared between partners",
        "needs:difficulty": "Needs of firms – Confidential: a firm's difficulties",
        "needs:partners": "Needs of firms – Shared between partners",
        "partner_lists:partners": "Lists of partners – Shared between partners",
        "visits:difficulty": "Visits and calls – Confidential: a firm's difficulties",
        "visits:partners": "Visits and calls – Shared between partners",
    }


def test_personal_data_and_raw_answers_are_shared_with_nobody() -> None:
    for value, _label in rights.shareable():
        assert not value.endswith((":personal", ":survey_raw", ":public"))


def test_a_noun_named_once_gives_its_key_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "_terms", dict(policy._terms))
    assert policy.term("kiln", fr="Four", en="Kiln") == "kiln"
    assert policy.words_of("kiln") == Words(fr="Four", en="Kiln")
    assert rights.words("kiln") == "Four"
    assert policy.words_of("anvil") is None


# The page of rights, as people read it.


def sentences(page: bytes) -> dict[str, list[str]]:
    soup = BeautifulSoup(page, "html.parser")
    return {
        section.find("h2").get_text(strip=True): [  # type: ignore[union-attr]
            " ".join(line.get_text(" ").split()) for line in section.find_all("li")
        ]
        for section in soup.select("section.card")
    }


@pytest.mark.django_db
def test_the_page_of_rights_says_who_reads_confidential_notes_and_that_it_is_journalled(
    client: Client,
) -> None:
    client.cookies["django_language"] = "en"
    told = sentences(client.get("/droits/").content)["Confidential visit notes"]
    (line,) = told
    for words in (
        "Read",
        "Adviser",
        "of one's own organisation",
        "Auditor, data protection officer: of every organisation",
        "each reading is journalled",
    ):
        assert words in line
    assert "Elected member" not in line


@pytest.mark.django_db
def test_the_page_of_rights_holds_every_rule_and_no_key_without_words(client: Client) -> None:
    french = sentences(client.get("/droits/").content)
    nouns = {rule.noun for entry in policy.table() for rule in entry.rules.values()}
    assert set(french) == {str(policy.words_of(noun)) for noun in nouns}
    for line in itertools.chain(*french.values()):
        assert "_" not in line
