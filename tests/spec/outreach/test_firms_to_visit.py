"""`outreach.firms_to_visit`: the frozen list, minus the firms found closed before any exchange."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import CAMPAIGN, LIST, ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.firms_to_visit"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_firm_found_closed_leaves_the_list_and_a_stranger_never_joins_it():
    world = draw(LIST)
    assert ask(CODE, CAMPAIGN).value == 3
    assert opened(CODE, CAMPAIGN) == world.units("A B D")


def test_a_firm_that_closed_after_the_exchange_stays_on_the_list():
    world = draw("""
    kind                       | day        | firm | scheme
    outreach.firm_listed       | 2020-01-10 | A    | campaign:1
    outreach.visit_done        | 2020-02-02 | A    | campaign:1
    outreach.visit_closed_down | 2020-09-02 | A    | campaign:1
    """)
    assert ask(CODE, CAMPAIGN).value == 1
    assert opened(CODE, CAMPAIGN) == world.units("A")


def test_a_list_frozen_after_the_period_is_not_read():
    with clock.at(noon("2021-02-01")):
        draw("""
        kind                 | day        | firm | scheme
        outreach.firm_listed | 2021-01-10 | A    | campaign:1
        """)
        assert ask(CODE, CAMPAIGN, at="2021-02-01").value == 0
