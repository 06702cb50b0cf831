"""`outreach.firms_visited`: firms of the frozen list visited within their campaign."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import CAMPAIGN, LIST, ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.firms_visited"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_call_is_no_visit_and_a_visit_outside_the_campaign_is_not_of_it():
    world = draw(LIST)
    assert ask(CODE, CAMPAIGN).value == 1
    assert opened(CODE, CAMPAIGN) == world.units("A")


def test_a_cancelled_visit_was_none():
    draw(LIST + "    ~6 | | |\n")
    assert ask(CODE, CAMPAIGN).value == 0
    assert opened(CODE, CAMPAIGN) == set()
