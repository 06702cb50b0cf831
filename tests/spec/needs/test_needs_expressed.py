"""`needs.needs_expressed` and `needs.needs_heard_at_visits`: what firms asked for, wherever it was heard."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE, AT_VISITS = "needs.needs_expressed", "needs.needs_heard_at_visits"

HEARD = """
    kind                             | day        | firm | theme
    outreach.need_expressed          | 2020-01-01 | A    | online
    outreach.need_expressed          | 2020-12-31 | A    | online
    needs.desk_need_expressed        | 2020-03-03 | B    | premises
    needs.form_need_expressed        | 2020-03-04 | C    | cash
    needs.event_need_expressed       | 2019-12-31 | D    | cash
    needs.partner_need_expressed     | 2021-01-01 | D    | cash
    outreach.visit_done              | 2020-03-05 | E    |
    needs.need_taken_up              | 2020-03-06 | B    | premises
    needs.need_closed_helped         | 2020-03-07 | B    | premises
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-02-01")):
        yield


def test_each_need_counts_on_its_day_wherever_it_was_heard_and_its_steps_do_not():
    world = draw(HEARD)
    assert ask(CODE, at="2021-02-01").value == 4
    assert opened(CODE, at="2021-02-01") == {str(act.key) for act in world.acts[:4]}


def test_a_firm_that_asks_twice_for_one_thing_has_two_needs():
    draw(HEARD)
    assert ask(CODE, Filter(themes=("online",)), at="2021-02-01").value == 2


def test_at_visits_only_those_heard_at_a_door_or_on_a_call():
    world = draw(HEARD)
    assert ask(AT_VISITS, at="2021-02-01").value == 2
    assert opened(AT_VISITS, at="2021-02-01") == {str(act.key) for act in world.acts[:2]}


def test_one_written_down_by_mistake_counts_until_the_day_it_is_withdrawn():
    draw(HEARD + "    ~3 | | | \n")
    assert ask(CODE, at="2021-02-01").value == 3
