"""Who did not answer is made up for by those like them who did; groups too thin are put together, and told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation.merging import neighbours
from maillage.surveys.estimation.weighting import Answered, respond


def answered(groups: dict[str, tuple[int, int]], **sizes: float) -> Answered:
    """What becomes of groups asked and heard, each asked with weight 10."""
    names = [name for name, (asked, _) in groups.items() for _ in range(asked)]
    heard = [place < count for asked, count in groups.values() for place in range(asked)]
    return respond(np.full(len(names), 10.0), np.array(heard), names, **sizes)  # type: ignore[arg-type]


def test_half_that_answered_count_twice_within_their_group() -> None:
    found = answered({"a": (60, 30), "b": (60, 40)})
    assert found.groups == (("a", 30, 2.0), ("b", 40, 1.5))
    assert sorted(set(found.weights.tolist())) == [0.0, 15.0, 20.0]
    assert found.merged == ()


def test_the_weight_of_all_is_kept() -> None:
    found = answered({"a": (60, 30), "b": (60, 40), "c": (7, 1)})
    assert found.weights.sum() == pytest.approx(1270)


# groups asked and heard, what is put together
THIN = [
    ({"a": (100, 50), "b": (30, 19), "c": (100, 50)}, ("b + c",)),  # 19 answers
    ({"a": (100, 50), "b": (100, 32), "c": (100, 50)}, ("b + c",)),  # 3.125 times
    ({"a": (100, 50), "b": (100, 50), "c": (30, 19)}, ("b + c",)),  # the last with the one before
    ({"a": (5, 1), "b": (5, 1), "c": (100, 50)}, ("a + b + c",)),  # still thin once put together
    ({"a": (100, 50), "b": (60, 20)}, ()),  # twenty answers and threefold are enough
    ({"a": (4, 2)}, ()),  # one group stands as it is
]


@pytest.mark.parametrize(("groups", "merged"), THIN)
def test_a_thin_group_joins_its_neighbour(
    groups: dict[str, tuple[int, int]], merged: tuple[str, ...]
) -> None:
    assert answered(groups).merged == merged


def test_sizes_are_parameters() -> None:
    groups = {"a": (10, 5), "b": (10, 5)}
    assert answered(groups).merged == ("a + b",)
    assert answered(groups, fewest=5).merged == ()
    assert answered(groups, fewest=5, widest=1.9).merged == ("a + b",)


def test_nobody_answered_is_refused() -> None:
    with pytest.raises(Invalid, match="personne"):
        answered({"a": (10, 0)})


@given(
    counts=st.lists(
        st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40)
def test_the_weight_is_kept_and_no_group_left_is_thin(counts: list[tuple[int, int]]) -> None:
    groups = {f"g{place}": count for place, count in enumerate(counts)}
    if not any(heard for _, heard in counts):
        return
    found = answered(groups)
    assert found.weights.sum() == pytest.approx(10 * sum(asked for asked, _ in counts))
    if len(found.groups) > 1:
        assert all(heard >= 20 and factor <= 3 for _, heard, factor in found.groups)


@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=12), least=st.integers(1, 12))
@settings(max_examples=50)
def test_neighbours_keep_order_and_lose_nobody(sizes: list[int], least: int) -> None:
    sets = neighbours(len(sizes), lambda one: sum(sizes[place] for place in one) < least)
    assert [place for one in sets for place in one] == list(range(len(sizes)))
    if len(sets) > 1:
        assert all(sum(sizes[place] for place in one) >= least for one in sets)
