"""`desks.young_people_reached`: how many young people sat in the room, never who."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "desks.young_people_reached"
YOUNG = """
    kind               | day        | scheme | quantity | recorded
    desks.youth_met    | 2020-01-01 | desk:1 | 24       |
    desks.youth_met    | 2020-12-31 | desk:2 | 30       |
    desks.youth_met    | 2019-12-31 | desk:1 | 100      |
    desks.session_held | 2020-06-01 | desk:1 | 180      |
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_the_numbers_of_the_sessions_of_the_period_add_up():
    world = draw(YOUNG)
    assert ask(CODE).value == 54
    assert opened(CODE) == {str(world.acts[rank].key) for rank in (0, 1)}


def test_a_session_that_did_not_happen_counted_until_it_was_said():
    draw(YOUNG + "    ~1 | | | | 2020-06-01\n")
    assert ask(CODE, at="2020-05-31").value == 24
    assert ask(CODE).value == 30
