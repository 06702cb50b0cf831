"""`diagnoses.firms_diagnosed`: a firm counts once, however often and through whatever it was seen."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "diagnoses.firms_diagnosed"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_firm_seen_twice_or_through_two_questionnaires_counts_once():
    world = draw(FIRMS)
    assert ask(CODE).value == 4
    assert opened(CODE) == world.units("A B C D")


def test_one_questionnaire_may_be_asked_for():
    world = draw(FIRMS)
    energy = Filter(schemes=("questionnaire:energy",))
    assert ask(CODE, energy).value == 1
    assert opened(CODE, energy) == world.units("A")


def test_a_progress_alone_is_no_diagnosis():
    draw("""
    kind                        | day        | firm | scheme                | quantity
    diagnoses.progress_measured | 2020-06-08 | A    | questionnaire:digital | 170
    """)
    assert ask(CODE).value == 0
