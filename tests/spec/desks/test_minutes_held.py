"""`desks.minutes_held`: how long the desks of the period were open."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import DESKS, ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "desks.minutes_held"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_the_durations_add_up_and_each_session_opens():
    world = draw(DESKS)
    assert ask(CODE).value == 180 + 120 + 60
    assert opened(CODE) == {str(world.acts[rank].key) for rank in (0, 3, 7)}


def test_the_minutes_of_a_welcome_are_no_hours_of_a_desk():
    draw("""
    kind                | day        | firm | scheme | quantity
    desks.firm_welcomed | 2020-02-03 | A    | desk:1 | 45
    """)
    assert ask(CODE).value == 0
