"""A questionnaire's text: what is taken, what is refused and on which line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from maillage import ledger
from maillage.conventions.text.problems import Problem, TextRefused
from maillage.diagnoses import parsing
from maillage.diagnoses.document import Document
from tests.factories import diagnoses as make


def refused(text: str, **given: object) -> list[tuple[int, str, str]]:
    with pytest.raises(TextRefused) as refusal:
        parsing.read(text, **given)  # type: ignore[arg-type]
    return [(one.line, one.where, str(one.reason)) for one in refusal.value.problems]


@pytest.mark.parametrize("code", ["digital", "energy"])
def test_what_ships_can_be_taken_in_both_languages_with_known_themes(code: str) -> None:
    document = parsing.read(parsing.library()[code], themes=ledger.themes.themes())
    assert document.code == code
    assert len(document.axes) >= 3
    assert all(q.ask.fr != q.ask.en for q in document.questions.values())
    assert sum(q.advice is not None for q in document.questions.values()) >= 6


def test_what_ships_speaks_french_with_its_spaces() -> None:
    for text in parsing.library().values():
        french = [line for line in text.splitlines() if "fr = " in line]
        assert french
        told = " ".join(
            part.partition('"')[0] for line in french for part in line.split('fr = "')[1:]
        )
        assert not any(f" {sign}" in told for sign in ":;!?»")


def test_a_questionnaire_says_its_axes_questions_and_points() -> None:
    document = parsing.read(make.text())
    assert [axis.code for axis in document.axes] == ["found", "sell", "safe"]
    assert list(document.questions) == list(make.CODES)
    question = document.questions["found_map"]
    assert (question.most, question.said("some"), question.said("")) == (2, "some fr", "")
    assert document.axis_of["safe_copy"].code == "safe"


def line_of(text: str, beginning: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(beginning))


WRONG = {
    "no TOML": ('code = "short"', "code = short", 1, ""),
    "a code in capitals": ('code = "short"', 'code = "Short"', 1, "code"),
    "a key that is none": ("about = ", "abuot = ", 3, "abuot"),
    "no English": (', en = "A trial."', "", 3, "about"),
    "points that are none": ("choices.some = { points = 1", 'choices.some = { points = "1"', 12,
                             "axes[1].questions[1].choices.some.points"),
    "too many points": ("choices.some = { points = 1", "choices.some = { points = 101", 12,
                        "axes[1].questions[1].choices.some.points"),
    "a delay of no day": ("days = 30", "days = 0", 14, "axes[1].questions[1].advice.days"),
    "a theme that is none": ('theme = "digital"', 'theme = "digitale"', 14, "axes[1].questions[1].advice.theme"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_problem_says_its_line_and_its_key(what: str) -> None:
    old, new, line, key = WRONG[what]
    text = make.text().replace(old, new, 1)
    assert text != make.text()
    found = refused(text, themes={"digital", "online"})
    assert (line, key) in [(at, where) for at, where, _reason in found]


def test_every_problem_is_told_at_once_in_the_order_of_the_text() -> None:
    text = make.text().replace("points = 2", "points = -1").replace("days = 30", "days = 9999")
    found = refused(text)
    assert [line for line, _key, _why in found] == sorted(line for line, _key, _why in found)
    assert len(found) >= 12


def test_two_axes_two_questions_or_one_choice_are_not_enough() -> None:
    two_axes = make.text().split("[[axes]]")
    assert "axes" in [key for _n, key, _why in refused("[[axes]]".join(two_axes[:3]))]
    twice = make.text().replace('code = "found_site"', 'code = "found_map"')
    assert "axes[1].questions[2].code" in [key for _n, key, _why in refused(twice)]
    same_axis = make.text().replace('code = "sell"', 'code = "found"')
    assert "axes" in [key for _n, key, _why in refused(same_axis)]
    worthless = make.text().replace("points = 1", "points = 0").replace("points = 2", "points = 0")
    assert "axes[1].questions[1].choices" in [key for _n, key, _why in refused(worthless)]


@pytest.mark.parametrize(
    "text", ["", "axes = 1", "[[axes]]\n", "axes = [1, 2, 3]", "x" * 300_000, "[" * 5000]
)
def test_nonsense_is_refused_and_breaks_nothing(text: str) -> None:
    assert refused(text)


# Whatever is typed

pieces = st.sampled_from(
    (
        'code = "short"', "[[axes]]", "[[axes.questions]]", "choices.no = { points = 0 }", "advice = 3",
        'ask = { fr = "a", en = "b" }', 'title = { fr = "a" }', "axes = []", "choices = 1", "x = 1979-05-27",
        'choices.yes = { points = 2, fr = "oui", en = "yes" }', "[axes]", "code = 3", "= 3", '"é" = 1', "\x00",
    )
)  # fmt: skip


def tried(text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """What is taken of a text, or its problems."""
    try:
        return parsing.read(text, themes={"digital"}), ()
    except TextRefused as refusal:
        return None, refusal.problems


@given(st.lists(pieces, max_size=14))
@settings(max_examples=50)
def test_pieces_in_any_order_are_taken_or_refused_and_never_break(lines: list[str]) -> None:
    text = "\n".join(lines)
    found, problems = tried(text)
    assert bool(problems) is (found is None)
    assert all(1 <= one.line <= len(lines) + 1 for one in problems)
    assert all(str(one.reason) for one in problems)


@given(st.integers(0, 2000), st.text(max_size=3))
@settings(max_examples=50)
def test_a_text_changed_at_random_is_taken_or_refused_and_never_breaks(at: int, put: str) -> None:
    whole = make.text()
    found, problems = tried(whole[:at] + put + whole[at + 1 :])
    assert bool(problems) is (found is None)
    assert found is None or len(found.questions) == 6


@pytest.mark.parametrize("axes", [2, 13])
def test_a_questionnaire_has_three_to_twelve_axes(axes: int) -> None:
    axis = (
        '[[axes]]\ncode = "a{n}"\ntitle = {{ fr = "A", en = "B" }}\n'
        '[[axes.questions]]\ncode = "q{n}"\nask = {{ fr = "A ?", en = "A?" }}\n'
        'choices.no = {{ points = 0, fr = "n", en = "n" }}\n'
        'choices.yes = {{ points = 1, fr = "o", en = "y" }}\n'
    )
    head = make.text().split("[[axes]]")[0]

    def of(count: int) -> str:
        return head + "".join(axis.format(n=n) for n in range(count))

    assert len(parsing.read(of(12)).axes) == 12
    assert "axes" in [key for _line, key, _why in refused(of(axes))]


def test_words_have_a_length() -> None:
    text = make.text(found_map="x" * 1001)
    assert "axes[1].questions[1].ask" in [key for _line, key, _why in refused(text)]


def test_a_known_theme_is_proposed_for_a_slip() -> None:
    with pytest.raises(TextRefused) as refusal:
        parsing.read(
            make.text().replace('"digital"', '"digitall"', 1), themes={"digital", "online"}
        )
    assert "digital" in str(refusal.value.problems[0].remedy)


def test_a_refusal_is_told_with_the_file_the_line_and_the_key() -> None:
    with pytest.raises(TextRefused) as refusal:
        parsing.read(make.text().replace("points = 2", "points = 200", 1), file="court.toml")
    (told,) = refusal.value.lines()
    assert told.startswith("court.toml:13:17: axes[1].questions[1].choices.yes.points: ")
