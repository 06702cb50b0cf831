"""Invitations by signed link: nobody has access before they answer, and they answer once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from maillage.accounts import actions, identity, inviting, journal, partners, permissions
from maillage.accounts.actors import Actor
from maillage.accounts.invitations import Invitation
from maillage.accounts.models import Change, Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.post import composing, links
from maillage.post.models import Link, Message
from maillage.site.purposes import JOIN
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

LIST, NEW = "/organisation/invitations/", "/organisation/invitations/ajouter/"
ADDRESS = re.compile(r"http://\S+(/l/[\w-]+)")


@pytest.fixture
def camille(client: Client) -> Actor:
    return make.signed_in(client, Role.ADMINISTRATOR, name="Camille Martin")


@pytest.fixture
def now() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-03-02T09:00:00+01:00", tick=False) as moment:
        yield moment


def typed(**changed: str) -> dict[str, str]:
    return {"once": str(uuid7()), "email": "Lea@CMA.example", "name": "Léa Roux", "role": "adviser", "perimeter": "", "ends_on": ""} | changed  # fmt: skip


def text(response: Any) -> str:
    return response.content.decode()


def written() -> Message:
    return Message.objects.unscoped(reason="tests read all").latest("id")


def sent(client: Client, **changed: str) -> str:
    """Invite somebody on screen; the address they receive."""
    answer = client.post(NEW, typed(**changed))
    assert answer.status_code == 302, text(answer)
    found = ADDRESS.search(written().text)
    assert found is not None
    return found[1]


def invitations() -> Any:
    return Invitation.objects.unscoped(reason="tests read all")


def memberships() -> Any:
    return Membership.objects.unscoped(reason="tests read all").filter(person__name="Léa Roux")


def answers(link: str, browser: Client | None = None) -> tuple[Client, HttpResponse]:
    browser = browser or Client()
    return browser, browser.post(link)


# Inviting


def test_an_invitation_is_written_and_opens_nothing_yet(client: Client, camille: Actor) -> None:
    sent(client)
    message = written()
    assert (message.recipient, message.organisation) == ("lea@cma.example", camille.organisation)
    assert "Camille Martin vous invite à rejoindre" in message.text
    assert str(Role.ADVISER.label) in message.text
    assert not Person.objects.filter(email="lea@cma.example").exists()
    page = text(client.get(LIST))
    assert "Léa Roux" in page
    assert "Camille Martin" in page


def test_the_message_leaves_from_the_address_of_the_instance(
    client: Client, camille: Actor
) -> None:
    sent(client)
    identity.presume(identity.Face(sender="bonjour@cma.example"))
    assert composing.compose(written()).sender == "bonjour@cma.example"


def test_the_same_form_sent_twice_writes_one_message_whose_link_stands(
    client: Client, camille: Actor
) -> None:
    form = typed()
    for _ in range(2):
        assert client.post(NEW, form).status_code == 302
    assert invitations().count() == Link.objects.count() == 1
    assert Message.objects.unscoped(reason="tests count").count() == 1
    found = ADDRESS.search(written().text)
    assert found is not None
    _browser, answer = answers(found[1])
    assert answer.status_code == 302


def test_what_cannot_be_taken_is_said_and_writes_nothing(client: Client, camille: Actor) -> None:
    for field, wrong in {"email": "nowhere", "role": "auditor", "ends_on": "2001-01-01"}.items():
        answer = client.post(NEW, typed(**{field: wrong}))
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in text(answer)
    assert client.post(NEW, typed(role="elected")).status_code == 422
    assert not invitations().exists()
    assert not Message.objects.unscoped(reason="tests count").exists()


def test_only_administrators_invite_and_into_their_own_organisation(camille: Actor) -> None:
    for role in (Role.OFFICER, Role.SERVICE_MANAGER):
        with pytest.raises(NotAllowed):
            inviting.invite(email="x@cma.example", name="X", role=Role.ADVISER, by=make.actor(role))
    with pytest.raises(NotAllowed):
        inviting.invite(email="x@cma.example", name="X", role=Role.AUDITOR, by=camille)
    with pytest.raises(Invalid):
        inviting.invite(email="x@cma.example", name="X", role=Role.ELECTED, by=camille)


def test_a_known_person_is_written_to_in_their_own_language(client: Client, camille: Actor) -> None:
    make.person(email="lea@cma.example", name="Léa Roux", language="en")
    sent(client)
    assert "invites you to join" in written().text
    assert Link.objects.get().language == "en"


# Answering


def test_looking_at_the_link_says_what_is_offered_and_answers_nothing(
    client: Client, camille: Actor
) -> None:
    link = sent(client)
    for _ in range(3):
        page = text(Client().get(link))
        assert "Rejoindre cette organisation" in page
        assert str(camille.organisation) in page
    assert not memberships().exists()


def test_who_answers_joins_and_chooses_a_password(client: Client, camille: Actor) -> None:
    browser, answer = answers(sent(client, ends_on="2999-12-31"))
    assert answer.headers["Location"] == "/compte/mot-de-passe/premier/"
    joined = memberships().get()
    assert (joined.organisation, joined.role) == (camille.organisation, Role.ADVISER)
    assert (joined.starts_on, joined.ends_on) == (clock.today(), date(2999, 12, 31))
    assert joined.person.email == "lea@cma.example"
    assert browser.get("/compte/").status_code == 200
    chosen = {"password1": "une longue phrase", "password2": "une longue phrase"}
    browser.post("/compte/mot-de-passe/premier/", chosen)
    assert Person.objects.get(pk=joined.person_id).check_password("une longue phrase")
    assert "Aucune invitation n’attend" in text(client.get(LIST))


def test_who_goes_on_with_codes_needs_no_password(client: Client, camille: Actor) -> None:
    browser, _answer = answers(sent(client))
    assert browser.get("/").status_code == 200
    assert not memberships().get().person.has_usable_password()


def test_who_has_a_password_already_is_led_home(client: Client, camille: Actor) -> None:
    known = make.person(email="lea@cma.example", name="Léa Roux", password="une phrase à elle")
    _browser, answer = answers(sent(client))
    assert answer.headers["Location"] == "/"
    assert known.memberships.count() == 2  # type: ignore[attr-defined]
    known.refresh_from_db()
    assert known.check_password("une phrase à elle")


def test_a_link_answers_once(client: Client, camille: Actor) -> None:
    link = sent(client)
    answers(link)
    other, again = answers(link)
    assert again.status_code == 200
    assert "Cette invitation a été acceptée" in text(again)
    assert memberships().count() == 1
    assert other.get("/compte/").status_code == 302


def test_who_is_signed_in_as_somebody_else_goes_on_as_who_was_invited(
    client: Client, camille: Actor
) -> None:
    browser, _answer = answers(sent(client), browser=client)
    assert "lea@cma.example" in text(browser.get("/compte/"))


def test_it_may_be_answered_for_a_fortnight(client: Client, now: time_machine.Coordinates) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    links_sent = [sent(client, email=f"{n}@cma.example") for n in range(2)]
    now.shift(timedelta(days=14) - timedelta(seconds=1))
    assert answers(links_sent[0])[1].status_code == 302
    now.shift(timedelta(seconds=1))
    assert answers(links_sent[1])[1].status_code == 404
    assert memberships().count() == 1
    assert not Invitation.objects.unscoped(reason="tests count").pending().exists()


def test_an_organisation_that_stopped_receives_nobody(client: Client, camille: Actor) -> None:
    link = sent(client)
    own = camille.acting_for()
    own.is_active = False
    own.save()
    assert answers(link)[1].status_code == 409
    assert Link.objects.get().uses == 0  # a refused link is not consumed
    assert not memberships().exists()


def test_a_closed_account_is_not_opened_by_an_invitation(client: Client, camille: Actor) -> None:
    make.person(email="lea@cma.example", name="Léa Roux", is_active=False)
    assert answers(sent(client))[1].status_code == 409
    assert memberships().count() == 1
    assert invitations().get().accepted_at is None


# Withdrawing


def test_a_withdrawn_invitation_opens_nothing(client: Client, camille: Actor) -> None:
    link = sent(client)
    page = client.post(f"{LIST}{invitations().get().key}/retirer/", follow=True)
    assert "L’invitation de Léa Roux est retirée." in text(page)
    assert "Aucune invitation n’attend" in text(page)
    assert answers(link)[1].status_code == 404
    assert not memberships().exists()


def test_inviting_again_withdraws_the_former_link(client: Client, camille: Actor) -> None:
    first = sent(client)
    second = sent(client, role="officer")
    assert answers(first)[1].status_code == 404
    assert answers(second)[1].status_code == 302
    assert memberships().get().role == Role.OFFICER
    assert invitations().count() == 2


def test_what_was_answered_or_withdrawn_is_not_withdrawn_again(
    client: Client, camille: Actor
) -> None:
    answers(sent(client))
    with pytest.raises(Conflict):
        inviting.revoke(invitation=invitations().get(), by=camille)
    offered = inviting.invite(email="x@cma.example", name="X", role=Role.ADVISER, by=camille)
    inviting.revoke(invitation=offered, by=camille)
    with pytest.raises(Conflict):
        inviting.revoke(invitation=offered, by=camille)
    with pytest.raises(Conflict):
        inviting.accept(invitation=offered)


def test_nobody_else_withdraws_or_reads_it(client: Client, camille: Actor) -> None:
    sent(client)
    offered = invitations().get()
    other = Client()
    stranger = make.signed_in(other, Role.ADMINISTRATOR)
    assert "Léa Roux" not in text(other.get(LIST))
    assert other.post(f"{LIST}{offered.key}/retirer/").status_code == 404
    with pytest.raises(NotAllowed):
        inviting.revoke(invitation=offered, by=stranger)
    assert not links.Link.objects.exclude(revoked_at=None).exists()


def test_a_link_whose_invitation_is_gone_says_nothing(client: Client, camille: Actor) -> None:
    link = sent(client)
    invitations().delete()
    assert str(camille.organisation) not in text(Client().get(link))
    assert answers(link)[1].status_code == 409
    assert Link.objects.get(purpose=JOIN).uses == 0


# The first administrator of a partner


@pytest.fixture
def partner(camille: Actor) -> Organisation:
    """A partner that nobody administers, in an instance of which Camille's chamber is in charge."""
    identity.presume(identity.Face(organisation_id=camille.organisation_id))
    named = partners.Named(name="Habitat du Nord", kind="landlord")
    return partners.add_organisation(named=named, by=camille)


