"""`outreach.attempts_done`: attempts in which somebody of the firm was heard."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.attempts_done"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_each_visit_and_call_done_counts_even_of_the_same_firm():
    world = draw("""
    kind                  | day        | firm
    outreach.visit_done   | 2020-03-01 | A
    outreach.call_done    | 2020-03-02 | A
    outreach.visit_absent | 2020-03-03 | A
    outreach.visit_done   | 2020-03-04 | B
    ~4                    |            |
    """)
    assert ask(CODE).value == 2
    assert opened(CODE) == {str(act.key) for act in world.acts[:2]}
