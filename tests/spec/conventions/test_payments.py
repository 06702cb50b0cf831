"""`conventions.payments`: the money paid, each act once."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.factories import conventions as make
from tests.spec.conventions.reading import ask, opened, split
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "conventions.payments"
PAID = """
kind                        | day        | euros  | funder | action_key    | scheme               | recorded
conventions.payment_made    | 2019-06-10 | 1000   | mel    | test-2019/1.1 | convention:test-2019 |
conventions.payment_made    | 2019-12-31 | 500.25 | call   |               | convention:test-2019 |
conventions.payment_made    | 2020-01-01 | 100    | mel    | test-2019/1.1 | convention:test-2019 | 2020-02-01
conventions.payment_made    | 2020-01-05 | 70     | mel    | autre/1.1     | convention:autre     |
conventions.commitment_made | 2019-06-01 | 9000   | mel    | test-2019/1.1 | convention:test-2019 |
~1                          |            |        |        |               |                      | 2020-03-01
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_payments_of_the_convention_sum_without_those_cancelled():
    world = draw(PAID)
    assert ask(CODE).value == 60_025
    assert opened(CODE) == {str(world.acts[1].key), str(world.acts[2].key)}


def test_the_sum_as_known_before_the_cancellation_still_holds_it():
    world = draw(PAID)
    assert ask(CODE, as_of="2020-02-15").value == 160_025
    assert opened(CODE, as_of="2020-01-15") == {str(a.key) for a in world.acts[:2]}


def test_both_ends_of_the_period_count():
    draw(PAID)
    assert ask(CODE, period="2019", as_of="2020-01-15").value == 150_025
    assert ask(CODE, period="2020-01-01..2020-01-04").value == 10_000


def test_what_is_charged_to_an_action_is_its_cost_once():
    draw(PAID)
    charged = Filter(action_keys=("test-2019/1.1",))
    assert ask(CODE, charged).value == 10_000


def test_the_parts_by_funder_and_by_axis_sum_to_the_total():
    make.loaded()
    draw(PAID)
    assert split(CODE, "counterpart") == {"call": 50_025, "mel": 10_000}
    assert split(CODE, "axis") == {"Prospecter": 10_000, "Sans action": 50_025}
