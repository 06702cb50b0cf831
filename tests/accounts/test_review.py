"""Leaving takes effect at once; once a year somebody answers for each access."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from maillage.accounts import actions, journal
from maillage.accounts.actors import Actor
from maillage.accounts.models import REVIEWED_EVERY, Change, Membership
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

REVIEW = "/organisation/revue/"


def member(organisation: object, **fields: object) -> Membership:
    return make.person(organisation=organisation, **fields).memberships.get()  # type: ignore[arg-type]


def due(by: Actor) -> set[int]:
    own = Membership.objects.visible_to(by).filter(organisation_id=by.organisation_id)
    return set(own.to_review().values_list("pk", flat=True))


# Leaving


def test_who_leaves_is_refused_at_the_very_next_request_on_every_browser(
    client: Client, administrator: Actor
) -> None:
    sofia = make.person(Role.ADVISER, administrator.organisation)
    browsers = [client, Client(), Client()]
    for browser in browsers:
        browser.force_login(sofia)
        assert browser.get("/compte/").status_code == 200
    assert Session.objects.count() == 3

    actions.end_membership(membership=sofia.memberships.get(), by=administrator)

    for browser in browsers:
        answer = browser.get("/compte/")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/connexion/")
        assert "_auth_user_id" not in browser.session
    kept = [one.get_decoded() for one in Session.objects.all()]
    assert not [one for one in kept if "_auth_user_id" in one]


def test_what_who_left_was_sending_is_not_done(client: Client, administrator: Actor) -> None:
    colleague = make.signed_in(client, Role.ADMINISTRATOR, administrator.organisation)
    assert colleague.membership is not None
    actions.end_membership(membership=colleague.membership, by=administrator)
    victim = member(administrator.organisation)
    client.post(f"/organisation/personnes/{victim.key}/fin/")
    victim.refresh_from_db()
    assert victim.ended_at is None


def test_a_person_of_two_organisations_keeps_the_other(
    client: Client, administrator: Actor
) -> None:
    sofia = make.signed_in(client, Role.ADVISER, administrator.organisation).person
    assert sofia is not None
    elsewhere = make.membership(sofia, make.organisation())
    actions.end_membership(
        membership=sofia.memberships.get(organisation=administrator.organisation), by=administrator
    )
    assert elsewhere.organisation.name in client.get("/compte/").content.decode()


# The yearly review


def test_an_access_is_due_a_year_after_it_began_and_not_the_day_before(
    administrator: Actor,
) -> None:
    today = date(2026, 3, 1)
    began = [today - REVIEWED_EVERY, today - REVIEWED_EVERY + timedelta(days=1)]
    late, early = (member(administrator.organisation, starts_on=day) for day in began)
    own = Membership.objects.visible_to(administrator)
    found = set(own.to_review(today).values_list("pk", flat=True))
    assert late.pk in found
    assert early.pk not in found
    assert late.review_due_on == today


def test_what_is_over_or_not_begun_is_not_due(administrator: Actor) -> None:
    own = administrator.organisation
    ended = member(own)
    actions.end_membership(membership=ended, by=administrator)
    member(own, ends_on=clock.today() - timedelta(days=1))
    member(own, starts_on=clock.today() + timedelta(days=1))
    assert administrator.membership is not None
    assert due(administrator) == {administrator.membership.pk}


def test_a_confirmation_counts_for_a_year_and_is_journalled(administrator: Actor) -> None:
    access = member(administrator.organisation)
    assert access.pk in due(administrator)

    confirmed = actions.confirm_membership(membership=access, by=administrator)

    assert confirmed.confirmed_on == clock.today()
    assert confirmed.review_due_on == clock.today() + REVIEWED_EVERY
    assert access.pk not in due(administrator)
    line = Change.objects.visible_to(administrator).get()
    assert (line.what, line.object_key) == (Change.What.MEMBERSHIP_CONFIRMED, str(access.key))
    assert str(access.person) in journal.told([line])[0].about


def test_twice_the_same_day_is_one_confirmation(administrator: Actor) -> None:
    access = member(administrator.organisation)
    for _ in range(2):
        actions.confirm_membership(membership=access, by=administrator)
    assert Change.objects.visible_to(administrator).count() == 1


def test_only_their_own_administrator_answers_for_an_access(administrator: Actor) -> None:
    access = member(administrator.organisation)
    for other in (
        make.actor(Role.ADMINISTRATOR),
        make.actor(Role.OFFICER, administrator.organisation),
    ):
        with pytest.raises(NotAllowed):
            actions.confirm_membership(membership=access, by=other)
    access.refresh_from_db()
    assert access.confirmed_on is None


def test_what_has_ended_is_not_confirmed(administrator: Actor) -> None:
    access = member(administrator.organisation)
    actions.end_membership(membership=access, by=administrator)
    with pytest.raises(Conflict):
        actions.confirm_membership(membership=access, by=administrator)


# On screen


@pytest.fixture
def camille(client: Client) -> Actor:
    return make.signed_in(client, Role.ADMINISTRATOR, starts_on=clock.today())


def test_the_page_lists_every_access_with_who_is_due_first(client: Client, camille: Actor) -> None:
    recent = member(camille.organisation, starts_on=clock.today(), name="Récente")
    member(camille.organisation, name="Ancienne")
    member(camille.organisation, name="Partie", ends_on=clock.today() - timedelta(days=9))
    stranger = member(make.organisation(), name="Étrangère")
    page = client.get(REVIEW).content.decode()

    assert page.index("Ancienne") < page.index("Récente")
    assert "Partie" not in page
    assert stranger.person.name not in page
    assert page.count("À revoir") == 1
    assert "1 accès à confirmer" in page
    assert f"/organisation/personnes/{recent.key}/confirmer/" in page
    assert camille.membership is not None
    assert f"/organisation/personnes/{camille.membership.key}/fin/" not in page


def test_one_tap_confirms(client: Client, camille: Actor) -> None:
    access = member(camille.organisation, name="Ancienne")
    page = client.post(f"/organisation/personnes/{access.key}/confirmer/", follow=True)
    text = page.content.decode()
    assert "L’accès de Ancienne est confirmé." in text
    assert "0 accès à confirmer" in text
    assert "Confirmé le" in text


def test_one_tap_ends_and_comes_back_to_the_review(client: Client, camille: Actor) -> None:
    access = member(camille.organisation, name="Ancienne")
    answer = client.post(f"/organisation/personnes/{access.key}/fin/", {"review": "1"})
    assert answer.headers["Location"] == REVIEW
    access.refresh_from_db()
    assert access.ended_at is not None
    assert "Ancienne</strong>" not in client.get(REVIEW).content.decode()


def test_a_confirmation_is_never_done_by_looking(client: Client, camille: Actor) -> None:
    access = member(camille.organisation)
    assert client.get(f"/organisation/personnes/{access.key}/confirmer/").status_code == 405
    access.refresh_from_db()
    assert access.confirmed_on is None


def test_the_number_due_stands_on_the_administrators_home(client: Client, camille: Actor) -> None:
    for _ in range(3):
        member(camille.organisation)
    page = client.get("/").content.decode()
    card = page.split("Accès à revoir", 1)[1].split("</a>", 1)[0]
    assert ">3<" in card.replace(" ", "").replace("\n", "")
    assert REVIEW in page
