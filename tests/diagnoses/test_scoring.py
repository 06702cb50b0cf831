"""The score of answers and the pair of a firm: pure functions, and their laws."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from maillage.diagnoses import parsing, scoring
from maillage.diagnoses.scoring import APART, Score, Taken
from tests.factories import diagnoses as make

DOCUMENT = parsing.read(make.text())
OTHER = parsing.read(make.text().replace("points = 2", "points = 3"))
REWORDED = parsing.read(make.text(found_map="Autrement dit"))
DAY = date(2020, 1, 6)

given_answers = st.dictionaries(
    st.sampled_from(make.CODES), st.sampled_from(("no", "some", "yes")), max_size=6
)


def taken(after: int, *given: str, document: object = DOCUMENT) -> Taken:
    return Taken(DAY + timedelta(days=after), document, make.answers(*given))  # type: ignore[arg-type]


def test_a_score_is_points_over_what_the_answered_questions_could_give() -> None:
    found = scoring.score(DOCUMENT, make.answers("yes", "no", "some", "-", "-", "-"))
    assert found.axes["found"] == Score(2, 4, 2, 2)
    assert found.axes["sell"] == Score(1, 2, 1, 2)
    assert found.axes["safe"] == Score(0, 0, 0, 2)
    assert found.whole == Score(3, 6, 3, 6)
    assert (found.whole.thousandths, found.axes["safe"].thousandths) == (500, None)
    assert found.axes["safe"].share is None


def test_unknown_is_not_zero() -> None:
    some = scoring.score(DOCUMENT, make.answers("yes", "yes")).whole
    assert some.thousandths == 1000
    assert not some.is_whole


@given(given_answers)
@settings(max_examples=50)
def test_axes_add_up_to_the_whole_and_no_score_leaves_its_bounds(answers: dict[str, str]) -> None:
    found = scoring.score(DOCUMENT, answers)
    assert sum(axis.points for axis in found.axes.values()) == found.whole.points
    assert sum(axis.most for axis in found.axes.values()) == found.whole.most
    assert found.whole.answered == len(answers)
    assert found.whole.thousandths is None or 0 <= found.whole.thousandths <= 1000


@given(given_answers, st.sampled_from(make.CODES))
@settings(max_examples=50)
def test_a_better_answer_never_lowers_a_score(answers: dict[str, str], code: str) -> None:
    low = scoring.score(DOCUMENT, answers | {code: "no"}).whole.thousandths
    high = scoring.score(DOCUMENT, answers | {code: "yes"}).whole.thousandths
    assert low is not None
    assert high is not None
    assert low < high


@pytest.mark.parametrize(
    ("points", "most", "said"), [(1, 3, 333), (2, 3, 667), (1, 2000, 1), (0, 5, 0)]
)
def test_thousandths_are_rounded_half_up(points: int, most: int, said: int) -> None:
    assert Score(points, most, 1, 1).thousandths == said


def test_an_advice_follows_a_low_answer_and_no_other() -> None:
    found = scoring.advised(DOCUMENT, make.answers("no", "some", "yes"))
    assert [question.code for question in found] == ["found_map", "found_site"]


def test_answers_that_are_none_are_named() -> None:
    assert scoring.unknown(DOCUMENT, {"found_map": "perhaps", "nothing": "no"}) == [
        "found_map",
        "nothing",
    ]
    assert scoring.unknown(DOCUMENT, make.answers(*make.HIGH)) == []


# The pair of a firm


def test_a_pair_is_half_a_year_apart_to_the_day() -> None:
    first = taken(0, *make.LOW)
    assert scoring.pair([first, taken(179, *make.HIGH)]) is None
    found = scoring.pair([taken(180, *make.HIGH), first])
    assert found is not None
    assert (found.first, found.second.on) == (first, DAY + APART)


def test_a_pair_is_measured_on_what_both_passes_answered() -> None:
    first = taken(0, "no", "some", "no", "-", "-", "-")
    second = taken(200, "yes", "some", "no", "yes", "yes", "yes")
    found = scoring.pair([first, second])
    assert found is not None
    assert len(found.common) == 3
    assert (found.before.whole.thousandths, found.after.whole.thousandths) == (167, 500)
    assert found.gain == 333


def test_a_firm_that_went_back_has_gained_less_than_nothing() -> None:
    found = scoring.pair([taken(0, *make.HIGH), taken(200, *make.LOW)])
    assert found is not None
    assert found.gain == 167 - 750


def test_less_than_half_of_the_questions_in_common_is_no_pair() -> None:
    first, second = taken(0, "no", "no", "-", "-", "-", "-"), taken(200, *make.HIGH)
    assert scoring.pair([first, second]) is None
    assert scoring.compared(first, second) is None


def test_another_scale_is_no_pair_and_other_words_are_one() -> None:
    first = taken(0, *make.LOW)
    assert scoring.pair([first, taken(200, *make.HIGH, document=OTHER)]) is None
    assert scoring.pair([first, taken(200, *make.HIGH, document=REWORDED)]) is not None


def test_when_the_scale_changed_the_firm_starts_again_from_the_next_pass() -> None:
    second = taken(200, *make.LOW, document=OTHER)
    third = taken(400, *make.HIGH, document=OTHER)
    found = scoring.pair([taken(0, *make.LOW), second, third])
    assert found is not None
    assert (found.first, found.second) == (second, third)


@given(st.lists(st.integers(0, 900), max_size=6, unique=True))
@settings(max_examples=50)
def test_a_third_pass_moves_nothing(days: list[int]) -> None:
    passes = [taken(day, *make.LOW) for day in sorted(days)]
    pairs = [scoring.pair(passes[: rank + 1]) for rank in range(len(passes))]
    found = [pair for pair in pairs if pair]
    assert all(pair.second.on == found[0].second.on for pair in found)
    assert all(pair.second.on - pair.first.on >= APART for pair in found)
