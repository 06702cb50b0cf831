"""A grid read from TOML: what is refused, where, why; what it says of answers."""

from __future__ import annotations

import pytest
from django.utils import translation

from maillage.conventions.text.problems import TextRefused
from maillage.outreach.guides import grid
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped

SHORT = """
title = { fr = "Trame", en = "Grid" }
about = { fr = "Deux blocs", en = "Two blocks" }

[[blocks]]
code = "hard"
title = { fr = "Difficultés", en = "Difficulties" }
confidential = true

[[blocks.questions]]
code = "rent"
ask = { fr = "Loyer", en = "Rent" }
choices.ok = { fr = "À jour", en = "Up to date" }
choices.late = { fr = "En retard", en = "Late" }

[[blocks]]
code = "wishes"
title = { fr = "Souhaits", en = "Wishes" }

[[blocks.questions]]
code = "wants"
ask = { fr = "Veut", en = "Wants" }
many = true
choices.call = { fr = "Un appel", en = "A call" }
choices.visit = { fr = "Une visite", en = "A visit" }
"""


def problems(old: str, new: str) -> list[tuple[int, str]]:
    text = SHORT.replace(old, new, 1)
    assert text != SHORT
    with translation.override("en"), pytest.raises(TextRefused) as refused:
        grid.read(text)
    with translation.override("en"):
        return [(one.line, f"{one.where}: {one.reason}") for one in refused.value.problems]


def test_what_ships_has_the_four_blocks_and_one_is_confidential() -> None:
    found = grid.read(shipped(Guide.Kind.GRID))
    assert [block.code for block in found.blocks] == [
        "difficulties",
        "projects",
        "skills",
        "support",
    ]
    assert [block.code for block in found.blocks if block.confidential] == ["difficulties"]
    assert set(found.confidential) < set(found.questions)


def test_answers_are_told_block_by_block_in_the_order_of_the_grid() -> None:
    found = grid.read(SHORT)
    with translation.override("en"):
        told = list(found.told({"wants": ["visit", "call"], "rent": ["late"]}))
    assert [(one.title, one.lines) for one in told] == [
        ("Difficulties", (("Rent", "Late"),)),
        ("Wishes", (("Wants", "A call, A visit"),)),
    ]
    assert list(found.told({})) == []


# what is written | where it is refused, and why
REFUSED = {
    "a code with capitals": ('code = "rent"', 'code = "Rent"', "blocks[1].questions[1].code"),
    "a block twice": ('code = "wishes"', 'code = "hard"', "Two blocks have the same code"),
    "a question twice": ('code = "wants"', 'code = "rent"', "Another question has this code"),
    "words in one language": ('{ fr = "Loyer", en = "Rent" }', '{ fr = "Loyer" }', "Words are missing"),
    "a flag that is none": ("many = true", 'many = "yes"', "true or false"),
    "a confidence that is none": ("confidential = true", "confidential = 1", "true or false"),
    "an unknown key": ("many = true", "points = 3", "This key is not known"),
    "no question": ("[[blocks.questions]]", "[[blocks.asks]]", "At least one is expected"),
    "a choice that is no table": (
        'choices.call = { fr = "Un appel", en = "A call" }', 'choices.call = "A call"', "A table is expected",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_taken_is_told_with_its_place(old: str, new: str, why: str) -> None:
    found = problems(old, new)
    assert any(why in told for _line, told in found), found
    assert all(line > 0 for line, _told in found)


def test_a_question_has_a_choice_and_not_a_dozen() -> None:
    many = "".join(f'choices.c{n} = {{ fr = "{n}", en = "{n}" }}\n' for n in range(12))
    assert any("1 to 8 choices" in told for _line, told in problems("many = true\n", many))
    bare = problems(
        'choices.call = { fr = "Un appel", en = "A call" }\nchoices.visit = { fr = "Une visite", en = "A visit" }\n',
        "choices = {}\n",
    )
    assert any("1 to 8 choices" in told for _line, told in bare)


def test_a_grid_fits_a_phone() -> None:
    block = SHORT[SHORT.index('[[blocks]]\ncode = "wishes"') :]
    more = "".join(block.replace("wishes", f"w{n}").replace('"wants"', f'"q{n}"') for n in range(8))
    with pytest.raises(TextRefused, match="8"):
        grid.read(SHORT + more)


def test_a_text_too_long_empty_or_no_toml_is_refused() -> None:
    bare = SHORT[: SHORT.index("[[blocks]]")]
    for text in ("#" * 200_001, "title =", bare, bare + "blocks = []"):
        with pytest.raises(TextRefused):
            grid.read(text)
