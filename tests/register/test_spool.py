"""Lines set aside on disk come back as they were, by blocks, in their order, as often as asked."""

import pytest
from hypothesis import given, strategies as st

from maillage.register.importers import spool
from maillage.register.importers.cells import BadCell
from maillage.register.importers.spool import Spool

_cell = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
_line = st.tuples(st.integers(2, 2**40), st.lists(_cell, max_size=4).map(tuple), _cell)


def read(kept):
    return [line for block in kept.blocks() for line in block.lines]


@given(st.lists(_line, max_size=20), st.integers(1, 7))
def test_whatever_was_kept_is_read_back_in_its_order_in_blocks_of_the_size_asked(lines, size):
    with pytest.MonkeyPatch.context() as patch, Spool() as kept:
        patch.setattr(spool, "CHUNK", size)
        for line in lines:
            kept.keep(*line)
        kept.flush(2**41)
        blocks = list(kept.blocks())

        assert read(kept) == [line for block in blocks for line in block.lines] == lines
    assert all(len(block.lines) <= size for block in blocks)
    assert [block.until for block in blocks if block.lines][:-1] == [
        block.lines[-1][0] for block in blocks if block.lines
    ][:-1]


def test_an_empty_spool_has_no_block_and_one_that_was_ended_has_one():
    with Spool() as kept:
        assert list(kept.blocks()) == []
        kept.flush(1)
        assert [tuple(block) for block in kept.blocks()] == [(1, [], [])]


def test_refused_lines_stand_in_the_block_of_their_neighbours():
    with Spool() as kept:
        kept.keep(2, ("a",), "59350")
        kept.refuse(3, BadCell("siret", "lost_zero", "123"))
        kept.keep(4, ("b",), "59350")
        kept.flush(4)
        (block,) = kept.blocks()

    assert block.faults == [(3, "siret", "lost_zero", "123")]
    assert [line[0] for line in block.lines] == [2, 4]


def test_a_file_of_nothing_but_faults_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(spool, "CHUNK", 3)
    with Spool() as kept:
        for number in range(8):
            kept.refuse(number, BadCell("", "cells"))
        kept.flush(8)

        assert [len(block.faults) for block in kept.blocks()] == [3, 3, 2]


def test_nothing_of_it_remains_once_it_is_closed():
    with Spool() as kept:
        kept.keep(2, ("MARTIN",), "59350")

    with pytest.raises(ValueError, match="closed"):
        kept.flush(2)
