"""`desks.first_hire_served`, `first_hires_made`, `first_hire_rate`: a service, then the register's employer flag.

A hires three months later, B after a year and a day, C employed already, D never hires, E asked for something else.
"""

from __future__ import annotations

from datetime import date

import pytest

from maillage import figures
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.register.segments import EMPLOYER
from tests.factories import register
from tests.spec.desks.reading import ask, opened
from tests.spec.drawn import World, draw, noon

pytestmark = pytest.mark.django_db
SERVED, MADE, RATE = "desks.first_hire_served", "desks.first_hires_made", "desks.first_hire_rate"
LATER = "2022-01-31"
SERVICES = """
    kind                       | day        | firm | theme      | recorded
    desks.firm_welcomed        | 2020-02-03 | A    | first_hire |
    needs.desk_need_expressed  | 2020-02-03 | A    | first_hire |
    outreach.need_expressed    | 2020-03-02 | B    | first_hire |
    desks.firm_welcomed        | 2020-03-02 | C    | first_hire |
    desks.firm_welcomed        | 2020-03-02 | D    | first_hire |
    desks.firm_welcomed        | 2020-03-02 | E    | premises   |
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon(LATER)):
        yield


@pytest.fixture
def world() -> World:
    """The firms with what two loads of the register tell of them, the second of January 2022."""
    found = World()
    for letter in "ABCDE":
        found.firms[letter] = register.establishment(size_band="00")
    register.spell(found.firms["C"], starts_on=date(2019, 5, 1), segments=EMPLOYER.mask)
    draw(SERVICES, found)
    register.load_active(vintage=date(2022, 1, 15), activated_at=noon("2022-01-20"))
    newest = register.load_active(vintage=date(2022, 1, 16), activated_at=noon("2022-01-21"))
    for letter, day in (("A", "2020-05-04"), ("B", "2021-03-03"), ("E", "2020-05-04")):
        hired = {"starts_on": date.fromisoformat(day), "segments": EMPLOYER.mask}
        register.spell(found.firms[letter], load=newest, **hired)
    return found


def test_firms_without_employee_are_followed_for_twelve_months(world):
    assert ask(SERVED, at=LATER).value == 3
    assert opened(SERVED, at=LATER) == world.units("A B D")
    assert ask(MADE, at=LATER).value == 1
    assert opened(MADE, at=LATER) == world.units("A")
    answer = ask(RATE, at=LATER)
    assert (answer.value, answer.numerator, answer.denominator) == (pytest.approx(1 / 3), 1, 3)


def test_a_cohort_that_is_not_wholly_observed_says_nothing(world):
    young = Period.parse("2021")
    answers = figures.answer(
        [figures.Question(code, period=young) for code in (SERVED, MADE, RATE)], at=noon(LATER)
    )
    assert [answer.value for answer in answers] == [None, None, None]
    assert answers[0].note is not None
    assert "2022-12-31" in answers[0].note.en


def test_before_the_register_reached_the_end_of_the_year_nothing_was_known(world):
    assert ask(RATE, at="2022-01-19").value is None


def test_as_of_the_load_before_the_hire_was_not_known(world):
    assert ask(MADE, at="2022-01-20").value == 0
    assert ask(SERVED, at="2022-01-20").value == 3


def test_a_welcome_that_is_cancelled_leaves_the_list(world):
    draw("kind | day | firm | theme | recorded\n    ~5 | | | | 2022-01-30", world)
    assert ask(SERVED, at=LATER).value == 2
    assert opened(SERVED, at="2022-01-29") == world.units("A B D")


def test_a_day_of_february_is_followed_until_the_28th():
    from maillage.desks.relations import a_year_after

    assert a_year_after(date(2020, 2, 29)) == date(2021, 2, 28)
    assert a_year_after(date(2020, 3, 1)) == date(2021, 3, 1)
