"""What an estimate owes to nothing but the answers: neither rows, names, scale nor reports change what is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from maillage.surveys.estimation import plan, running
from maillage.surveys.estimation.columns import Table

KINDS: list[dict[str, Any]] = [
    {"kind": "total", "y": "loss"},
    {"kind": "mean", "y": "loss"},
    {"kind": "proportion", "y": "open"},
    {"kind": "ratio", "y": "loss", "x": "staff"},
    {"kind": "quantile", "y": "loss", "q": 0.25},
]
DESIGN = {"strata": "area", "weight": "weight", "fpc": "fpc"}
AREAS = ("north", "south", "west")
SEEDS = st.integers(0, 10**6)


@dataclass(frozen=True)
class Drawn:
    """A stratified sample whose weights are those of its draw."""

    rows: list[dict[str, str]]

    @property
    def table(self) -> Table:
        """Its rows as a file would give them."""
        names = list(self.rows[0])
        return Table(
            "s.csv", {name: [row[name] for row in self.rows] for name in names}, len(self.rows)
        )


def sample(seed: int, each: int = 15) -> Drawn:
    """`each` firms in each area of 60, 90 and 120."""
    chance = np.random.default_rng(seed)
    rows = [
        {
            "id": f"{area}{unit}",
            "area": area,
            "trade": "food" if unit % 3 else "building",
            "village": f"v{unit % 5}",
            "weight": repr((60 + 30 * rank) / each),
            "fpc": str(60 + 30 * rank),
            "loss": f"{chance.gamma(2 + rank, 10.0):.4f}",
            "staff": str(int(chance.integers(1, 30))),
            "open": str(chance.choice(["yes", "no"])),
        }
        for rank, area in enumerate(AREAS)
        for unit in range(each)
    ]
    return Drawn(rows)


def told(table: Table, *questions: dict[str, Any], frame: Table | None = None, **parts: Any) -> Any:
    """The estimates of a plan made of these parts."""
    asked = plan.understood({"design": DESIGN, "estimate": list(questions or KINDS), **parts})
    return running.told(running.weigh(table, asked, frame), asked)


def figures(answer: dict[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """What is told of each figure, by its name."""
    numbers = ("est", "se", "lo", "hi", "n", "n_eff", "n_kish", "deff", "cv")
    return {
        (row["kind"], row["y"], str(row["domain"]), str(row["category"])): {
            name: row[name] for name in numbers
        }
        for row in answer["estimates"]
    }


def same(one: Any, other: Any, *names: str) -> None:
    """Two answers say the same of every figure, in all numbers or in some."""
    left, right = figures(one), figures(other)
    assert left.keys() == right.keys()
    for figure, numbers in left.items():
        for name in names or numbers:
            assert right[figure][name] == pytest.approx(numbers[name], rel=1e-9), (figure, name)


def column(drawn: Drawn, name: str, change: Callable[[str], str]) -> Table:
    """The sample with a column written otherwise."""
    return Drawn([{**row, name: change(row[name])} for row in drawn.rows]).table


@given(seed=SEEDS)
@settings(max_examples=20)
def test_the_order_of_rows_moves_no_figure(seed: int) -> None:
    drawn = sample(seed)
    order = np.random.default_rng(seed + 1).permutation(len(drawn.rows))
    same(told(drawn.table), told(Drawn([drawn.rows[row] for row in order]).table))


@given(seed=SEEDS)
@settings(max_examples=20)
def test_new_names_of_strata_move_no_figure(seed: int) -> None:
    drawn = sample(seed)
    names = {"north": "zone 9", "south": "zone 10", "west": "été"}
    same(told(drawn.table), told(column(drawn, "area", names.__getitem__)))


@given(seed=SEEDS, split=st.integers(1, 14))
@settings(max_examples=20)
def test_a_sample_that_comes_in_two_reports_is_one_sample(seed: int, split: int) -> None:
    """Rows split over two files and put together again: totals add up, and the whole is the whole."""
    drawn = sample(seed)
    place = 15 + split
    first, second = drawn.rows[:place], drawn.rows[place:]
    whole = told(drawn.table, {"kind": "total", "y": "loss"})["estimates"][0]
    sides = [{**row, "report": "1"} for row in first] + [{**row, "report": "2"} for row in second]
    parts = told(Drawn(sides).table, {"kind": "total", "y": "loss", "by": ["report"]})["estimates"]
    assert [part["domain"] for part in parts] == ["1", "2"]
    assert sum(part["est"] for part in parts) == pytest.approx(whole["est"])
    assert sum(part["n"] for part in parts) == whole["n"]
    same(told(drawn.table), told(Drawn(sides).table))


@given(seed=SEEDS, scale=st.sampled_from([0.5, 3.0, 12.0]))
@settings(max_examples=20)
def test_weights_of_another_scale_move_totals_alone(seed: int, scale: float) -> None:
    """Without the population: a total follows its weights, what is divided by them does not know."""
    drawn = sample(seed)
    scaled = column(drawn, "weight", lambda cell: repr(float(cell) * scale))
    design: dict[str, Any] = {"design": {"strata": "area", "weight": "weight"}}
    one, other = told(drawn.table, **design), told(scaled, **design)
    same(
        {"estimates": [row for row in one["estimates"] if row["kind"] != "total"]},
        {"estimates": [row for row in other["estimates"] if row["kind"] != "total"]},
        *("est", "se", "n", "n_kish"),
    )
    total, greater = one["estimates"][0], other["estimates"][0]
    for name in ("est", "se", "lo", "hi"):
        assert greater[name] == pytest.approx(scale * total[name])
    assert greater["cv"] == pytest.approx(total["cv"])
    assert other["weights"]["sum"] == pytest.approx(scale * one["weights"]["sum"])


@given(seed=SEEDS, unit=st.sampled_from([0.001, 100.0]))
@settings(max_examples=20)
def test_euros_or_cents_say_the_same_money(seed: int, unit: float) -> None:
    drawn = sample(seed)
    other = column(drawn, "loss", lambda cell: repr(float(cell) * unit))
    for one, changed in zip(told(drawn.table)["estimates"], told(other)["estimates"], strict=True):
        factor = 1.0 if one["kind"] == "proportion" else unit
        assert changed["est"] == pytest.approx(factor * one["est"])
        assert changed["se"] == pytest.approx(factor * one["se"])
        assert changed["cv"] == pytest.approx(one["cv"])


@given(seed=SEEDS, more=st.sampled_from([-5.0, 250.0]))
@settings(max_examples=15)
def test_the_same_added_to_each_answer_shifts_the_mean_and_leaves_its_doubt(
    seed: int, more: float
) -> None:
    drawn = sample(seed)
    asked = {"kind": "mean", "y": "loss"}
    one = told(drawn.table, asked)["estimates"][0]
    other = told(column(drawn, "loss", lambda cell: repr(float(cell) + more)), asked)
    (shifted,) = other["estimates"]
    assert shifted["est"] == pytest.approx(one["est"] + more)
    assert shifted["se"] == pytest.approx(one["se"])
    assert shifted["deff"] == pytest.approx(one["deff"])


@given(seed=SEEDS)
@settings(max_examples=15)
def test_columns_nobody_asks_about_move_no_figure(seed: int) -> None:
    drawn = sample(seed)
    table = drawn.table
    wider = replace(table, columns={**table.columns, "note": ["?"] * table.rows})
    same(told(table), told(wider))


@pytest.mark.parametrize("kind", [row["kind"] for row in KINDS])
def test_figures_asked_alone_or_together_are_the_same(kind: str) -> None:
    drawn = sample(7)
    asked = next(row for row in KINDS if row["kind"] == kind)
    alone = figures(told(drawn.table, asked))
    together = figures(told(drawn.table))
    assert alone.items() <= together.items()


class TestWholeAndParts:
    """Domains cut a population in parts that sum to it."""

    @given(seed=SEEDS)
    @settings(max_examples=15)
    @pytest.mark.parametrize("by", [["area"], ["trade"], ["area", "trade"], ["village"]])
    def test_totals_of_domains_sum_to_the_total(self, by: list[str], seed: int) -> None:
        table = sample(seed).table
        (whole,) = told(table, {"kind": "total", "y": "loss"})["estimates"]
        parts = told(table, {"kind": "total", "y": "loss", "by": by})["estimates"]
        assert sum(part["est"] for part in parts) == pytest.approx(whole["est"])
        assert sum(part["n"] for part in parts) == whole["n"]

    @given(seed=SEEDS)
    @settings(max_examples=15)
    def test_shares_of_answers_sum_to_one_in_each_domain(self, seed: int) -> None:
        table = sample(seed).table
        rows = told(table, {"kind": "proportion", "y": "open", "by": ["area"]})["estimates"]
        for area in AREAS:
            shares = [row for row in rows if row["domain"] == area]
            assert sum(row["est"] for row in shares) == pytest.approx(1)
            assert len({round(row["se"], 12) for row in shares}) == 1, "yes is as unsure as no"

    @given(seed=SEEDS)
    @settings(max_examples=15)
    def test_the_mean_is_that_of_domains_by_their_size(self, seed: int) -> None:
        table = sample(seed).table
        (whole,) = told(table, {"kind": "mean", "y": "loss"})["estimates"]
        parts = told(table, {"kind": "mean", "y": "loss", "by": ["area"]})["estimates"]
        size = {"north": 60, "south": 90, "west": 120}
        mean = sum(size[part["domain"]] * part["est"] for part in parts) / sum(size.values())
        assert mean == pytest.approx(whole["est"])

    @given(seed=SEEDS)
    @settings(max_examples=15)
    def test_the_variance_of_a_total_is_that_of_its_strata(self, seed: int) -> None:
        """Strata are drawn apart: what one tells says nothing of another."""
        table = sample(seed).table
        (whole,) = told(table, {"kind": "total", "y": "loss"})["estimates"]
        parts = told(table, {"kind": "total", "y": "loss", "by": ["area"]})["estimates"]
        assert sum(part["se"] ** 2 for part in parts) == pytest.approx(whole["se"] ** 2)

    def test_a_domain_where_nobody_answered_the_question_has_no_figure(self) -> None:
        drawn = sample(3)
        rows = [{**row, "loss": "" if row["area"] == "west" else row["loss"]} for row in drawn.rows]
        parts = told(Drawn(rows).table, {"kind": "mean", "y": "loss", "by": ["area"]})["estimates"]
        assert [(part["domain"], part["est"] is None) for part in parts] == [
            ("north", False),
            ("south", False),
            ("west", True),
        ]
        assert parts[-1]["n"] == 0
        assert parts[-1]["hidden"]


class TestCensus:
    """Where everybody was asked and answered, nothing is in doubt."""

    @staticmethod
    def census(seed: int) -> list[dict[str, str]]:
        return [{**row, "fpc": "15", "weight": "1"} for row in sample(seed).rows]

    @given(seed=SEEDS)
    @settings(max_examples=15)
    def test_every_figure_is_the_one_counted_and_sure(self, seed: int) -> None:
        rows = self.census(seed)
        loss = [float(row["loss"]) for row in rows]
        staff = [float(row["staff"]) for row in rows]
        answer = told(Drawn(rows).table)["estimates"]
        by_kind = {row["kind"]: row for row in answer if row["category"] in (None, "yes")}
        assert by_kind["total"]["est"] == pytest.approx(sum(loss))
        assert by_kind["mean"]["est"] == pytest.approx(sum(loss) / len(loss))
        assert by_kind["ratio"]["est"] == pytest.approx(sum(loss) / sum(staff))
        assert by_kind["quantile"]["est"] == sorted(loss)[11]  # the twelfth of 45 reaches a quarter
        open_ones = sum(row["open"] == "yes" for row in rows)
        assert by_kind["proportion"]["est"] == pytest.approx(open_ones / len(rows))
        for row in answer:
            assert row["se"] == pytest.approx(0, abs=1e-9)
            assert row["deff"] is None

    def test_half_of_the_doubt_goes_when_three_quarters_are_drawn(self) -> None:
        """The same answers drawn from a larger population leave more unseen: √(1 − f) of the doubt."""
        rows = self.census(4)
        wide = [{**row, "fpc": str(15 * 10**9)} for row in rows]
        three = [{**row, "fpc": "20"} for row in rows]
        design = {"kind": "mean", "y": "loss"}
        (unknown,) = told(Drawn(wide).table, design)["estimates"]
        (known,) = told(Drawn(three).table, design)["estimates"]
        assert known["se"] == pytest.approx(0.5 * unknown["se"], rel=1e-6)


def recount(rows: Sequence[dict[str, str]]) -> tuple[float, float, float]:
    """The mean of a stratified sample, its variance, and that of a simple draw of as many: from the formulas."""
    size = sum({row["area"]: float(row["fpc"]) for row in rows}.values())
    mean, variance = 0.0, 0.0
    for area in AREAS:
        values = [float(row["loss"]) for row in rows if row["area"] == area]
        n, population = len(values), next(float(r["fpc"]) for r in rows if r["area"] == area)
        centre = sum(values) / n
        spread = sum((value - centre) ** 2 for value in values) / (n - 1)
        mean += population / size * centre
        variance += (population / size) ** 2 * (1 - n / population) * spread / n
    weighted = [(float(row["weight"]), float(row["loss"])) for row in rows]
    within = sum(w * (y - mean) ** 2 for w, y in weighted) / size
    n_all = len(rows)
    plain = within * n_all / (n_all - 1) * (1 - n_all / size) / n_all
    return mean, variance, plain


@given(seed=SEEDS, each=st.integers(2, 40))
@settings(max_examples=25)
def test_a_stratified_mean_its_doubt_and_its_worth_follow_the_formulas(
    seed: int, each: int
) -> None:
    drawn = sample(seed, each)
    mean, variance, plain = recount(drawn.rows)
    (row,) = told(drawn.table, {"kind": "mean", "y": "loss"})["estimates"]
    assert row["est"] == pytest.approx(mean)
    assert row["se"] == pytest.approx(variance**0.5)
    assert row["deff"] == pytest.approx(variance / plain)
    assert row["n_eff"] == pytest.approx(len(drawn.rows) * plain / variance)
    weights = [float(one["weight"]) for one in drawn.rows]
    assert row["n_kish"] == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))
    assert row["cv"] == pytest.approx(variance**0.5 / mean)


def test_strata_that_hold_the_whole_difference_leave_no_doubt() -> None:
    """Everybody in an area says the same: the draw by area is worth more than any simple one."""
    drawn = sample(1)
    flat = {"north": "10", "south": "20", "west": "30"}
    rows = [{**row, "loss": flat[row["area"]]} for row in drawn.rows]
    (row,) = told(Drawn(rows).table, {"kind": "mean", "y": "loss"})["estimates"]
    assert row["est"] == pytest.approx((60 * 10 + 90 * 20 + 120 * 30) / 270)
    assert row["se"] == pytest.approx(0, abs=1e-12)
    assert row["deff"] == pytest.approx(0, abs=1e-12)
