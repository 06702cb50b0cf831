"""`observatory.qpv_reach` (I39): distinct firms and projects met, and those whose address lay in a QPV that day."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.factories import places as geography
from tests.spec.desks.reading import project
from tests.spec.drawn import World, draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
ALL, IN, RATE = (
    "observatory.firms_and_projects_reached",
    "observatory.reached_in_qpv",
    "observatory.qpv_reach",
)
MET = """
    kind                   | day        | firm | of  | qpv | recorded
    outreach.visit_done    | 2020-02-03 | A    |     |     |
    needs.form_need_expressed | 2020-03-03 | A |     |     |
    outreach.firm_listed   | 2020-02-03 | B    |     |     |
    outreach.visit_absent  | 2020-02-04 | B    |     |     |
    desks.firm_welcomed    | 2020-02-05 | C    |     |     |
    desks.project_welcomed | 2020-02-05 |      | 100 | yes |
    desks.project_welcomed | 2020-02-05 |      | 101 | no  |
    desks.project_welcomed | 2020-02-05 |      | 102 |     |
    desks.firm_created     | 2020-05-05 | D    | 102 |     |
    outreach.visit_done    | 2020-06-05 | D    |     |     |
    outreach.visit_done    | 2019-12-31 | E    |     |     |
    desks.youth_met        | 2020-02-05 |      |     | yes |
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


@pytest.fixture
def world() -> World:
    """C stands in the neighbourhood, A outside of it; the other firms have no position."""
    geography.district("QN05901M")
    world = World()
    for letter, lon in (("A", 3.2), ("C", 3.05)):
        from tests.factories import register

        world.firms[letter] = register.establishment(lon=lon, lat=50.65)
    return draw(MET, world)


def test_firms_and_projects_count_once_whatever_domain_met_them(world):
    assert ask(ALL).value == 5
    assert opened(ALL) == world.units("A C D") | {project(100), project(101)}


def test_those_whose_address_lay_in_a_neighbourhood_that_day(world):
    assert ask(IN).value == 2
    assert opened(IN) == world.units("C") | {project(100)}


def test_the_reach_is_one_over_the_other_and_both_open(world):
    answer = ask(RATE)
    assert (answer.numerator, answer.denominator) == (2, 5)
    assert ask("I39").value == pytest.approx(2 / 5)


def test_a_project_was_counted_apart_until_it_was_known_to_be_a_firm(world):
    assert opened(ALL, at="2020-05-04") == world.units("A C") | {
        project(rank) for rank in (100, 101, 102)
    }


def test_a_visit_that_is_cancelled_reached_nobody(world):
    draw("kind | day | firm | of | qpv | recorded\n    ~5 | | | | | 2020-11-01", world)
    assert ask(IN).value == 1
    assert ask(IN, at="2020-10-31").value == 2
