"""`events.contributions`: what was said and proposed in the workshops of the events of a period."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.events.reading import BREAKFAST, FAIR, ask, keys, opened

pytestmark = pytest.mark.django_db
CODE = "events.contributions"
DAY = f"event:{'a' * 8}-0000-7000-8000-{'a' * 12}:assembly"

# A firm that speaks twice counts twice; the workshop itself speaks; one is taken back in March; one is of another year,
# one of no event.
SAID = f"""
    kind                      | day        | firm | theme   | scheme
    events.firm_contributed   | 2020-02-06 | A    | energy  | {DAY}
    events.firm_contributed   | 2020-02-06 | A    | recruit | {DAY}
    events.people_contributed | 2020-02-06 |      | energy  | {DAY}
    events.firm_contributed   | 2020-12-31 | B    | energy  | {FAIR}
    events.firm_contributed   | 2019-12-31 | B    | energy  | {DAY}
    events.firm_contributed   | 2020-02-06 | C    | energy  |
    events.firm_came          | 2020-02-06 | A    |         | {DAY}
    ~3                        | 2020-03-01 |      |         |
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-02-01")):
        yield


def test_each_counts_on_the_day_of_its_event_until_it_is_taken_back():
    world = draw(SAID)
    assert ask(CODE, at="2020-02-29").value == 3
    assert opened(CODE, at="2020-02-29") == keys(world, 1, 2, 3)
    assert ask(CODE).value == 3
    assert opened(CODE) == keys(world, 1, 2, 4)


def test_one_event_or_one_theme_is_asked_for_alone():
    world = draw(SAID)
    assert opened(CODE, Filter(schemes=(DAY,))) == keys(world, 1, 2)
    assert opened(CODE, Filter(themes=("energy",))) == keys(world, 1, 4)
    assert ask(CODE, Filter(schemes=(BREAKFAST,))).value == 0
