"""The figures against the slow and obvious engine, over partnerships that Hypothesis invents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.engines import oracle
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon

FIRST = date(2020, 1, 1)
SYSTEM = System("a property reads everything")
VISITED = "tests.visit_done"
RULES = {
    "tests.firms_visited": oracle.Rule(
        lambda act: act.kind == VISITED and bool(act.segments & oracle.CRAFT),
        lambda act: act.legal_unit_id,
    ),
    "tests.visits_done": oracle.Rule(lambda act: act.kind == VISITED, lambda act: act.id),
    "tests.money_paid": oracle.Rule(
        lambda act: act.kind == "tests.payment_made",
        lambda act: act.id,
        lambda act: act.amount_cents or 0,
    ),
}
days = st.integers(0, 90).map(lambda n: FIRST + timedelta(days=n))
visits = st.tuples(
    st.just(VISITED), days, st.sampled_from("ABCDE"), st.sampled_from(["59350", "59512"])
)
payments = st.tuples(st.just("tests.payment_made"), days, st.just(""), st.just(""))
stories = st.lists(st.one_of(visits, visits, payments), min_size=1, max_size=14)
instants = st.integers(-1, 140).map(lambda n: noon(FIRST + timedelta(days=n)))


def tell(story, cancelled, late):
    """Draw a story; some acts are cancelled ten days later, some are known forty days late."""
    lines = ["kind | day | firm | commune | by | recorded | segments | euros"]
    for rank, (kind, day, firm, commune) in enumerate(story):
        known = day + timedelta(days=40 if rank in late else 0)
        craft = "-" if firm == "E" else ""
        lines.append(
            f"{kind} | {day} | {firm} | {commune} | {'cma' if rank % 2 else 'mel'} | {known} | {craft} | {rank + 1}"
        )
    told = (rank for rank in sorted(cancelled) if rank < len(story))
    lines += [f"~{rank + 1} | | | | | {story[rank][1] + timedelta(days=50)} | | " for rank in told]
    with clock.at(noon("2020-12-31")):
        return draw("\n".join(lines))


def asked(code, at, period=None, by="", **filters):
    with clock.at(noon("2020-12-31")):
        question = Question(code, Filter(**filters), period, by)
        return figures.answer([question], at, cached=False)[0]


def counted(code, at, period):
    acts = Act.objects.unscoped(reason="the oracle reads every row")
    start, end = (period.start, period.end) if period else (date.min, date.max)
    return oracle.units(RULES[code], acts, at=at, start=start, end=end)


story_and_reading = given(
    story=stories,
    cancelled=st.sets(st.integers(0, 13), max_size=4),
    late=st.sets(st.integers(0, 13), max_size=4),
    at=instants,
    period=st.none() | st.just(Period(FIRST, FIRST + timedelta(days=30))),
)
quick = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.django_db
@quick
@story_and_reading
def test_every_figure_equals_the_oracle_and_opens_onto_what_it_counts(
    db_rollback, story, cancelled, late, at, period
):
    with db_rollback():
        tell(story, cancelled, late)
        for code, rule in RULES.items():
            units = counted(code, at, period)
            answer = asked(code, at, period)
            listed = list(figures.every_record(answer.question, SYSTEM, at=at))
            assert answer.value == oracle.value(rule, units)
            assert answer.n == len(units) == len(listed)
            assert sum(len(r.acts) for r in listed) == sum(map(len, units.values()))


@pytest.mark.django_db
@quick
@story_and_reading
def test_parts_sum_to_the_total_or_the_overlap_is_told(
    db_rollback, story, cancelled, late, at, period
):
    with db_rollback():
        tell(story, cancelled, late)
        for code, by in (
            ("tests.visits_done", "month"),
            ("tests.firms_visited", "month"),
            ("tests.firms_visited", "first_month"),
            ("tests.money_paid", "month"),
        ):
            answer = asked(code, at, period, by)
            assert sum(g.value for g in answer.groups) == answer.value + answer.overlap
            assert answer.overlap >= 0
            assert answer.overlap == 0 or by == "month"


@pytest.mark.django_db
@quick
@story_and_reading
def test_a_past_reading_is_stable_under_later_acts_and_a_subset_stays_below_its_base(
    db_rollback, story, cancelled, late, at, period
):
    with db_rollback():
        world = tell(story, cancelled, late)
        before = [asked(code, at, period).value for code in RULES]
        later = f"kind | day | firm | by | recorded\n{VISITED} | 2020-01-05 | A | cma | 2020-12-30"
        with clock.at(noon("2020-12-31")):
            draw(later, world)
        assert [asked(code, at, period).value for code in RULES] == before
        firms, visits_done = before[:2]
        assert firms <= visits_done
