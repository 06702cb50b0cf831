"""`conventions.commitments`: the money committed, each act once."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.conventions.reading import ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "conventions.commitments"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_commitments_sum_and_payments_do_not_count():
    world = draw("""
    kind                        | day        | euros | funder | scheme
    conventions.commitment_made | 2019-06-01 | 600   | mel    | convention:test-2019
    conventions.commitment_made | 2019-07-01 | 400   | mel    | convention:test-2019
    conventions.payment_made    | 2019-07-01 | 250   | mel    | convention:test-2019
    conventions.commitment_made | 2019-07-01 | 50    | mel    |
    """)
    assert ask(CODE).value == 100_000
    assert opened(CODE) == {str(act.key) for act in world.acts[:2]}


def test_no_commitment_is_nothing_committed():
    assert ask(CODE).value == 0
