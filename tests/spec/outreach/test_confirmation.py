"""`outreach.confirmation`, over `outreach.visits_called_back` and `outreach.visits_confirmed`: what firms said of visits."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.confirmation"
CALLS = """
    kind                            | day        | firm
    outreach.control_confirmed      | 2019-12-31 | Z
    outreach.control_confirmed      | 2020-01-01 | A
    outreach.control_confirmed      | 2020-06-30 | A
    outreach.control_not_confirmed  | 2020-12-31 | B
    outreach.control_unreachable    | 2020-03-04 | C
    outreach.visit_done             | 2020-03-05 | D
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_two_of_three_that_answered_confirm_within_the_period():
    world = draw(CALLS)
    answer = ask(CODE)
    assert (answer.numerator, answer.denominator) == (2, 3)
    assert answer.value == pytest.approx(2 / 3)
    assert opened(CODE, part="numerator") == {str(act.key) for act in world.acts[1:3]}
    assert opened(CODE, part="denominator") == {str(act.key) for act in world.acts[1:4]}


def test_each_visit_called_back_counts_even_of_one_firm():
    world = draw(CALLS)
    assert ask("outreach.visits_called_back").value == 3
    assert ask("outreach.visits_confirmed").value == 2
    assert opened("outreach.visits_confirmed") == {str(act.key) for act in world.acts[1:3]}


def test_a_call_set_right_counts_as_known_then_and_as_known_now():
    draw("""
    kind                           | day        | firm | recorded
    outreach.control_not_confirmed | 2020-03-01 | A    | 2020-03-01
    ~1                             |            |      | 2020-05-01
    outreach.control_confirmed     | 2020-05-01 | A    | 2020-05-01
    """)
    assert (ask(CODE, at="2020-04-01").value, ask(CODE).value) == (0, 1)


def test_where_nobody_answered_there_is_no_rate():
    draw("""
    kind                         | day        | firm
    outreach.control_unreachable | 2020-03-04 | C
    """)
    assert ask(CODE).value is None
