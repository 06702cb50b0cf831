"""`desks.sessions_held`: every session of the period said to be held, whoever came."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import DESKS, ask, cancelled, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "desks.sessions_held"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_session_to_which_nobody_came_counts():
    world = draw(DESKS)
    assert ask(CODE).value == 3
    assert opened(CODE) == {str(world.acts[rank].key) for rank in (0, 3, 7)}


def test_a_session_that_was_not_held_counted_until_it_was_said():
    draw(DESKS + cancelled(8, "2020-05-01"))
    assert ask(CODE, at="2020-04-30").value == 3
    assert ask(CODE).value == 2
