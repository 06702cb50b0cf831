"""`cohorts.support_funnel`: distinct persons by stage, by the year in which any structure first told of them."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.kernel import clock
from tests.spec.cohorts.reading import LISTS, NOW, by, cancelled, counted, entered, person
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import YEAR, ask, opened

pytestmark = pytest.mark.django_db
CODE = "cohorts.support_funnel"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon(NOW)):
        yield


def test_a_person_counts_once_in_the_year_of_entry_whoever_tells_and_opens():
    draw(LISTS)
    assert ask(CODE, at=NOW).value == 2 == len(entered(2020))
    assert opened(CODE, at=NOW) == person(1, 2) == set(entered(2020))


def test_each_part_counts_what_a_loop_over_the_acts_counts():
    draw(LISTS)
    steps = [step for told in entered(2020).values() for step in told]
    near = {True: "near", False: "far", None: ""}
    stages = {"person_welcomed": "welcome", "person_supported": "support", "activity_tried": "trial",
              "activity_created": "creation", "loan_granted": "loan"}  # fmt: skip
    assert by(CODE, "cohort_stage") == counted(steps, lambda a: stages[a.kind.partition(".")[2]])
    assert by(CODE, "cohort_stage") == {
        "welcome": 2,
        "support": 1,
        "trial": 1,
        "creation": 2,
        "loan": 1,
    }
    assert by(CODE, "qpv") == counted(steps, lambda act: near[act.in_qpv])
    assert (
        by(CODE, "commune") == counted(steps, lambda act: act.commune) == {"59350": 1, "59512": 1}
    )
    assert by(CODE, "cohort") == {"2020": 2}


def test_what_two_structures_tell_of_one_person_is_the_overlap():
    draw(LISTS)
    question = figures.Question(CODE, period=YEAR, by="organisation")
    (answer,) = figures.answer([question], at=noon(NOW))
    assert (answer.value, answer.overlap) == (2, 2)
    assert sorted(int(group.value or 0) for group in answer.groups) == [2, 2]


def test_what_is_not_known_yet_or_taken_back_does_not_count():
    draw(
        LISTS
        + cancelled(5, "2021-06-01")
        + cancelled(6, "2021-06-01")
        + cancelled(15, "2021-06-01")
    )
    assert ask(CODE, at="2020-03-01").value == 1
    assert ask(CODE, at="2021-05-30").value == 2
    assert ask(CODE, at=NOW).value == 1 == len(entered(2020))
