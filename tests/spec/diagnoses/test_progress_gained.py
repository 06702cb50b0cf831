"""`diagnoses.progress_gained`: what firms gained from one diagnosis to the next, those that went back too."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import EVERYTHING, YEAR

pytestmark = pytest.mark.django_db
CODE = "diagnoses.progress_gained"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_gains_and_losses_are_summed_once_whatever_stands_behind_a_pair():
    world = draw(FIRMS)
    answer = ask(CODE)
    assert (answer.value, answer.n) == (120, 2)
    assert opened(CODE) == {str(world.acts[7].key), str(world.acts[9].key)}


def test_the_summands_are_what_each_pair_gained():
    draw(FIRMS)
    page = figures.records(Question(CODE, Filter(), YEAR), EVERYTHING, at=noon("2020-12-31"))
    assert sorted(record.amount for record in page.records) == [-50, 170]


def test_a_reversed_progress_weighs_nothing_from_then_on():
    draw(FIRMS.replace("| quantity", "| quantity | recorded") + "    ~10 | | | | | 2020-08-01")
    assert ask(CODE, at="2020-07-01").value == 120
    assert ask(CODE).value == 170
