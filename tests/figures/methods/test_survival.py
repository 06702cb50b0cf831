"""Kaplan–Meier against published values, by tables drawn by hand, and by its laws."""

from __future__ import annotations

import csv
import itertools
import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods import survival
from maillage.figures.methods.survival import kaplan_meier
from maillage.kernel.errors import Invalid

SHARED = Path(__file__).resolve().parents[4] / "shared" / "reference" / "survival"

# Freireich et al. 1963, the treated arm: weeks to relapse, as in every textbook of survival; its curve too.
TREATED = [
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0),
    (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
]  # fmt: skip
CURVE = [
    (6, 21, 3, 0.8571), (7, 17, 1, 0.8067), (10, 15, 1, 0.7529), (13, 12, 1, 0.6902),
    (16, 11, 1, 0.6275), (22, 7, 1, 0.5378), (23, 6, 1, 0.4482),
]  # fmt: skip


def curve(rows: list[tuple[float, int]]) -> list[survival.Step]:
    """The curve of (time, ceased)."""
    return kaplan_meier([time for time, _ in rows], [bool(event) for _, event in rows])


def test_the_textbook_case_is_found_step_by_step() -> None:
    found = [(step.time, step.n, step.d, round(step.s, 4)) for step in curve(TREATED)]
    assert found == CURVE


def test_the_reference_case_is_found_to_a_millionth() -> None:
    if not SHARED.exists():
        pytest.skip("the reference cases are not beside the project")
    expected = json.loads((SHARED / "aml_expected.json").read_text(encoding="utf-8"))
    with (SHARED / "aml.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["x"] == "Maintained"]
    found = kaplan_meier(
        [float(row["time"]) for row in rows], [row["status"] == "1" for row in rows]
    )
    assert {f"{step.time:g}" for step in found} == set(expected["S"])
    for step in found:
        assert step.s == pytest.approx(expected["S"][f"{step.time:g}"], abs=1e-6)
        assert step.se == pytest.approx(expected["greenwood_se"][f"{step.time:g}"], abs=1e-6)


def test_who_is_met_late_is_at_risk_from_then_on_only() -> None:
    # By hand: at 2, the units 1 and 2 are at risk; at 5, units 2, 3 and 4; at 8, units 3 and 4 (met at 3, 4).
    times, events, entries = [2, 5, 8, 9], [True, True, True, False], [0, 0, 3, 4]
    found = kaplan_meier(times, events, entries)
    assert [(step.time, step.n, step.d) for step in found] == [(2, 2, 1), (5, 3, 1), (8, 2, 1)]
    assert found[-1].s == pytest.approx(1 / 2 * 2 / 3 * 1 / 2)


def test_who_is_met_on_the_very_day_of_an_end_is_not_at_risk_of_it() -> None:
    found = kaplan_meier([2, 5, 5], [True, True, False], [0, 2, 0])
    assert [(step.time, step.n) for step in found] == [(2, 2), (5, 2)]


def test_who_ceases_at_once_counts() -> None:
    assert [(s.time, s.n, s.s) for s in kaplan_meier([0, 1], [True, False])] == [(0, 2, 0.5)]


def test_without_any_end_there_is_no_step_and_nobody_ceased() -> None:
    assert kaplan_meier([3, 4], [False, False]) == []
    assert kaplan_meier([], []) == []
    assert survival.at([], 5) == 1


def test_the_curve_is_read_between_its_steps() -> None:
    steps = curve(TREATED)
    read = [survival.at(steps, time) for time in (0, 5.9, 6, 6.5, 7, 100)]
    assert [round(share, 4) for share in read] == [1, 1, 0.8571, 0.8571, 0.8067, 0.4482]


def test_when_all_are_gone_the_share_is_zero_and_says_no_false_doubt() -> None:
    last = kaplan_meier([1, 2], [True, True])[-1]
    assert (last.s, last.se, last.lo, last.hi) == (0, 0, 0, 0)


def test_the_interval_is_that_of_the_log_log_scale() -> None:
    # By hand for 1 gone of 11: log(-log S) ± z·se/(S·|log S|).
    step = curve([(9, 1), *[(10, 0)] * 10])[0]
    share, error = 10 / 11, math.sqrt(1 / (11 * 10))
    spread = survival.Z * error / math.log(share)
    assert step.se == pytest.approx(share * error)
    assert step.lo == pytest.approx(share ** math.exp(-spread))
    assert step.hi == pytest.approx(share ** math.exp(spread))


LIVES = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60).filter(
    lambda rows: any(event for _, event in rows)
)


