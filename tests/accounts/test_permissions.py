"""Roles × verbs: who may change rights."""

from __future__ import annotations

import pytest

from maillage.accounts import permissions
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_manage_people_and_shares_of_their_own_organisation(role: Role) -> None:
    ours, theirs = make.organisation(), make.organisation()
    actor = make.actor(role, ours)
    administers = role is Role.ADMINISTRATOR
    colleague = make.actor(organisation=ours).membership
    assert colleague is not None
    assert permissions.can_manage_people(actor, ours) is administers
    assert permissions.can_end_membership(actor, colleague) is administers
    assert permissions.can_grant_share(actor, ours) is administers
    assert permissions.can_end_share(actor, make.share(ours, theirs, "visits")) is administers
    assert not permissions.can_manage_people(actor, theirs)
    assert not permissions.can_grant_share(actor, theirs)
    assert not permissions.can_end_share(actor, make.share(theirs, ours, "visits"))


@pytest.mark.parametrize("given", list(Role))
def test_an_administrator_gives_every_role_but_the_one_that_sees_beyond(given: Role) -> None:
    administrator = make.actor(Role.ADMINISTRATOR)
    assert permissions.can_give_role(administrator, given) is (given is not Role.AUDITOR)
    assert permissions.can_give_role(System("set-up"), given)
    assert not permissions.can_give_role(make.actor(Role.SERVICE_MANAGER), given)
    assert not permissions.can_give_role(ANONYMOUS, given)
