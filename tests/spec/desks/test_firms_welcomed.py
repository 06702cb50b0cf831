"""`desks.firms_welcomed`: firms that came to a desk, each once."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import DESKS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "desks.firms_welcomed"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_firm_that_came_to_two_places_counts_once():
    world = draw(DESKS)
    assert ask(CODE).value == 2
    assert opened(CODE) == world.units("A B")


def test_a_visit_at_the_door_is_no_welcome():
    draw("""
    kind                | day        | firm
    outreach.visit_done | 2020-02-03 | A
    """)
    assert ask(CODE).value == 0
