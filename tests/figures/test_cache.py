"""What is kept is what would be computed, and a page looks once at the state of the world."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage import figures
from maillage.accounts.models import Organisation
from maillage.figures import Filter, Question, cache
from maillage.figures.cache import CACHE, PAGES, Kept, forget, kept_many, one_page, stamp
from maillage.figures.engine.parameters import Parameters, alike
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

STORY = """
kind | day | firm | commune | by
tests.visit_done | 2020-01-10 | A | 59350 | cma
tests.visit_done | 2020-02-10 | B | 59512 | mel
"""
FIRMS = Question("tests.firms_visited", Filter(), Period(date(2020, 1, 1), date(2020, 12, 31)))
LATER = noon("2020-12-31")


@pytest.fixture(autouse=True)
def _now():
    forget()
    with clock.at(LATER):
        yield


def looks(work):
    """How often the heads of chains are read."""
    with CaptureQueriesContext(connection) as seen:
        work()
    return sum("ledger_head" in query["sql"] for query in seen.captured_queries)


def read(*questions, at=None):
    return [answer.value for answer in figures.answer(questions or [FIRMS], at)]


def test_several_kept_values_are_found_at_once_and_the_unknown_left_out():
    kept = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get_many(["a", "c"]) == {"a": 1}
    kept.put("d", 3)
    assert kept.get_many(["a", "b", "d"]) == {"a": 1, "d": 3}  # "b" had served longest ago


@pytest.mark.django_db
def test_each_part_of_the_key_makes_another_one(monkeypatch):
    draw(STORY)
    with translation.override("fr"):
        keys = {
            stamp(LATER, live=True),
            stamp(LATER, live=False),
            stamp(noon("2020-06-30"), live=True),
        }
    with translation.override("en"):
        keys.add(stamp(LATER, live=True))
    monkeypatch.setattr(cache.register, "loads_stamp", lambda: ((0, None),))
    keys.add(stamp(LATER, live=True))
    monkeypatch.setattr(cache.places, "vintage_token", lambda: "another geography")
    keys.add(stamp(LATER, live=True))
    draw("kind | day | firm | commune | by\ntests.visit_done | 2020-03-10 | C | 59350 | cma")
    keys.add(stamp(LATER, live=True))
    Organisation.objects.update(short_name="Called otherwise")
    keys.add(stamp(LATER, live=True))
    assert len(keys) == 8


@pytest.mark.django_db
def test_a_kept_value_is_the_computed_one_before_and_after_an_act():
    draw(STORY)
    assert read() == read() == [2]
    draw("kind | day | firm | commune | by\ntests.visit_done | 2020-03-10 | C | 59350 | cma")
    assert read() == [3]
    assert read() == [a.value for a in figures.answer([FIRMS], cached=False)]


@pytest.mark.django_db
def test_a_warm_page_looks_once_at_the_state_of_the_world():
    draw(STORY)
    read()

    @one_page()
    def page():
        return [read(), read(), figures.rows_read(FIRMS)]

    page()
    assert looks(page) == 1
    assert looks(lambda: [read(), read()]) == 2


@pytest.mark.django_db
def test_a_page_that_computes_looks_again_once_when_it_ends_and_then_keeps_all():
    draw(STORY)

    def page():
        with one_page():
            with one_page():  # a part of a page that is also read alone
                read()
            figures.rows_read(FIRMS)
            assert len(CACHE.get_many([(stamp(LATER, live=True), FIRMS)])) == 0

    assert looks(page) == 2
    assert looks(lambda: read(FIRMS)) == 1
    assert CACHE.get((stamp(LATER, live=True), FIRMS)).value == 2


@pytest.mark.django_db
def test_a_page_that_fails_keeps_nothing():
    draw(STORY)

    @one_page()
    def page():
        read()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        page()
    assert CACHE.get((stamp(LATER, live=True), FIRMS)) is None


@pytest.mark.django_db
@pytest.mark.parametrize("within", [CACHE, PAGES])
def test_what_is_not_kept_is_computed_once_for_each_name(within):
    handed = []

    def compute(names):
        handed.extend(names)
        return [name.upper() for name in names]

    def ask(*names):
        return kept_many(names, compute, as_of=LATER, live=True, within=within)

    assert ask("a", "b", "a") == {"a": "A", "b": "B"}
    assert ask("b", "c") == {"b": "B", "c": "C"}
    assert handed == ["a", "b", "c"]
    forget()
    ask("a")
    assert handed[-1] == "a"


@pytest.mark.django_db
def test_what_is_recorded_while_a_page_is_read_is_never_kept_under_the_state_before():
    draw(STORY)
    with one_page():
        before = stamp(LATER, live=True)
        draw("kind | day | firm | commune | by\ntests.visit_done | 2020-03-10 | C | 59350 | cma")
        assert read() == [3]
        assert CACHE.get((before, FIRMS)) is None
    assert read() == [3]


@pytest.mark.django_db
def test_the_same_question_asked_twice_is_answered_twice():
    draw(STORY)
    assert read(FIRMS, FIRMS) == [2, 2]
    assert read() == [2]


ALIKE = """
q0.start 2020 | q1.start 2020 | q1.start = q0.start
q0.start 2020 | q1.until 2020 |
q0.start 2020 | q1.start 2019 |
first 2020    | q1.start 2020 |
"""


@pytest.mark.parametrize("line", ALIKE.strip().splitlines())
def test_questions_asked_with_the_same_value_share_its_name(line):
    one, other, shared = (cell.strip() for cell in line.split("|"))
    said = alike(dict(cell.split() for cell in (one, other)))
    assert [" = ".join(pair) for pair in said] == ([shared] if shared else [])


def test_lists_are_the_same_when_they_hold_the_same_codes():
    values = {"q0.communes": ["a", "b"], "q1.communes": ("a", "b"), "q2.communes": ["a"]}
    assert alike(values) == (("q1.communes", "q0.communes"),)


def test_a_shared_name_is_bound_once():
    p = Parameters(same={"q1.organisations": "q0.organisations"})
    for question in ("q0.", "q1."):
        p.scoped(question).number("organisations")
    assert p.numbers == ["q0.organisations"]


@pytest.mark.django_db
@pytest.mark.parametrize("many", [1, 7, 8, 12])
def test_a_page_of_many_figures_says_what_each_says_alone(many):
    draw(
        STORY
        + "tests.visit_done | 2020-02-11 | B | 59512 | cma\n"
        + "tests.payment_made | 2020-04-01 | | | mel\n"
        + "tests.visit_done | 2020-05-01 | D | 59512 | cma\n"
    )
    months = [Period(date(2020, m, 1), date(2020, m, 28)) for m in range(1, 5)]
    codes = ("tests.firms_visited", "tests.visits_done", "tests.money_paid")
    asked = [
        Question(
            code, Filter(communes=("59512",)) if month.start.month % 2 == 0 else Filter(), month
        )
        for month in months
        for code in codes
    ][:many]
    together = [a.value for a in figures.answer(asked, cached=False)]
    assert together == [figures.answer([q], cached=False)[0].value for q in asked]
    assert sum(together) > 0
