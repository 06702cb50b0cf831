"""A figure opens onto the units it counts: as many as it says, newest first, by the reader's right."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from tests.factories import accounts
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.figures.test_answers import VISITS
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")
SYSTEM = System("a test reads everything")


@pytest.fixture(autouse=True)
def _now():
    with clock.at(noon("2020-06-30")):
        yield


def opened(code, actor=SYSTEM, **options):
    return figures.records(Question(code, Filter(), YEAR), actor, **options)


def test_a_count_of_firms_opens_firms_each_with_its_acts():
    world = draw(VISITS)
    page = opened("tests.firms_visited")
    assert [record.unit for record in page.records] == [world.unit("C"), world.unit("A")]
    assert [len(record.acts) for record in page.records] == [1, 2]
    assert {a.key for a in page.records[1].acts} == {str(a.key) for a in world.acts[:2]}


def test_a_figure_opens_as_it_was_known_at_an_instant():
    world = draw(VISITS)
    page = opened("tests.firms_visited", at=noon("2020-03-31"))
    assert {record.unit for record in page.records} == world.units("A B")


def test_a_page_read_in_the_past_does_not_walk_through_the_days_that_followed():
    world = draw(VISITS)
    with CaptureQueriesContext(connection) as asked:
        page = opened("tests.firms_visited", at=noon("2020-03-31"))
    walks = [query["sql"] for query in asked if "LIMIT" in query["sql"]]
    assert walks
    assert all("<= '2020-03-31'" in walk for walk in walks)
    assert {record.unit for record in page.records} == world.units("A B")


def test_a_sum_opens_its_summands():
    draw("""
    kind               | day        | firm | euros
    tests.payment_made | 2020-01-10 |      | 100
    tests.payment_made | 2020-01-11 |      | 50
    """)
    page = opened("tests.money_paid")
    assert [record.amount for record in page.records] == [5000, 10000]


def test_pages_follow_each_other_without_gap_or_repeat():
    rows = "\n".join(
        f"tests.visit_done | 2020-01-{1 + n % 9:02d} | {'ABCDEFGHIJK'[n % 11]}" for n in range(33)
    )
    world = draw(f"kind | day | firm\n{rows}")
    seen, after = [], ""
    for _ in range(6):
        page = opened("tests.firms_visited", size=2, after=after)
        seen += [record.unit for record in page.records]
        after = page.following
    assert after == ""
    assert len(seen) == 11
    assert set(seen) == world.units("A B C D E F G H I J K")


def test_a_page_that_does_not_exist_is_refused():
    with pytest.raises(Invalid):
        opened("tests.firms_visited", after="yesterday~1")


def test_a_rate_opens_two_lists_and_asks_which():
    world = draw(VISITS)
    with pytest.raises(Invalid, match="numerator"):
        opened("tests.coverage")
    top = opened("tests.coverage", part="numerator")
    bottom = opened("tests.coverage", part="denominator")
    assert {r.unit for r in top.records} == world.units("A C")
    assert {r.unit for r in bottom.records} == world.units("A B C D")


PARTLY_HIDDEN = """
kind             | day        | firm | hidden
tests.visit_done | 2020-03-01 | A    | yes
tests.visit_done | 2020-02-01 | B    |
tests.visit_done | 2020-01-01 | B    | yes
"""


def test_what_a_reader_may_not_see_is_a_masked_line_that_counts():
    world = draw(PARTLY_HIDDEN)
    page = opened("tests.firms_visited", accounts.actor())
    assert [record.masked for record in page.records] == [True, False]
    hidden = page.records[0]
    assert (hidden.url, hidden.day, hidden.unit) == ("", None, "")
    masked = hidden.acts[0]
    assert (masked.kind, masked.key, masked.occurred_on) == ("tests.visit_done", "", None)
    assert masked.entry.month == "2020-03"
    assert page.records[1].unit == world.unit("B")


def test_a_firm_seen_through_one_act_keeps_its_other_acts_masked():
    draw(PARTLY_HIDDEN)
    page = opened("tests.firms_visited", accounts.actor())
    assert [act.is_masked for act in page.records[1].acts] == [False, True]


def test_every_record_of_a_rate_is_the_union_of_its_two_lists():
    world = draw(VISITS)
    question = Question("tests.coverage", Filter(), YEAR)
    units = {record.unit for record in figures.every_record(question, SYSTEM)}
    assert units == world.units("A B C D")


def test_the_number_of_queries_does_not_grow_with_the_page(django_assert_max_num_queries):
    rows = "\n".join(f"tests.visit_done | 2020-01-02 | F{n}" for n in range(40))
    draw(f"kind | day | firm\n{rows}")
    with django_assert_max_num_queries(8):
        assert len(opened("tests.firms_visited", size=50).records) == 40
