"""`outreach.attempts_closed`, the base of contact success: attempts whose outcome is known."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.attempts_closed"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_every_outcome_closes_an_attempt_but_putting_it_off():
    world = draw("""
    kind                         | day        | firm
    outreach.visit_done          | 2020-03-01 | A
    outreach.call_absent         | 2020-03-02 | A
    outreach.visit_refused       | 2020-03-03 | A
    outreach.call_unreachable    | 2020-03-04 | A
    outreach.visit_closed_down   | 2020-03-05 | A
    outreach.visit_wrong_address | 2020-03-06 | A
    outreach.visit_postponed     | 2020-03-07 | A
    outreach.call_postponed      | 2020-03-08 | A
    outreach.firm_listed         | 2020-03-09 | A
    """)
    assert ask(CODE).value == 6
    assert opened(CODE) == {str(act.key) for act in world.acts[:6]}
