"""Laws of the observations: what must not change, or must add up, when the world is told otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from maillage.figures.observations import building
from maillage.places.areas import Areas
from tests.factories.stocks import Life, Link, Stock, siret
from tests.figures.observations.test_building import AS_OF, COMMUNES, FIRST, drawn

Figures = dict[tuple[str, ...], Any]


@pytest.fixture
def observe(tmp_path: Path) -> Callable[..., Figures]:
    """Values of a stock, by indicator, area and period; communes alone, all activities."""
    made: list[int] = []

    def observed(
        stock: Stock, *, of: dict[str, str] | None = None, shift: int = 0, as_of: date = AS_OF
    ) -> Figures:
        made.append(len(made))
        folder = tmp_path / str(len(made))
        named = of or {code: code for code in COMMUNES}
        order = building.Order(
            files=stock.write(folder),
            areas=Areas(
                AS_OF, {code: {"commune": code, "epci": area} for code, area in named.items()}
            ),
            out=folder / "out",
            as_of=as_of.replace(year=as_of.year + shift),
            history_start=date(FIRST + shift, 1, 1),
            kinds=("epci",),
            segments=(),  # totals are what is compared
            only=frozenset(named),
        )
        rows = pq.read_table(building.build(order)).to_pylist()
        return {
            (row["indicator"], row["area"], row["period"]): row["value"]
            for row in rows
            if row["activity"] == row["segment"] == "all"
        }

    return observed


COUNTS = ("stock", "births", "reactivations", "closures", "deaths")


def counts(figures: Figures, *names: str) -> Counter[tuple[str, ...]]:
    """The yearly figures that are counts, zeros left out."""
    wanted = {f"register.{name}" for name in names or COUNTS}
    return Counter(
        {
            key: int(value)
            for key, value in figures.items()
            if key[0] in wanted and value and len(key[2]) == 4
        }
    )


def test_merging_two_communes_sums_what_they_counted_but_for_moves_between_them(
    observe: Callable[..., Figures],
) -> None:
    stock = drawn(11, number=150)
    merged = {**{code: code for code in COMMUNES}, "59512": "59350"}
    before, after = counts(observe(stock)), counts(observe(stock, of=merged))
    expected: Counter[tuple[str, ...]] = Counter()
    for (indicator, area, period), value in before.items():
        expected[indicator, merged[area], period] += value
    assert after == expected


def test_a_move_within_the_merged_commune_is_no_move_any_more(
    observe: Callable[..., Figures],
) -> None:
    stock = drawn(11, number=150)
    merged = {**{code: code for code in COMMUNES}, "59512": "59350"}
    before = counts(observe(stock), "arrivals", "departures")
    after = counts(observe(stock, of=merged), "arrivals", "departures")
    assert sum(after.values()) < sum(before.values())
    here = [key for key in after if key[1] == "59350"]
    assert all(after[key] <= before[key] + before[key[0], "59512", key[2]] for key in here)


def later(life: Life, years: int) -> Life:
    """The same life, some years later."""

    def moved(day: str) -> str:
        return day if day == "1900-01-01" else f"{int(day[:4]) + years}{day[4:]}"

    return replace(life, days=tuple(map(moved, life.days)))


def test_moving_every_day_by_a_whole_cycle_of_leap_years_moves_every_figure(
    observe: Callable[..., Figures],
) -> None:
    stock = drawn(12, number=120)
    lives = [later(life, 28) for life in stock.lives]
    links = [replace(link, on=f"{int(link.on[:4]) + 28}{link.on[4:]}") for link in stock.links]
    before, after = observe(stock), observe(Stock(lives, links), shift=28)
    moved = {
        (indicator, area, f"{int(period[:4]) + 28}{period[4:]}"): value
        for (indicator, area, period), value in before.items()
    }
    assert after == moved


def test_the_order_of_lines_changes_nothing(observe: Callable[..., Figures]) -> None:
    stock = drawn(13, number=120)
    turned = Stock(stock.lives[::-1], stock.links[::-1])
    assert observe(stock) == observe(turned)


def test_who_is_there_all_along_adds_one_to_each_stock_and_nothing_else(
    observe: Callable[..., Figures],
) -> None:
    stock = drawn(14, number=100)
    more = Stock([*stock.lives, Life(siret(90_000), ("2001-05-04",), "59350")], stock.links)
    before, after = counts(observe(stock)), counts(observe(more))
    added = {key: after[key] - before[key] for key in after | before if after[key] != before[key]}
    years = range(FIRST, AS_OF.year + 1)
    assert added == {("register.stock", "59350", str(year)): 1 for year in years}


def test_a_takeover_adds_neither_birth_nor_death(observe: Callable[..., Figures]) -> None:
    taken = [
        Life(siret(1), ("2008-02-01", "2014-06-30"), "59350"),
        Life(siret(2), ("2014-07-01",), "59350", "96.02A"),
    ]
    link = Link(siret(1), siret(2), "2014-07-01")
    figures = observe(Stock(taken, [link]))
    births = counts(figures, "births", "deaths", "closures", "arrivals", "departures")
    assert births == {}, "the first was born before the first year"
    stocks = {year: figures["register.stock", "59350", str(year)] for year in range(FIRST, 2021)}
    assert set(stocks.values()) == {1}


def test_without_the_link_it_is_a_death_and_a_birth(observe: Callable[..., Figures]) -> None:
    lives = [
        Life(siret(1), ("2008-02-01", "2014-06-30"), "59350"),
        Life(siret(2), ("2014-07-01",), "59350", "96.02A"),
    ]
    figures = counts(observe(Stock(lives)), "births", "deaths")
    assert figures == {
        ("register.births", "59350", "2014"): 1, ("register.deaths", "59350", "2014"): 1,
    }  # fmt: skip


def test_a_link_in_which_nothing_goes_on_changes_nothing(observe: Callable[..., Figures]) -> None:
    stock = drawn(15, number=100)
    more = [
        Link(one.siret, two.siret, "2014-07-01", goes_on=False)
        for one, two in zip(stock.lives[::5], stock.lives[1::5], strict=False)
    ]
    assert observe(stock) == observe(Stock(stock.lives, [*stock.links, *more]))


def test_survival_never_rises_from_one_anniversary_to_the_next(
    observe: Callable[..., Figures],
) -> None:
    figures = observe(drawn(16, number=150))
    seen = 0
    for (indicator, area, year), value in figures.items():
        if indicator == "register.survival_1y" and value is not None:
            shares = [figures[f"register.survival_{n}y", area, year] for n in (1, 3, 5)]
            told = [share for share in shares if share is not None]
            assert told == sorted(told, reverse=True)
            assert all(0 <= share <= 1 for share in told)
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("year", [2014, 2017])
def test_what_was_told_of_past_years_is_told_again_later(
    observe: Callable[..., Figures], year: int
) -> None:
    stock = drawn(17, number=120)
    then = counts(observe(stock, as_of=date(year, 12, 31)), "births", "stock", "reactivations")
    now = counts(observe(stock), "births", "stock", "reactivations")
    assert max(int(period) for _i, _a, period in then) == year
    past = {key: value for key, value in now.items() if int(key[2]) <= year}
    gone = {key for key in then | past if then[key] != past.get(key, 0)}
    # A firm that closed in the last month may turn out to have moved, which is known once it opened.
    assert len(gone) <= 2


def test_a_death_that_was_provisional_may_be_one_no_more(observe: Callable[..., Figures]) -> None:
    lives = [Life(siret(1), ("2012-02-01", "2016-05-10", "2017-09-01"), "59350")]
    then = counts(observe(Stock(lives), as_of=date(2016, 12, 31)), "deaths", "closures")
    now = counts(observe(Stock(lives)), "deaths", "closures", "reactivations")
    assert then == {
        ("register.deaths", "59350", "2016"): 1, ("register.closures", "59350", "2016"): 1,
    }  # fmt: skip
    assert now == {
        ("register.closures", "59350", "2016"): 1, ("register.reactivations", "59350", "2017"): 1,
    }  # fmt: skip


def test_a_stock_of_one_is_told_to_the_day_it_ends(observe: Callable[..., Figures]) -> None:
    lives = [Life(siret(1), ("2012-02-01", "2016-01-01"), "59350")]
    told = counts(observe(Stock(lives)))
    stocks = {int(period) for code, _area, period in told if code == "register.stock"}
    assert stocks == {2013, 2014, 2015}, "gone when 2016 opens: its last day was 31 December"
    assert told["register.closures", "59350", "2015"] == 1
    assert told["register.births", "59350", "2012"] == 1


@pytest.mark.parametrize("commune", ["59350", "62498"])
def test_figures_are_those_of_the_commune_where_it_happened(
    observe: Callable[..., Figures], commune: str
) -> None:
    lives = [Life(siret(1), ("2012-02-01", "2016-05-10"), commune)]
    assert {area for _code, area, _period in counts(observe(Stock(lives)))} == {commune}


def test_an_address_in_a_commune_that_nobody_knows_is_counted_nowhere(
    observe: Callable[..., Figures],
) -> None:
    known = Life(siret(1), ("2012-02-01",), "59350")
    abroad = Life(siret(2), ("2012-02-01",), "99100")
    blank = Life(siret(3), ("2012-02-01",), "")
    assert observe(Stock([known, abroad, blank])) == observe(Stock([known]))


def test_a_move_abroad_is_a_departure_and_no_death(observe: Callable[..., Figures]) -> None:
    lives = [
        Life(siret(1), ("2012-02-01", "2016-05-10"), "59350"),
        Life(siret(1, 2), ("2016-05-10",), "99100", is_seat=False),
    ]
    told = counts(observe(Stock(lives)), "departures", "deaths", "closures")
    assert told == {("register.departures", "59350", "2016"): 1}
