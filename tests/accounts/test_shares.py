"""A share: one class of one resource, for a purpose, until a day; refused, granted, read, ended, journalled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from maillage.accounts import actions, journal
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Change, Organisation, Share
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

GRANT = reverse("accounts:share_grant")


def grant(by: Actor, to: Organisation, **fields: Any) -> Share:
    given: dict[str, Any] = {
        "resource": "visits",
        "sensitivity": Sensitivity.PARTNERS,
        "purpose": "Suivre la convention",
        "starts_on": date(2020, 6, 1),
        "until": date(2020, 6, 30),
    }
    return actions.grant_share(by=by, to=to, **(given | fields))


REFUSED: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no purpose": (
        {"purpose": "  "},
        "purpose",
        "Dites à quoi cela servira au partenaire.",
        "Say what the partner will use it for.",
    ),
    "an end before its beginning": (
        {"until": date(2020, 5, 31)},
        "until",
        "Indiquez un jour postérieur au premier.",
        "Give a day after the first one.",
    ),
    "a resource that nothing opens": (
        {"resource": "passwords"},
        "what",
        "Aucun partage n’ouvre cela. Choisissez une catégorie d’une ressource.",
        "No share opens this. Choose one class of one resource.",
    ),
    "a class of it that nothing opens": (
        {"sensitivity": Sensitivity.PERSONAL},
        "what",
        "Aucun partage n’ouvre cela. Choisissez une catégorie d’une ressource.",
        "No share opens this. Choose one class of one resource.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_share_that_does_not_hold_together_is_refused_on_its_field_in_both_languages(
    what: str, administrator: Actor
) -> None:
    fields, field, french, english = REFUSED[what]
    partner = make.organisation()
    for language, expected in (("fr", french), ("en", english)):
        with translation.override(language), pytest.raises(Invalid) as refused:
            grant(administrator, partner, **fields)
        assert {n: str(said) for n, said in refused.value.fields.items()} == {field: expected}
    assert not Share.objects.unscoped(reason="test").exists()


# day | opened from the 1st to the 30th of June, ended on the 10th at noon
@pytest.mark.parametrize(
    ("instant", "running", "ended"),
    [
        ("2020-05-31T23:59", False, False),
        ("2020-06-01T00:00", True, True),
        ("2020-06-10T11:59", True, True),
        ("2020-06-10T12:01", True, False),
        ("2020-06-30T23:59", True, False),
        ("2020-07-01T00:00", False, False),
    ],
)
def test_a_share_opens_from_midnight_of_its_first_day_to_midnight_of_its_last_unless_ended(
    instant: str, running: bool, ended: bool, administrator: Actor
) -> None:
    partner = make.organisation()
    grant(administrator, partner)
    at = clock.parse_instant(instant)
    with clock.at(at):
        assert opened(partner) is running
    noon = clock.parse_instant("2020-06-10T12:00")
    if at > noon:
        (share,) = Share.objects.visible_to(administrator)
        with clock.at(noon):
            actions.end_share(share=share, because="Fin", by=administrator)
    with clock.at(at):
        assert opened(partner) is ended


def opened(partner: Organisation) -> bool:
    """Whether a request made now by somebody of the partner would see the owner's visits."""
    reader = make.actor(organisation=partner)
    return bool(reader.owners_sharing("visits", Sensitivity.PARTNERS))


@pytest.mark.parametrize("wanted", list(Sensitivity))
@pytest.mark.parametrize("granted", [Sensitivity.PARTNERS, Sensitivity.DIFFICULTY])
def test_a_class_opens_itself_and_no_other(
    wanted: Sensitivity, granted: Sensitivity, administrator: Actor
) -> None:
    partner = make.actor()
    today = clock.today()
    share = {"starts_on": today, "until": today, "sensitivity": granted}
    grant(administrator, partner.acting_for(), **share)
    assert bool(partner.owners_sharing("visits", wanted)) is (wanted is granted)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_grants_or_ends(role: Role, administrator: Actor) -> None:
    share = grant(administrator, make.organisation())
    colleague = make.actor(role, administrator.organisation)
    with pytest.raises(NotAllowed) as refused:
        grant(colleague, make.organisation())
    with translation.override("fr"):
        assert "Vous ne pouvez pas partager" in str(refused.value)
    with pytest.raises(NotAllowed):
        actions.end_share(share=share, because="Fin", by=colleague)
    assert share.ended_at is None


def test_a_share_ended_twice_is_a_conflict_said_in_words(administrator: Actor) -> None:
    share = grant(administrator, make.organisation())
    actions.end_share(share=share, because="Fin", by=administrator)
    with translation.override("en"), pytest.raises(Conflict) as refused:
        actions.end_share(share=share, because="Fin", by=administrator)
    assert str(refused.value) == "This share had ended already."


