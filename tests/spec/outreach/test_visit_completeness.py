"""I04, `outreach.visit_completeness`: how much of the frozen list was visited."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Question
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import CAMPAIGN, EVERYTHING, LIST, YEAR, ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.visit_completeness"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_one_firm_of_three_still_standing_was_visited():
    world = draw(LIST)
    answer = ask(CODE, CAMPAIGN)
    assert (answer.value, answer.numerator, answer.denominator) == (1 / 3, 1, 3)
    assert opened(CODE, CAMPAIGN, part="numerator") == world.units("A")
    assert opened(CODE, CAMPAIGN, part="denominator") == world.units("A B D")


def test_a_firm_opens_onto_its_listing_and_all_its_attempts():
    world = draw(LIST)
    question = Question(CODE, CAMPAIGN, YEAR)
    (record,) = figures.records(
        question, EVERYTHING, at=noon("2020-12-31"), part="numerator"
    ).records
    assert {line.key for line in record.acts} == {str(world.acts[row].key) for row in (0, 4, 5)}


def test_without_a_list_there_is_no_rate():
    assert ask(CODE, CAMPAIGN).value is None
