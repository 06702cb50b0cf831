"""`needs.needs_followed`, `needs_helped`, `needs_open`, `needs_taken_up`, `helped_rate` (I08), `open_rate`."""

from __future__ import annotations

import pytest

from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import ask, opened

pytestmark = pytest.mark.django_db

# A is helped the next year, B closed without help, C taken up and open, D expressed the year before and helped.
STORY = """
    kind                         | day        | firm | of | theme
    outreach.need_expressed      | 2020-01-01 | A    | 1  | online
    needs.desk_need_expressed    | 2020-12-31 | B    | 2  | premises
    needs.form_need_expressed    | 2020-06-01 | C    | 3  | energy
    outreach.need_expressed      | 2019-12-31 | D    | 4  | online
    needs.need_taken_up          | 2020-06-02 | C    | 3  | energy
    needs.need_closed_out_of_scope | 2021-01-04 | B  | 2  | premises
    needs.need_taken_up          | 2021-01-05 | A    | 1  | online
    needs.need_closed_helped     | 2021-01-06 | A    | 1  | online
    needs.need_closed_helped     | 2020-02-01 | D    | 4  | online
"""


@pytest.fixture
def world():
    with clock.at(noon("2021-02-01")):
        yield draw(STORY)


def keys(world, *rows: int) -> set[str]:
    return {str(world.acts[row - 1].key) for row in rows}


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("needs.needs_followed", (1, 2, 3)),
        ("needs.needs_helped", (1,)),
        ("needs.needs_open", (3,)),
        ("needs.needs_taken_up", (1, 3)),
    ],
)
def test_needs_of_the_year_are_followed_past_its_end(world, code, rows):
    assert ask(code, at="2021-02-01").value == len(rows)
    assert opened(code, at="2021-02-01") == keys(world, *rows)


def test_read_as_of_the_end_of_the_year_nobody_was_helped_yet(world):
    assert ask("needs.needs_helped", at="2020-12-31").value == 0
    assert ask("needs.needs_open", at="2020-12-31").value == 3
    assert ask("needs.helped_rate", at="2020-12-31").value == 0


def test_the_helped_are_shown_over_all_those_expressed_the_open_ones_included(world):
    helped, still = (ask(f"needs.{name}_rate", at="2021-02-01") for name in ("helped", "open"))
    assert (helped.numerator, helped.denominator) == (1, 3)
    assert (still.numerator, still.denominator) == (1, 3)
    opens = opened("needs.helped_rate", part="denominator", at="2021-02-01")
    assert opens == keys(world, 1, 2, 3)


def test_a_need_opened_again_is_open(world):
    draw("kind | day | firm\n~6 | | ", world)
    assert ask("needs.needs_open", at="2021-02-01").value == 2


def test_without_a_need_the_share_is_not_applicable():
    with clock.at(noon("2021-02-01")):
        assert ask("needs.helped_rate", at="2021-02-01").value is None
        assert ask("needs.open_rate", at="2021-02-01").value is None
