"""A kind of event is one file of a folder; figures and schemes know none of them by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.events import kinds
from maillage.events.kinds import EventKind
from maillage.kernel.text import Words

SOURCE = Path(kinds.__file__).parents[1]
WORDS = Words(fr="Bal", en="Ball")


def test_the_kinds_of_the_seeds_are_there_each_in_both_languages() -> None:
    found = kinds.kinds()
    wanted = {"assembly", "awareness", "breakfast", "fair", "lunch", "street_walk"}
    assert wanted <= set(found)
    assert all(one.words.fr and one.words.en for one in found.values())


def test_what_a_kind_offers_is_said_in_its_file_alone() -> None:
    """No module outside the folder names a kind: a new one edits nothing else."""
    codes = {f'"{code}"' for code in kinds.kinds()}
    for path in SOURCE.rglob("*.py"):
        if path.parent.name in {"kinds", "migrations"}:
            continue
        told = path.read_text(encoding="utf-8")
        assert not [code for code in codes if code in told], path.name


def test_a_kind_that_the_code_no_longer_knows_is_called_by_its_code() -> None:
    assert str(kinds.kind_of("ball").words) == "ball"
    assert not kinds.kind_of("ball").stands


@pytest.mark.parametrize("code", ["a ball", "b" * (kinds.LONGEST_CODE + 1), ""])
def test_a_code_fits_the_scheme_of_an_act(code: str) -> None:
    with pytest.raises(ValueError, match="no code"):
        EventKind(code=code, words=WORDS)


def test_a_form_offers_them_in_the_order_of_their_words() -> None:
    words = [told for _code, told in kinds.choices()]
    assert words == sorted(words)
    assert "Petit-déjeuner" in words


def test_what_each_kind_offers_besides_seats() -> None:
    offers = {
        code: {name for name in ("stands", "young", "walks") if getattr(kind, name)}
        for code, kind in kinds.kinds().items()
    }
    assert offers["fair"] == {"stands"}
    assert offers["awareness"] == {"young"}
    assert offers["street_walk"] == {"walks"}
    assert offers["breakfast"] == offers["lunch"] == offers["assembly"] == set()
