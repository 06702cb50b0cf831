"""Who acts, read afresh at each request; what is not declared is never served."""

from __future__ import annotations

from datetime import date
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path, resolve

from maillage.accounts import actions, policy
from maillage.accounts.actors import ANONYMOUS, Actor
from maillage.accounts.middleware import PolicyMiddleware
from maillage.accounts.models import Membership, Organisation
from maillage.accounts.policy import SIGNED_IN, Rule, UndeclaredRoute, route
from maillage.accounts.roles import Role
from maillage.kernel import clock
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


def status(client: Client, address: str = "/organisation/") -> int:
    return client.get(address).status_code


def signed(client: Client) -> bool:
    return "_auth_user_id" in client.session


# The leaver: refused at the very next request.


def test_an_ended_membership_is_refused_at_the_very_next_request(
    client: Client, administrator: Actor
) -> None:
    leaver = make.signed_in(client, Role.SERVICE_MANAGER, administrator.organisation)
    assert status(client) == 200
    assert leaver.membership is not None
    actions.end_membership(membership=leaver.membership, by=administrator)
    assert status(client) == 302
    assert not signed(client)


def test_a_membership_past_its_last_day_is_refused(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR, ends_on=date(2020, 6, 30))
    assert actor.membership is not None
    with clock.at(clock.parse_instant("2020-06-30T23:59")):
        assert status(client) == 200
    with clock.at(clock.parse_instant("2020-07-01T00:01")):
        assert status(client) == 302


@pytest.mark.parametrize("what", ["person", "organisation"])
def test_an_inactive_person_or_organisation_is_refused_at_the_very_next_request(
    client: Client, what: str
) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    assert status(client) == 200
    ended = getattr(actor, what)
    ended.is_active = False
    ended.save()
    assert status(client) == 302
    assert not signed(client)


def test_a_changed_role_holds_at_the_very_next_request(client: Client) -> None:
    actor = make.signed_in(client, Role.ADMINISTRATOR)
    assert status(client) == 200
    assert actor.membership is not None
    actor.membership.role = Role.ADVISER
    actor.membership.save()
    assert status(client) == 403


def test_an_erased_person_is_nobody(client: Client) -> None:
    actor = make.signed_in(client)
    assert actor.person is not None
    actor.person.memberships.all().delete()
    actor.person.delete()
    assert status(client, "/compte/") == 302


def test_the_refused_leaver_is_told_whom_to_ask(client: Client) -> None:
    actor = make.signed_in(client)
    assert actor.person is not None
    actor.person.memberships.all().delete()
    page = client.get("/compte/", follow=True)
    assert len(list(page.context["messages"])) == 1


# Several memberships.


def test_one_of_several_memberships_acts_and_another_can_be_chosen(client: Client) -> None:
    actor = make.signed_in(client, Role.ADVISER)
    assert actor.person is not None
    other = make.membership(actor.person, make.organisation(), Role.ADMINISTRATOR)
    assert status(client) == 403
    assert client.post("/compte/", {"membership": str(other.pk)}).status_code == 302
    assert status(client) == 200
    assert status(client, "/compte/") == 200


def test_a_membership_of_somebody_else_cannot_be_chosen(client: Client) -> None:
    make.signed_in(client, Role.ADVISER)
    theirs = make.actor(Role.ADMINISTRATOR).membership
    assert theirs is not None
    assert client.post("/compte/", {"membership": str(theirs.pk)}).status_code == 422
    assert status(client) == 403


def test_when_the_chosen_membership_ends_the_other_one_acts(client: Client) -> None:
    actor = make.signed_in(client, Role.ADVISER)
    assert actor.person is not None
    other = make.membership(actor.person, make.organisation(), Role.ADMINISTRATOR)
    client.post("/compte/", {"membership": str(other.pk)})
    other.delete()
    assert status(client) == 403
    assert signed(client)


# The policy.


def view(_request: HttpRequest, key: str = "") -> HttpResponse:
    return HttpResponse(key)


def conf(*patterns: Any) -> Any:
    module = ModuleType("some_urls")
    module.urlpatterns = list(patterns)  # type: ignore[attr-defined]
    return module


def asked(method: str, actor: Actor, mounted: Any) -> Any:
    request = RequestFactory().generic(method, "/x/")
    request.actor = actor  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    return PolicyMiddleware(lambda _: HttpResponse()).process_view(request, mounted, (), {})


def test_a_route_that_declares_nothing_is_never_served() -> None:
    with pytest.raises(UndeclaredRoute):
        asked("GET", make.actor(), view)


def test_a_route_mounted_without_policy_is_refused_by_the_table() -> None:
    with pytest.raises(UndeclaredRoute, match="bare"):
        policy.table(conf(path("bare/", view, name="bare")))


def test_the_table_gives_full_names_patterns_and_parameters() -> None:
    inner = [route("<uuid:key>/", view, name="one", maker="x", get=Rule("read", "rights"))]
    (entry,) = policy.table(conf(path("things/", include((inner, "app")))))
    assert (entry.name, entry.pattern, entry.parameters, entry.maker) == (
        "app:one",
        "things/<uuid:key>/",
        ("key",),
        "x",
    )


@pytest.mark.parametrize("methods", [{}, {"fetch": Rule("read", "rights")}])
def test_a_route_declares_a_rule_for_methods_that_exist(methods: dict[str, Rule]) -> None:
    with pytest.raises(UndeclaredRoute):
        route("x/", view, name="x", **methods)


def test_the_rule_of_a_method_says_who_passes() -> None:
    rules = {
        "get": Rule("read", "rights", (Role.ADVISER,)),
        "post": Rule("edit", "rights", SIGNED_IN),
    }
    mounted = route("x/", view, name="x", **rules).callback
    assert asked("GET", make.actor(Role.ADVISER), mounted) is None
    assert asked("HEAD", make.actor(Role.ADVISER), mounted) is None
    assert asked("POST", make.actor(Role.OFFICER), mounted) is None
    assert asked("GET", ANONYMOUS, mounted).status_code == 302
    refused = asked("PUT", make.actor(Role.ADVISER), mounted)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, POST")
    with pytest.raises(PermissionDenied):
        asked("GET", make.actor(Role.OFFICER), mounted)


def test_every_route_carries_its_entry_to_the_middleware() -> None:
    entry = policy.entry_of(resolve("/organisation/").func)
    assert entry is not None
    assert not entry.rules["GET"].is_public


def test_a_foreign_membership_or_share_does_not_exist(client: Client, administrator: Actor) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    colleague = make.person(organisation=administrator.organisation)
    key = Membership.objects.visible_to(administrator).get(person=colleague).key
    assert status(client, f"/organisation/personnes/{key}/fin/") == 404


def test_the_public_costs_no_query(client: Client, django_assert_num_queries: Any) -> None:
    Organisation.objects.count()
    with django_assert_num_queries(0):
        assert status(client, "/droits/") == 200
