"""`outreach.needs_per_visit` (I06): how many needs a visit or a call brings to light."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.needs_per_visit"

# A visit with two needs, one with none, a call with one; nobody was met at D; E asked at a desk, F the year before.
STORY = """
    kind                      | day        | firm | theme    | scheme
    outreach.visit_done       | 2020-01-01 | A    |          | campaign:1
    outreach.need_expressed   | 2020-01-01 | A    | online   | campaign:1
    outreach.need_expressed   | 2020-01-01 | A    | energy   | campaign:1
    outreach.visit_done       | 2020-05-04 | B    |          | campaign:1
    outreach.call_done        | 2020-12-31 | C    |          |
    outreach.need_expressed   | 2020-12-31 | C    | premises |
    outreach.visit_absent     | 2020-05-05 | D    |          | campaign:1
    needs.desk_need_expressed | 2020-05-06 | E    | online   |
    outreach.visit_done       | 2019-12-31 | F    |          |
    outreach.need_expressed   | 2019-12-31 | F    | online   |
"""


@pytest.fixture
def world():
    with clock.at(noon("2021-02-01")):
        yield draw(STORY)


def keys(world, *rows: int) -> set[str]:
    return {str(world.acts[row - 1].key) for row in rows}


def test_needs_of_visits_over_the_visits_and_calls_done(world):
    answer = ask(CODE)
    assert (answer.numerator, answer.denominator, answer.value) == (3, 3, 1.0)
    assert opened(CODE, part="numerator") == keys(world, 2, 3, 6)
    assert opened(CODE, part="denominator") == keys(world, 1, 4, 5)


def test_a_campaign_is_asked_for_alone(world):
    alone = ask(CODE, Filter(schemes=("campaign:1",)))
    assert (alone.numerator, alone.denominator) == (2, 2)


def test_a_theme_keeps_its_needs_and_every_visit(world):
    online = ask(CODE, Filter(themes=("online",)))
    assert (online.numerator, online.denominator) == (1, 3)


def test_a_visit_cancelled_takes_its_needs_away_as_of_that_day_only(world):
    draw(
        "kind | day | firm | recorded\n~1 | | | 2021-01-05\n~2 | | | 2021-01-05\n~3 | | | 2021-01-05",
        world,
    )
    assert (ask(CODE).numerator, ask(CODE).denominator) == (3, 3)
    later = ask(CODE, at="2021-01-06")
    assert (later.numerator, later.denominator) == (1, 2)


def test_without_a_visit_it_is_not_applicable():
    with clock.at(noon("2021-02-01")):
        assert ask(CODE).value is None
