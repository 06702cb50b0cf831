"""Access to a trade: the published case, distances told by hand, and the laws of both steps."""

from __future__ import annotations

import json
from math import asin, cos, inf, nan, pi, radians, sin, sqrt
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from maillage.figures.methods.access import (
    CAR,
    RADIUS_KM,
    WALK,
    Pace,
    Reached,
    floating_catchment,
    nearest,
    within,
)
from maillage.kernel.errors import Invalid

REFERENCE = Path(__file__).resolve().parents[4] / "shared/reference/access/luo_wang_2sfca.json"
LILLE, ROUBAIX, LENS = (3.0573, 50.6292), (3.1815, 50.6916), (2.8322, 50.4293)
Pairs = list[tuple[int, int, float]]


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great circle by the formula of navigators, told apart from the chords of the code."""
    (x, y), (a, b) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((b - y) / 2) ** 2 + cos(y) * cos(b) * sin((a - x) / 2) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(1, half)))


def pairs(reached: Reached) -> Pairs:
    """Who reaches what, as drawn by hand."""
    columns = (reached.places.tolist(), reached.points.tolist(), reached.weights.tolist())
    return list(zip(*columns, strict=True))


def test_the_published_case_is_found_exactly() -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference cases are not beside the project")
    case = json.loads(REFERENCE.read_text(encoding="utf-8"))
    reached = Reached.of(
        [(j, rank - 1, 1.0) for j, name in enumerate("ab") for rank in case["near"][name]]
    )
    found = floating_catchment(reached, [case["demand"]] * 11, [case["supply"][n] for n in "ab"])
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


def test_two_steps_by_hand() -> None:
    # The bakery 0 serves 100 and 300 people, the bakery 1 the 300 and 100 others.
    reached = Reached.of([(0, 0, 1), (0, 1, 1), (1, 1, 1), (1, 2, 1)])
    found = floating_catchment(reached, [100, 300, 100], [2, 4])
    assert found == pytest.approx([2 / 400, 2 / 400 + 4 / 400, 4 / 400])


def test_a_farther_band_counts_for_less() -> None:
    found = floating_catchment(Reached.of([(0, 0, 1.0), (0, 1, 0.5)]), [100, 100], [3])
    assert found == pytest.approx([3 / 150, 1.5 / 150])


@pytest.mark.parametrize("reached", [[(1, 0, 1.0)], [(1, 0, 1.0), (0, 1, 1.0)]])
def test_an_offer_that_nobody_reaches_is_refused_unless_it_serves_others(reached: Pairs) -> None:
    told = (Reached.of(reached), [10.0, 0.0], [5, 5])
    with pytest.raises(Invalid, match="personne n’atteint"):
        floating_catchment(*told)
    assert floating_catchment(*told, beyond=True) == [0.5, 0.0]


def test_who_reaches_nothing_has_nothing() -> None:
    assert floating_catchment(Reached.of([]), [10, 20], []) == [0, 0]
    assert floating_catchment(Reached.of([]), [], []) == []


@st.composite
def situations(draw: st.DrawFn) -> tuple[Pairs, list[float], list[float]]:
    """Some inhabited points, some places, each with an offer that somebody reaches."""
    points, places = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    demand = draw(st.lists(st.floats(1, 1e4), min_size=points, max_size=points))
    supply = draw(st.lists(st.floats(0, 50), min_size=places, max_size=places))
    weights = st.dictionaries(
        st.integers(0, points - 1), st.sampled_from([1.0, 0.68, 0.22]), min_size=1
    )
    reached = [(j, i, w) for j in range(places) for i, w in draw(weights).items()]
    return reached, demand, supply


@given(situations())
def test_what_is_offered_to_all_is_what_can_be_reached(
    drawn: tuple[Pairs, list[float], list[float]],
) -> None:
    reached, demand, supply = drawn
    offered = floating_catchment(Reached.of(reached), demand, supply)
    assert sum(a * p for a, p in zip(offered, demand, strict=True)) == pytest.approx(sum(supply))


@given(situations(), st.floats(0.5, 4))
def test_twice_the_supply_is_twice_the_access_and_twice_the_people_half(
    drawn: tuple[Pairs, list[float], list[float]], times: float
) -> None:
    reached, (demand, supply) = Reached.of(drawn[0]), drawn[1:]
    base = floating_catchment(reached, demand, supply)
    more = floating_catchment(reached, demand, [stock * times for stock in supply])
    crowded = floating_catchment(reached, [people * times for people in demand], supply)
    assert more == pytest.approx([one * times for one in base])
    assert crowded == pytest.approx([one / times for one in base])


@given(situations())
def test_one_more_place_worsens_nobody(drawn: tuple[Pairs, list[float], list[float]]) -> None:
    reached, demand, supply = drawn
    base = floating_catchment(Reached.of(reached), demand, supply)
    more = floating_catchment(Reached.of([*reached, (len(supply), 0, 1.0)]), demand, [*supply, 3.0])
    assert all(after >= before for before, after in zip(base, more, strict=True))
    assert more[0] > base[0]


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(
    drawn: tuple[Pairs, list[float], list[float]], chance: object
) -> None:
    reached, demand, supply = drawn
    mixed = list(reached)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    base = floating_catchment(Reached.of(reached), demand, supply)
    assert floating_catchment(Reached.of(mixed), demand, supply) == pytest.approx(base)


@pytest.mark.parametrize(
    ("reached", "demand", "supply", "told"),
    [
        ([(0, 0, 1.0)], [-1], [1], "négatives"),
        ([(0, 0, 1.0)], [1], [-1], "négatives"),
        ([(0, 0, -1.0)], [1], [1], "négatives"),
        ([(0, 0, 1.0)], [nan], [1], "négatives"),
        ([(0, 0, 1.0)], [1], [inf], "négatives"),
        ([(0, 0, 1.0)], [1], [], "rang"),
        ([(0, 1, 1.0)], [1], [1], "rang"),
        ([(-1, 0, 1.0)], [1], [1], "rang"),
    ],
)
def test_what_makes_no_sense_is_refused(
    reached: Pairs, demand: list[float], supply: list[float], told: str
) -> None:
    with pytest.raises(Invalid, match=told):
        floating_catchment(Reached.of(reached), demand, supply)


def test_the_nearest_of_each_trade_is_told_in_kilometres() -> None:
    found = nearest([LILLE, LENS], {"bakery": [ROUBAIX, LENS], "garage": [], "salon": [LILLE]})
    assert found["garage"] == [None, None]
    assert found["salon"][0] == 0
    assert found["bakery"][1] == 0
    assert found["bakery"][0] == pytest.approx(11.2, abs=0.3), "Lille to Roubaix"
    assert found["salon"][1] == pytest.approx(27.4, abs=0.5), "Lens to Lille"


@pytest.mark.parametrize(
    ("one", "other", "arc"),
    [
        ((0, 0), (0, 90), pi / 2),
        ((0, 0), (180, 0), pi),
        ((179, 0), (-179, 0), pi / 90),  # across the line of dates
        ((0, 89), (180, 89), pi / 90),  # over the pole
        ((12, 0), (13, 0), pi / 180),
        ((12, 60), (12, 61), pi / 180),
    ],
)
def test_arcs_known_by_geometry_are_found(
    one: tuple[float, float], other: tuple[float, float], arc: float
) -> None:
    assert nearest([one], {"x": [other]})["x"] == [pytest.approx(arc * RADIUS_KM, rel=1e-9)]


def test_nobody_asks_nothing() -> None:
    assert nearest([], {"bakery": [LILLE]}) == {"bakery": []}
    assert pairs(within([], [LILLE], [(5, 1.0)])) == []
    assert pairs(within([LILLE], [], [(5, 1.0)])) == []


@pytest.mark.parametrize("point", [(200.0, 0.0), (0.0, 91.0), (nan, 0.0)])
def test_a_point_that_is_nowhere_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(Invalid, match="hors de la Terre"):
        nearest([point], {"bakery": [LILLE]})


@pytest.mark.parametrize("bands", [[], [(-1.0, 1.0)]])
def test_a_catchment_without_a_radius_is_refused(bands: list[tuple[float, float]]) -> None:
    with pytest.raises(Invalid, match="rayon"):
        within([LILLE], [LENS], bands)


ANYWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
AROUND = st.tuples(st.floats(2.8, 3.4), st.floats(50.3, 50.9))
CROWDS = st.one_of(*(st.lists(points, min_size=1, max_size=12) for points in (ANYWHERE, AROUND)))


@given(CROWDS, CROWDS)
def test_the_nearest_is_that_of_a_search_by_hand(
    here: list[tuple[float, float]], places: list[tuple[float, float]]
) -> None:
    for point, found in zip(here, nearest(here, {"x": places})["x"], strict=True):
        # Near the antipode, both formulas lose the last hundred metres.
        by_hand = min(haversine(point, place) for place in places)
        assert found == pytest.approx(by_hand, abs=1e-5 if by_hand < 19_000 else 0.5)


@given(CROWDS, CROWDS, st.floats(0, 60), st.floats(0.5, 60))
def test_who_reaches_what_is_that_of_a_search_by_hand(
    here: list[tuple[float, float]], places: list[tuple[float, float]], near: float, more: float
) -> None:
    bands = [(near + more, 0.5), (near, 1.0)]
    found = {(j, i): weight for j, i, weight in pairs(within(here, places, bands))}
    for j, place in enumerate(places):
        for i, point in enumerate(here):
            far = haversine(point, place)
            if min(abs(far - limit) for limit, _ in bands) > 1e-6:
                wanted = 1.0 if far < near else 0.5 if far < near + more else None
                assert found.get((j, i)) == wanted


def test_who_is_within_each_band_has_the_weight_of_the_nearest() -> None:
    reached = within([LILLE, ROUBAIX, LENS], [LILLE, LENS], [(20, 0.5), (5, 1.0)])
    assert pairs(reached) == [(0, 0, 1.0), (0, 1, 0.5), (1, 2, 1.0)]


def test_a_place_is_within_a_catchment_of_nothing_of_itself() -> None:
    assert pairs(within([LILLE, LENS], [LENS], [(0, 1.0)])) == [(0, 1, 1.0)]


def test_ten_minutes_by_car_are_three_kilometres_and_fifteen_on_foot_nine_hundred_metres() -> None:
    assert CAR.minutes(2.976) == pytest.approx(10, abs=0.01)
    assert WALK.minutes(0.865) == pytest.approx(15, abs=0.01)
    assert Pace(1, 60).minutes(7) == 7
