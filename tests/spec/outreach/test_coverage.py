"""I02, `outreach.coverage`: craft firms prospected over active craft firms."""

from __future__ import annotations

import pytest

from maillage.figures import Filter
from maillage.kernel import clock
from tests.factories import places, register
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db
CODE = "outreach.coverage"


@pytest.fixture(autouse=True)
def _register_of_2020():
    places.places_loaded()
    with clock.at(noon("2020-01-02")):
        register.load_known()
    with clock.at(noon("2020-12-31")):
        yield


def test_one_firm_in_four_of_the_territory_was_prospected():
    world = draw("""
    kind                | day        | firm | commune | segments
    outreach.visit_done | 2020-03-02 | A    | 59350   |
    outreach.visit_done | 2020-03-03 | A    | 59350   |
    outreach.visit_done | 2020-03-04 | B    | 62498   |
    outreach.visit_done | 2020-03-05 | C    | 59350   | -
    """)
    others = [register.establishment(commune="59512") for _ in range(3)]
    register.establishment(commune="59512", spell_state="F")
    mel = Filter(territory="mel")
    answer = ask(CODE, mel)
    assert (answer.value, answer.numerator, answer.denominator) == (0.25, 1, 4)
    assert opened(CODE, mel, part="numerator") == world.units("A")
    craft = {str(place.legal_unit.key) for place in others} | world.units("A")
    assert opened(CODE, mel, part="denominator") == craft


def test_a_campaigns_filter_leaves_the_register_whole():
    draw("""
    kind                | day        | firm | scheme
    outreach.visit_done | 2020-03-02 | A    | campaign:1
    outreach.visit_done | 2020-03-02 | B    | campaign:2
    """)
    answer = ask(CODE, Filter(territory="mel", schemes=("campaign:1",)))
    assert (answer.numerator, answer.denominator) == (1, 2)
