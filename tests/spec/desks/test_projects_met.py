"""`desks.projects_met`: project leaders that came to a desk, each once by pseudonym."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.kernel import clock
from tests.spec.desks.reading import DESKS, ask, opened, project
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
CODE = "desks.projects_met"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-12-31")):
        yield


def test_a_project_that_came_to_two_places_counts_once():
    draw(DESKS)
    assert ask(CODE).value == 1
    assert opened(CODE) == {project(100)}


def test_one_pseudonym_known_to_two_structures_counts_once_and_the_overlap_is_shown():
    draw("""
    kind                   | day        | by    | scheme | of
    desks.project_welcomed | 2020-02-03 | cma   | desk:1 | 100
    desks.project_welcomed | 2020-03-03 | other | desk:9 | 100
    desks.project_welcomed | 2020-01-01 | other | desk:9 | 102
    desks.project_welcomed | 2020-12-31 | cma   | desk:1 | 103
    """)
    (answer,) = figures.answer([figures.Question(CODE, period=YEAR, by="organisation")])
    assert (answer.value, answer.overlap) == (3, 1)
    assert opened(CODE) == {project(rank) for rank in (100, 102, 103)}
