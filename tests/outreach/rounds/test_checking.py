"""The checker finds each thing that can be wrong with a plan, without the planner."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maillage.outreach.rounds import (
    Break,
    Call,
    Plan,
    Problem,
    Route,
    Stop,
    Unassigned,
    Vehicle,
    Why,
    faults,
)
from maillage.outreach.rounds.problem import Pause
from tests.outreach.rounds.problems import flat

# Places in a line, a hundred seconds apart: the office, Ana, Bob, home.
SECONDS = flat([(0, 0), (100, 0), (200, 0), (300, 0)])
ANA = Stop("ana", 1, 50, [(0, 150)], frozenset({"nl"}), amount=[1])
BOB = Stop("bob", 2, 50, amount=[1])
DAY = Vehicle("v", 0, 3, (0, 600), frozenset({"nl"}), [2], [Break(100, [(150, 300)])])
PROBLEM = Problem(SECONDS, [ANA, BOB], [DAY])
A, P, B = Call("ana", 100), Pause(0, 150), Call("bob", 350)
RIGHT = Route("v", [A, P, B], 0, 500, 300)


def wrong(route: Route = RIGHT, problem: Problem = PROBLEM, unassigned: Any = ()) -> list[str]:
    return [fault.rule for fault in faults(problem, Plan([route], unassigned))]


def test_a_plan_that_can_be_carried_out_has_no_fault() -> None:
    assert wrong() == []


def test_the_way_may_be_walked_before_a_pause_and_is_walked_once() -> None:
    later = replace(RIGHT, steps=[A, Pause(0, 180), B])
    assert wrong(later) == [], "thirty seconds of the hundred are behind when the pause begins"
    too_soon = replace(later, steps=[A, Pause(0, 180), Call("bob", 349)])
    assert wrong(too_soon) == ["arrives too early"]


FAULTS = [
    ("arrives too early", {"steps": [Call("ana", 99), P, B]}),
    ("window", {"steps": [Call("ana", 100, 51), Pause(0, 250), Call("bob", 450)], "end": 600}),
    ("window", {"steps": [Call("ana", 110, -10), P, B]}),
    ("break window", {"steps": [A, Pause(0, 149), B]}),
    ("break window", {"steps": [A, Pause(0, 301), Call("bob", 401)], "end": 551}),
    ("break window", {"steps": [A, Call("bob", 250), Pause(0, 250)], "end": 500}),
    ("break left out", {"steps": [A, B]}),
    ("break left out", {"steps": [A, P, Pause(0, 250), B]}),
    ("ends too late", {"end": 499}),
    ("ends too late", {"end": 601}),
    ("travel told wrong", {"travel": 299}),
    ("starts too early", {"start": -1}),
    ("stop left out", {"steps": [A, P], "end": 450}),
    ("stop told twice", {"steps": [A, P, B, Call("bob", 400)], "end": 550}),
    ("unknown stop", {"steps": [A, P, B, Call("eve", 400)]}),
    ("unknown vehicle", {"vehicle": "w"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), FAULTS)
def test_each_broken_rule_is_named(rule: str, change: dict[str, Any]) -> None:
    assert rule in wrong(replace(RIGHT, **change))


def test_skills_and_amounts_are_looked_at() -> None:
    unskilled = Problem(SECONDS, [ANA, BOB], [replace(DAY, skills=frozenset())])
    assert wrong(problem=unskilled) == ["skills"]
    small = Problem(SECONDS, [ANA, BOB], [replace(DAY, capacity=[1])])
    assert wrong(problem=small) == ["capacity"]


def test_a_stop_is_in_a_round_or_unassigned_not_both() -> None:
    assert wrong(unassigned=[Unassigned("bob", Why.FULL)]) == ["stop told twice"]


def test_an_adviser_has_one_round() -> None:
    told = [fault.rule for fault in faults(PROBLEM, Plan([RIGHT, RIGHT]))]
    assert "vehicle told twice" in told