def settled(client: Client, partner: Organisation, **changed: str) -> str:
    """Invite who will administer it; the address they receive."""
    form = {"once": str(uuid7()), "email": "lea@habitat.example", "name": "Léa Roux"} | changed
    for _ in range(2):  # a double click writes once
        answer = client.post(f"/organisations/{partner.key}/administrateur/", form)
        assert answer.headers["Location"] == "/organisations/"
    found = ADDRESS.search(written().text)
    assert found is not None
    return found[1]


def test_a_partner_gets_its_first_administrator_by_an_invitation_they_answer(
    client: Client, camille: Actor, partner: Organisation
) -> None:
    assert "Habitat du Nord" in text(client.get(f"/organisations/{partner.key}/administrateur/"))
    link = settled(client, partner)
    assert invitations().count() == 1
    assert not permissions.is_administered(partner)
    assert "n’a pas encore répondu" in text(client.get("/organisations/"))

    browser, answer = answers(link)
    assert answer.status_code == 302
    assert memberships().get().organisation == partner
    assert "Habitat du Nord" in text(browser.get("/organisation/"))
    page = text(client.get("/organisations/"))
    assert "Personne ne l’administre" not in page
    assert "n’a pas encore répondu" not in page
    # From now on it is theirs.
    assert client.get(f"/organisations/{partner.key}/administrateur/").status_code == 404
    with pytest.raises(NotAllowed):
        inviting.invite(email="luc@habitat.example", name="Luc", role=Role.ADMINISTRATOR, organisation=partner, by=camille)  # fmt: skip


