"""Who may do what with desks, role by role, and what a partner reads of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.scoping import UnscopedAccess
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks import permissions
from maillage.desks.models import Place, Project, Session, Welcome
from maillage.kernel import clock
from tests.factories import accounts, desks as make

pytestmark = pytest.mark.django_db
FIELD = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
OTHERS = tuple(role for role in Role if role not in FIELD)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def owner() -> Organisation:
    return accounts.organisation()


@pytest.mark.parametrize("role", FIELD)
def test_those_who_go_and_see_firms_hold_desks(role: Role, owner: Organisation) -> None:
    found = make.welcome(make.session(at=make.place(owner)))
    one = accounts.actor(role, owner)
    assert permissions.can_hold_desk(one)
    assert permissions.can_use_session(one, found.session)
    assert not permissions.can_use_session(accounts.actor(role), found.session)


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_does(role: Role, owner: Organisation) -> None:
    found = make.leader(make.session(at=make.place(owner)))
    one = accounts.actor(role, owner)
    assert found.project is not None
    assert not permissions.can_hold_desk(one)
    assert not permissions.can_open_place(one)
    assert not permissions.can_use_session(one, found.session)
    assert not permissions.can_correct_welcome(one, found)
    assert not permissions.can_read_person(one, found.project)


def test_places_are_opened_by_who_answers_for_them(owner: Organisation) -> None:
    where = make.place(owner)
    may = {role for role in Role if permissions.can_open_place(accounts.actor(role, owner))}
    assert may == {Role.OFFICER, Role.SERVICE_MANAGER}
    assert not permissions.can_open_place(accounts.actor(Role.OFFICER), where)


def test_a_welcome_is_corrected_by_who_welcomed_or_the_manager(owner: Organisation) -> None:
    adviser = accounts.actor(Role.ADVISER, owner)
    found = make.welcome(make.session(adviser))
    may = {
        role: permissions.can_correct_welcome(accounts.actor(role, owner), found) for role in FIELD
    }
    assert may == {Role.ADVISER: False, Role.OFFICER: False, Role.SERVICE_MANAGER: True}
    assert permissions.can_correct_welcome(adviser, found)


def test_the_name_of_a_project_leader_is_read_by_those_who_met_them(owner: Organisation) -> None:
    found = make.leader(make.session(at=make.place(owner))).project
    assert found is not None
    partner = accounts.organisation()
    accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    assert permissions.can_read_person(accounts.actor(Role.ADVISER, owner), found)
    assert not permissions.can_read_person(accounts.actor(Role.ADVISER, partner), found)


def seen(actor: Actor) -> tuple[int, int, int, int]:
    """How many places, sessions, welcomes and projects somebody sees."""
    return (
        Place.objects.visible_to(actor).count(),
        Session.objects.visible_to(actor).count(),
        Welcome.objects.visible_to(actor).count(),
        Project.objects.visible_to(actor).count(),
    )


def test_a_share_opens_desks_until_its_end_and_to_readers_only(owner: Organisation) -> None:
    make.leader(make.session(at=make.place(owner)))
    partner = accounts.organisation()
    assert seen(accounts.actor(Role.ADVISER, partner)) == (0, 0, 0, 0)
    opened = accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    assert seen(accounts.actor(Role.ADVISER, partner)) == (1, 1, 1, 1)
    assert seen(accounts.actor(Role.ELECTED, partner)) == (0, 0, 0, 0)
    assert seen(accounts.actor(Role.AUDITOR, partner)) == (1, 1, 1, 1)
    mine = Session.objects.owned_by(accounts.actor(Role.ADVISER, partner))
    assert not mine.exists()  # read, not owned
    opened.until = clock.today().replace(month=1)
    opened.save()
    assert seen(accounts.actor(Role.ADVISER, partner)) == (0, 0, 0, 0)


@pytest.mark.parametrize("model", [Place, Session, Welcome, Project])
def test_no_record_of_a_desk_is_read_for_nobody(model: type) -> None:
    with pytest.raises(UnscopedAccess):
        list(model.objects.all())  # type: ignore[attr-defined]
