"""From attempts to what is left to do and what is counted: drawn campaigns, as their page reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions, progress
from maillage.outreach.models import Campaign, ListedFirm, Visit
from maillage.outreach.vocabulary import Mode, Outcome, Reason
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as factory, register

pytestmark = pytest.mark.django_db

FIRST = date(2020, 3, 2)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T09:00")):
        yield


@dataclass
class World:
    """A campaign whose frozen list holds the firms named, and what was tried."""

    manager: Actor
    campaign: Campaign
    firms: dict[str, Establishment]
    visits: list[Visit]

    def left(self) -> str:
        """The firms still to approach."""
        rows = ListedFirm.objects.visible_to(self.manager).filter(campaign=self.campaign)
        pks = set(rows.not_yet_seen().values_list("establishment", flat=True))
        return "".join(name for name, firm in self.firms.items() if firm.pk in pks)

    def figures(self) -> dict[str, tuple[float | None, float | None]]:
        """Numerator and denominator of each rate of the campaign's page; a count stands alone."""
        told = progress.figures_of(self.campaign)
        return {
            "I01": (told["prospected"].value, None),
            "I03": (told["success"].numerator, told["success"].denominator),
            "I04": (told["completeness"].numerator, told["completeness"].denominator),
        }


def play(listed: str, drawing: str) -> World:
    """Freeze a list of firms named by a letter, then play attempts, one a line, a day after the other.

    `visit done A` happens within the campaign; `outside call done A` outside it; a letter that is not
    listed is a firm that the register learnt after the list was frozen; `cancel 2` cancels the second.
    """
    firms = {name: register.establishment() for name in listed}
    manager = accounts.actor(Role.SERVICE_MANAGER)
    world = World(
        manager, factory.campaign(manager, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)),
        firms, [],
    )  # fmt: skip
    for day, line in enumerate(drawing.split("\n")):
        if words := line.split():
            _attempt(world, words, FIRST + timedelta(days=day))
    return world


def _attempt(world: World, words: list[str], day: date) -> None:
    if words[0] == "cancel":
        visit = world.visits[int(words[1]) - 1]
        actions.cancel_visit(visit=visit, reason=Reason.TWICE, by=world.manager)
        return
    within = words[0] != "outside"
    mode, outcome, name = words[-3:]
    firm = world.firms.setdefault(name, None) or register.establishment()  # type: ignore[arg-type]
    world.firms[name] = firm
    world.visits.append(
        factory.visit(
            world.manager,
            firm,
            campaign=world.campaign if within else None,
            mode=Mode(mode),
            outcome=Outcome(outcome),
            occurred_on=day,
        )
    )


