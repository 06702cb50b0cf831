"""From answers to a level: laws of the score, checked on drawn tables and drawn answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, strategies as st

from maillage.kernel.text import Words
from maillage.outreach.distress.points import Fact, Points, points_of
from maillage.outreach.distress.scoring import Level, weigh
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped

W = Words("mot", "word")
QUESTIONS, CHOICES = "abcd", "xyz"
pairs = st.tuples(st.sampled_from(QUESTIONS), st.sampled_from(CHOICES))
weights = st.integers(-10, 10).filter(bool)
tables = st.builds(
    lambda facts, watch, over: Points(
        W, W, watch, watch + over, tuple(Fact(q, c, n, W) for (q, c), n in facts.items())
    ),
    st.dictionaries(pairs, weights, min_size=1),
    st.integers(1, 20),
    st.integers(1, 20),
)
answers = st.dictionaries(
    st.sampled_from(QUESTIONS), st.lists(st.sampled_from(CHOICES), unique=True)
)


@given(table=tables, said=answers)
def test_the_reasons_sum_to_the_score_and_each_was_said(
    table: Points, said: Mapping[str, Any]
) -> None:
    found = weigh(table, said)
    assert sum(fact.points for fact in found.reasons) == found.score
    assert all(fact.answer in said[fact.question] for fact in found.reasons)
    assert len(set(found.reasons)) == len(found.reasons)


@given(table=tables, said=answers)
def test_each_adverse_fact_more_raises_the_score_by_its_points(
    table: Points, said: Mapping[str, Any]
) -> None:
    before = weigh(table, said)
    for fact in table.facts:
        if fact.points > 0 and fact not in before.reasons:
            more = {**said, fact.question: [*said.get(fact.question, ()), fact.answer]}
            after = weigh(table, more)
            assert after.score == before.score + fact.points
            assert ORDER[after.level] >= ORDER[before.level]


ORDER = {level: rank for rank, level in enumerate(Level)}


@given(table=tables, said=answers, unknown=st.sampled_from(QUESTIONS))
def test_what_is_not_known_changes_no_score_and_is_counted(
    table: Points, said: Mapping[str, Any], unknown: str
) -> None:
    without = {code: given for code, given in said.items() if code != unknown}
    bare, empty = weigh(table, without), weigh(table, {**without, unknown: []})
    assert bare == empty
    assert bare.known == sum(bool(without.get(code)) for code in table.asks)
    assert bare.asked == len(table.asks)
    reassuring = sum(f.points for f in weigh(table, said).reasons if f.question == unknown)
    assert bare.score == weigh(table, said).score - reassuring


@given(table=tables, said=answers)
def test_the_same_answers_weigh_the_same_again(table: Points, said: Mapping[str, Any]) -> None:
    shuffled = {code: list(reversed(given)) for code, given in reversed(list(said.items()))}
    assert weigh(table, said) == weigh(table, shuffled)


# answers | score | level
CASES = {
    "nothing known": ({}, 0, Level.NONE, 0),
    "all is well": ({"rent": ["ok"], "treasury": ["ok"]}, 0, Level.NONE, 2),
    "one client and alone": ({"context": ["one_client", "alone"]}, 2, Level.NONE, 1),
    "rent late": ({"rent": ["late"]}, 3, Level.WATCH, 1),
    "turnover and rent": ({"rent": ["late"], "turnover": ["falling"]}, 5, Level.WATCH, 2),
    "rent and cash": ({"rent": ["late"], "treasury": ["short"]}, 6, Level.CONTACT, 2),
    "a full book weighs against": (
        {"rent": ["late"], "treasury": ["short"], "context": ["orders"]}, 4, Level.WATCH, 3,
    ),
    "below zero": ({"context": ["orders"]}, -2, Level.NONE, 1),
}  # fmt: skip


@pytest.mark.parametrize(("said", "score", "level", "known"), CASES.values(), ids=CASES)
def test_the_table_that_ships(
    said: Mapping[str, Any], score: int, level: Level, known: int
) -> None:
    found = weigh(points_of(shipped(Guide.Kind.POINTS)), said)
    assert (found.score, found.level, found.known, found.asked) == (score, level, known, 5)
    assert found.is_whole is False


def test_proposals_are_told_once_each() -> None:
    table = Points(W, W, 1, 2, tuple(Fact(q, "x", 1, W, Words("Appeler", "Call")) for q in "ab"))
    assert weigh(table, {"a": ["x"], "b": ["x"]}).proposals == ["Appeler"]
    assert weigh(table, {}).proposals == []
