"""`desks.welcomes`: who came, each time they came, place by place."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.kernel import clock
from tests.spec.desks.reading import DESKS, ask, cancelled, opened
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
CODE = "desks.welcomes"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_who_came_twice_counts_twice_and_places_add_up():
    world = draw(DESKS)
    assert ask(CODE).value == 5
    assert opened(CODE) == {str(world.acts[rank].key) for rank in (1, 2, 4, 5, 6)}
    (answer,) = figures.answer([figures.Question(CODE, period=YEAR, by="desk")])
    assert [(group.key, group.value) for group in answer.groups] == [("desk:1", 2), ("desk:2", 3)]
    assert answer.overlap == 0
    assert opened(CODE, figures.Filter(schemes=("desk:1",))) == {
        str(world.acts[rank].key) for rank in (1, 2)
    }


def test_a_welcome_cancelled_since_counted_until_then():
    draw(DESKS + cancelled(2, "2020-05-01"))
    assert ask(CODE, at="2020-04-30").value == 5
    assert ask(CODE).value == 4