STORIES = {
    "nothing was tried yet": (
        "ABC", "",
        "ABC", {"I01": (0, None), "I03": (0, 0), "I04": (0, 3)},
    ),
    "each outcome leaves its firm where it stands": (
        "ABCDEFG",
        """visit done A
        visit absent B
        visit refused C
        visit unreachable D
        visit postponed E
        visit closed_down F
        visit wrong_address G""",
        "BDE", {"I01": (1, None), "I03": (1, 6), "I04": (1, 6)},
    ),
    "a call that was answered settles the matter and is no visit": (
        "AB",
        """call done A
        call unreachable B""",
        "B", {"I01": (1, None), "I03": (1, 2), "I04": (0, 2)},
    ),
    "tried until somebody was there": (
        "A",
        """visit absent A
        visit postponed A
        call unreachable A
        visit done A""",
        "", {"I01": (1, None), "I03": (1, 3), "I04": (1, 1)},
    ),
    "a second visit of the same firm counts once": (
        "AB",
        """visit done A
        visit done A
        call done A""",
        "B", {"I01": (1, None), "I03": (3, 3), "I04": (1, 2)},
    ),
    "a firm closed down before any exchange leaves the list": (
        "AB",
        """visit closed_down A
        visit done B""",
        "", {"I01": (1, None), "I03": (1, 2), "I04": (1, 1)},
    ),
    "a firm that closed after it was met stays on the list": (
        "AB",
        """visit done A
        visit closed_down A""",
        "B", {"I01": (1, None), "I03": (1, 2), "I04": (1, 2)},
    ),
    "outside any campaign nothing moves in this one": (
        "AB",
        """outside visit done A
        outside visit refused B""",
        "AB", {"I01": (0, None), "I03": (0, 0), "I04": (0, 2)},
    ),
    "a firm outside the list is prospected and covers nothing": (
        "AB",
        """visit done A
        visit done Z""",
        "B", {"I01": (2, None), "I03": (2, 2), "I04": (1, 2)},
    ),
    "a cancelled visit is as if it had not been": (
        "AB",
        """visit done A
        visit done B
        cancel 1""",
        "A", {"I01": (1, None), "I03": (1, 1), "I04": (1, 2)},
    ),
    "of two visits one is cancelled and the firm stays seen": (
        "A",
        """visit done A
        visit done A
        cancel 2""",
        "", {"I01": (1, None), "I03": (1, 1), "I04": (1, 1)},
    ),
    "cancelling the refusal puts the firm back on the list": (
        "A",
        """visit refused A
        cancel 1""",
        "A", {"I01": (0, None), "I03": (0, 0), "I04": (0, 1)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_what_is_left_to_do_and_what_is_counted(story: str) -> None:
    listed, drawing, left, expected = STORIES[story]
    world = play(listed, drawing)
    assert world.left() == left
    assert world.figures() == expected


def test_the_latest_attempt_is_the_one_of_the_latest_day_not_the_last_typed() -> None:
    world = play("A", "visit absent A\nvisit postponed A")
    factory.visit(
        world.manager,
        world.firms["A"],
        campaign=world.campaign,
        outcome=Outcome.UNREACHABLE,
        occurred_on=FIRST - timedelta(days=9),
    )
    rows = ListedFirm.objects.visible_to(world.manager).with_last_attempt()
    line = rows.get(campaign=world.campaign)
    assert (line.last_outcome, line.last_on) == (Outcome.POSTPONED, FIRST + timedelta(days=1))
    assert line.last_outcome_label == "Reportée"


def test_a_line_that_nobody_tried_says_nothing() -> None:
    world = play("A", "")
    line = ListedFirm.objects.visible_to(world.manager).with_last_attempt().get()
    assert (line.last_outcome, line.last_on, line.last_outcome_label) == (None, None, "")


def test_two_attempts_of_one_day_are_told_by_the_last_typed() -> None:
    world = play("A", "")
    for outcome in (Outcome.ABSENT, Outcome.REFUSED):
        factory.visit(
            world.manager,
            world.firms["A"],
            campaign=world.campaign,
            outcome=outcome,
            occurred_on=FIRST,
        )
    line = ListedFirm.objects.visible_to(world.manager).with_last_attempt().get()
    assert line.last_outcome == Outcome.REFUSED


def test_the_firm_of_a_figure_opens_onto_both_its_visits() -> None:
    world = play("AB", "visit done A\nvisit done A\nvisit done B")
    question = figures.Question("I01", figures.Filter(schemes=(world.campaign.scheme,)))
    (answer,) = figures.answer([question])
    page = figures.records(question, world.manager)
    acts = {record.unit: len(record.acts) for record in page.records}
    assert (answer.value, len(page.records), page.following) == (2, 2, "")
    assert acts == {
        str(world.firms["A"].legal_unit.key): 2,
        str(world.firms["B"].legal_unit.key): 1,
    }


def test_two_places_of_one_firm_are_one_firm() -> None:
    first = register.establishment()
    second = register.establishment(legal_unit=first.legal_unit, street="RUE DES ARTS")
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    assert ListedFirm.objects.visible_to(manager).count() == 1
    for place in (first, second):
        factory.visit(manager, place, campaign=campaign)
    told = progress.figures_of(campaign)
    assert (told["prospected"].value, told["completeness"].value) == (1, 1.0)
    assert not ListedFirm.objects.visible_to(manager).not_yet_seen().exists()


def test_a_figure_of_yesterday_does_not_move_with_a_visit_of_today() -> None:
    manager = accounts.actor()
    place = register.establishment()
    with clock.at(clock.parse_instant("2020-06-29T18:00")):
        factory.visit(manager, place, occurred_on=date(2020, 6, 29))
    yesterday = clock.end_of_day(date(2020, 6, 29))
    question = figures.Question("I01")
    before = figures.answer([question])[0].value
    factory.visit(manager, register.establishment(), occurred_on=date(2020, 6, 28))
    assert (before, figures.answer([question])[0].value) == (1, 2)
    assert figures.answer([question], yesterday)[0].value == 1


@pytest.mark.parametrize(
    ("mode", "outcome", "words"),
    [
        (Mode.VISIT, Outcome.DONE, "Visite réalisée"),
        (Mode.VISIT, Outcome.ABSENT, "Visite\xa0: personne sur place"),
        (Mode.CALL, Outcome.UNREACHABLE, "Appel\xa0: injoignable"),
        (Mode.CALL, Outcome.CLOSED_DOWN, "Appel\xa0: entreprise fermée"),
    ],
)
def test_how_attempts_ended_is_told_kind_by_kind(mode: Mode, outcome: Outcome, words: str) -> None:
    world = play("A", f"{mode.value} {outcome.value} A")
    (group,) = progress.figures_of(world.campaign)["outcomes"].groups
    assert (str(group.label).replace(" :", "\xa0:"), group.value) == (words, 1)


def test_coverage_is_told_commune_by_commune() -> None:
    lille, roubaix = register.establishment(), register.establishment(commune="59512")
    register.establishment(commune="59512")
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    for place in (lille, roubaix):
        factory.visit(manager, place, campaign=campaign)
    groups = progress.figures_of(campaign)["communes"].groups
    assert {group.key: (group.numerator, group.denominator) for group in groups} == {
        "59350": (1, 1),
        "59512": (1, 2),
    }
