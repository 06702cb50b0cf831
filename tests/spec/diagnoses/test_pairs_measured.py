"""`diagnoses.pairs_measured`: one pair a firm and a questionnaire, dated by its second pass."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import EVERYTHING, YEAR

pytestmark = pytest.mark.django_db
CODE = "diagnoses.pairs_measured"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_pair_opens_onto_both_diagnoses_and_the_progress():
    world = draw(FIRMS)
    assert ask(CODE).value == 2
    assert opened(CODE) == {str(world.acts[7].key), str(world.acts[9].key)}
    page = figures.records(Question(CODE, Filter(), YEAR), EVERYTHING, at=noon("2020-12-31"))
    behind = {r.unit: {a.key for a in r.acts} for r in page.records}
    of_a = {str(world.acts[rank].key) for rank in (0, 6, 7)}
    assert behind[str(world.acts[7].key)] == of_a


def test_a_pair_is_of_the_year_of_its_second_pass_and_of_no_third_one():
    draw(FIRMS + "    diagnoses.pass_done | 2020-12-20 | A | questionnaire:digital | 900")
    assert ask(CODE).value == 2
    before = Question(CODE, Filter(), Period.parse("2019"))
    (answer,) = figures.answer([before], at=noon("2020-12-31"))
    assert answer.value == 0


def test_two_organisations_make_no_pair_together():
    draw("""
    kind                        | day        | firm | scheme                | quantity | by
    diagnoses.pass_done         | 2019-11-04 | A    | questionnaire:digital | 400      | mel
    diagnoses.pass_done         | 2019-11-04 | A    | questionnaire:digital | 300      | cma
    diagnoses.pass_done         | 2020-06-08 | A    | questionnaire:digital | 570      | cma
    diagnoses.progress_measured | 2020-06-08 | A    | questionnaire:digital | 270      | cma
    """)
    page = figures.records(Question(CODE, Filter(), YEAR), EVERYTHING, at=noon("2020-12-31"))
    (pair,) = page.records
    assert len(pair.acts) == 3