@given(LIVES)
def test_it_never_rises_and_stays_between_none_and_all(rows: list[tuple[int, bool]]) -> None:
    steps = curve([(time, int(event)) for time, event in rows])
    shares = [1.0, *(step.s for step in steps)]
    assert all(before >= after for before, after in itertools.pairwise(shares))
    for step in steps:
        assert 0 <= step.lo <= step.s + 1e-12
        assert step.s - 1e-12 <= step.hi <= 1
        assert step.d <= step.n


@given(LIVES)
def test_with_every_end_seen_it_is_the_share_of_the_cohort_still_there(
    rows: list[tuple[int, bool]],
) -> None:
    steps = curve([(time, 1) for time, _ in rows])
    for step in steps:
        alive = sum(time > step.time for time, _ in rows)
        assert step.s == pytest.approx(alive / len(rows))


@given(LIVES)
def test_who_left_before_the_first_end_changes_nothing(rows: list[tuple[int, bool]]) -> None:
    told = [(time + 1, int(event)) for time, event in rows]
    first = min(time for time, event in told if event)
    more = [*told, (first - 0.5, 0)]
    assert [step.s for step in curve(more)] == [step.s for step in curve(told)]


@given(LIVES, st.integers(0, 1000))
def test_the_order_of_lines_changes_nothing(rows: list[tuple[int, bool]], seed: int) -> None:
    told = [(time, int(event)) for time, event in rows]
    mixed = random.Random(seed).sample(told, len(told))  # noqa: S311
    assert curve(mixed) == curve(told)


@given(LIVES)
def test_the_unit_of_time_changes_the_times_alone(rows: list[tuple[int, bool]]) -> None:
    days = curve([(time * 365.25, int(event)) for time, event in rows])
    years = curve([(time, int(event)) for time, event in rows])
    assert [(s.n, s.d, s.s, s.lo) for s in days] == [(s.n, s.d, s.s, s.lo) for s in years]
    assert [s.time for s in days] == [s.time * 365.25 for s in years]


@given(LIVES)
def test_entries_at_the_beginning_are_no_entries(rows: list[tuple[int, bool]]) -> None:
    times, events = [t for t, _ in rows], [e for _, e in rows]
    assert kaplan_meier(times, events, [0] * len(rows)) == kaplan_meier(times, events)


@given(LIVES, st.data())
def test_left_truncation_is_that_of_risk_sets_counted_by_hand(
    rows: list[tuple[int, bool]], data: st.DataObject
) -> None:
    entries = [data.draw(st.integers(0, time - 1)) for time, _ in rows]
    steps = kaplan_meier([t for t, _ in rows], [e for _, e in rows], entries)
    for step in steps:
        met = zip(rows, entries, strict=True)
        at_risk = sum(
            (entry < step.time or entry == 0) and time >= step.time for (time, _), entry in met
        )
        assert step.n == at_risk


@pytest.mark.parametrize(
    ("times", "events", "entries", "told"),
    [
        ([1, 2], [True], None, "longueurs"),
        ([-1, 2], [True, True], None, "négatif"),
        ([float("nan"), 2], [True, True], None, "nombre"),
        ([1, 2], [True, True], [-1, 0], "négatif"),
        ([1, 2], [True, True], [1, 0], "entrée"),
        ([1, 2], [True, True], [3, 0], "entrée"),
    ],
)
def test_what_makes_no_sense_is_refused(
    times: list[float], events: list[bool], entries: list[float] | None, told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        kaplan_meier(times, events, entries)
