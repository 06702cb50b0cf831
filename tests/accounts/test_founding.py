"""The first day: an organisation, who administers it, how the instance looks, all or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from maillage import places
from maillage.accounts import actions, actors, founding, identity
from maillage.accounts.actors import System
from maillage.accounts.founding import Administrator, Look
from maillage.accounts.identity import Identity
from maillage.accounts.models import Change, Membership, Organisation, Person
from maillage.accounts.partners import Named
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import accounts as make, places as geography

pytestmark = pytest.mark.django_db

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)
MACHINE = System("tests hold the machine")
CHAMBER = Named(name=" Chambre de métiers ", kind="chamber", short_name="CMA", siren="130 022 718")
CAMILLE = Administrator(
    name="Camille Martin", email="Camille@CMA.example", password="une longue phrase"
)


@pytest.fixture
def territory(empty_instance: None) -> str:
    geography.places_loaded()
    return "mel"


def found(where: str, **changed: Any) -> Membership:
    given: dict[str, Any] = {
        "organisation": CHAMBER,
        "administrator": CAMILLE,
        "territory": where,
        "look": Look(language="en", accent="7A1F6B", sender="bonjour@cma.example", logo=SVG),
        "by": MACHINE,
    }
    return founding.found(**given | changed)


def nothing_there() -> bool:
    every = Membership.objects.unscoped(reason="tests count all")
    models = (Organisation.objects, Person.objects, Identity.objects)
    return not any(one.exists() for one in (*models, every))


def test_an_instance_begins_with_all_that_was_given(territory: str) -> None:
    begun = found(territory)

    assert (begun.role, begun.starts_on) == (Role.ADMINISTRATOR, clock.today())
    assert begun.organisation.name == "Chambre de métiers"
    assert begun.organisation.siren == "130022718"
    assert (begun.person.email, begun.person.language) == ("camille@cma.example", "en")
    assert Person.objects.get().check_password("une longue phrase")
    face = identity.current()
    assert (face.organisation_id, face.name) == (begun.organisation.pk, "Chambre de métiers")
    assert (face.territory, face.language) == ("mel", "en")
    assert (face.accent, face.sender) == ("#7a1f6b", "bonjour@cma.example")
    assert identity.logo() == (SVG, "image/svg+xml")
    assert face.logo_digest[:12] in face.logo_url


def test_what_began_is_in_the_journal(territory: str) -> None:
    begun = found(territory)
    lines = Change.objects.unscoped(reason="tests read all").order_by("id")
    assert [line.what for line in lines] == [
        Change.What.ORGANISATION_ADDED, Change.What.MEMBERSHIP_OPENED, Change.What.IDENTITY_SET,
    ]  # fmt: skip
    assert {line.organisation_id for line in lines} == {begun.organisation.pk}


def test_without_a_password_one_signs_in_by_a_code(territory: str) -> None:
    begun = found(territory, administrator=Administrator(name="Camille", email="c@cma.example"))
    assert not begun.person.has_usable_password()


def test_the_least_that_is_given_is_enough(territory: str) -> None:
    found(territory, organisation=Named(name="MEL", kind="epci"), look=Look())
    face = identity.current()
    assert (face.language, face.accent, face.sender, face.logo_url, face.style_url) == ("fr", "", "", "", "")  # fmt: skip


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("organisation", {"organisation": Named(name="  ", kind="chamber")}),
        ("organisation", {"organisation": Named(name="x" * 201, kind="chamber")}),
        ("short_name", {"organisation": Named(name="x", kind="chamber", short_name="x" * 41)}),
        ("kind", {"organisation": Named(name="CMA", kind="guild")}),
        ("siren", {"organisation": Named(name="CMA", kind="chamber", siren="130022719")}),
        ("siren", {"organisation": Named(name="CMA", kind="chamber", siren="13002")}),
        ("administrator", {"administrator": Administrator(name="", email="c@cma.example")}),
        ("administrator", {"administrator": Administrator(name="x" * 151, email="c@cma.example")}),
        ("email", {"administrator": Administrator(name="C", email="nowhere")}),
        ("password", {"administrator": Administrator(name="C", email="c@cma.example", password="1234")}),
        ("territory", {"territory": "atlantis"}),
        ("territory", {"territory": "59350"}),
        ("territory", {"territory": "dep-59"}),
        ("language", {"look": Look(language="nl")}),
        ("accent", {"look": Look(accent="red")}),
        ("accent", {"look": Look(accent="#ffcc00")}),
        ("sender", {"look": Look(sender="nobody")}),
        ("logo", {"look": Look(logo=b"<svg onload='x'/>")}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_and_leaves_nothing(
    territory: str, field: str, changed: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        found(territory, **changed)
    assert set(refused.value.fields) == {field}
    assert str(refused.value.fields[field])
    assert nothing_there()
    assert identity.is_empty()


def test_a_pale_colour_is_refused_with_its_nearest_that_passes(territory: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(territory, look=Look(accent="#ffcc00"))
    words = str(refused.value.fields["accent"])
    assert "#ffcc00" in words
    assert "1,3" in words
    nearest = words.rstrip(".").rsplit(" ", 1)[1]
    assert found(territory, look=Look(accent=nearest)).pk


def test_an_instance_begins_once(territory: str) -> None:
    found(territory)
    with pytest.raises(Conflict):
        found(territory, organisation=Named(name="Another", kind="epci"))
    assert Organisation.objects.count() == 1


def test_an_instance_that_holds_anybody_has_begun(territory: str) -> None:
    make.organisation()
    with pytest.raises(Conflict):
        found(territory)
    assert not Identity.objects.exists()


def test_somebody_signed_in_founds_nothing(territory: str) -> None:
    administrator = make.actor(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        found(territory, by=administrator)


def test_who_begins_at_the_very_same_moment_is_told_so(
    territory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(territory)
    # What the second of two transactions sees before the first is committed.
    monkeypatch.setattr(Organisation.objects, "exists", lambda: False)
    with pytest.raises(Conflict):
        found(territory, organisation=Named(name="Another", kind="epci"))
    assert Organisation.objects.count() == Identity.objects.count() == Person.objects.count() == 1


# Afterwards: the organisation in charge changes how the instance looks.


def in_charge(territory: str) -> Any:
    begun = found(territory)
    return actors.of(begun)


def test_the_organisation_in_charge_changes_the_look_and_keeps_its_logo(territory: str) -> None:
    camille = in_charge(territory)
    founding.set_identity(territory="call", look=Look(language="fr", accent="#22654f"), by=camille)

    face = identity.current()
    assert (face.territory, face.language, face.accent, face.sender) == (
        "call",
        "fr",
        "#22654f",
        "",
    )
    assert identity.logo()[0] == SVG
    founding.set_identity(territory="call", look=Look(logo=b""), by=camille)
    assert identity.logo() == (b"", "")
    assert identity.current().logo_url == ""


def test_nobody_else_changes_the_look(territory: str) -> None:
    in_charge(territory)
    for other in (make.actor(Role.ADMINISTRATOR), make.actor(Role.OFFICER)):
        with pytest.raises(NotAllowed):
            founding.set_identity(territory="mel", look=Look(accent="#22654f"), by=other)
    assert identity.current().accent == "#7a1f6b"


def test_a_look_that_is_refused_changes_nothing(territory: str) -> None:
    camille = in_charge(territory)
    with pytest.raises(Invalid):
        founding.set_identity(territory="call", look=Look(logo=b"GIF89a"), by=camille)
    assert Identity.objects.get().territory == "mel"


def test_an_instance_that_nobody_founded_has_no_look_to_change(empty_instance: None) -> None:
    geography.places_loaded()
    with pytest.raises(NotAllowed):
        founding.set_identity(territory="mel", look=Look(), by=make.actor(Role.ADMINISTRATOR))


# What each process remembers.


def test_a_process_asks_again_after_ten_seconds(
    territory: str, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    found(territory)
    identity.current()
    with django_assert_num_queries(0):
        identity.current()
    Identity.objects.update(sender="elsewhere@cma.example")  # by another process
    assert identity.current().sender == "bonjour@cma.example"
    later = identity.time.monotonic() + identity.AGAIN_AFTER + 1
    monkeypatch.setattr(identity.time, "monotonic", lambda: later)
    with django_assert_num_queries(1):
        assert identity.current().sender == "elsewhere@cma.example"


def test_an_instance_that_has_begun_is_not_looked_at_again(
    territory: str, django_assert_num_queries: Any
) -> None:
    assert identity.is_empty()
    found(territory)
    assert not identity.is_empty()
    with django_assert_num_queries(0):
        assert not identity.is_empty()


def test_a_silent_database_leaves_the_look_as_it_was_known(
    territory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(territory)
    known = identity.current()
    monkeypatch.setattr(identity, "AGAIN_AFTER", -1.0)
    identity.presume(known)

    def away() -> None:
        raise identity.Error

    monkeypatch.setattr(identity, "_look", away)
    assert identity.current() == known


def test_new_people_speak_the_language_of_the_instance(territory: str) -> None:
    camille = in_charge(territory)
    opened = actions.open_membership(
        email="luc@cma.example", name="Luc", role=Role.ADVISER, by=camille
    )
    assert opened.person.language == "en"
    assert opened.starts_on >= date(2020, 1, 1)
    assert places.is_loaded()
