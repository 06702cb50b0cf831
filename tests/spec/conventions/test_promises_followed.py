"""I11, `conventions.promises_followed`: floors and targets, each with its own progress, never averaged."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from maillage import figures
from maillage.conventions.progress import Promise, due_elapsed, lifetime, question_of
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.factories import conventions as make
from tests.spec.conventions.reading import ask, opened
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
CODE = "conventions.promises_followed"
MONEY = """
[[versions.targets]]
code = "{code}"
kind = "{kind}"
indicator = "conventions.payments"
filter = {{ schemes = ["convention:test-2019"] }}
{amount}
"""


def text() -> str:
    """A floor on late actions, a target of 200 € paid, a figure only watched."""
    head, first, rest = make.MINIMAL.partition("[[versions.budget]]")
    more = MONEY.format(code="T2", kind="target", amount="amount = 20000")
    more += MONEY.format(code="S1", kind="monitor", amount="")
    return head.replace("amount = 4000", "amount = 1") + more + first + rest


@pytest.fixture(autouse=True)
def convention():
    with clock.at(noon("2019-06-02")):
        made = make.loaded(text().replace('{ organisations = ["MEL"] }', "{}"))
    with clock.at(noon("2020-12-31")):
        yield made


def followed(convention, at: datetime | None = None) -> dict[str, Promise]:
    """Each promise of the text over its life, by its code, as known at an instant."""
    (version,) = convention.versions.all()
    life = lifetime([version], version)
    day = clock.local_day(at) if at else clock.today()
    targets = list(version.targets.all())
    answers = figures.answer([question_of(t, life) for t in targets], at)
    return {
        t.code: Promise(t, a, due_elapsed(t, life, day))
        for t, a in zip(targets, answers, strict=True)
    }


def test_floors_and_targets_are_followed_and_what_is_watched_is_not():
    assert ask(CODE).value == 2
    assert opened(CODE) == {"test-2019#T1", "test-2019#T2"}


def test_progress_is_the_figure_over_the_amount_capped_at_one(convention):
    draw("""
    kind                     | day        | euros | funder | scheme
    conventions.payment_made | 2019-07-01 | 50    | mel    | convention:test-2019
    """)
    by_code = followed(convention)
    assert (by_code["T1"].progress, by_code["T1"].state) == (1.0, "done")
    assert (by_code["T2"].answer.value, by_code["T2"].progress) == (5_000, 0.25)
    assert (by_code["T2"].state, by_code["T2"].gap) == ("late", -75)
    assert (by_code["S1"].progress, by_code["S1"].state) == (None, "monitor")


def test_progress_beyond_the_amount_stays_at_one(convention):
    draw("""
    kind                     | day        | euros | funder | scheme
    conventions.payment_made | 2019-07-01 | 500   | mel    | convention:test-2019
    """)
    assert (followed(convention)["T2"].progress, followed(convention)["T2"].state) == (1.0, "done")


def test_progress_as_of_a_day_does_not_know_what_came_after(convention):
    draw("""
    kind                     | day        | euros | funder | scheme
    conventions.payment_made | 2019-07-01 | 50    | mel    | convention:test-2019
    conventions.payment_made | 2019-08-01 | 150   | mel    | convention:test-2019
    """)
    money = followed(convention, at=noon("2019-07-15"))["T2"]
    assert (money.answer.value, money.progress) == (5_000, 0.25)
    assert money.elapsed == pytest.approx(102 / 637)
    assert money.state == "ahead"


@pytest.mark.parametrize(
    ("elapsed", "state"),
    [(0.19, "ahead"), (0.21, "ontrack"), (0.25, "ontrack"), (0.29, "ontrack"), (0.31, "late")],
)
def test_five_points_either_side_of_elapsed_time_are_on_pace(convention, elapsed, state):
    draw("""
    kind                     | day        | euros | funder | scheme
    conventions.payment_made | 2019-07-01 | 50    | mel    | convention:test-2019
    """)
    held = followed(convention)["T2"]
    assert Promise(held.target, held.answer, elapsed).state == state


def test_a_promise_with_its_own_day_has_less_time_than_the_text(convention):
    (version,) = convention.versions.all()
    life = Period(date(2019, 1, 1), date(2020, 12, 31))
    target = version.targets.get(code="T1")
    target.by_on = date(2019, 12, 31)
    assert due_elapsed(target, life, date(2019, 12, 31)) == 1.0
    target.by_on = None
    assert due_elapsed(target, life, date(2019, 12, 31)) == pytest.approx(365 / 731)
    target.by_on = date(2018, 1, 1)
    assert due_elapsed(target, life, date(2019, 12, 31)) == pytest.approx(365 / 731)