def test_another_name_for_a_partner_withdraws_the_one_who_had_not_answered(
    client: Client, partner: Organisation
) -> None:
    first = settled(client, partner)
    second = settled(client, partner, email="luc@habitat.example", name="Luc Petit")
    assert answers(first)[1].status_code == 404
    assert not permissions.is_administered(partner)
    assert answers(second)[1].status_code == 302
    assert permissions.is_administered(partner)


def test_a_wrong_address_for_a_partner_is_said_and_writes_nothing(
    client: Client, partner: Organisation
) -> None:
    form = {"once": str(uuid7()), "email": "nowhere", "name": "Léa"}
    answer = client.post(f"/organisations/{partner.key}/administrateur/", form)
    assert answer.status_code == 422
    assert 'value="nowhere"' in text(answer)
    assert not invitations().exists()


def test_a_partner_is_settled_by_the_organisation_in_charge_alone(partner: Organisation) -> None:
    stranger = Client()
    make.signed_in(stranger, Role.ADMINISTRATOR)
    address = f"/organisations/{partner.key}/administrateur/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"once": str(uuid7()), "email": "a@b.example", "name": "A"}).status_code == 404  # fmt: skip
    assert not invitations().exists()


def test_it_offers_no_other_role_to_a_partner(camille: Actor, partner: Organisation) -> None:
    with pytest.raises(NotAllowed):
        inviting.invite(email="a@b.example", name="A", role=Role.OFFICER, organisation=partner, by=camille)  # fmt: skip


# Journal


def test_the_journal_says_who_invited_and_who_joined(client: Client, camille: Actor) -> None:
    answers(sent(client))
    sent(client, email="x@cma.example", name="X", role="officer")
    client.post(f"{LIST}{invitations().get(name='X').key}/retirer/")
    lines = list(Change.objects.visible_to(camille).order_by("id"))
    what = Change.What
    assert [line.what for line in lines] == [
        what.INVITATION_SENT, what.MEMBERSHIP_OPENED, what.INVITATION_SENT, what.INVITATION_REVOKED,
    ]  # fmt: skip
    assert lines[0].by == camille.person
    told = [line.about for line in journal.told(lines)]
    assert told[0] == str(Role.ADVISER.label)
    assert "Léa Roux" in told[1]
    assert "x@cma.example" not in str([line.detail for line in lines])


def test_who_joined_by_invitation_leaves_like_everybody(client: Client, camille: Actor) -> None:
    browser, _answer = answers(sent(client))
    actions.end_membership(membership=memberships().get(), by=camille)
    assert browser.get("/compte/").headers["Location"].startswith("/connexion/")
