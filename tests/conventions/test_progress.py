"""How far a promise is, beside the time gone by: drawn, without a database."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest
from hypothesis import given, strategies as st

from maillage.conventions.models import Target, Version
from maillage.conventions.progress import Promise, due_elapsed, lifetime, question_of
from maillage.figures import Answer, Question
from maillage.kernel import clock
from maillage.kernel.periods import Period
from tests.factories.conventions import instant
from tests.spec.drawn import rows_of

LIFE = Period(date(2019, 1, 1), date(2020, 12, 31))


def promise(
    kind: str, amount: int | None, value: float | None, elapsed: float, *, whole: bool = True
) -> Promise:
    """A target and what its figure answered, without asking the engine."""
    target = Target(kind=kind, amount=amount, indicator="conventions.payments", filter={})

    class Answered:
        question = question_of(target, LIFE)

    answered = Answered()
    answered.value = value  # type: ignore[attr-defined]
    return Promise(target, cast(Answer, answered), elapsed, whole)


STATES = """
kind    | amount | value | elapsed | progress | gap  | state
floor   | 4000   | 0     | 0.00    | 0.0      | 0    | ontrack
floor   | 4000   | 0     | 0.05    | 0.0      | -5   | ontrack
floor   | 4000   | 0     | 0.06    | 0.0      | -6   | late
floor   | 4000   | 2000  | 0.50    | 0.5      | 0    | ontrack
floor   | 4000   | 1800  | 0.50    | 0.45     | -5   | ontrack
floor   | 4000   | 1799  | 0.50    | 0.44975  | -5   | late
floor   | 4000   | 2200  | 0.50    | 0.55     | 5    | ontrack
floor   | 4000   | 2204  | 0.50    | 0.551    | 5    | ahead
floor   | 4000   | 3999  | 1.00    | 0.99975  | 0    | ontrack
floor   | 4000   | 3600  | 1.00    | 0.9      | -10  | late
floor   | 4000   | 4000  | 0.10    | 1.0      | 90   | done
floor   | 4000   | 9000  | 0.10    | 1.0      | 90   | done
floor   | 1      | 1     | 0.00    | 1.0      | 100  | done
target  | 350    | 70    | 0.20    | 0.2      | 0    | ontrack
target  | 350    | 0     | 1.00    | 0.0      | -100 | late
target  | 350    | -     | 0.50    | -        | -50  | waiting
monitor | -      | 12    | 0.50    | -        | -50  | monitor
monitor | -      | 0     | 0.50    | -        | -50  | monitor
monitor | -      | -     | 0.50    | -        | -50  | monitor
"""


@pytest.mark.parametrize("row", rows_of(STATES), ids=lambda row: " ".join(row.values()))
def test_a_promise_is_read_beside_the_time_gone_by(row: dict[str, str]) -> None:
    amount = None if row["amount"] == "-" else int(row["amount"])
    value = None if row["value"] == "-" else float(row["value"])
    held = promise(row["kind"], amount, value, float(row["elapsed"]))
    progress = None if row["progress"] == "-" else float(row["progress"])
    assert held.progress == (None if progress is None else pytest.approx(progress))
    assert (held.gap, held.state) == (int(row["gap"]), row["state"])


def test_a_part_of_the_life_of_a_convention_alone_is_only_watched() -> None:
    """The promise is held over the whole: 10 firms in one month are no delay on 4 000 in two years."""
    held = promise("floor", 4000, 10, 1.0, whole=False)
    assert (held.progress, held.state) == (None, "monitor")


@given(st.integers(1, 10**12), st.integers(0, 10**13), st.floats(0, 1))
def test_progress_lies_between_nothing_and_the_whole_and_never_falls(
    amount: int, value: int, elapsed: float
) -> None:
    now = promise("floor", amount, value, elapsed).progress
    more = promise("floor", amount, value + 1, elapsed).progress
    assert now is not None
    assert more is not None
    assert 0 <= now <= more <= 1


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_time_going_by_never_makes_a_promise_look_better(
    amount: int, value: int, first: float, then: float
) -> None:
    order = ["late", "ontrack", "ahead", "done"]
    early, late = sorted((first, then))
    before, after = (promise("target", amount, value, at).state for at in (early, late))
    assert order.index(after) <= order.index(before)


DUE = """
by         | day        | elapsed
-          | 2019-01-01 | 1/731
-          | 2020-12-31 | 731/731
-          | 2021-06-01 | 731/731
-          | 2018-12-31 | 0/731
2019-12-31 | 2019-07-02 | 183/365
2019-12-31 | 2019-12-31 | 365/365
2019-12-31 | 2020-12-31 | 365/365
2018-06-30 | 2019-01-01 | 1/731
2021-12-31 | 2020-12-31 | 731/1096
"""


@pytest.mark.parametrize("row", rows_of(DUE), ids=lambda row: f"{row['by']} on {row['day']}")
def test_a_promise_has_until_its_own_day_else_until_the_text_ends(row: dict[str, str]) -> None:
    """A day before the text holds is no day: the whole life stands in for it."""
    by_on = None if row["by"] == "-" else date.fromisoformat(row["by"])
    gone, whole = map(int, row["elapsed"].split("/"))
    found = due_elapsed(Target(by_on=by_on), LIFE, date.fromisoformat(row["day"]))
    assert found == pytest.approx(gone / whole)


def version(start: str, end: str, *, signed: bool = True) -> Version:
    return Version(
        effective_on=date.fromisoformat(start) if start else None,
        effective_until=date.fromisoformat(end) if end else None,
        recorded_at=instant("2019-01-02") if signed else None,
    )


LIVES = """
first                 | present               | life
2019-01-01 2020-12-31 | 2019-01-01 2020-12-31 | 2019-01-01..2020-12-31
2019-01-01 2020-12-31 | 2020-04-01 2021-12-31 | 2019-01-01..2021-12-31
2019-01-01 2020-12-31 | 2020-04-01            | 2019-01-01..2020-06-30
2019-01-01            | 2019-01-01            | 2019-01-01..2020-06-30
2020-09-01            | 2020-09-01            | 2020-09-01..2020-09-01
"""


@pytest.mark.parametrize("row", rows_of(LIVES), ids=lambda row: row["life"])
def test_a_convention_lives_from_its_first_text_to_the_end_of_the_present_one(
    row: dict[str, str],
) -> None:
    """Without an end it lives until today, or the day it starts when that is to come."""
    first, present = (version(*[*row[name].split(), ""][:2]) for name in ("first", "present"))
    with clock.at(instant("2020-06-30")):
        assert lifetime([first, present], present) == Period.parse(row["life"])


def test_a_draft_before_the_present_text_does_not_start_its_life() -> None:
    draft, signed = version("2018-01-01", "", signed=False), version("2019-01-01", "2019-12-31")
    assert lifetime([draft, signed], signed).start == date(2019, 1, 1)
    assert lifetime([], signed) == Period(date(2019, 1, 1), date(2019, 12, 31))


def test_a_text_without_any_day_lives_today() -> None:
    bare = version("", "", signed=False)
    with clock.at(instant("2020-06-30")):
        assert lifetime([], bare) == Period(date(2020, 6, 30), date(2020, 6, 30))


def test_what_is_asked_is_the_pinned_version_and_the_filter_of_the_target() -> None:
    target = Target(
        indicator="conventions.payments",
        indicator_version=1,
        filter={"schemes": ["convention:b", "convention:a"]},
    )
    asked = question_of(target, LIFE, by="month")
    assert isinstance(asked, Question)
    assert asked.definition.reference == "conventions.payments@1"
    assert asked.filter.schemes == ("convention:a", "convention:b")
    assert (asked.period, asked.by) == (LIFE, "month")
