"""What desks did in priority neighbourhoods: `desks.sessions_in_qpv`, `desks.welcomes_from_qpv`, `desks.young_people_in_qpv`."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.kernel import clock
from tests.factories import places as geography, register
from tests.spec.desks.reading import ask, opened
from tests.spec.drawn import World, draw, noon
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
SESSIONS, WELCOMES, YOUNG = (
    "desks.sessions_in_qpv",
    "desks.welcomes_from_qpv",
    "desks.young_people_in_qpv",
)
#: A stands in the neighbourhood, B outside; one session is in it, one outside, one at a place without position.
TOLD = """
    kind                   | day        | firm | scheme | quantity | of  | qpv | recorded
    desks.session_held     | 2020-02-03 |      | desk:1 | 180      |     | yes |
    desks.session_held     | 2020-03-02 |      | desk:2 | 120      |     | no  |
    desks.session_held     | 2020-04-06 |      | desk:3 | 60       |     |     |
    desks.session_held     | 2019-12-30 |      | desk:1 | 60       |     | yes |
    desks.firm_welcomed    | 2020-02-03 | A    | desk:1 | 20       |     |     |
    desks.firm_welcomed    | 2020-03-02 | A    | desk:2 | 20       |     |     |
    desks.firm_welcomed    | 2020-02-03 | B    | desk:1 | 20       |     |     |
    desks.project_welcomed | 2020-03-02 |      | desk:2 | 30       | 100 | yes |
    desks.project_welcomed | 2020-03-02 |      | desk:2 | 30       | 101 | no  |
    desks.project_welcomed | 2020-02-03 |      | desk:1 | 30       | 102 |     |
    desks.youth_met        | 2020-01-01 |      | desk:1 | 24       |     | yes |
    desks.youth_met        | 2020-12-31 |      | desk:2 | 30       |     | no  |
"""


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


@pytest.fixture
def world() -> World:
    geography.district("QN05901M")
    world = World()
    for letter, lon in (("A", 3.05), ("B", 3.2)):
        world.firms[letter] = register.establishment(lon=lon, lat=50.65)
    return draw(TOLD, world)


@pytest.mark.parametrize(
    ("code", "value", "rows"), [(SESSIONS, 1, (0,)), (WELCOMES, 3, (4, 5, 7)), (YOUNG, 24, (10,))]
)
def test_what_lay_in_a_neighbourhood_that_day_counts_and_opens(world, code, value, rows):
    assert ask(code).value == value
    assert opened(code) == {str(world.acts[rank].key) for rank in rows}


def test_a_firm_and_a_resident_count_where_they_live_and_are_split_by_where_they_came(world):
    (answer,) = figures.answer([figures.Question(WELCOMES, period=YEAR, by="desk")])
    assert [(group.key, group.value) for group in answer.groups] == [("desk:1", 1), ("desk:2", 2)]


def test_what_is_cancelled_counted_until_then(world):
    draw("kind | day | of | recorded\n    ~5 | | | 2020-11-01", world)
    assert ask(WELCOMES).value == 2
    assert ask(WELCOMES, at="2020-10-31").value == 3
