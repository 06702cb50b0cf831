"""`needs.opinions_asked`, `opinions_given`, `opinions_contacted`, `opinions_rated`, `opinions_useful`, `usefulness` (I10),
`response_rate`, `contacted_rate`: what firms think of the answer, and how many say it."""

from __future__ import annotations

import pytest

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.publication import disclosed
from maillage.kernel import clock
from tests.spec.drawn import draw, noon
from tests.spec.outreach.reading import YEAR, ask, opened

pytestmark = pytest.mark.django_db

# A found it useful, B did not, C was not contacted, D never answered, E answers the next year, F was asked the year before.
STORY = """
    kind                    | day        | firm | of | theme
    needs.opinion_asked     | 2019-12-31 | F    | 1  | online
    needs.was_contacted     | 2020-01-02 | F    | 1  | online
    needs.found_useful      | 2020-01-02 | F    | 1  | online
    needs.opinion_asked     | 2020-01-01 | A    | 4  | online
    needs.was_contacted     | 2020-02-01 | A    | 4  | online
    needs.found_useful      | 2020-02-01 | A    | 4  | online
    needs.opinion_asked     | 2020-03-01 | B    | 7  | premises
    needs.was_contacted     | 2020-03-02 | B    | 7  | premises
    needs.found_useless     | 2020-03-02 | B    | 7  | premises
    needs.opinion_asked     | 2020-04-01 | C    | 10 | online
    needs.was_not_contacted | 2020-04-02 | C    | 10 | online
    needs.opinion_asked     | 2020-05-01 | D    | 12 | energy
    needs.opinion_asked     | 2020-12-31 | E    | 13 | online
    needs.was_contacted     | 2021-01-04 | E    | 13 | online
    needs.found_useful      | 2021-01-04 | E    | 13 | online
"""


@pytest.fixture
def world():
    with clock.at(noon("2021-02-01")):
        yield draw(STORY)


def keys(world, *rows: int) -> set[str]:
    return {str(world.acts[row - 1].key) for row in rows}


@pytest.mark.parametrize(
    ("code", "then", "since"),
    [
        ("needs.opinions_asked", (4, 7, 10, 12, 13), (4, 7, 10, 12, 13)),
        ("needs.opinions_given", (4, 7, 10), (4, 7, 10, 13)),
        ("needs.opinions_contacted", (4, 7), (4, 7, 13)),
        ("needs.opinions_rated", (4, 7), (4, 7, 13)),
        ("needs.opinions_useful", (4,), (4, 13)),
    ],
)
def test_opinions_asked_in_the_year_are_followed_past_its_end(world, code, then, since):
    for at, rows in (("2020-12-31", then), ("2021-02-01", since)):
        assert ask(code, at=at).value == len(rows)
        assert opened(code, at=at) == keys(world, *rows)


def test_usefulness_is_read_beside_the_response_rate(world):
    found = {
        name: ask(f"needs.{name}", at="2021-02-01")
        for name in ("usefulness", "response_rate", "contacted_rate")
    }
    assert {name: (one.numerator, one.denominator) for name, one in found.items()} == {
        "usefulness": (2, 3),
        "response_rate": (4, 5),
        "contacted_rate": (3, 4),
    }


def test_a_theme_is_asked_for_alone(world):
    online = ask("needs.usefulness", Filter(themes=("online",)), at="2021-02-01")
    assert (online.numerator, online.denominator) == (2, 2)


def test_fewer_than_five_answers_are_never_told_in_public(world):
    (answer,) = figures.answer([Question("needs.usefulness", Filter(), YEAR)], noon("2021-02-01"))
    public = disclosed(answer)
    assert (public["masked"], public["value"], public["numerator"]) == (True, None, None)


def test_an_answer_cancelled_is_no_answer(world):
    draw("kind | day | firm | recorded\n~5 | | | 2021-01-20\n~6 | | | 2021-01-20", world)
    assert ask("needs.opinions_given", at="2021-01-19").value == 4
    assert ask("needs.opinions_given", at="2021-01-21").value == 3


def test_without_an_answer_there_is_no_share():
    with clock.at(noon("2021-02-01")):
        assert ask("needs.usefulness").value is None
        assert ask("needs.response_rate").value is None
        assert ask("needs.contacted_rate").value is None
