"""`diagnoses.firms_seen_again`: a second diagnosis half a year later, not two in a month."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "diagnoses.firms_seen_again"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_firms_seen_twice_too_soon_or_once_are_not_seen_again():
    world = draw(FIRMS)
    assert ask(CODE).value == 2
    assert opened(CODE) == world.units("A B")


def test_a_firm_seen_again_through_two_questionnaires_counts_once():
    drawn = FIRMS + "    diagnoses.progress_measured | 2020-09-08 | A | questionnaire:energy | 10"
    world = draw(drawn)
    assert ask(CODE).value == 2
    assert opened(CODE) == world.units("A B")


def test_a_progress_reversed_was_none_and_was_one_until_then():
    draw(FIRMS.replace("| quantity", "| quantity | recorded") + "    ~8 | | | | | 2020-08-01")
    assert ask(CODE, at="2020-07-01").value == 2
    assert ask(CODE).value == 1
