"""The walk: every route × method × role × {own, shared, foreign, anonymous}.

What is expected is read from the policy declared beside each route, so a route that declares nothing, or
whose object nobody makes, fails. The whole walk runs on SQLite; on PostgreSQL, a sample drawn from a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client
from django.urls import reverse

from maillage.accounts import policy
from maillage.accounts.models import Organisation
from maillage.accounts.policy import Entry, Rule, Scope
from maillage.accounts.roles import Role
from tests.factories import accounts as make
from tests.makers import NoMaker, maker_of

pytestmark = pytest.mark.django_db

SEED = 20200630
SAMPLE = 0.2
RELATIONS = ("own", "shared", "foreign")
ROLES: tuple[Role | None, ...] = (*Role, None)
DONE = {200, 302, 422}

ENTRIES = policy.table()


@dataclass
class World:
    """Three organisations and somebody in each role of the first."""

    own: Organisation
    shared: Organisation
    foreign: Organisation
    clients: dict[Role | None, Client]

    def owner(self, relation: str) -> Organisation:
        owner: Organisation = getattr(self, relation)
        return owner


@pytest.fixture
def world() -> World:
    own, shared, foreign = (make.organisation() for _ in range(3))
    clients: dict[Role | None, Client] = {None: Client()}
    for role in Role:
        clients[role] = Client()
        make.signed_in(clients[role], role, own, perimeter="mel" if role is Role.ELECTED else "")
    return World(own, shared, foreign, clients)


def expected(rule: Rule | None, role: Role | None, relation: str) -> set[int]:
    """The answers that the declared rule allows."""
    if rule is None:
        return {405}
    if role not in frozenset(rule.roles):
        return {302} if role is None else {403}
    if relation == "own" or rule.scope in {Scope.NONE, Scope.ANY}:
        return DONE
    if relation == "shared" and rule.scope is Scope.SHARED:
        return DONE
    if role in frozenset(rule.everywhere):
        return DONE
    return {404}


def ask(client: Client, method: str, address: str) -> HttpResponse:
    """One request whose effects are undone, in the database and in the browser."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method.lower())(address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response  # type: ignore[no-any-return]


def addresses(entry: Entry, world: World) -> Iterator[tuple[str, str]]:
    """The route's address for an object of each owner; a route without object has only one's own."""
    maker = maker_of(entry)
    if maker is None:
        yield "own", reverse(entry.name)
        return
    for rule in entry.rules.values():
        if rule.scope is Scope.SHARED:
            make.share(world.shared, world.own, rule.noun, rule.sensitivity)
    for relation in RELATIONS:
        yield relation, reverse(entry.name, kwargs=maker(world.owner(relation)))


def requests_of(entry: Entry, relation: str) -> Iterator[tuple[str, Role | None]]:
    """Declared methods by every role; one that is not declared, by the public and one role."""
    for method in entry.rules:
        yield from ((method, role) for role in ROLES)
    if relation == "own":
        for method in {"GET", "POST", "DELETE"} - set(entry.rules):
            yield from ((method, role) for role in (Role.ADMINISTRATOR, None))


def sampled(entry: Entry) -> bool:
    """Whether the route is walked on this engine."""
    if connection.vendor == "sqlite":
        return True
    return random.Random(f"{SEED}{entry.name}").random() < SAMPLE  # noqa: S311 -- a sample


def walk(entry: Entry, world: World) -> Iterator[str]:
    """What one route answers otherwise than it declares."""
    for relation, address in addresses(entry, world):
        for method, role in requests_of(entry, relation):
            allowed = expected(entry.rules.get(method), role, relation)
            response = ask(world.clients[role], method, address)
            if problem := judged(response, allowed, role):
                who = role or "anonymous"
                yield f"{method} {address} as {who}, {relation}: {problem}"


