"""Who may do what with needs and referrals: a table drawn by hand, held against the rules and the readings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.needs import permissions
from maillage.needs.models import Agreement, Need, Referral, Reminder, RoutingRule
from maillage.needs.vocabulary import Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@dataclass
class Scene:
    """A difficulty that the chamber heard, sent to a partner; a neighbour with whom the chamber shares, a stranger."""

    chamber: Organisation
    partner: Organisation
    neighbour: Organisation
    stranger: Organisation
    need: Need
    referral: Referral

    def actor(self, where: str, role: Role) -> Actor:
        return accounts.actor(role, getattr(self, where))


@pytest.fixture
def scene() -> Scene:
    by = accounts.actor()
    partner, _ = make.partner()
    neighbour, stranger = accounts.organisation(), accounts.organisation()
    accounts.share(by.acting_for(), neighbour, "needs", Sensitivity.PARTNERS)
    referral = make.referral(by, partner, theme=Theme.CASH, words="Owes three rents")
    found = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    one = found.get(pk=referral.pk)
    return Scene(by.acting_for(), partner, neighbour, stranger, one.need, one)


# hear, send, answer, read words of the need, read words of the referral, name the theme, route
VERBS = ("hear", "send", "answer", "words", "referral words", "theme", "route")
TABLE = """
    where     role            hear send answer words referral theme route
    chamber   adviser         x    x    -      x     x        x     -
    chamber   officer         x    x    -      x     x        x     x
    chamber   service_manager x    x    -      x     x        x     x
    chamber   expert          x    -    -      x     x        x     -
    chamber   elected         -    -    -      -     -        -     -
    chamber   administrator   -    -    -      -     -        -     -
    chamber   auditor         -    -    -      x     x        x     -
    chamber   landlord        -    -    -      -     -        -     -
    chamber   committee       -    -    -      -     -        -     -
    partner   adviser         x    -    x      -     x        -     -
    partner   officer         x    -    x      -     x        -     x
    partner   service_manager x    -    x      -     x        -     x
    partner   expert          x    -    x      -     x        -     -
    partner   elected         -    -    -      -     -        -     -
    partner   administrator   -    -    -      -     -        -     -
    partner   landlord        -    -    -      -     -        -     -
    neighbour adviser         x    -    -      -     -        -     -
    neighbour officer         x    -    -      -     -        -     x
    neighbour expert          x    -    -      -     -        -     -
    neighbour elected         -    -    -      -     -        -     -
    stranger  adviser         x    -    -      -     -        -     -
    stranger  officer         x    -    -      -     -        -     x
    stranger  service_manager x    -    -      -     -        -     x
    stranger  auditor         -    -    -      x     x        x     -
    stranger  committee       -    -    -      -     -        -     -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:2]))
def test_each_role_may_what_the_table_says(scene: Scene, row: list[str]) -> None:
    where, role, *expected = row
    actor = scene.actor(where, Role(role))
    may = (
        permissions.can_hear_need(actor),
        permissions.can_send_need(actor, scene.need),
        permissions.can_answer(actor, scene.referral),
        permissions.can_read_need_words(actor, scene.need),
        permissions.can_read_words(actor, scene.referral),
        permissions.can_read_theme(actor, scene.need),
        permissions.can_route(actor),
    )
    told = dict(zip(VERBS, may, strict=True))
    assert told == dict(zip(VERBS, (cell == "x" for cell in expected), strict=True))


# Who finds which records: the need, its agreements, its referral and its reminders.
SIGHT = """
    where     role            need referral agreement reminder
    chamber   adviser         x    x        x         x
    chamber   expert          x    x        x         x
    chamber   elected         -    -        -         -
    chamber   administrator   -    -        -         -
    partner   expert          -    x        -         x
    partner   officer         -    x        -         x
    partner   elected         -    -        -         -
    neighbour officer         x    x        x         x
    neighbour elected         -    -        -         -
    stranger  adviser         -    -        -         -
    stranger  auditor         x    x        x         x
"""
SEEN = [line.split() for line in SIGHT.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", SEEN, ids=lambda row: "-".join(row[:2]))
def test_each_role_finds_what_the_table_says(scene: Scene, row: list[str]) -> None:
    where, role, *expected = row
    Reminder.objects.create(referral=scene.referral, after_days=9, sent_at=clock.now(), people=1)
    actor = scene.actor(where, Role(role))
    found = [
        model.objects.visible_to(actor).exists() for model in (Need, Referral, Agreement, Reminder)
    ]
    assert found == [cell == "x" for cell in expected]


def test_nobody_in_particular_finds_nothing(scene: Scene) -> None:
    for model in (Need, Referral, Agreement, Reminder, RoutingRule):
        assert not model.objects.visible_to(ANONYMOUS).exists()
    assert not permissions.can_hear_need(ANONYMOUS)
    assert not permissions.can_route(ANONYMOUS)


def test_the_machine_finds_all_and_hears_only_for_an_organisation(scene: Scene) -> None:
    assert Need.objects.visible_to(MACHINE).count() == 1
    assert not permissions.can_hear_need(MACHINE)
    acting = System("a form", organisation=scene.chamber)
    assert permissions.can_hear_need(acting)
    assert permissions.can_send_need(acting, scene.need)
    assert not permissions.can_answer(acting, scene.referral)


def test_a_share_that_ended_shows_nothing_at_the_very_next_request(scene: Scene) -> None:
    officer = scene.actor("neighbour", Role.OFFICER)
    assert Need.objects.visible_to(officer).exists()
    with clock.at(clock.parse_instant("2022-06-02T10:00")):
        later = scene.actor("neighbour", Role.OFFICER)
        assert not Need.objects.visible_to(later).exists()


def test_a_difficulty_is_named_to_the_neighbour_only_by_a_share_of_that_class(scene: Scene) -> None:
    officer = scene.actor("neighbour", Role.OFFICER)
    assert not permissions.can_read_theme(officer, scene.need)
    accounts.share(scene.chamber, scene.neighbour, "needs", Sensitivity.DIFFICULTY)
    again = scene.actor("neighbour", Role.OFFICER)
    assert permissions.can_read_theme(again, scene.need)
    assert not permissions.can_read_words(again, scene.referral)


@pytest.mark.parametrize("theme", [theme for theme in Theme if theme is not Theme.CASH])
def test_any_other_theme_is_named_to_whoever_finds_the_need(theme: Theme) -> None:
    need = make.need(theme=theme)
    assert permissions.can_read_theme(accounts.actor(), need)


def test_a_share_of_visits_is_no_share_of_needs(scene: Scene) -> None:
    accounts.share(scene.chamber, scene.stranger, "visits", Sensitivity.PARTNERS)
    assert not Need.objects.visible_to(scene.actor("stranger", Role.OFFICER)).exists()


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SERVICE_MANAGER])
def test_a_rule_is_found_by_its_organisation_and_whoever_it_shares_needs_with(
    scene: Scene, role: Role
) -> None:
    make.rule(scene.actor("chamber", Role.SERVICE_MANAGER))
    found = {
        where: RoutingRule.objects.visible_to(scene.actor(where, role)).exists()
        for where in ("chamber", "partner", "neighbour", "stranger")
    }
    assert found == {"chamber": True, "partner": False, "neighbour": True, "stranger": False}
