"""Project leaders: written down with little, one pseudonym wherever they go, forgotten when they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks import actions, lines
from maillage.desks.actions import Leader
from maillage.desks.models import Project
from maillage.desks.models.welcomes import pseudonym
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from tests.factories import accounts, desks as make, places as geography

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def welcomed() -> list[Act]:
    every = Act.objects.unscoped(reason="test").effective()
    return list(every.filter(kind="desks.project_welcomed").order_by("seq"))


def test_the_act_of_a_project_leader_holds_a_pseudonym_and_nothing_of_the_person(
    adviser: Actor,
) -> None:
    found = make.project(adviser, name="Inès Faure", phone="0320000000", activity="Couture")
    (act,) = welcomed()
    assert (act.source_model, act.source_key) == ("desks.project", found.pseudonym)
    assert act.establishment_id is None
    told = repr(vars(act))
    assert not [text for text in ("Inès", "0320", "Couture") if text in told]


def test_a_pseudonym_is_drawn_and_read_aloud_without_a_doubt() -> None:
    told = {pseudonym() for _ in range(200)}
    assert {len(one) for one in told} == {16}
    assert len(told) == 200
    assert not {sign for one in told for sign in one[2:]} & set("01IO")


def test_who_comes_back_is_one_project_met_twice(adviser: Actor) -> None:
    first = make.project(adviser)
    make.leader(make.session(adviser), first)
    assert {act.source_key for act in welcomed()} == {first.pseudonym}
    assert len(welcomed()) == 2


def test_a_card_shown_to_another_structure_makes_one_project_of_two(adviser: Actor) -> None:
    met = make.project(adviser)
    other = accounts.actor()
    theirs = make.project(other, pseudonym=met.pseudonym.lower(), name="")
    assert theirs.pseudonym == met.pseudonym
    assert theirs.pk != met.pk
    assert {act.source_key for act in welcomed()} == {met.pseudonym}
    assert make.project(other, pseudonym=met.pseudonym).pk == theirs.pk  # known there already


def test_a_card_known_here_is_completed_and_nothing_written_is_replaced(adviser: Actor) -> None:
    met = make.project(adviser, name="Inès Faure", phone="", activity="Couture")
    told = {"phone": "0320000000", "activity": "Plomberie", "commune": make.LILLE}
    again = make.project(adviser, name="I. Faure", pseudonym=met.pseudonym, **told)
    kept = Project.objects.unscoped(reason="test").get()
    assert again.pk == kept.pk
    assert (kept.name, kept.activity) == ("Inès Faure", "Couture")
    assert (kept.phone, kept.commune, kept.version) == ("0320000000", make.LILLE, 2)
    assert [act.commune for act in welcomed()] == ["", make.LILLE]
    make.project(adviser, name="Inès Faure", pseudonym=met.pseudonym)
    assert Project.objects.unscoped(reason="test").get().version == 2


def test_the_right_to_a_name_comes_with_the_name(adviser: Actor) -> None:
    met = make.project(adviser, name="")
    make.project(adviser, name="Inès", basis="consent", pseudonym=met.pseudonym)
    kept = Project.objects.unscoped(reason="test").get()
    assert (kept.name, kept.basis) == ("Inès", "consent")


def test_who_was_forgotten_is_not_written_down_again_by_their_card(adviser: Actor) -> None:
    met = make.project(adviser)
    actions.forget_leader(project=met, reason="opposed", by=adviser)
    make.project(adviser, name="Inès Faure", phone="0320000000", pseudonym=met.pseudonym)
    kept = Project.objects.unscoped(reason="test").get()
    assert (kept.name, kept.phone) == ("", "")
    assert len(welcomed()) == 2


def test_the_acts_of_one_structure_are_not_touched_by_the_other(adviser: Actor) -> None:
    met = make.leader(by=adviser)
    assert met.project is not None
    make.project(accounts.actor(), pseudonym=met.project.pseudonym)
    actions.cancel_welcome(welcome=met, reason=Reason.TWICE, by=adviser)
    (left,) = welcomed()
    assert left.keeper_id != adviser.organisation_id


def test_a_form_sent_twice_writes_one_person_down(adviser: Actor) -> None:
    held = make.session(adviser)
    first = make.leader(held, once="k")
    assert make.leader(held, once="k") == first
    assert Project.objects.unscoped(reason="test").count() == 1
    assert len(welcomed()) == 1
    with pytest.raises(Conflict):
        make.leader(make.session(accounts.actor()), once="k")


def test_a_contact_goes_with_a_name(adviser: Actor) -> None:
    with pytest.raises(Invalid):
        make.project(adviser, name="", phone="0320000000")
    with pytest.raises(Invalid):
        make.project(adviser, basis="because")
    assert welcomed() == []


def test_a_project_has_no_needs_yet(adviser: Actor) -> None:
    with pytest.raises(Invalid):
        actions.welcome_leader(
            session=make.session(adviser), facts=make.facts("start_up", "energy"), by=adviser
        )
    assert not Project.objects.unscoped(reason="test").exists()


def test_last_met_moves_on_and_never_back(adviser: Actor) -> None:
    found = make.project(adviser)
    old = make.session(adviser, day=TODAY - timedelta(days=30))
    make.leader(old, found)
    assert Project.objects.unscoped(reason="test").get().last_met_on == TODAY
    with clock.at(clock.parse_instant("2020-07-10T18:00")):
        make.leader(make.session(adviser), found)
    assert Project.objects.unscoped(reason="test").get().last_met_on == date(2020, 7, 10)


# Where the person lives


@pytest.mark.parametrize(
    ("told", "known"), [("QN05901M", True), ("-", False), ("", None), ("QN05999M", False)]
)
def test_the_act_says_whether_the_person_lives_in_a_neighbourhood(
    adviser: Actor, told: str, known: bool | None
) -> None:
    geography.district()
    make.project(adviser, district=told, commune=make.LILLE)
    (act,) = welcomed()
    assert (act.in_qpv, act.commune) == (known, make.LILLE)


def test_without_any_neighbourhood_loaded_nobody_knows(adviser: Actor) -> None:
    make.project(adviser, district="QN05901M")
    assert welcomed()[0].in_qpv is None


def test_what_is_learned_later_leaves_the_act_as_it_was_known(adviser: Actor) -> None:
    geography.district()
    found = make.project(adviser)
    told = Leader(name="Inès Faure", district="QN05901M", commune=make.LILLE)
    actions.change_leader(project=found, leader=told, version=found.version, by=adviser)
    make.leader(make.session(adviser), Project.objects.unscoped(reason="test").get())
    assert [act.in_qpv for act in welcomed()] == [None, True]


# Changed, forgotten, read


def test_a_stale_change_is_refused_and_the_pseudonym_stays(adviser: Actor) -> None:
    found = make.project(adviser)
    told = Leader(name="Inès F.", pseudonym="P-OTHER")
    now = actions.change_leader(project=found, leader=told, version=found.version, by=adviser)
    assert (now.name, now.pseudonym, now.version) == ("Inès F.", found.pseudonym, 2)
    with pytest.raises(Conflict):
        actions.change_leader(project=found, leader=told, version=1, by=adviser)
    with pytest.raises(Invalid):
        actions.change_leader(project=found, leader=replace(told, basis=""), version=2, by=adviser)


def test_who_objects_is_forgotten_at_once_and_still_counts(adviser: Actor) -> None:
    found = make.project(
        adviser, phone="0320000000", email="ines@example.org", activity="Couture",
        commune=make.LILLE, district="QN05901M",
    )  # fmt: skip
    now = actions.forget_leader(project=found, reason="opposed", by=adviser)
    assert (now.name, now.phone, now.email, now.activity) == ("", "", "", "")
    assert (now.commune, now.district) == ("", "")
    assert welcomed()[0].commune == make.LILLE
    assert now.called == f"Projet {found.pseudonym}"
    assert len(welcomed()) == 1
    with pytest.raises(Conflict):
        actions.forget_leader(project=found, reason="asked", by=adviser)
    with pytest.raises(Conflict):
        actions.change_leader(project=now, leader=Leader(name="X"), version=now.version, by=adviser)


def test_only_the_organisation_that_met_somebody_changes_or_forgets_them(adviser: Actor) -> None:
    found, stranger = make.project(adviser), accounts.actor()
    with pytest.raises(NotAllowed):
        actions.forget_leader(project=found, reason="asked", by=stranger)
    with pytest.raises(NotAllowed):
        actions.change_leader(project=found, leader=Leader(), version=1, by=stranger)
    with pytest.raises(NotAllowed):
        make.leader(make.session(stranger), found)
    with pytest.raises(Invalid):
        actions.forget_leader(project=found, reason="", by=adviser)


def test_a_partner_reads_the_pseudonym_and_a_colleague_the_name(adviser: Actor) -> None:
    found, partner = make.project(adviser), accounts.actor()
    keys = [found.pseudonym]
    assert lines.projects(keys, partner) == {}
    assert adviser.organisation is not None
    assert partner.organisation is not None
    accounts.share(adviser.organisation, partner.organisation, "desks", Sensitivity.PARTNERS)
    (theirs,) = lines.projects(keys, accounts.actor(organisation=partner.organisation)).values()
    (own,) = lines.projects(keys, adviser).values()
    assert (theirs.title, theirs.url) == (f"Projet {found.pseudonym}", "")
    assert (own.title, own.url) == ("Inès Faure", f"/porteurs-de-projet/{found.key}/")
