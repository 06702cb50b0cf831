"""Every change of rights."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from maillage.accounts import actions
from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Change, Membership, Organisation, Person, Share
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts as make, places

pytestmark = pytest.mark.django_db


def changes() -> list[str]:
    return [change.what for change in Change.objects.unscoped(reason="test").order_by("id")]


def grant(by: Actor, to: Organisation, **fields: object) -> Share:
    given: dict[str, object] = {
        "resource": "visits",
        "sensitivity": Sensitivity.PARTNERS,
        "purpose": "Follow the convention",
        "until": clock.today() + timedelta(days=30),
    }
    return actions.grant_share(by=by, to=to, **(given | fields))  # type: ignore[arg-type]


def opened(by: Actor, **fields: object) -> Membership:
    given: dict[str, object] = {"email": "Lea@Example.org", "name": "Léa", "role": Role.ADVISER}
    return actions.open_membership(by=by, **(given | fields))  # type: ignore[arg-type]


def test_an_administrator_gives_somebody_a_role_and_the_journal_says_so(
    administrator: Actor,
) -> None:
    membership = opened(administrator)
    assert membership.organisation == administrator.organisation
    assert membership.person.email == "lea@example.org"
    assert not membership.person.has_usable_password()
    assert membership.is_current
    assert changes() == [Change.What.MEMBERSHIP_OPENED]


def test_a_person_known_elsewhere_gets_one_more_membership_not_another_account(
    administrator: Actor,
) -> None:
    someone = make.person(email="lea@example.org")
    assert opened(administrator).person == someone
    assert Person.objects.filter(email__iexact="lea@example.org").count() == 1


def test_the_same_form_sent_twice_opens_one_membership(administrator: Actor) -> None:
    key = uuid7()
    assert opened(administrator, key=key) == opened(administrator, key=key)
    assert changes() == [Change.What.MEMBERSHIP_OPENED]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_opens_a_membership(role: Role) -> None:
    with pytest.raises(NotAllowed):
        opened(make.actor(role))


def test_an_administrator_opens_none_in_another_organisation(administrator: Actor) -> None:
    with pytest.raises(NotAllowed):
        opened(administrator, organisation=make.organisation())


def test_an_auditor_is_named_by_the_operator_only(administrator: Actor) -> None:
    with pytest.raises(NotAllowed):
        opened(administrator, role=Role.AUDITOR)
    named = opened(System("set-up"), role=Role.AUDITOR, organisation=administrator.organisation)
    assert named.role == Role.AUDITOR


def test_an_elected_member_has_a_perimeter(administrator: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        opened(administrator, role=Role.ELECTED)
    assert "perimeter" in refusal.value.fields


# what was typed | what is kept, nothing: refused
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("59512", "59512"),
        (" mel ", "mel"),
        ("245900410", "mel"),
        ("59512, 59350 ,59512", "59512, 59350"),
        ("59298", "59350"),  # Hellemmes is part of Lille
        ("", ""),
        (" , ,", ""),
        ("Roubaix", ""),
        ("atlantis", ""),
        ("59512, mel", ""),
        ("59512; 59350", ""),
    ],
)
def test_the_perimeter_of_an_elected_member_is_somewhere(
    administrator: Actor, typed: str, kept: str
) -> None:
    places.places_loaded()
    if kept:
        assert opened(administrator, role=Role.ELECTED, perimeter=typed).perimeter == kept
        return
    with pytest.raises(Invalid) as refusal:
        opened(administrator, role=Role.ELECTED, perimeter=typed)
    assert list(refusal.value.fields) == ["perimeter"]
    assert changes() == []


def test_a_perimeter_that_is_nowhere_is_said_with_what_to_type(administrator: Actor) -> None:
    places.places_loaded()
    said = {}
    for typed in ("atlantis", "59512, mel"):
        with translation.override("en"), pytest.raises(Invalid) as refusal:
            opened(administrator, role=Role.ELECTED, perimeter=typed)
        said[typed] = str(refusal.value.fields["perimeter"])
    assert "atlantis" in said["atlantis"]
    assert "INSEE" in said["atlantis"]
    assert said["59512, mel"] == "Métropole Européenne de Lille is no commune: name it alone."


def test_a_membership_does_not_end_before_it_starts(administrator: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        opened(administrator, starts_on=date(2020, 6, 2), ends_on=date(2020, 6, 1))
    assert "ends_on" in refusal.value.fields
    assert changes() == []


def test_a_membership_ends_once_and_at_once(administrator: Actor) -> None:
    membership = opened(administrator)
    actions.end_membership(membership=membership, by=administrator)
    assert not membership.is_current
    assert changes() == [Change.What.MEMBERSHIP_OPENED, Change.What.MEMBERSHIP_ENDED]
    with pytest.raises(Conflict):
        actions.end_membership(membership=membership, by=administrator)


def test_an_administrator_does_not_end_their_own_access(administrator: Actor) -> None:
    assert administrator.membership is not None
    with pytest.raises(NotAllowed):
        actions.end_membership(membership=administrator.membership, by=administrator)


def test_a_share_opens_one_class_of_one_resource_to_one_partner(administrator: Actor) -> None:
    partner = make.actor()
    share = grant(administrator, partner.acting_for())
    owner = administrator.organisation_id
    assert share.is_running
    assert partner.owners_sharing("visits", Sensitivity.PARTNERS) == {owner}
    assert partner.owners_sharing("visits", Sensitivity.DIFFICULTY) == frozenset()
    assert partner.owners_sharing("needs", Sensitivity.PARTNERS) == frozenset()
    assert administrator.owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()
    assert make.actor().owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()
    assert ANONYMOUS.owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()


def test_what_is_shared_is_read_once_per_actor(administrator: Actor) -> None:
    partner = make.actor()
    assert partner.owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()
    grant(administrator, partner.acting_for())
    assert partner.owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()


def test_a_share_opens_nothing_before_its_first_day_nor_after_its_last(
    administrator: Actor,
) -> None:
    organisation = make.organisation()
    grant(administrator, organisation, starts_on=date(2020, 6, 2), until=date(2020, 6, 3))
    seen = []
    for day in range(1, 5):
        with clock.at(clock.parse_instant(f"2020-06-0{day}T12:00")):
            partner = make.actor(organisation=organisation)
            seen.append(bool(partner.owners_sharing("visits", Sensitivity.PARTNERS)))
    assert seen == [False, True, True, False]


def test_an_ended_share_opens_nothing_any_more(administrator: Actor) -> None:
    organisation = make.organisation()
    share = grant(administrator, organisation)
    actions.end_share(share=share, because="Fin", by=administrator)
    assert not share.is_running
    assert share.ended_by == administrator.person
    partner = make.actor(organisation=organisation)
    assert partner.owners_sharing("visits", Sensitivity.PARTNERS) == frozenset()
    assert changes() == [Change.What.SHARE_GRANTED, Change.What.SHARE_ENDED]
    with pytest.raises(Conflict):
        actions.end_share(share=share, because="Fin", by=administrator)


def test_only_the_owner_ends_a_share(administrator: Actor) -> None:
    partner = make.actor(Role.ADMINISTRATOR)
    share = grant(administrator, partner.acting_for())
    with pytest.raises(NotAllowed):
        actions.end_share(share=share, because="Fin", by=partner)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"purpose": "  "}, "purpose"),
        ({"until": date(2001, 1, 1)}, "until"),
    ],
)
def test_a_share_names_its_purpose_and_ends_after_it_starts(
    administrator: Actor, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        grant(administrator, make.organisation(), **fields)
    assert field in refusal.value.fields


def test_one_does_not_share_with_oneself(administrator: Actor) -> None:
    with pytest.raises(Invalid):
        grant(administrator, administrator.acting_for())


def test_the_same_share_sent_twice_is_granted_once(administrator: Actor) -> None:
    key, partner = uuid7(), make.organisation()
    assert grant(administrator, partner, key=key) == grant(administrator, partner, key=key)
    assert changes() == [Change.What.SHARE_GRANTED]


def test_nobody_shares_what_they_do_not_administer() -> None:
    with pytest.raises(NotAllowed):
        grant(make.actor(Role.SERVICE_MANAGER), make.organisation())
    with pytest.raises(NotAllowed):
        grant(ANONYMOUS, make.organisation())
