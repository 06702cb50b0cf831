"""`desks.projects_created` and `desks.creation_rate`: from project to firm, by cohort of entry."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.desks.reading import FUNNEL, ask, opened, project
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE, RATE = "desks.projects_created", "desks.creation_rate"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-06-30")):
        yield


def test_a_creation_told_and_one_found_in_the_register_count_alike():
    draw(FUNNEL)
    assert ask(CODE, at="2021-06-30").value == 2
    assert opened(CODE, at="2021-06-30") == {project(1), project(2)}
    assert ask(RATE, at="2021-06-30").value == pytest.approx(2 / 3)


def test_a_creation_of_later_counts_for_the_cohort_once_it_is_known():
    draw(FUNNEL)
    assert ask(CODE, at="2020-12-31").value == 1


def test_a_creation_that_is_taken_back_counted_until_then():
    draw(FUNNEL + "    ~12 | | | | | 2021-05-01\n")
    assert ask(CODE, at="2021-04-30").value == 2
    assert ask(CODE, at="2021-06-30").value == 1


def test_without_any_project_there_is_no_rate():
    assert ask(CODE).value == 0
    assert ask(RATE).value is None
