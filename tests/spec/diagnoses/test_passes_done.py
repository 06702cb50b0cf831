"""`diagnoses.passes_done`: every diagnosis of the period, first or later."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.diagnoses.reading import FIRMS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "diagnoses.passes_done"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_each_diagnosis_counts_and_those_of_another_year_do_not():
    world = draw(FIRMS)
    assert ask(CODE).value == 6
    of_2020 = [2, 3, 4, 5, 6, 8]
    assert opened(CODE) == {str(world.acts[rank].key) for rank in of_2020}


def test_a_cancelled_diagnosis_counted_until_it_was_cancelled():
    draw(FIRMS.replace("| quantity", "| quantity | recorded") + "    ~5 | | | | | 2020-08-01")
    assert ask(CODE, at="2020-07-01").value == 6
    assert ask(CODE).value == 5
