"""`events.seats_expected`, `seats_honoured`, `seats_missed`, `attendance_rate` (I40), `no_show_rate`: who came of who registered."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.events.reading import BREAKFAST, STORY, ask, keys, opened
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db
CODES = ("events.seats_expected", "events.seats_honoured", "events.seats_missed")


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-02-01")):
        yield


@pytest.mark.parametrize(("code", "rows"), list(zip(CODES, [(1, 2, 3), (1, 3), (2,)], strict=True)))
def test_seats_count_in_the_year_of_their_event_whenever_they_were_taken(code, rows):
    world = draw(STORY)
    assert ask(code).value == len(rows)
    assert opened(code) == keys(world, *rows)


def test_attendance_and_no_shows_are_shares_of_the_same_seats_and_sum_to_one():
    draw(STORY)
    came, missed = ask("events.attendance_rate"), ask("events.no_show_rate")
    assert (came.numerator, came.denominator) == (2, 3)
    assert (missed.numerator, missed.denominator) == (1, 3)
    assert came.value + missed.value == pytest.approx(1)
    assert ask("I40").value == came.value


def test_who_came_without_a_seat_is_in_neither():
    draw(STORY)
    assert ask("events.seats_expected", Filter(schemes=(BREAKFAST,))).value == 3


def test_an_event_not_held_yet_has_no_no_show():
    world = draw(STORY)
    assert not opened("events.seats_missed") & keys(world, 11)


def test_before_the_paper_list_was_entered_everybody_was_missed():
    draw(STORY)
    assert ask("events.no_show_rate", at="2020-01-15").value is None
    late = f"""
    kind               | day        | firm | of | quantity | scheme | recorded
    events.firm_came   | 2020-01-16 | B    | 2  | 1        | {BREAKFAST} | 2020-05-04
    """
    draw(late)
    assert ask("events.seats_missed", at="2020-05-03").value == 1
    assert ask("events.seats_missed", at="2020-05-05").value == 0


def test_a_seat_given_up_is_not_expected():
    world = draw(STORY)
    draw("    kind | day\n    ~2   |", world)
    assert ask("events.seats_expected").value == 2
    assert ask("events.no_show_rate").value == 0


def test_rates_split_by_kind_of_event():
    draw(STORY)
    question = Question("events.attendance_rate", Filter(), YEAR, by="event_kind")
    (answer,) = figures.answer([question], at=noon("2020-12-31"))
    assert [(group.key, group.label) for group in answer.groups] == [
        ("breakfast", "Petit-déjeuner")
    ]
