"""Whom to ask: shares by hand, laws of any share, and a draw that can be drawn again."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation.sampling import Drawing, allocate, deviations, draw

# population of the strata, what is asked for, deviations, shares
SHARES = [
    ([500, 300, 200], Drawing(100), None, [50, 30, 20]),
    ([500, 300, 200], Drawing(99, "equal"), None, [33, 33, 33]),
    ([500, 300, 200], Drawing(100, "equal"), None, [34, 33, 33]),  # the first takes what is left
    ([500, 300, 200], Drawing(100, "neyman"), [2.0, 0.0, 5.0], [50, 0, 50]),
    ([500, 300, 200], Drawing(100, "neyman", 10), [2.0, 0.0, 5.0], [45, 10, 45]),
    ([5, 300, 200], Drawing(99, "equal"), None, [5, 47, 47]),  # a full stratum gives to the others
    ([990, 5, 5], Drawing(100, minimum=5), None, [90, 5, 5]),
    ([990, 3, 7], Drawing(100, minimum=5), None, [92, 3, 5]),  # no more than it holds
    ([3, 3, 3], Drawing(9), None, [3, 3, 3]),  # a census
    ([10, 10, 10], Drawing(1), None, [1, 0, 0]),
]


@pytest.mark.parametrize(("population", "asked", "spread", "shares"), SHARES)
def test_shares_by_hand(
    population: list[int], asked: Drawing, spread: list[float] | None, shares: list[int]
) -> None:
    assert allocate(population, asked, spread) == shares


@given(
    population=st.lists(st.integers(1, 200), min_size=1, max_size=12),
    part=st.floats(0.01, 1.0),
    allocation=st.sampled_from(["proportional", "equal", "neyman"]),
    minimum=st.integers(0, 3),
    data=st.data(),
)
@settings(max_examples=50)
def test_any_share_sums_to_the_size_and_no_stratum_gives_more_than_it_holds(
    population: list[int], part: float, allocation: str, minimum: int, data: st.DataObject
) -> None:
    spread = data.draw(
        st.lists(st.floats(0.1, 9), min_size=len(population), max_size=len(population))
    )
    least = sum(min(minimum, count) for count in population)
    size = max(1, least, int(part * sum(population)))
    found = allocate(population, Drawing(size, allocation, minimum), spread)
    assert sum(found) == size
    for number, count in zip(found, population, strict=True):
        assert min(minimum, count) <= number <= count


class TestRefused:
    """A draw the frame cannot give."""

    def test_more_than_there_are(self) -> None:
        with pytest.raises(Invalid, match="parmi 30"):
            allocate([10, 20], Drawing(31))

    def test_nobody(self) -> None:
        with pytest.raises(Invalid):
            allocate([10, 20], Drawing(0))

    def test_minima_above_the_size(self) -> None:
        with pytest.raises(Invalid, match="demande 20 unités"):
            allocate([50, 50], Drawing(19, minimum=10))

    @pytest.mark.parametrize("spread", [None, [0.0, 0.0]])
    def test_neyman_without_a_spread(self, spread: list[float] | None) -> None:
        with pytest.raises(Invalid, match="Neyman"):
            allocate([50, 50], Drawing(10, "neyman"), spread)

    @pytest.mark.parametrize("asked", [Drawing(5, "random"), Drawing(5, method="first")])
    def test_an_unknown_way(self, asked: Drawing) -> None:
        with pytest.raises(Invalid, match="inconnu"):
            allocate([50, 50], asked)


@pytest.mark.parametrize("method", ["simple", "systematic"])
class TestDraw:
    """Both draws take each unit once, in the order of the frame, as often as any other."""

    def test_the_same_seed_draws_the_same(self, method: str) -> None:
        units = list(range(100, 300))
        first = draw(units, 20, method, "2026 a")
        assert first == draw(units, 20, method, "2026 a")
        assert first != draw(units, 20, method, "2027 a")

    def test_units_stand_once_in_the_order_of_the_frame(self, method: str) -> None:
        found = draw(list(range(57)), 23, method, "s")
        assert len(found) == 23
        assert found == sorted(set(found))

    def test_all_and_none(self, method: str) -> None:
        assert draw([4, 7, 9], 3, method, "s") == [4, 7, 9]
        assert draw([4, 7, 9], 0, method, "s") == []

    def test_every_unit_is_drawn_as_often(self, method: str) -> None:
        # 3 of 10 in 3 000 draws: 900 each, within four standard deviations of 25.
        count = Counter(
            unit for seed in range(3000) for unit in draw(range(10), 3, method, str(seed))
        )
        assert set(count) == set(range(10))
        assert all(800 < number < 1000 for number in count.values())


def test_a_systematic_draw_covers_the_frame_evenly() -> None:
    for seed in range(20):
        found = draw(range(100), 10, "systematic", str(seed))
        assert [unit // 10 for unit in found] == list(range(10))


def test_a_deviation_needs_two() -> None:
    assert deviations([[1.0, 3.0], [5.0], [2.0, 2.0]]) == [pytest.approx(2**0.5), 0.0, 0.0]
