"""A questionnaire as data: what it holds, and when two versions may be compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from maillage.diagnoses import parsing
from maillage.diagnoses.document import Axis, Choice, Document, Question
from maillage.diagnoses.scoring import score
from maillage.kernel.text import Words
from tests.factories import diagnoses as make

W = Words("fr", "en")


def document(text: str = "") -> Document:
    return parsing.read(text or make.text())


def question(code: str, *points: int) -> Question:
    choices = tuple(Choice(f"c{rank}", W, worth) for rank, worth in enumerate(points))
    return Question(code, W, choices)


def test_questions_stand_in_the_order_of_their_axes() -> None:
    found = document()
    assert list(found.questions) == list(make.CODES)
    assert [found.axis_of[code].code for code in make.CODES[::2]] == ["found", "sell", "safe"]


def test_a_question_knows_what_its_answers_are_worth() -> None:
    asked = question("q", 0, 2, 5)
    assert asked.worth == {"c0": 0, "c1": 2, "c2": 5}
    assert asked.most == 5


def test_an_answer_that_is_none_is_said_as_nothing() -> None:
    assert question("q", 0, 1).said("c9") == ""
    assert question("q", 0, 1).said("c1") == "fr"


CHANGES = {
    "words of a question": (lambda t: t.replace("found_map ?", "Autrement ?"), True),
    "words of an answer": (lambda t: t.replace("some fr", "un peu"), True),
    "the title": (lambda t: t.replace("Questionnaire court", "Autre titre"), True),
    "the rule in words": (lambda t: t.replace("La somme des points.", "On additionne."), True),
    "an advice": (lambda t: t.replace("days = 30", "days = 60"), True),
    "points": (lambda t: t.replace("points = 2", "points = 3"), False),
    "the code of an answer": (lambda t: t.replace("choices.some", "choices.half"), False),
    "the code of a question": (lambda t: t.replace('"found_map"', '"found_app"'), False),
    "the code of an axis": (lambda t: t.replace('code = "sell"', 'code = "till"'), False),
    "one answer more": (
        lambda t: t.replace(
            "choices.yes =", 'choices.more = { points = 1, fr = "a", en = "b" }\nchoices.yes =', 1
        ),
        False,
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_leaves_scores_comparable_and_what_begins_a_new_scale(what: str) -> None:
    change, comparable = CHANGES[what]
    changed = document(change(make.text()))
    assert (changed.scale == document().scale) is comparable


@given(
    st.lists(
        st.lists(st.integers(0, 100), min_size=2, max_size=5).filter(any), min_size=3, max_size=8
    ),
    st.data(),
)
@settings(max_examples=40)
def test_whatever_the_points_a_score_lies_between_nothing_and_everything(
    points: list[list[int]], data: st.DataObject
) -> None:
    questions = tuple(question(f"q{rank}", *worth) for rank, worth in enumerate(points))
    found = Document("x", W, W, W, (Axis("a", W, questions),))
    answers = {
        q.code: data.draw(st.sampled_from([c.code for c in q.choices]), label=q.code)
        for q in questions
    }
    scored = score(found, answers).whole
    assert scored.thousandths is not None
    assert 0 <= scored.thousandths <= 1000
    assert scored.is_whole
    assert scored.points == sum(q.worth[answers[q.code]] for q in questions)


def test_a_choice_less_worth_than_another_may_come_later() -> None:
    text = make.text().replace("points = 0", "points = 9")
    found = document(text)
    assert found.questions["found_map"].most == 9
