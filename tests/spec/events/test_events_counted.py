"""`events.events_held`, `events.registrations`, `events.attendance`, `events.firms_met`: what the acts say themselves."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.events.reading import BREAKFAST, FAIR, STORY, ask, keys, opened
from tests.spec.outreach.reading import YEAR

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2021-02-01")):
        yield


def by_kind(code: str) -> dict[str, float | None]:
    question = Question(code, Filter(), YEAR, by="event_kind")
    (answer,) = figures.answer([question], at=noon("2020-12-31"))
    return {group.key: group.value for group in answer.groups}


def test_events_count_by_the_day_on_which_they_were_held():
    world = draw(STORY)
    assert ask("events.events_held").value == 2
    assert opened("events.events_held") == keys(world, 4, 8)
    assert by_kind("events.events_held") == {"breakfast": 1, "fair": 1}


def test_registrations_count_by_the_day_the_seat_is_given_whether_held_or_not():
    world = draw(STORY)
    assert ask("events.registrations").value == 3
    assert opened("events.registrations") == keys(world, 2, 3, 11)
    assert by_kind("events.registrations") == {"breakfast": 2, "lunch": 1}


def test_people_are_summed_and_a_firm_met_at_a_stand_did_not_come():
    world = draw(STORY)
    assert ask("events.attendance").value == 1 + 1 + 2 + 27
    assert opened("events.attendance") == keys(world, 5, 6, 7, 10)
    assert by_kind("events.attendance") == {"breakfast": 4, "fair": 27}
    assert ask("events.attendance", Filter(schemes=(BREAKFAST,))).value == 4


def test_a_firm_counts_once_whether_it_came_twice_or_was_met_at_a_stand():
    again = STORY + f"    events.firm_met | 2020-06-10 | A | 13 | 1 | {FAIR}"
    world = draw(again)
    assert ask("events.firms_met").value == 3
    assert opened("events.firms_met") == world.units("A C D")


def test_what_was_reversed_counts_until_it_was():
    draw(STORY + "    ~7 | 2020-03-01")
    draw_reversal = ask("events.attendance", at="2020-12-31")
    assert draw_reversal.value == 29


@pytest.mark.parametrize(
    "code", ["events.events_held", "events.registrations", "events.attendance", "events.firms_met"]
)
def test_an_act_of_no_event_counts_nowhere(code):
    draw("""
    kind                | day        | firm | scheme
    outreach.visit_done | 2020-03-02 | A    | campaign:1
    """)
    assert ask(code).value == 0


def test_needs_raised_at_events_count_by_kind_of_event_and_those_of_doors_do_not():
    world = draw(f"""
    kind                       | day        | firm | scheme
    needs.event_need_expressed | 2020-01-16 | A    | {BREAKFAST}
    needs.event_need_expressed | 2020-06-10 | B    | {FAIR}
    needs.event_need_expressed | 2020-06-10 | B    |
    outreach.need_expressed    | 2020-06-10 | C    | {FAIR}
    needs.event_need_expressed | 2019-12-31 | D    | {FAIR}
    """)
    assert ask("events.needs_raised").value == 2
    assert opened("events.needs_raised") == keys(world, 1, 2)
    assert by_kind("events.needs_raised") == {"breakfast": 1, "fair": 1}