# On screen.


def typed(partner: Organisation, **more: str) -> dict[str, str]:
    today = clock.today()
    return {
        "once": str(uuid7()),
        "to": str(partner.pk),
        "what": "visits:difficulty",
        "purpose": "Suivre les entreprises en difficulté",
        "starts_on": "",
        "until": (today + timedelta(days=30)).isoformat(),
    } | more


def test_an_administrator_opens_difficulties_to_a_partner_who_reads_it_on_their_page(
    client: Client,
) -> None:
    head = make.signed_in(client, Role.ADMINISTRATOR)
    partner = make.organisation(name="Métropole")
    form = typed(partner)
    for _twice in range(2):  # a double click is one share
        assert client.post(GRANT, form)["Location"] == reverse("accounts:organisation")
    (share,) = Share.objects.visible_to(head)
    assert (share.resource, share.sensitivity) == ("visits", Sensitivity.DIFFICULTY)
    other = Client()
    make.signed_in(other, Role.SERVICE_MANAGER, partner)
    page = other.get(reverse("accounts:organisation")).content.decode()
    assert "Suivre les entreprises en difficulté" in page
    assert reverse("accounts:share_end", args=[share.key]) not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", ""),
        ("to", "999999"),
        ("what", "visits:personal"),
        ("what", "visits"),
        ("what", ""),
        ("purpose", " "),
        ("purpose", "x" * 301),
        ("until", ""),
        ("until", "one day"),
        ("until", "2001-01-01"),
        ("starts_on", "31/02/2020"),
        ("once", ""),
    ],
)
def test_what_cannot_be_shared_is_said_on_its_field_and_nothing_typed_is_lost(
    field: str, value: str, client: Client
) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    answer = client.post(GRANT, typed(make.organisation(), **{field: value}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    if field != "purpose":
        assert "Suivre les entreprises en difficulté" in answer.content.decode()
    assert not Share.objects.unscoped(reason="test").exists()


def test_an_inactive_partner_is_not_offered(client: Client) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    gone = make.organisation(is_active=False)
    answer = client.post(GRANT, typed(gone))
    assert list(answer.context["form"].errors) == ["to"]


# The journal.


def test_the_journal_says_what_was_opened_to_whom_for_what_and_until_when(
    client: Client,
) -> None:
    head = make.signed_in(client, Role.ADMINISTRATOR)
    share = grant(head, make.organisation(name="Métropole"))
    actions.end_share(share=share, because="Fin", by=head)
    page = " ".join(client.get(reverse("accounts:journals")).content.decode().split())
    said = "Visites et appels, Partagé entre partenaires, à Métropole jusqu’au 30 juin 2020."
    assert page.count(said) == 2
    assert page.count("Suivre la convention") == 2
    client.cookies["django_language"] = "en"
    page = client.get(reverse("accounts:journals")).content.decode()
    assert "to Métropole until" in page


def test_the_journal_says_who_got_which_role(administrator: Actor) -> None:
    opened_for = actions.open_membership(
        email="lea@example.org", name="Léa Martin", role=Role.OFFICER, by=administrator
    )
    actions.end_membership(membership=opened_for, by=administrator)
    changes = Change.objects.visible_to(administrator).order_by("id")
    with translation.override("en"):
        told = [(str(line.change.get_what_display()), line.about) for line in journal.told(changes)]
    assert told == [
        ("Membership opened", "Léa Martin, Intercommunality officer"),
        ("Membership ended", "Léa Martin, Intercommunality officer"),
    ]


def test_an_erased_person_has_no_name_in_the_journal(administrator: Actor) -> None:
    membership = actions.open_membership(
        email="lea@example.org", name="Léa Martin", role=Role.ADVISER, by=administrator
    )
    person = membership.person
    membership.delete()
    person.delete()
    (line,) = journal.told(Change.objects.visible_to(administrator))
    assert line.about == "–, Conseiller, conseillère"


def test_a_change_that_says_nothing_more_is_told_all_the_same(administrator: Actor) -> None:
    journal.changed(
        Change.What.SHARE_ENDED, by=System("set-up"), organisation=administrator.acting_for(), key=1
    )
    (line,) = journal.told(Change.objects.visible_to(administrator))
    assert line.about == ""


def test_the_journal_is_told_in_as_many_queries_for_ten_as_for_one(
    administrator: Actor, django_assert_num_queries: Any
) -> None:
    for more in (1, 9):
        for _ in range(more):
            actions.open_membership(
                email=f"{uuid7()}@example.org", name="Léa", role=Role.ADVISER, by=administrator
            )
        changes = list(Change.objects.visible_to(administrator))
        with django_assert_num_queries(
            1
        ):  # nobody named an organisation: only people are looked up
            assert len(journal.told(changes)) in {1, 10}
