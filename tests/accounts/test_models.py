"""Who works for whom, in which role, until when."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts import actors
from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Membership, Organisation, Person, Share
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


def test_an_address_has_one_account_whatever_its_capitals() -> None:
    Person.objects.create_user(" Lea@Example.org ", name="Léa")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_user("lea@example.ORG", name="Another")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Capital@example.org", name="Another")
    assert Person.objects.get_by_natural_key("LEA@example.org").name == "Léa"


def test_a_siren_belongs_to_one_organisation_and_may_be_unknown() -> None:
    make.organisation(siren="245900410")
    make.organisation()
    make.organisation()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.organisation(siren="245900410")


def test_a_membership_neither_ends_before_it_starts_nor_carries_an_unknown_role() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make.person(starts_on=date(2020, 1, 2), ends_on=date(2020, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        make.person("emperor")  # type: ignore[arg-type]


def test_a_share_is_with_another_organisation_for_a_purpose() -> None:
    ours, theirs = make.organisation(), make.organisation()
    for fields in (
        {"to": ours},
        {"to": theirs, "purpose": ""},
        {"to": theirs, "starts_on": date(2030, 1, 1), "until": date(2029, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make.share(ours, resource="visits", **fields)  # type: ignore[arg-type]


def test_current_memberships_are_those_of_the_day() -> None:
    person = make.person(starts_on=date(2020, 6, 2), ends_on=date(2020, 6, 3))
    rows = Membership.objects.unscoped(reason="test").filter(person=person)
    days = [date(2020, 6, day) for day in range(1, 5)]
    assert [rows.current(day).exists() for day in days] == [False, True, True, False]
    held = []
    for day in days:
        with clock.at(clock.end_of_day(day)):
            held.append(rows.get().is_current)
    assert held == [False, True, True, False]


def test_who_sees_memberships() -> None:
    ours = make.organisation()
    colleague, stranger = make.actor(organisation=ours), make.actor()
    rows = Membership.objects
    assert {m.person for m in rows.visible_to(colleague)} == {colleague.person}
    make.membership(colleague.person, make.organisation())  # type: ignore[arg-type]
    assert rows.visible_to(colleague).count() == 2
    assert rows.visible_to(stranger).count() == 1
    assert rows.visible_to(make.actor(Role.AUDITOR)).count() == 4
    assert rows.visible_to(System("test")).count() == 4
    assert rows.visible_to(ANONYMOUS).count() == 0


def test_who_sees_shares() -> None:
    ours, theirs = make.organisation(), make.organisation()
    share = make.share(ours, theirs, "visits")
    seen = [
        Share.objects.visible_to(make.actor(organisation=one)).first() for one in (ours, theirs)
    ]
    assert seen == [share, share]
    assert not Share.objects.visible_to(make.actor()).exists()
    assert Share.objects.visible_to(make.actor(Role.AUDITOR)).exists()
    assert not Share.objects.visible_to(ANONYMOUS).exists()


def test_an_actor_is_somebody_for_an_organisation_in_a_role() -> None:
    ours = make.organisation()
    actor = make.actor(Role.ELECTED, ours, perimeter="59512")
    assert actor.acting_for() == ours
    assert (actor.organisation_id, actor.perimeter) == (ours.pk, "59512")
    assert actor.has(Role.ADVISER, Role.ELECTED)
    assert not actor.has(Role.ADVISER)
    assert not actor.is_anonymous
    assert not actor.is_system
    assert actors.of(actor.membership) == actor  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor()])
def test_the_public_is_nobody_and_acts_for_nobody(actor: Actor) -> None:
    assert actor.is_anonymous
    assert (actor.organisation_id, actor.person_id, actor.perimeter) == (0, None, "")
    with pytest.raises(NotAllowed):
        actor.acting_for()


def test_the_machine_says_why_it_acts() -> None:
    ours = make.organisation()
    machine = System("nightly check", organisation=ours)
    assert machine.is_system
    assert not machine.is_anonymous
    assert machine.reason == "nightly check"
    assert machine.acting_for() == ours
    assert machine.person_id is None


def test_records_say_what_they_are() -> None:
    ours = Organisation(name="Chambre de métiers", short_name="CMA")
    theirs = Organisation(name="Métropole")
    lea = Person(email="lea@example.org")
    assert (str(ours), str(theirs), str(lea)) == ("CMA", "Métropole", "lea@example.org")
    membership = Membership(person=lea, organisation=ours, role=Role.ADVISER)
    assert str(membership).startswith("lea@example.org, ")
    share = Share(owner=ours, to=theirs, resource="visits", sensitivity="partners")
    assert str(share).startswith("CMA → Métropole: visits")
