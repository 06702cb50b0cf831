"""Roles × verbs × whose visit: who may do what with prospecting, drawn as tables."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.needs.vocabulary import Theme
from maillage.outreach import permissions
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.models.visits import RESOURCE
from tests.factories.themes import SENSITIVE_THEMES

OURS = Organisation(pk=1, name="CMA")
THEIRS = Organisation(pk=2, name="MEL")
CANCELLED = datetime(2020, 6, 30, 9, tzinfo=UTC)
AUTHOR = Person(pk=10, name="Claire")
COLLEAGUE = Person(pk=11, name="Sofia")


def acting(
    role: Role | None,
    organisation: Organisation | None = OURS,
    person: Person = COLLEAGUE,
    shared: tuple[Sensitivity, ...] = (),
) -> Actor:
    """Somebody in a role; `shared`: the classes of visits that OURS opens to their organisation."""
    actor = Actor(person=person, organisation=organisation, role=role)
    for sensitivity in Sensitivity:
        opened = frozenset({OURS.pk} if sensitivity in shared else ())
        actor._shared[RESOURCE, str(sensitivity)] = opened
    return actor


def our_visit(*, cancelled: bool = False) -> Visit:
    return Visit(organisation=OURS, adviser=AUTHOR, cancelled_at=CANCELLED if cancelled else None)


# role           | report | run ours | run theirs | correct a colleague's | correct one's own
VERBS = """
adviser          | yes    | no       | no         | no                    | yes
officer          | yes    | yes      | no         | no                    | yes
service_manager  | yes    | yes      | no         | yes                   | yes
elected          | no     | no       | no         | no                    | no
expert           | no     | no       | no         | no                    | no
landlord         | no     | no       | no         | no                    | no
committee        | no     | no       | no         | no                    | no
auditor          | no     | no       | no         | no                    | no
administrator    | no     | no       | no         | no                    | no
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in VERBS.strip().splitlines()]


def test_the_table_names_every_role() -> None:
    assert [row[0] for row in ROWS] == Role.values


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_role_may_do(row: list[str]) -> None:
    role, *expected = row
    actor = acting(Role(role))
    ours, theirs = Campaign(organisation=OURS), Campaign(organisation=THEIRS)
    # Who made a visit and has another role since leaves it to the service manager.
    author = acting(Role(role), person=AUTHOR)
    told = [
        permissions.can_report_visit(actor),
        permissions.can_run_campaign(actor, ours),
        permissions.can_run_campaign(actor, theirs),
        permissions.can_correct_visit(actor, our_visit()),
        permissions.can_correct_visit(author, our_visit()),
    ]
    assert ["yes" if may else "no" for may in told] == expected


@pytest.mark.parametrize("role", Role)
def test_nobody_of_another_organisation_corrects_our_visits(role: Role) -> None:
    for person in (AUTHOR, COLLEAGUE):  # even who made it, once they act for another organisation
        assert not permissions.can_correct_visit(acting(role, THEIRS, person), our_visit())


@pytest.mark.parametrize("role", Role)
def test_nobody_corrects_a_cancelled_visit(role: Role) -> None:
    for person in (AUTHOR, COLLEAGUE):
        assert not permissions.can_correct_visit(
            acting(role, OURS, person), our_visit(cancelled=True)
        )


def test_the_public_and_the_machine_go_and_see_nobody() -> None:
    for actor in (ANONYMOUS, System("a job"), System("a job", organisation=OURS)):
        assert not permissions.can_report_visit(actor)
        assert not permissions.can_run_campaign(actor)
        assert not permissions.can_correct_visit(actor, our_visit())


def test_a_role_without_organisation_reports_nothing() -> None:
    assert not permissions.can_report_visit(acting(Role.ADVISER, None))
    assert not permissions.can_run_campaign(acting(Role.SERVICE_MANAGER, None))


# Who reads what of a visit that OURS made. P: the note for partners, C: the confidential note,
# T: an ordinary theme, D: a difficulty.
#
# role          | ours | theirs, nothing shared | visits shared | difficulties shared too
READINGS = """
adviser         | PCTD | T                      | PT            | PTD
officer         | PCTD | T                      | T             | TD
service_manager | PCTD | T                      | PT            | PTD
elected         | T    | T                      | T             | TD
expert          | T    | T                      | T             | TD
landlord        | T    | T                      | T             | TD
committee       | T    | T                      | T             | TD
auditor         | PCTD | PCTD                   | PCTD          | PCTD
administrator   | T    | T                      | T             | TD
"""
NOTES = [[cell.strip() for cell in line.split("|")] for line in READINGS.strip().splitlines()]
SITUATIONS = (
    (OURS, ()),
    (THEIRS, ()),
    (THEIRS, (Sensitivity.PARTNERS,)),
    (THEIRS, (Sensitivity.PARTNERS, Sensitivity.DIFFICULTY)),
)


def read_by(actor: Actor, visit: Visit) -> str:
    told = {
        "P": permissions.can_read_partner_note(actor, visit),
        "C": permissions.can_read_confidential_note(actor, visit),
        "T": permissions.can_read_theme(actor, visit, Theme.PREMISES),
        "D": permissions.can_read_theme(actor, visit, Theme.CASH),
    }
    return "".join(letter for letter, may in told.items() if may)


@pytest.mark.parametrize("row", NOTES, ids=lambda row: row[0])
def test_what_each_reader_reads_of_a_visit(row: list[str]) -> None:
    role, *expected = row
    told = [
        read_by(acting(Role(role), organisation, shared=shared), our_visit())
        for organisation, shared in SITUATIONS
    ]
    assert told == expected


def test_a_share_never_carries_a_class_that_it_does_not_name() -> None:
    visit = our_visit()
    for role, (had, added) in itertools.product(
        Role, itertools.permutations((Sensitivity.PARTNERS, Sensitivity.DIFFICULTY))
    ):
        before = read_by(acting(role, THEIRS, shared=(had,)), visit)
        after = read_by(acting(role, THEIRS, shared=(had, added)), visit)
        gained = set(after) - set(before)
        assert gained <= ({"D"} if added is Sensitivity.DIFFICULTY else {"P"}), (role, had, added)


@pytest.mark.parametrize(
    "shared", [Sensitivity.PERSONAL, Sensitivity.SURVEY_RAW, Sensitivity.PUBLIC]
)
def test_the_other_classes_open_nothing_of_a_visit(shared: Sensitivity) -> None:
    for role in Role:
        with_it = read_by(acting(role, THEIRS, shared=(shared,)), our_visit())
        assert with_it == read_by(acting(role, THEIRS), our_visit())


def test_the_confidential_note_is_never_shared_whatever_is_granted() -> None:
    everything = tuple(Sensitivity)
    readers = {
        role
        for role in Role
        if permissions.can_read_confidential_note(
            acting(role, THEIRS, shared=everything), our_visit()
        )
    }
    assert readers == {Role.AUDITOR}


@pytest.mark.parametrize("theme", Theme)
def test_only_difficulties_are_hidden_from_who_reads_the_facts(theme: Theme) -> None:
    partner = acting(Role.OFFICER, THEIRS, shared=(Sensitivity.PARTNERS,))
    assert permissions.can_read_theme(partner, our_visit(), theme) is (
        theme not in SENSITIVE_THEMES
    )


def test_each_rule_says_itself_in_words() -> None:
    rules = [
        rule
        for name, rule in vars(permissions).items()
        if name.startswith(("can_", "is_")) and callable(rule)
    ]
    assert len(rules) == 14
    assert all(rule.__doc__ and len(rule.__doc__) > 30 for rule in rules)
