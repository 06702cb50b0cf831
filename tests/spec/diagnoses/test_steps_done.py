"""`diagnoses.steps_done`: steps of plans, each by the day on which it was done."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.diagnoses.reading import ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "diagnoses.steps_done"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


STEPS = """
    kind                | day        | firm | scheme                | theme   | recorded
    diagnoses.step_done | 2019-12-31 | A    | questionnaire:digital | online  |
    diagnoses.step_done | 2020-01-01 | A    | questionnaire:digital | online  |
    diagnoses.step_done | 2020-05-04 | A    | questionnaire:digital | digital |
    diagnoses.pass_done | 2020-05-04 | A    | questionnaire:digital |         |
    diagnoses.step_done | 2020-12-31 | B    | questionnaire:energy  | energy  |
"""


def test_both_ends_of_the_period_count_and_a_diagnosis_is_no_step():
    world = draw(STEPS)
    assert ask(CODE).value == 3
    assert opened(CODE) == {str(world.acts[rank].key) for rank in (1, 2, 4)}
    assert ask(CODE, Filter(themes=("energy",))).value == 1


def test_a_step_taken_up_again_is_not_done():
    until_may = STEPS.rpartition("    diagnoses.step_done")[0]
    draw(until_may + "    ~3 | | | | | 2020-09-01")
    assert ask(CODE, at="2020-06-01").value == 2
    assert ask(CODE).value == 1
