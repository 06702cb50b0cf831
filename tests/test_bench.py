"""The bench judges rightly: its ratios, its exit, its page, and what it measures is measured."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from django.db import connection

from bench import __main__ as bench, figures, measure, past, report
from bench.million import Million
from maillage.ledger.models import Act

TIMES = {"ours": [2.0, 3.0], "peer": [1.0, 2.0]}


@pytest.fixture
def told():
    return measure.Report("measured")


LIMITS = """
at_most  2.0 | kept
at_most  1.9 | lost
at_least 2.0 | kept
at_least 2.1 | lost
"""


@pytest.mark.parametrize("line", LIMITS.strip().splitlines())
def test_a_ratio_is_of_the_least_of_each_and_held_to_its_limit(told, line):
    limit, verdict = (cell.strip() for cell in line.split("|"))
    name, number = limit.split()
    told.gate("a page", TIMES, "ours", "peer", **{name: float(number)})
    assert told.failed == ([] if verdict == "kept" else ["a page"])


def test_the_line_of_a_ratio_says_its_limit_and_the_spread_of_its_rounds(told):
    told.gate("a page", TIMES, "ours", "peer", at_most=1.5)
    assert told.lines == ["FAIL a page: 2.00 (wanted ≤ 1.5; rounds 1.50 to 2.00)"]


def test_a_rate_is_that_of_the_best_round(told):
    told.rate("acts", [2.0, 0.5], 1000)
    assert told.lines == ["acts: 2,000 a second"]


def test_contenders_run_in_turn_on_the_clock_they_are_given():
    ran, ticks = [], itertools.count()
    times = measure.rounds(
        {"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, 2, clock=lambda: next(ticks)
    )
    assert ran == ["a", "b", "a", "b"]
    assert times == {"a": [1, 1], "b": [1, 1]}


@pytest.mark.parametrize(("said", "acts"), [("", measure.QUICK), ("1000000", 1_000_000)])
def test_the_size_is_quick_unless_said(monkeypatch, said, acts):
    monkeypatch.setenv("BENCH_ACTS", said)
    assert measure.acts() == acts


def test_every_module_that_measures_is_run():
    assert {"figures", "pages", "past", "ledger", "register", "search"} <= set(bench.found())
    assert not bench.OURS & set(bench.found())


def test_one_lost_ratio_loses_the_bench(monkeypatch):
    monkeypatch.delenv("BENCH_REPORT", raising=False)
    monkeypatch.setattr(bench, "elsewhere", lambda name, _env: (int(name == "register"), [name]))
    assert bench.both(["register", "search"]) == 1
    assert bench.both(["search"]) == 0


def test_the_page_is_written_from_the_run(monkeypatch, tmp_path):
    monkeypatch.setenv("BENCH_REPORT", str(tmp_path / "page.md"))
    monkeypatch.setenv("BENCH_ACTS", "1000")
    monkeypatch.setattr(bench, "elsewhere", lambda name, _env: (0, [f"{name}  (one core)", "  ok"]))
    bench.both(["search"])
    assert "## search: one core\n\n- ok" in (tmp_path / "page.md").read_text()


def test_the_page_says_the_size_and_the_day():
    page = report.page([["figures  (2 cores)", "  ok   a: 1.00"]], 1000, day=date(2026, 1, 2))
    assert "SIZE=1000 " in page
    assert "on 2026-01-02;" in page
    assert page.endswith("## figures: 2 cores\n\n- ok   a: 1.00\n")


@pytest.mark.django_db
@pytest.mark.skipif(
    connection.vendor != "sqlite",
    reason="on PostgreSQL the bench grows its acts outside transactions",
)
def test_the_twenty_figures_equal_every_query_by_hand_at_a_tiny_size(told, monkeypatch):
    """The ratios mean nothing so small: what counts is that each form gives the same numbers."""
    monkeypatch.setattr(figures, "ROUNDS", 1)
    million = Million()
    million.grow(100)
    million.grow(500)
    figures._page_of_twenty(told, figures.twenty(million.partners))
    assert len(told.lines) >= 8


@pytest.mark.django_db
def test_past_acts_are_taken_over_and_undone_in_turn_at_a_tiny_size(told):
    past.measures(told, rows=30, rounds=2)

    assert "the chains after taking over and undoing" not in told.failed
    assert [line.partition(":")[0] for line in told.lines[:4]] == [
        "rows of past acts, preview",
        "rows of past acts, apply",
        "rows of past acts, undo",
        "rows of past acts taken over, preview and apply",
    ]
    acts = Act.objects.unscoped(reason="test")
    assert acts.count() == 2 * 2 * 30
    assert not acts.effective().exists()
