"""What each deed of a desk leaves in the ledger: its kind, day, commune, quantity, person; what reverses it and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.desks import actions, linking
from maillage.desks.actions import Leader, Where
from maillage.desks.models import Place, Project, Welcome
from maillage.desks.retention import KEPT
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.ledger import verify
from maillage.ledger.models import Act
from tests.factories import accounts, desks as make, places as geography, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
MET = date(2020, 4, 1)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def project(adviser: Actor) -> Project:
    """Somebody met in April, who bakes."""
    met = make.leader(
        make.session(adviser, day=MET), activity="Boulangerie", commune=make.LILLE
    ).project
    assert met is not None
    return met


def every() -> list[Act]:
    return list(Act.objects.unscoped(reason="test").order_by("pk"))


def drawn() -> str:
    """The ledger as a table: an act a line, `~` before what reverses an act, with its reason."""
    return "\n".join(
        f"{'~' if act.reverses_id else ''}{act.kind.partition('.')[2]} | {act.occurred_on} | "
        f"{act.commune} | {'' if act.quantity is None else act.quantity} {act.unit} | {act.reason_code}"
        for act in every()
    )


def table(text: str) -> str:
    """A table drawn by hand, its cells trimmed alike."""
    return "\n".join(
        " | ".join(
            cell.strip() if rank != 3 else cell.strip() or " "
            for rank, cell in enumerate(line.split("|"))
        )
        for line in text.strip().splitlines()
    )


def told() -> str:
    return table(drawn())


def test_a_morning_that_is_set_right_step_by_step(adviser: Actor) -> None:
    held = make.session(adviser, day=TODAY - timedelta(days=1), ends_at=time(11, 30))
    actions.hold_session(session=held, by=adviser)
    firm = register.establishment(commune="59512")
    came = make.welcome(held, firm, minutes=20)
    actions.correct_welcome(
        welcome=came,
        facts=make.facts("first_hire", minutes=25),
        reason=Reason.TYPING,
        version=1,
        by=adviser,
    )
    actions.cancel_welcome(
        welcome=Welcome.objects.unscoped(reason="test").get(), reason=Reason.TWICE, by=adviser
    )
    actions.cancel_session(session=held, reason="session_mistake", by=adviser)
    assert told() == table(
        """
        session_held   | 2020-06-29 | 59350 | 150 minute |
        firm_welcomed  | 2020-06-29 | 59512 | 20 minute  |
        ~firm_welcomed | 2020-06-29 | 59512 | 20 minute  | welcome_typing
        firm_welcomed  | 2020-06-29 | 59512 | 25 minute  |
        ~firm_welcomed | 2020-06-29 | 59512 | 25 minute  | welcome_twice
        ~session_held  | 2020-06-29 | 59350 | 150 minute | session_mistake
        """
    )
    assert verify().is_valid


def test_a_project_followed_to_its_firm_and_back(project: Project, adviser: Actor) -> None:
    make.step(project, "support", date(2020, 4, 20))
    make.step(project, "creation", date(2020, 5, 10))
    firm = make.firm_of(project, created_on=date(2020, 5, 4), commune="59512")
    actions.link_project(project=project, establishment=firm, by=adviser)
    actions.unlink_project(project=project, by=adviser)
    assert told() == table(
        """
        session_held      | 2020-04-01 | 59350 | 180 minute |
        project_welcomed  | 2020-04-01 | 59350 |            |
        project_supported | 2020-04-20 | 59350 |            |
        creation_told     | 2020-05-10 | 59350 |            |
        ~creation_told    | 2020-05-10 | 59350 |            | project_linked
        firm_created      | 2020-05-04 | 59512 |            |
        ~firm_created     | 2020-05-04 | 59512 |            | step_mistaken
        creation_told     | 2020-05-10 | 59350 |            |
        """
    )


def test_young_people_counted_then_found_to_be_counted_twice(adviser: Actor) -> None:
    first = make.young(adviser, day=date(2020, 6, 2), young=31)
    actions.cancel_awareness(told=first, reason=Reason.TWICE, by=adviser)
    assert told() == table(
        """
        youth_met  | 2020-06-02 | 59350 | 31 person |
        ~youth_met | 2020-06-02 | 59350 | 31 person | welcome_twice
        """
    )


def test_a_correction_that_changes_nothing_leaves_the_ledger_alone(adviser: Actor) -> None:
    came = make.welcome(make.session(adviser), None, "premises", "energy", minutes=10)
    before = drawn()
    now = actions.correct_welcome(
        welcome=came,
        facts=make.facts("premises", "energy", minutes=10),
        reason=Reason.TYPING,
        version=1,
        by=adviser,
    )
    assert (drawn(), now.version) == (before, 2)


def test_one_of_two_welcomes_alike_is_cancelled_alone(project: Project, adviser: Actor) -> None:
    """Somebody came twice on one morning for the same thing: one act of the two is reversed."""
    held = make.session(adviser)
    make.leader(held, project)
    again = make.leader(held, project)
    actions.cancel_welcome(welcome=again, reason=Reason.TWICE, by=adviser)
    standing = Act.objects.unscoped(reason="test").effective()
    assert standing.filter(kind="desks.project_welcomed", occurred_on=TODAY).count() == 1


def test_steps_of_one_organisation_leave_the_acts_of_the_other(
    project: Project, adviser: Actor
) -> None:
    other = accounts.actor()
    theirs = make.leader(make.session(other), pseudonym=project.pseudonym).project
    assert theirs is not None
    step = make.step(theirs, "support")
    actions.take_back_step(step=step, by=other)
    make.step(project, "loan", amount_cents=100_00)
    standing = (
        Act.objects.unscoped(reason="test")
        .effective()
        .of_source("desks.project", project.pseudonym)
    )
    assert sorted((act.kind, act.keeper_id) for act in standing) == sorted(
        [
            ("desks.loan_granted", adviser.organisation_id),
            ("desks.project_welcomed", adviser.organisation_id),
            ("desks.project_welcomed", other.organisation_id),
        ]
    )


def test_the_act_of_a_session_is_of_who_holds_it_and_that_of_a_welcome_of_who_welcomed(
    adviser: Actor,
) -> None:
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    make.welcome(make.session(adviser), by=colleague)
    assert [(act.kind, act.person_id) for act in every()] == [
        ("desks.session_held", adviser.person_id),
        ("desks.firm_welcomed", colleague.person_id),
    ]
    assert {act.keeper_id for act in every()} == {adviser.organisation_id}


def test_a_place_that_moves_leaves_its_acts_where_they_were(adviser: Actor) -> None:
    geography.district("QN05901M", "Moulins", starts_on=date(2015, 1, 1))
    where = make.place(adviser.organisation, lon=3.05, lat=50.65)
    actions.hold_session(session=make.session(adviser, where), by=adviser)
    moved = Where("Espace Moulins", "59512", lon=9.0, lat=50.65)
    manager = make.manager_of(adviser.organisation)
    actions.change_place(place=where, where=moved, version=1, by=manager)
    now = Place.objects.unscoped(reason="test").get()
    day = TODAY - timedelta(days=1)
    actions.hold_session(session=make.session(adviser, now, day), by=adviser)
    assert [(act.commune, act.in_qpv, act.scheme) for act in every()] == [
        ("59350", True, where.scheme),
        ("59512", False, where.scheme),
    ]


# The link that is proposed


@pytest.mark.parametrize(
    ("born", "proposed"),
    [
        (MET - timedelta(days=1), False),
        (MET, True),
        (MET + timedelta(days=3 * 365), True),
        (MET + timedelta(days=3 * 365 + 1), False),
    ],
)
def test_a_firm_is_proposed_from_the_first_meeting_to_three_years_after_the_last(
    project: Project, adviser: Actor, born: date, proposed: bool
) -> None:
    firm = make.firm_of(project, created_on=born)
    found = [one.establishment for one in linking.candidates(project, adviser)]
    assert found == ([firm] if proposed else [])


def test_a_firm_created_a_year_and_a_day_later_agrees_on_one_thing_less(
    project: Project, adviser: Actor
) -> None:
    soon = make.firm_of(project, created_on=MET + timedelta(days=365))
    late = make.firm_of(project, created_on=MET + timedelta(days=366))
    found = linking.candidates(project, adviser)
    assert [(one.establishment, one.points) for one in found] == [(soon, 4), (late, 3)]


def test_a_firm_that_closed_is_not_proposed(project: Project, adviser: Actor) -> None:
    make.firm_of(project, state="F")
    assert linking.candidates(project, adviser) == []


def test_eight_firms_are_proposed_at_most_the_eldest_first(
    project: Project, adviser: Actor
) -> None:
    days = [MET + timedelta(days=step) for step in (9, 3, 7, 1, 8, 2, 6, 4, 5)]
    for day in days:
        make.firm_of(project, created_on=day)
    found = [one.establishment.created_on for one in linking.candidates(project, adviser)]
    assert found == sorted(days)[:8]


def test_a_step_before_the_first_welcome_moves_the_first_meeting(
    project: Project, adviser: Actor
) -> None:
    older = make.firm_of(project, created_on=MET - timedelta(days=20))
    assert linking.candidates(project, adviser) == []
    make.step(project, "support", MET - timedelta(days=30))
    assert [one.establishment for one in linking.candidates(project, adviser)] == [older]
    linked = actions.link_project(project=project, establishment=older, by=adviser)
    assert linked.establishment == older


# What is kept


@pytest.mark.parametrize("days", [0, 1, 400])
def test_names_are_emptied_once_whenever_the_worker_comes_back(
    project: Project, adviser: Actor, days: int
) -> None:
    make.step(project)
    before = drawn()
    later = clock.parse_instant("2023-04-02T04:00") + timedelta(days=days)
    with clock.at(later):
        for _ in range(2):
            retaining.apply(by=System("a test"))
        (kept,) = Project.objects.unscoped(reason="test")
    assert {getattr(kept, name) for name in KEPT[Project].personal.split()} == {""}
    assert kept.pseudonym == project.pseudonym
    assert drawn() == before
    assert verify().is_valid


def test_a_project_without_its_name_is_followed_still(project: Project, adviser: Actor) -> None:
    with clock.at(clock.parse_instant("2023-05-01T04:00")):
        retaining.apply(by=System("a test"))
        (kept,) = Project.objects.unscoped(reason="test")
        make.step(kept, "loan", amount_cents=500_00)
        assert linking.candidates(kept, adviser) == []
        assert kept.called == f"Projet {project.pseudonym}"
    standing = Act.objects.unscoped(reason="test").effective().filter(kind="desks.loan_granted")
    assert [(act.source_key, act.commune) for act in standing] == [(project.pseudonym, "")]


def test_who_is_forgotten_comes_back_under_the_same_card_without_a_name(
    project: Project, adviser: Actor
) -> None:
    actions.forget_leader(project=project, reason="asked", by=adviser)
    again = make.leader(make.session(adviser), name="Inès Faure", pseudonym=project.pseudonym)
    assert again.project is not None
    assert (again.project.pk, again.project.name) == (project.pk, "")


@pytest.mark.parametrize("card", ["p-2345-6789-abcd", "  P-2345-6789-ABCD ", "P-2345-6789-abcd"])
def test_a_card_is_read_whatever_its_letters_and_blanks(adviser: Actor, card: str) -> None:
    first = actions.meet_leader(leader=Leader(pseudonym="P-2345-6789-ABCD"), on=TODAY, by=adviser)
    assert actions.meet_leader(leader=Leader(pseudonym=card), on=TODAY, by=adviser) == first
