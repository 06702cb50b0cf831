"""`needs.days_to_first_exchange` (I09) and `needs.needs_waiting`: how long firms wait, and who still waits."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from tests.factories import places
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import EVERYTHING, YEAR, ask, opened

pytestmark = pytest.mark.django_db
CODE, WAITING = "needs.days_to_first_exchange", "needs.needs_waiting"

# A waited 2 days, B 10, C 3, D is taken up the next year after 40, E still waits, F was expressed the year before.
STORY = """
    kind                      | day        | firm | of | theme    | commune | days
    outreach.need_expressed   | 2019-12-31 | F    | 1  | online   | 59350   |
    outreach.need_expressed   | 2020-01-01 | A    | 2  | online   | 59350   |
    needs.need_taken_up       | 2020-01-02 | F    | 1  | online   | 59350   | 2
    needs.need_taken_up       | 2020-01-03 | A    | 2  | online   | 59350   | 2
    needs.desk_need_expressed | 2020-03-02 | B    | 5  | premises | 59350   |
    needs.need_taken_up       | 2020-03-12 | B    | 5  | premises | 59350   | 10
    needs.form_need_expressed | 2020-06-01 | C    | 7  | online   | 59512   |
    needs.form_need_expressed | 2020-06-03 | E    | 8  | energy   | 59350   |
    needs.need_taken_up       | 2020-06-04 | C    | 7  | online   | 59512   | 3
    outreach.need_expressed   | 2020-12-31 | D    | 10 | online   | 59512   |
    needs.need_taken_up       | 2021-02-09 | D    | 10 | online   | 59512   | 40
"""


@pytest.fixture
def world():
    places.places_loaded()
    with clock.at(noon("2021-03-01")):
        yield draw(STORY)


def keys(world, *rows: int) -> set[str]:
    return {str(world.acts[row - 1].key) for row in rows}


def parts(by: str) -> dict[str, tuple[float | None, int]]:
    (answer,) = figures.answer([Question(CODE, Filter(), YEAR, by)], noon("2021-03-01"))
    return {group.label: (group.value, group.n) for group in answer.groups}


@pytest.mark.parametrize(
    ("at", "value", "taken", "waiting"),
    [
        ("2020-01-02", None, (), (2,)),  # nobody took anything up: there is no median, and A waits
        ("2020-01-03", 2.0, (2,), ()),
        ("2020-03-12", 6.0, (2, 5), ()),  # half way between 2 and 10
        ("2020-12-31", 3.0, (2, 5, 7), (8, 10)),
        ("2021-03-01", 6.5, (2, 5, 7, 10), (8,)),  # half way between 3 and 10
    ],
)
def test_half_of_the_needs_taken_up_waited_less(world, at, value, taken, waiting):
    answer = ask(CODE, at=at)
    assert (answer.value, answer.n, answer.censored) == (value, len(taken), len(waiting))
    assert opened(CODE, at=at) == keys(world, *taken)
    assert opened(WAITING, at=at) == keys(world, *waiting)


def test_each_need_opens_with_the_days_it_waited(world):
    page = figures.records(Question(CODE, Filter(), YEAR), EVERYTHING, at=noon("2021-03-01"))
    assert sorted(record.amount for record in page.records) == [2, 3, 10, 40]


def test_its_parts_are_medians_too_and_one_where_all_still_wait_is_left_out(world):
    assert parts("theme") == {
        "Être visible en ligne": (3.0, 3),
        "Trouver un local ou s’agrandir": (10.0, 1),
    }
    assert parts("commune") == {"Lille": (6.0, 2), "Roubaix": (21.5, 2)}


def test_a_filter_takes_the_median_of_what_it_keeps(world):
    online = ask(CODE, Filter(themes=("online",)), at="2021-03-01")
    assert (online.value, online.n, online.censored) == (3.0, 3, 0)


def test_a_taking_up_that_is_cancelled_puts_its_need_back_among_those_that_wait(world):
    draw("kind | day | firm | recorded\n~6 | | | 2021-02-20", world)
    before, after = ask(CODE, at="2021-02-10"), ask(CODE, at="2021-03-01")
    assert (before.value, before.n, before.censored) == (6.5, 4, 1)
    assert (after.value, after.n, after.censored) == (3.0, 3, 2)
