"""`desks.support_funnel` (I23): distinct projects by stage reached, by cohort of entry, across organisations."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.kernel import clock
from tests.spec.desks.reading import FUNNEL, ask, opened, project
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
CODE = "desks.support_funnel"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-06-30")):
        yield


def by(dimension: str) -> dict[str, int]:
    (answer,) = figures.answer(
        [figures.Question(CODE, period=YEAR, by=dimension)], at=noon("2021-06-30")
    )
    return {
        group.key.partition("_")[2] or group.label: int(group.value or 0) for group in answer.groups
    }


def test_a_project_counts_once_in_the_year_in_which_it_was_first_met():
    draw(FUNNEL)
    assert ask(CODE, at="2021-06-30").value == 3
    assert opened(CODE, at="2021-06-30") == {project(rank) for rank in (1, 2, 3)}
    assert ask("I23", at="2021-06-30").value == 3


def test_each_stage_counts_who_reached_it_on_whatever_day():
    draw(FUNNEL)
    assert by("stage") == {"welcome": 3, "support": 2, "creation": 2, "loan": 1}


def test_what_two_organisations_know_of_one_project_is_counted_once_and_the_overlap_shown():
    draw(FUNNEL)
    (answer,) = figures.answer(
        [figures.Question(CODE, period=YEAR, by="organisation")], at=noon("2021-06-30")
    )
    assert (answer.value, answer.overlap) == (3, 1)


def test_a_stage_that_was_not_known_yet_was_not_reached():
    draw(FUNNEL)
    assert ask(CODE, at="2020-03-01").value == 1


def test_a_welcome_that_is_cancelled_takes_its_project_out_of_the_cohort():
    draw(FUNNEL + "    ~7 | | | | | 2021-05-10\n")
    assert ask(CODE, at="2021-05-09").value == 3
    assert ask(CODE, at="2021-06-30").value == 2
