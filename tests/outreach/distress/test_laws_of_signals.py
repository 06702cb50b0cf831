"""Laws of an early signal: it rises with what is adverse only, unknown never lowers it, reasons are all there is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from maillage.kernel.text import Words
from maillage.outreach.distress.points import Fact, Points, points_of
from maillage.outreach.distress.scoring import Level, Weighed, weigh
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped

W = Words("mot", "word")
ORDER = list(Level)
SHIPPED = points_of(shipped(Guide.Kind.POINTS))
ADVERSE = [(one.question, one.answer) for one in SHIPPED.facts if one.points > 0]
REASSURING = [(one.question, one.answer) for one in SHIPPED.facts if one.points < 0]

answers = st.sets(st.sampled_from([(one.question, one.answer) for one in SHIPPED.facts]))


def said(pairs: set[tuple[str, str]]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for question, answer in sorted(pairs):
        told.setdefault(question, []).append(answer)
    return told


def weighed(pairs: set[tuple[str, str]]) -> Weighed:
    return weigh(SHIPPED, said(pairs))


@given(answers, st.sampled_from(ADVERSE))
def test_an_adverse_fact_more_never_lowers_the_level(
    pairs: set[tuple[str, str]], more: tuple[str, str]
) -> None:
    before, after = weighed(pairs), weighed(pairs | {more})
    assert after.score >= before.score
    assert ORDER.index(after.level) >= ORDER.index(before.level)
    assert after.known >= before.known


@given(answers, st.sampled_from(REASSURING))
def test_a_reassuring_fact_more_never_raises_it(
    pairs: set[tuple[str, str]], more: tuple[str, str]
) -> None:
    before, after = weighed(pairs), weighed(pairs | {more})
    assert after.score <= before.score
    assert ORDER.index(after.level) <= ORDER.index(before.level)


@given(answers)
def test_to_forget_an_adverse_answer_never_raises_and_to_forget_nothing_never_changes(
    pairs: set[tuple[str, str]],
) -> None:
    whole = weighed(pairs)
    for gone in pairs & set(ADVERSE):
        assert weighed(pairs - {gone}).score < whole.score
    padded = {**{question: [] for question in SHIPPED.asks}, **said(pairs)}
    assert weigh(SHIPPED, padded) == whole, "a question left alone is no answer"


@given(answers)
def test_what_the_table_does_not_weigh_changes_nothing(pairs: set[tuple[str, str]]) -> None:
    whole = weighed(pairs)
    beside = {**said(pairs), "wants": ["call"], "weather": ["rain"]}
    assert weigh(SHIPPED, beside) == whole
    indifferent = {
        question: [*given, "an_answer_that_no_fact_names"]
        for question, given in said(pairs).items()
    }
    assert weigh(SHIPPED, indifferent).score == whole.score


@given(answers)
def test_the_reasons_sum_to_the_score_and_stand_in_the_order_of_the_table(
    pairs: set[tuple[str, str]],
) -> None:
    found = weighed(pairs)
    assert found.score == sum(one.points for one in found.reasons)
    assert {(one.question, one.answer) for one in found.reasons} == pairs
    ranks = [SHIPPED.facts.index(one) for one in found.reasons]
    assert ranks == sorted(ranks)


@given(answers)
def test_a_level_is_that_of_its_score(pairs: set[tuple[str, str]]) -> None:
    found = weighed(pairs)
    expected = Level.NONE if found.score < 3 else Level.WATCH if found.score < 6 else Level.CONTACT
    assert found.level == expected
    assert found.is_whole is (found.known == 5)


@given(answers, st.integers(1, 5))
def test_heavier_adverse_points_never_lower_a_level(pairs: set[tuple[str, str]], more: int) -> None:
    heavier = Points(
        W, W, SHIPPED.watch, SHIPPED.contact,
        tuple(
            Fact(one.question, one.answer, one.points + more * (one.points > 0), one.words)
            for one in SHIPPED.facts
        ),
    )  # fmt: skip
    before, after = weighed(pairs), weigh(heavier, said(pairs))
    assert after.score >= before.score
    assert ORDER.index(after.level) >= ORDER.index(before.level)


@given(answers, st.integers(1, 20), st.integers(1, 20), st.integers(0, 5))
def test_higher_thresholds_never_raise_a_level(
    pairs: set[tuple[str, str]], watch: int, over: int, more: int
) -> None:
    low = Points(W, W, watch, watch + over, SHIPPED.facts)
    high = Points(W, W, watch + more, watch + over + more, SHIPPED.facts)
    assert ORDER.index(weigh(high, said(pairs)).level) <= ORDER.index(weigh(low, said(pairs)).level)


def test_levels_meet_at_their_thresholds() -> None:
    table = Points(W, W, 3, 6, tuple(Fact(f"q{n}", "yes", 1, W) for n in range(8)))
    levels = [weigh(table, {f"q{n}": ["yes"] for n in range(score)}).level for score in range(9)]
    assert levels == [Level.NONE] * 3 + [Level.WATCH] * 3 + [Level.CONTACT] * 3
    assert all(ORDER.index(one) <= ORDER.index(other) for one, other in pairwise(levels))


# answers | score | level | known of five | what is proposed
CASES: Mapping[str, tuple[dict[str, list[str]], int, Level, int, list[str]]] = {
    "everything goes well": (
        {"rent": ["ok"], "social": ["none"], "treasury": ["ok"], "turnover": ["steady"], "context": ["orders"]},
        -2, Level.NONE, 5, [],
    ),
    "contributions refused": (
        {"social": ["refused"]}, 3, Level.WATCH, 1, ["Commission des chefs des services financiers"],
    ),
    "contributions granted": ({"social": ["granted"]}, 0, Level.NONE, 1, []),
    "everything goes wrong": (
        {"rent": ["late"], "social": ["refused"], "treasury": ["short"], "turnover": ["falling"],
         "context": ["one_client", "no_successor", "alone"]},
        14, Level.CONTACT, 5,
        ["Médiation avec le bailleur", "Commission des chefs des services financiers",
         "Entretien de prévention au tribunal de commerce", "Diagnostic économique avec un conseiller",
         "Rendez-vous de transmission", "Cellule d’écoute des chefs d’entreprise"],
    ),
    "two small things": (
        {"context": ["alone", "no_successor"]}, 2, Level.NONE, 1,
        ["Rendez-vous de transmission", "Cellule d’écoute des chefs d’entreprise"],
    ),
    "a full book beside a late rent": (
        {"rent": ["late"], "context": ["orders"]}, 1, Level.NONE, 2, ["Médiation avec le bailleur"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "score", "level", "known", "proposals"), CASES.values(), ids=CASES
)
def test_the_table_that_ships_weighs_and_proposes_as_drawn(
    told: dict[str, list[str]], score: int, level: Level, known: int, proposals: list[str]
) -> None:
    found = weigh(SHIPPED, told)
    assert (found.score, found.level, found.known, found.asked) == (score, level, known, 5)
    assert found.proposals == proposals
    assert found.is_whole is (known == 5)
