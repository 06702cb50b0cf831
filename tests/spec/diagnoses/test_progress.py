"""`diagnoses.progress`: I33, the mean progress of the firms seen twice, with how many they are."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.factories.places import places_loaded
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "diagnoses.progress"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_the_mean_is_over_pairs_and_tells_how_many():
    world = draw(FIRMS)
    answer = ask(CODE)
    assert (answer.value, answer.numerator, answer.denominator) == (60, 120, 2)
    pairs = {str(world.acts[7].key), str(world.acts[9].key)}
    assert opened(CODE, part="numerator") == pairs
    assert opened(CODE, part="denominator") == pairs


def test_without_a_pair_there_is_no_progress_not_zero():
    draw("""
    kind                | day        | firm | scheme                | quantity
    diagnoses.pass_done | 2020-01-06 | A    | questionnaire:digital | 300
    """)
    assert ask(CODE).value is None


def test_each_territory_has_its_own():
    places_loaded()
    draw("""
    kind                        | day        | firm | commune | scheme                | quantity
    diagnoses.pass_done         | 2019-11-04 | A    | 59350   | questionnaire:digital | 400
    diagnoses.pass_done         | 2019-11-05 | B    | 62498   | questionnaire:digital | 650
    diagnoses.pass_done         | 2020-06-08 | A    | 59350   | questionnaire:digital | 570
    diagnoses.progress_measured | 2020-06-08 | A    | 59350   | questionnaire:digital | 170
    diagnoses.progress_measured | 2020-06-09 | B    | 62498   | questionnaire:digital | -50
    """)
    assert ask(CODE, Filter(territory="mel")).value == 170
    assert ask("I33", Filter(territory="call")).value == -50
