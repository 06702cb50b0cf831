"""I05, `outreach.cost_per_firm`: money paid for the action over firms prospected."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.cost_per_firm"
ACTION = Filter(action_keys=("mel-cma-2019/4.1",))


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_seventy_five_euros_paid_for_two_firms_is_thirty_seven_fifty_each():
    world = draw("""
    kind                      | day        | firm | action_key       | euros
    outreach.visit_done       | 2020-03-02 | A    | mel-cma-2019/4.1 |
    outreach.visit_done       | 2020-03-03 | A    | mel-cma-2019/4.1 |
    outreach.call_done        | 2020-03-04 | B    | mel-cma-2019/4.1 |
    outreach.visit_done       | 2020-03-05 | C    |                  |
    conventions.payment_made  | 2020-06-01 |      | mel-cma-2019/4.1 | 50
    conventions.payment_made  | 2020-07-01 |      | mel-cma-2019/4.1 | 25
    conventions.payment_made  | 2020-07-01 |      | mel-cma-2019/1.1 | 900
    """)
    answer = ask(CODE, ACTION)
    assert (answer.value, answer.numerator, answer.denominator) == (3750, 7500, 2)
    assert opened(CODE, ACTION, part="numerator") == {str(world.acts[n].key) for n in (4, 5)}
    assert opened(CODE, ACTION, part="denominator") == world.units("A B")


def test_money_without_any_firm_has_no_cost_per_firm():
    draw("""
    kind                     | day        | firm | action_key       | euros
    conventions.payment_made | 2020-06-01 |      | mel-cma-2019/4.1 | 50
    """)
    assert ask(CODE, ACTION).value is None
