"""`desks.creation_rate`: both lists of the rate open."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import FUNNEL, ask, opened, project
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "desks.creation_rate"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-06-30")):
        yield


def test_the_rate_is_its_two_lists():
    draw(FUNNEL)
    answer = ask(CODE, at="2021-06-30")
    assert (answer.numerator, answer.denominator) == (2, 3)
    assert opened(CODE, part="numerator", at="2021-06-30") == {project(1), project(2)}
    assert opened(CODE, part="denominator", at="2021-06-30") == {project(1), project(2), project(3)}


def test_a_cohort_without_project_has_no_rate():
    draw("""
    kind                   | day        | of
    desks.project_welcomed | 2019-12-31 | 1
    """)
    assert ask(CODE).value is None
