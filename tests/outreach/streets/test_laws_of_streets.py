"""Laws of streets, whatever their doors: spellings that change nothing, orders that hold, sides that face each other."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from maillage.outreach.models import ways
from maillage.outreach.streets import Side, called, key_of, number_of, walk
from maillage.ui.charts import Door, Sign
from maillage.ui.charts.street import facing

values = st.integers(1, 999_999)
repeats = st.sampled_from(["", "bis", "ter", "quater", "quinquies", "a", "d"])
numbers = st.builds(lambda value, more: f"{value} {more}".strip(), values, repeats)


@given(values, repeats, st.sampled_from(["", " ", "-", ".", "  "]))
def test_capitals_zeros_and_what_stands_between_change_no_number(
    value: int, more: str, between: str
) -> None:
    plain = number_of(f"{value} {more}".strip())
    zeros = "0" * (6 - len(str(value)))
    other = number_of(f"  {zeros}{value}{between}{more.upper()} ")
    assert (other.value, other.rank) == (plain.value, plain.rank)
    assert (other.side, other.pair) == (plain.side, plain.pair)


@given(values, repeats)
def test_a_repeat_stands_after_its_number_and_before_the_next_one(value: int, more: str) -> None:
    bare, repeated = number_of(str(value)), number_of(f"{value} {more}".strip())
    assert bare <= repeated or not more
    assert (repeated.value, repeated.rank) < (value + 1, 0)
    assert repeated.side is bare.side, "a repeat is on the side of its number"
    assert repeated.pair == bare.pair


# as addresses have it | number | its place among the repeats
READ = {
    "the first of a range": ("14-16", 14, 0),
    "a range of letters": ("14A-14C", 14, 1),
    "a comma": ("14, bis", 14, 0),
    "a dash and bis": ("14-bis", 14, 2),
    "quater in full": ("7 QUATER", 7, 4),
    "bis glued to a word": ("14 bisse", 14, 0),
    "a letter then a word": ("14 rue", 14, 0),
    "a letter alone after": ("14 z", 14, 26),
    "figures of another script": ("١٤", 0, 0),
    "a minus": ("-14", 0, 0),
    "nothing but zeros": ("000", 0, 0),
    "a tab before": ("\t14", 14, 0),
}


@pytest.mark.parametrize(("text", "value", "rank"), READ.values(), ids=READ)
def test_numbers_are_read_to_where_they_can_be(text: str, value: int, rank: int) -> None:
    found = number_of(text)
    assert (found.value, found.rank) == (value, rank)
    assert (found.side is Side.NONE) is (value == 0)


@given(st.lists(numbers, unique_by=number_of, max_size=25))
def test_a_walk_is_the_same_whatever_the_order_the_doors_were_found_in(doors: list[str]) -> None:
    met = walk(doors, number_of)
    assert walk(reversed(doors), number_of) == met
    assert walk(met, number_of) == met, "walking what was walked changes nothing"


@given(st.lists(numbers | st.sampled_from(["", "sans", "B"]), max_size=25))
def test_the_way_back_begins_at_the_end_of_the_street(doors: list[str]) -> None:
    met = [number_of(one) for one in walk(doors, number_of)]
    even = [one.value for one in met if one.side is Side.EVEN]
    odd = [one.value for one in met if one.side is Side.ODD]
    assert Counter(number_of(one).text for one in doors) == Counter(one.text for one in met)
    assert all(first <= second for first, second in pairwise(odd))
    assert all(first >= second for first, second in pairwise(even))
    unnumbered = [rank for rank, one in enumerate(met) if one.side is Side.NONE]
    assert unnumbered == list(range(len(met) - len(unnumbered), len(met)))


@given(st.integers(1, 499_999))
def test_each_odd_number_faces_the_even_one_that_follows(pair: int) -> None:
    odd, even = number_of(str(2 * pair - 1)), number_of(str(2 * pair))
    assert (odd.side, even.side) == (Side.ODD, Side.EVEN)
    assert odd.pair == even.pair == pair


def drawn(number: int) -> Door:
    return Door(f"{number}", f"{number}", Sign.WAITING, (number + 1) // 2, bool(number % 2))


@given(st.lists(st.integers(1, 60), max_size=30))
def test_a_strip_shows_every_door_once_on_its_own_side(found: list[int]) -> None:
    columns = facing([drawn(number) for number in sorted(found)])
    odd = [one.label for one, _even in columns if one]
    even = [one.label for _odd, one in columns if one]
    assert odd == [str(n) for n in sorted(found) if n % 2]
    assert even == [str(n) for n in sorted(found) if n % 2 == 0]
    assert all(one or other for one, other in columns), "no column is empty"


@given(st.lists(st.integers(1, 60), max_size=30))
def test_what_faces_each_other_is_as_far_along_the_street(found: list[int]) -> None:
    columns = facing([drawn(number) for number in sorted(found)])
    along = [(one or other).pair for one, other in columns]  # type: ignore[union-attr]
    assert along == sorted(along)
    assert all(one.pair == other.pair for one, other in columns if one and other)
    there = Counter(((n + 1) // 2, n % 2) for n in found)
    pairs = {pair for pair, _side in there}
    assert len(columns) == sum(max(there[pair, 0], there[pair, 1]) for pair in pairs)


words = st.sampled_from(
    [
        "rue",
        "avenue",
        "gand",
        "lille",
        "docteur",
        "st",
        "dr",
        "mal",
        "foch",
        "de",
        "la",
        "du",
        "grand",
        "bd",
        "gr",
        "8",
        "mai",
    ]
)


@given(st.lists(words, min_size=1, max_size=6))
def test_a_street_in_full_is_called_the_same_again(parts: list[str]) -> None:
    text = " ".join(parts)
    assert called(text) == key_of(text).upper()
    assert key_of(text.upper()) == key_of("-".join(parts)) == key_of(text)
    assert len(key_of(text).split()) >= len(parts), "a word is opened, never dropped"


@given(st.lists(words, min_size=1, max_size=6), st.sampled_from(["59350", "2A004", "97411"]))
def test_a_reference_gives_back_its_commune_and_its_name(parts: list[str], commune: str) -> None:
    text = " ".join(parts)
    one = ways.reference(commune, text)
    assert ways.split(one) == (commune, key_of(text))
    assert ways.reference(*ways.split(one)).startswith(commune)
    assert ways.holds(one, text), "a street holds its own words"


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("gand", True), ("rue de gand", True), ("GAND", True), ("de", True), ("gan", False),
        ("rue de gand prolongée", False), ("avenue de gand", False), ("", False), ("  ", False), ("!", False),
    ],
)  # fmt: skip
def test_a_street_is_meant_by_whole_words_of_its_name(asked: str, held: bool) -> None:
    assert ways.holds("59350 rue de gand", asked) is held


# as INSEE shortens the kind of a way | in full
KINDS = {
    "ALL": "ALLEE", "AV": "AVENUE", "BD": "BOULEVARD", "CAR": "CARREFOUR", "CHE": "CHEMIN", "CHS": "CHAUSSEE",
    "COR": "CORNICHE", "CRS": "COURS", "DOM": "DOMAINE", "ESP": "ESPLANADE", "FG": "FAUBOURG", "HAM": "HAMEAU",
    "IMP": "IMPASSE", "LD": "LIEU DIT", "LOT": "LOTISSEMENT", "MAR": "MARCHE", "MTE": "MONTEE", "PAS": "PASSAGE",
    "PL": "PLACE", "PLN": "PLAINE", "PLT": "PLATEAU", "PRO": "PROMENADE", "PRV": "PARVIS", "QUA": "QUARTIER",
    "QU": "QUAI", "RES": "RESIDENCE", "RLE": "RUELLE", "ROC": "ROCADE", "RPT": "ROND POINT", "RTE": "ROUTE",
    "SEN": "SENTE", "SQ": "SQUARE", "TPL": "TERRE PLEIN", "TRA": "TRAVERSE", "VLA": "VILLA", "VLGE": "VILLAGE",
}  # fmt: skip


@pytest.mark.parametrize(("short", "whole"), KINDS.items())
def test_a_kind_of_way_is_opened_as_insee_shortens_it(short: str, whole: str) -> None:
    assert called(f"{short} PASTEUR") == f"{whole} PASTEUR"
    assert key_of(f"{short} PASTEUR") == key_of(f"{whole.title()} Pasteur")
