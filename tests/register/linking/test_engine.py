"""The bench on which two lists lie: what is compared at all, which pairs meet, how many are one firm."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from maillage.register.linking import Firm, engine, model
from maillage.register.linking.engine import Bench, prior
from maillage.register.linking.firms import Told, table
from tests.register.linking.invented import association, register


def told(firms: list[Firm], other: list[Firm]) -> list[Told]:
    """What is compared of firms."""
    return [one for _firm, one in table(firms, other)]


def laid(left: list[Firm], right: list[Firm]) -> Bench:
    """The two lists side by side."""
    return Bench(told(left, right), told(right, left))


def test_what_one_list_never_gives_is_not_compared() -> None:
    firms = register(6)
    bench = laid([replace(one, phone="", activity="") for one in firms], firms)
    names = [one.name for one in bench.compared]
    assert names == ["name", "number", "street", "place"]


def test_a_key_that_brings_too_many_together_brings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    firms = [Firm(id=str(rank), name=f"Martin Alpha{rank}", town="Lille") for rank in range(9)]
    left = right = told(firms, firms)
    assert "lille/martin" in engine._common_keys(left, right)
    monkeypatch.setattr(engine, "COMMON", 80)
    common = engine._common_keys(left, right)
    assert "lille/martin" not in common
    assert "lille/alpha3" in common


def test_a_key_of_one_list_alone_is_of_no_use() -> None:
    left, right = (
        [Firm(id="a", name="Martin", town="Lille")],
        [Firm(id="b", name="Martin", town="Lens")],
    )
    assert engine._common_keys(told(left, right), told(right, left)) == {}


def test_short_lists_teach_nothing() -> None:
    firms = register(10)
    assert laid(firms, firms).learnt(model.first_beliefs()) == {}


def test_lists_teach_how_often_lines_of_one_firm_and_of_two_agree() -> None:
    firms = register(150)
    lines = association(firms)
    learnt = laid(lines, firms).learnt(model.first_beliefs())
    m, u = learnt["place", "same"]
    assert m is not None
    assert u is not None
    assert m > 0.5
    # Eight towns, of which any two lines share one by chance once in eight, less the postcodes left out.
    assert 0.06 < u < 0.15
    for name in {key[0] for key in learnt}:
        assert sum(u or 0 for key, (_m, u) in learnt.items() if key[0] == name) == pytest.approx(
            1, abs=0.05
        )


def test_a_session_in_which_a_parameter_vanishes_teaches_nothing() -> None:
    # Pairs that agree on their telephone and on nothing else: expectation–maximisation runs to a bound.
    left = [
        Firm(id=str(n), name=f"Aaa{n} Bbb{n}", street=f"{n} rue Ccc{n}", phone=f"03209900{n:02d}")
        for n in range(40)
    ]
    right = [Firm(id=str(n), name=f"Xxx{n} Yyy{n}", street=f"{n + 50} quai Zzz{n}", phone=f"03209900{n:02d}") for n in range(40)]  # fmt: skip
    bench = laid(left, right)
    blend = model.blended(
        model.first_beliefs(),
        bench.learnt(model.first_beliefs()),
        pairs=1600,
        drawn=1600,
        matches=20,
    )
    assert all(0 < one < 1 for believed in blend.values() for one in believed)


def apart(ranks: range) -> list[Firm]:
    """Firms that have nothing in common."""
    return [
        Firm(id=str(n), name=f"{chr(97 + n % 26) * 4}{n}", phone=f"03{n * 104_729:08d}")
        for n in ranks
    ]


def test_nothing_is_written_beside_what_is_linked() -> None:
    bench = laid(apart(range(3)), apart(range(3)))
    (folder,) = bench._run("SELECT current_setting('temp_directory')").fetchone()
    assert folder == ""


def test_the_share_of_pairs_that_are_one_firm_is_found() -> None:
    bench = laid(apart(range(20)), apart(range(50)))
    share = bench.weigh(model.first_beliefs()).share()
    assert share * bench.pairs == pytest.approx(20, abs=0.5)


def test_lists_that_share_nobody_believe_in_half_a_pair() -> None:
    bench = laid(apart(range(40)), apart(range(40, 80)))
    assert bench.weigh(model.first_beliefs()).share() == pytest.approx(0.5 / bench.pairs)


def test_pairs_are_given_from_the_weight_asked_with_what_each_comparison_weighs() -> None:
    firms = register(30)
    weighed = laid(association(firms, slips=0), firms).weigh(model.first_beliefs())
    many, few = weighed.above(-5, 0.01), weighed.above(5, 0.01)
    assert {(one["rank_l"], one["rank_r"]) for one in few} <= {
        (one["rank_l"], one["rank_r"]) for one in many
    }
    for one in few:
        weights = [value for name, value in one.items() if name.startswith("mw_")]
        assert sum(weights) + prior(0.01) >= 5


def test_what_serves_pages_does_not_load_splink() -> None:
    code = (
        "import django; django.setup()\n"
        "import sys, maillage.register.linking, maillage.register.linking.lists\n"
        "print([name for name in ('splink',) if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "DJANGO_SETTINGS_MODULE": "maillage.site.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip().endswith("[]")


def pairs_met(bench: Bench) -> set[tuple[int, int]]:
    return set(bench._run("SELECT l, r FROM pairs").fetchall())


def test_of_too_many_pairs_each_line_keeps_those_that_share_the_rarest_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firms = register(300)
    lines = association(firms)
    every = pairs_met(laid(lines, firms))
    monkeypatch.setattr(engine, "MANY", 100)
    monkeypatch.setattr(engine, "NEAREST", 5)
    kept = pairs_met(laid(lines, firms))
    assert kept < every
    assert max(sum(1 for left, _right in kept if left == rank) for rank in range(300)) == 5
    left, right = table(lines, firms), table(firms, lines)
    same = {firm.id[1:]: rank for rank, (firm, _told) in enumerate(right)}
    own = [(rank, same[firm.id[1:]]) for rank, (firm, _told) in enumerate(left)]
    missed = [pair for pair in own if pair in every and pair not in kept]
    assert len(missed) <= 3


def test_the_pairs_kept_do_not_depend_on_how_many_lines_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    firms = register(120)
    lines = association(firms)
    monkeypatch.setattr(engine, "MANY", 100)
    monkeypatch.setattr(engine, "NEAREST", 5)
    at_once = pairs_met(laid(lines, firms))
    monkeypatch.setattr(engine, "_AT_ONCE", 7)
    assert pairs_met(laid(lines, firms)) == at_once
