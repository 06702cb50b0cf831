"""I12, `conventions.execution` and `conventions.execution_of_amount`: paid over committed, over promised."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.factories import conventions as make
from tests.spec.conventions.reading import ask, opened, split
from tests.spec.drawn import World, draw, noon

pytestmark = pytest.mark.django_db
DRAWING = """
kind                        | day        | euros | funder | scheme
conventions.commitment_made | 2019-06-01 | 1000  | mel    | convention:test-2019
conventions.commitment_made | 2019-06-01 | 500   | call   | convention:test-2019
conventions.payment_made    | 2019-09-01 | 250   | mel    | convention:test-2019
conventions.payment_made    | 2020-02-01 | 500   | call   | convention:test-2019
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_execution_is_paid_over_committed_and_opens_both_lists():
    world = draw(DRAWING)
    answer = ask("I12")
    assert (answer.numerator, answer.denominator, answer.value) == (75_000, 150_000, 0.5)
    assert opened("conventions.execution") == {str(act.key) for act in world.acts}


def test_execution_by_funder():
    draw(DRAWING)
    assert split("conventions.execution", "counterpart") == {"call": 1.0, "mel": 0.25}


def test_without_commitment_execution_is_not_applicable():
    assert ask("conventions.execution").value is None


def test_the_share_of_the_amount_is_read_on_the_budget_of_the_text_in_force():
    make.loaded()  # 75 000,50 € promised by MEL
    draw(DRAWING)
    answer = ask("conventions.execution_of_amount", period="2019-04-05..2020-12-31")
    assert (answer.numerator, answer.denominator) == (75_000, 7_500_050)


def test_before_the_text_takes_effect_there_is_nothing_to_divide_by():
    make.loaded()
    draw(DRAWING, World())
    assert ask("conventions.execution_of_amount", period="2019-01-01..2019-04-04").value is None
