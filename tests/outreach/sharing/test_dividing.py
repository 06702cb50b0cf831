"""A share of a list: nobody beyond their time, the sum of the points greatest, each with reasons that sum to it."""

from __future__ import annotations

from itertools import pairwise, permutations
from time import perf_counter

import pytest
from hypothesis import given, strategies as st

from maillage.outreach.sharing import Adviser, Line, capacities, propose, reasons
from maillage.outreach.sharing.reasons import POINTS, Criterion, knows

LILLE, ROUBAIX = "59350", "59512"


def adviser(key: int, *communes: str, hours: int = 35, load: int = 0, **said: object) -> Adviser:
    facts = {
        name: frozenset(value) if name == "languages" else value for name, value in said.items()
    }
    return Adviser(key, frozenset(communes), hours=hours, load=load, **facts)  # type: ignore[arg-type]


def lines(*communes: str) -> list[Line]:
    return [Line(rank, commune) for rank, commune in enumerate(communes)]


def shares(found: object) -> dict[int, int]:
    return {one.line.key: one.adviser.key for one in found.given}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("count", "hours", "loads", "found"),
    [
        (10, [35, 35], [0, 0], [5, 5]), (9, [20, 10], [0, 0], [6, 3]), (4, [35, 35], [10, 0], [0, 4]),
        (3, [35, 35], [0, 0], [2, 1]), (5, [0, 35], [0, 0], [0, 5]), (5, [0, 0], [0, 0], [0, 0]),
        (0, [35], [3], [0]), (5, [], [], []), (6, [30, 10, 20], [0, 0, 0], [3, 1, 2]),
    ],
)  # fmt: skip
def test_each_takes_as_much_as_their_week_and_what_they_have_leave(
    count: int, hours: list[int], loads: list[int], found: list[int]
) -> None:
    assert capacities(count, hours, loads) == found


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 48), st.integers(0, 30)), min_size=1, max_size=6),
)
def test_loads_an_hour_end_as_even_as_they_can(count: int, team: list[tuple[int, int]]) -> None:
    hours, loads = [one for one, _ in team], [one for _, one in team]
    taken = capacities(count, hours, loads)
    assert sum(taken) == (count if any(hours) else 0)
    for k, h in enumerate(hours):
        assert h > 0 or taken[k] == 0
        for j, other in enumerate(hours):
            if taken[k] and other:
                assert (loads[k] + taken[k]) / h <= (loads[j] + taken[j] + 1) / other + 1e-9


def test_firms_go_to_who_covers_their_sector() -> None:
    found = propose(lines(LILLE, ROUBAIX, LILLE, ROUBAIX), [adviser(1, ROUBAIX), adviser(2, LILLE)])
    assert shares(found) == {0: 2, 1: 1, 2: 2, 3: 1}
    assert [one.score for one in found.given] == [41] * 4


def test_time_limits_what_a_sector_brings() -> None:
    found = propose(lines(*[LILLE] * 6), [adviser(1, LILLE, hours=10), adviser(2, hours=20)])
    assert sorted(shares(found).values()) == [1, 1, 2, 2, 2, 2]
    assert not found.left


def test_a_language_and_a_skill_decide_when_they_are_called_for() -> None:
    asked = [Line(0, LILLE, "10.71C", "nl"), Line(1, LILLE, "43.21A")]
    team = [adviser(1, activities=("43",)), adviser(2, languages=["nl"])]
    found = propose(asked, team)
    assert shares(found) == {0: 2, 1: 1}
    assert [[reason.criterion for reason in one.reasons] for one in found.given] == [
        [Criterion.LANGUAGE, Criterion.ABLE], [Criterion.SKILL, Criterion.ABLE],
    ]  # fmt: skip


def test_reasons_sum_to_the_score_and_name_what_holds_only() -> None:
    line = Line(0, LILLE, "10.71C", "nl")
    whole = adviser(1, LILLE, languages=["nl"], activities=("1071",))
    assert {one.criterion: one.points for one in reasons(line, whole)} == POINTS
    assert [one.criterion for one in reasons(line, adviser(2, ROUBAIX))] == [Criterion.ABLE]
    (given_one,) = propose([line], [whole]).given
    assert given_one.score == sum(POINTS.values())


@pytest.mark.parametrize(
    ("known", "activity", "holds"),
    [
        (("10",), "10.71C", True), (("1071",), "10.71C", True), (("1071C",), "10.71C", True),
        (("43",), "10.71C", False), ((), "10.71C", False), (("10",), "", False),
    ],
)  # fmt: skip
def test_an_activity_is_known_by_its_beginning(
    known: tuple[str, ...], activity: str, holds: bool
) -> None:
    assert knows(known, activity) is holds


def test_a_street_stays_with_one_adviser_when_nothing_else_decides() -> None:
    found = propose(lines(*[LILLE] * 10), [adviser(1), adviser(2)])
    given_to = [shares(found)[key] for key in range(10)]
    changes = sum(a != b for a, b in pairwise(given_to))
    assert changes <= 1


def test_nobody_with_time_leaves_every_firm() -> None:
    assert len(propose(lines(LILLE, LILLE), [adviser(1, hours=0)]).left) == 2
    assert len(propose(lines(LILLE), []).left) == 1
    assert propose([], [adviser(1)]).given == []


def test_the_same_question_has_the_same_answer_and_another_another_digest() -> None:
    asked, team = lines(LILLE, ROUBAIX, LILLE), [adviser(1, LILLE), adviser(2, ROUBAIX)]
    first = propose(asked, team)
    assert first.digest == propose(asked, team).digest
    assert first.digest != propose(asked, team[::-1][:1]).digest


@given(st.lists(st.sampled_from([LILLE, ROUBAIX, "59009"]), min_size=1, max_size=5), st.data())
def test_no_share_has_more_points(communes: list[str], data: st.DataObject) -> None:
    sectors = st.lists(st.sampled_from([LILLE, ROUBAIX, "59009"]), max_size=2)
    team = [adviser(k, *data.draw(sectors), hours=data.draw(st.integers(1, 40))) for k in range(2)]
    asked = lines(*communes)
    room = capacities(len(asked), [one.hours for one in team], [0, 0])
    seats = [k for k, count in enumerate(room) for _ in range(count)]
    best = max(
        sum(
            sum(reason.points for reason in reasons(line, team[seat]))
            for line, seat in zip(asked, order, strict=True)
        )
        for order in permutations(seats)
    )
    assert sum(one.score for one in propose(asked, team).given) == best


def test_four_thousand_firms_are_shared_among_twelve_in_a_few_seconds() -> None:
    towns = [f"59{rank:03}" for rank in range(95)]
    asked = [Line(rank, towns[rank * 95 // 4000]) for rank in range(4000)]
    team = [adviser(k, *towns[k * 8 : k * 8 + 9]) for k in range(12)]
    began = perf_counter()
    found = propose(asked, team)
    assert perf_counter() - began < 20
    assert len(found.given) == 4000
    assert max(shares(found).values()) == 11
