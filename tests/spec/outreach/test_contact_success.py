"""I03, `outreach.contact_success`: attempts done over attempts closed."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.contact_success"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_one_attempt_in_four_reached_somebody():
    world = draw("""
    kind                      | day        | firm
    outreach.visit_absent     | 2020-03-01 | A
    outreach.visit_done       | 2020-03-02 | A
    outreach.call_unreachable | 2020-03-03 | B
    outreach.visit_refused    | 2020-03-04 | C
    outreach.visit_postponed  | 2020-03-05 | D
    """)
    answer = ask(CODE)
    assert (answer.value, answer.numerator, answer.denominator) == (0.25, 1, 4)
    assert opened(CODE, part="numerator") == {str(world.acts[1].key)}
    assert opened(CODE, part="denominator") == {str(act.key) for act in world.acts[:4]}


def test_without_any_attempt_closed_there_is_no_rate():
    draw("""
    kind                     | day        | firm
    outreach.visit_postponed | 2020-03-05 | D
    """)
    assert ask(CODE).value is None
