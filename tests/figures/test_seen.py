"""What a split by first month sees on its way is what would be counted and listed without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.cache import forget
from maillage.figures.engine.plan import SEEN
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db

YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))
HEAD = "kind | day | firm | commune | by\n"
FIRMS, VISITS, MONEY = "tests.firms_visited", "tests.visits_done", "tests.money_paid"


@pytest.fixture(autouse=True)
def _now():
    forget()
    with clock.at(noon("2020-12-31")):
        yield


def visits(firms, *, apart=1, start=date(2020, 2, 3)):
    """One visit of each firm, so many days apart; firms named several times are visited again."""
    days = (start + timedelta(days=rank * apart) for rank in range(len(firms)))
    draw(
        HEAD
        + "\n".join(
            f"tests.visit_done | {d} | {f} | 59350 | cma" for d, f in zip(days, firms, strict=True)
        )
    )


def split(code, period=YEAR):
    (answer,) = figures.answer([Question(code, Filter(), period, by="first_month")])
    return answer


def both(size, code=FIRMS):
    """The same page of units, found among those seen and by walking."""
    asked, seen = Question(code, Filter(), YEAR), split(code).seen
    return figures.leading(asked, size=size, seen=seen), figures.leading(asked, size=size)


@pytest.mark.parametrize(
    "firms", ["", "A", "AAAB", "ABCABDAEEB", "ABCDEFGHIJKLMN", "ABCDEFGHIJKLMNABCA"]
)
@pytest.mark.parametrize("apart", [0, 1, 20])
@pytest.mark.parametrize("size", [1, 5])
def test_the_newest_units_are_those_of_the_list(firms, apart, size):
    if firms:
        visits(firms, apart=apart)
    found, walked = both(size)
    assert found == walked
    assert len(found.units) == min(size, len(set(firms)))


@pytest.mark.parametrize("code", [FIRMS, VISITS, MONEY])
def test_the_rows_seen_are_those_read_for_the_figure(code):
    visits("ABCAB", apart=20)
    draw(
        HEAD
        + "tests.payment_made | 2020-04-01 | | | mel\ntests.payment_made | 2020-05-01 | | | mel"
    )
    assert split(code).seen.rows == figures.rows_read(Question(code, Filter(), YEAR))


def test_nothing_seen_is_no_row_and_no_unit():
    draw(HEAD + "tests.visit_done | 2019-01-10 | A | 59350 | cma")
    seen = split(FIRMS).seen
    assert (seen.rows, seen.newest) == (0, ())


def test_the_newest_are_found_without_walking_and_walked_when_one_day_holds_too_many():
    asked = Question(FIRMS, Filter(), YEAR)

    def walks():
        seen = split(FIRMS).seen
        with CaptureQueriesContext(connection) as done:
            figures.leading(asked, size=5, seen=seen)
        return any("LIMIT" in query["sql"] for query in done.captured_queries)

    visits("ABCDEFGHIJKLMN")
    assert not walks()
    visits([f"day{rank}" for rank in range(SEEN + 1)], apart=0, start=date(2020, 6, 1))
    assert walks()


def test_a_unit_that_counts_no_more_sends_back_to_the_list():
    """The split was read a moment before: its unit may have been cancelled since."""
    visits("AB")
    asked = Question(FIRMS, Filter(), YEAR)
    gone = replace(split(FIRMS).seen, newest=(*split(FIRMS).seen.newest, 10**9))
    assert figures.leading(asked, size=5, seen=gone) == figures.leading(asked, size=5)


def test_only_units_that_are_grouped_are_named():
    visits("AB")
    assert split(FIRMS).seen.newest is not None
    assert split(VISITS).seen.newest is None
    assert split(MONEY).seen.newest is None


def test_no_other_split_sees_anything():
    visits("AB")
    (answer,) = figures.answer([Question(FIRMS, Filter(), YEAR, by="commune")])
    assert answer.seen is None
