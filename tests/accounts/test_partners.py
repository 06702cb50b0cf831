"""Organisations join, are named otherwise, and get their first administrator."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts import actions, actors, identity, journal, partners, permissions
from maillage.accounts.actors import Actor
from maillage.accounts.identity import Face
from maillage.accounts.models import Change, Membership, Organisation
from maillage.accounts.partners import Named
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

LANDLORD = Named(name="Habitat du Nord", kind="landlord", short_name="HDN", siren="130022718")


@pytest.fixture
def in_charge(administrator: Actor) -> Actor:
    """The administrator of the organisation that founded the instance."""
    identity.presume(Face(organisation_id=administrator.organisation_id, name="CMA"))
    return administrator


def as_actor(membership: Membership) -> Actor:
    return actors.of(membership)


def test_a_partner_joins_and_it_is_journalled(administrator: Actor) -> None:
    added = partners.add_organisation(named=LANDLORD, by=administrator)

    assert (added.name, added.kind, added.siren, str(added)) == ("Habitat du Nord", "landlord", "130022718", "HDN")  # fmt: skip
    line = Change.objects.unscoped(reason="tests read all").get()
    assert (line.what, line.by, line.object_key) == (Change.What.ORGANISATION_ADDED, administrator.person, str(added.key))  # fmt: skip
    assert journal.told([line])[0].about == "Habitat du Nord"


def test_the_same_form_sent_twice_adds_one(administrator: Actor) -> None:
    key = uuid7()
    first, second = (
        partners.add_organisation(named=LANDLORD, key=key, by=administrator) for _ in range(2)
    )
    assert first == second
    assert Change.objects.unscoped(reason="tests read all").count() == 1


def test_two_organisations_bear_two_sirens(administrator: Actor) -> None:
    partners.add_organisation(named=LANDLORD, by=administrator)
    with pytest.raises(Invalid) as refused:
        partners.add_organisation(named=LANDLORD, by=administrator)
    assert set(refused.value.fields) == {"siren"}


def test_only_administrators_add_one() -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        perimeter = "59350" if role is Role.ELECTED else ""
        with pytest.raises(NotAllowed):
            partners.add_organisation(named=LANDLORD, by=make.actor(role, perimeter=perimeter))


def test_an_administrator_names_their_own_organisation(administrator: Actor) -> None:
    own = administrator.acting_for()
    partners.rename_organisation(organisation=own, named=LANDLORD, by=administrator)
    own.refresh_from_db()
    assert own.name == "Habitat du Nord"
    # Saving the same name again is no quarrel with oneself.
    partners.rename_organisation(organisation=own, named=LANDLORD, by=administrator)


def test_nobody_names_the_organisation_of_others(administrator: Actor, in_charge: Actor) -> None:
    other = make.actor(Role.ADMINISTRATOR).acting_for()
    with pytest.raises(NotAllowed):
        partners.rename_organisation(organisation=other, named=LANDLORD, by=in_charge)
    assert not permissions.can_edit_organisation(make.actor(Role.OFFICER, other), other)


def test_the_organisation_in_charge_settles_a_partner_that_nobody_administers(
    in_charge: Actor,
) -> None:
    partner = partners.add_organisation(named=LANDLORD, by=in_charge)
    partners.rename_organisation(
        organisation=partner, named=Named(name="Habitat", kind="landlord"), by=in_charge
    )
    opened = actions.open_membership(
        email="lea@habitat.example", name="Léa", role=Role.ADMINISTRATOR,
        organisation=partner, by=in_charge,
    )  # fmt: skip

    assert opened.organisation == partner
    assert permissions.is_administered(partner)
    with pytest.raises(NotAllowed):  # from now on it is theirs
        actions.open_membership(
            email="luc@habitat.example", name="Luc", role=Role.ADMINISTRATOR,
            organisation=partner, by=in_charge,
        )  # fmt: skip
    assert not permissions.can_edit_organisation(in_charge, partner)
    assert permissions.can_edit_organisation(as_actor(opened), partner)


def test_it_gives_no_other_role_there(in_charge: Actor) -> None:
    partner = partners.add_organisation(named=LANDLORD, by=in_charge)
    with pytest.raises(NotAllowed):
        actions.open_membership(
            email="lea@habitat.example", name="Léa", role=Role.ADVISER,
            organisation=partner, by=in_charge,
        )  # fmt: skip


def test_an_administrator_of_another_organisation_settles_nobody(in_charge: Actor) -> None:
    partner = partners.add_organisation(named=LANDLORD, by=in_charge)
    for other in (make.actor(Role.ADMINISTRATOR), make.actor(Role.OFFICER, in_charge.organisation)):
        with pytest.raises(NotAllowed):
            actions.open_membership(
                email="x@habitat.example", name="X", role=Role.ADMINISTRATOR,
                organisation=partner, by=other,
            )  # fmt: skip


def test_an_organisation_whose_administrator_left_is_administered_by_nobody(
    in_charge: Actor,
) -> None:
    left = make.person(Role.ADMINISTRATOR).memberships.get()
    assert permissions.is_administered(left.organisation)
    left.ended_at = clock.now()
    left.save()
    assert not permissions.is_administered(left.organisation)
    listed = partners.with_administrators().get(pk=left.organisation_id)
    assert not listed.administered
    assert partners.with_administrators().get(pk=in_charge.organisation_id).administered


# Pages


@pytest.fixture
def signed_in(client: Client) -> Actor:
    camille = make.signed_in(client, Role.ADMINISTRATOR)
    identity.presume(Face(organisation_id=camille.organisation_id))
    return camille


def typed(**changed: str) -> dict[str, str]:
    return {"once": str(uuid7()), "organisation": "Habitat", "short_name": "", "kind": "landlord", "siren": ""} | changed  # fmt: skip


def test_a_partner_is_added_on_screen_and_waits_for_its_administrator(
    client: Client, signed_in: Actor
) -> None:
    response = client.post("/organisations/ajouter/", typed(), follow=True)
    page = response.content.decode()
    partner = Organisation.objects.get(name="Habitat")
    assert "Personne ne l’administre encore" in page
    assert f"/organisations/{partner.key}/administrateur/" in page


def test_a_wrong_siren_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, signed_in: Actor
) -> None:
    response = client.post("/organisations/ajouter/", typed(siren="123456789"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Ce n’est pas un SIREN" in page
    assert 'value="Habitat"' in page
    assert Organisation.objects.count() == 1


def test_an_organisation_is_renamed_on_screen(client: Client, signed_in: Actor) -> None:
    own = signed_in.acting_for()
    address = f"/organisations/{own.key}/modifier/"
    assert f'value="{own.name}"' in client.get(address).content.decode()
    refused = client.post(address, typed(kind="chamber", siren="1"))
    assert refused.status_code == 422
    client.post(address, typed(organisation="Chambre", kind="chamber"))
    own.refresh_from_db()
    assert own.name == "Chambre"


def test_a_manager_reads_the_partners_and_changes_nothing(client: Client) -> None:
    make.signed_in(client, Role.SERVICE_MANAGER)
    page = client.get("/organisations/").content.decode()
    assert "/ajouter/" not in page
    assert "/modifier/" not in page
    assert client.post("/organisations/ajouter/", typed()).status_code == 403


def test_the_list_of_partners_asks_as_many_queries_for_ten_as_for_two(
    client: Client, signed_in: Actor
) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get("/organisations/")
        counts.append(len(asked))
        for _ in range(8):
            make.organisation()
    assert counts[0] == counts[1]