# Signing eleven people in costs more than most routes: five routes share them, each from the same state.
WALKED = [entry for entry in ENTRIES if sampled(entry)]
GROUPS = [WALKED[start : start + 5] for start in range(0, len(WALKED), 5)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_each_role_gets_what_the_route_declares(
    group: list[Entry], world: World, db_rollback: Callable[[], AbstractContextManager[None]]
) -> None:
    wrong: list[str] = []
    for entry in group:
        with db_rollback():
            wrong += walk(entry, world)
    assert not wrong, "\n".join(wrong)


def judged(response: HttpResponse, allowed: set[int], role: Role | None) -> str:
    """What is wrong with an answer, nothing when it is as declared."""
    if response.status_code not in allowed:
        return f"{response.status_code} instead of {sorted(allowed)}"
    to_sign_in = response.get("Location", "").startswith(reverse("account_login") + "?next=")
    if role is None and allowed == {302} and not to_sign_in:
        return "an anonymous visitor is not led to sign in"
    if role is not None and to_sign_in:
        return "somebody signed in is sent to sign in again"
    return ""


def test_the_walk_is_long_enough_to_mean_something() -> None:
    assert len(ENTRIES) >= 15
    assert any(rule.scope is Scope.OWN for entry in ENTRIES for rule in entry.rules.values())


def test_every_verb_and_resource_of_the_policy_has_words_in_both_languages() -> None:
    keys = {key for e in ENTRIES for rule in e.rules.values() for key in (rule.verb, rule.noun)}
    assert {key for key in keys if policy.words_of(key) is None} == set()


def test_a_route_is_named_once() -> None:
    names: list[Any] = [entry.name for entry in ENTRIES]
    assert sorted(set(names)) == sorted(names)


# The walk itself: what it must notice.


def entry(**fields: Any) -> Entry:
    given = {"name": "accounts:x", "pattern": "x/<uuid:key>/", "rules": {}, "parameters": ("key",)}
    return Entry(**(given | fields))


def test_a_route_with_an_object_and_no_maker_fails_the_walk() -> None:
    with pytest.raises(NoMaker, match="declares no maker"):
        maker_of(entry())
    with pytest.raises(NoMaker, match=r"needs no_such\(\)"):
        maker_of(entry(maker="no_such"))
    with pytest.raises(NoMaker, match=r"tests/makers/nowhere\.py"):
        maker_of(entry(name="nowhere:x", maker="x"))


def test_the_walk_expects_what_each_scope_means() -> None:
    signed_in = frozenset(Role)
    seen = {
        scope: [
            expected(Rule("read", "x", signed_in, scope), Role.ADVISER, relation) == DONE
            for relation in RELATIONS
        ]
        for scope in Scope
    }
    assert seen == {
        Scope.NONE: [True, True, True],
        Scope.OWN: [True, False, False],
        Scope.SHARED: [True, True, False],
        Scope.ANY: [True, True, True],
    }
    assert expected(Rule("read", "x", signed_in), None, "own") == {302}
    assert expected(Rule("read", "x", (Role.OFFICER,)), Role.ADVISER, "own") == {403}
    assert expected(None, Role.ADVISER, "own") == {405}


def test_the_walk_notices_an_answer_that_was_not_declared() -> None:
    assert judged(HttpResponse(status=200), {404}, Role.ADVISER)
    assert judged(HttpResponse(status=500), DONE, Role.ADVISER)
    assert judged(HttpResponseRedirect("/"), {302}, None)
    assert judged(HttpResponseRedirect("/connexion/?next=/x/"), DONE, Role.ADVISER)
    assert not judged(HttpResponseRedirect("/connexion/?next=/x/"), {302}, None)
    assert not judged(HttpResponse(), DONE, Role.ADVISER)


# Unscoped readings are few, each with its reason.

UNSCOPED = re.compile(r"\.unscoped\(\s*reason=")
FEW = 60


def test_unscoped_readings_of_owned_records_are_few_and_say_why() -> None:
    sources = [p.read_text() for p in Path(policy.__file__).parents[1].rglob("*.py")]
    calls = sum(text.count(".unscoped(") for text in sources)
    with_reason = sum(len(UNSCOPED.findall(text)) for text in sources)
    assert calls == with_reason
    assert 1 <= calls <= FEW
