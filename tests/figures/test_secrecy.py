"""What the public may read of a breakdown: small cells are masked, and none is found by subtraction."""

from __future__ import annotations

from hypothesis import given, strategies as st

from maillage.figures.answers import Group
from maillage.figures.secrecy import CLASSES, Sight, mask as mask_parts
from maillage.figures.weighing import Weighed

STATISTICAL = CLASSES["statistical"]


def groups(*counts):
    return [Group(str(rank), f"part {rank}", n, n) for rank, n in enumerate(counts)]


def spread(holders, first, rank):
    """A profile of some holders, of whom the first weighs `first` times any other."""
    return {(rank, n): 1 if n else first for n in range(holders)}


def mask(parts, rule, held=None):
    """The parts as masked for whom each unit is a firm of its own, unless `held` says otherwise."""
    profiles = {g.key: spread(g.n, 1, g.key) for g in parts} | (held or {})
    return mask_parts(parts, Sight(rule, Weighed({}, profiles)).betrays)


def shown(masked):
    return [None if group.masked else group.value for group in masked]


def test_zero_is_said_and_large_parts_are_said():
    assert shown(mask(groups(0, 3, 40), STATISTICAL)) == [0, 3, 40]


def test_a_small_part_is_masked_with_the_smallest_other_one():
    assert shown(mask(groups(2, 30, 8, 0), STATISTICAL)) == [None, 30, None, 0]


def test_two_small_parts_that_do_not_reach_the_threshold_take_a_third():
    assert shown(mask(groups(1, 1, 20, 9), STATISTICAL)) == [None, None, 20, None]


def test_two_small_parts_that_reach_the_threshold_are_enough():
    assert shown(mask(groups(2, 2, 20), STATISTICAL)) == [None, None, 20]


def test_a_breakdown_that_cannot_be_protected_is_withheld():
    assert mask(groups(2), STATISTICAL) is None
    assert mask(groups(2, 5), STATISTICAL) is None


def test_a_part_that_one_firm_weighs_is_masked():
    masked = mask(groups(10, 10, 10), STATISTICAL, {"1": spread(10, 90, "1")})
    assert [group.masked for group in masked].count(True) == 2
    assert masked[1].masked


def test_a_part_of_many_acts_about_few_firms_is_masked():
    masked = mask(groups(30, 30, 30), STATISTICAL, {"0": spread(2, 1, "0")})
    assert [group.masked for group in masked].count(True) == 2
    assert masked[0].masked


def test_public_registers_have_no_threshold_and_persons_have_five():
    assert shown(mask(groups(1, 2), CLASSES["open_register"])) == [1, 2]
    assert CLASSES["persons"].hides(4)
    assert not CLASSES["persons"].hides(5)


def test_the_reason_is_printed_from_the_class_s_own_numbers():
    assert "moins de 3" in STATISTICAL.words.fr
    assert "85" in STATISTICAL.words.en


@given(st.lists(st.integers(0, 12), min_size=1, max_size=9))
def test_no_reader_can_subtract_a_masked_part_from_the_total(counts):
    masked = mask(groups(*counts), STATISTICAL)
    if masked is None:
        return
    hidden = [n for n, group in zip(counts, masked, strict=True) if group.masked]
    assert all(group.masked or group.n == 0 or group.n >= 3 for group in masked)
    assert not hidden or (len(hidden) >= 2 and sum(hidden) >= 3)
