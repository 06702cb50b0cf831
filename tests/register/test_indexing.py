"""The index behind the search: words folded once, a slip forgiven, nothing left of a withdrawn name."""

import pytest
from hypothesis import given, strategies as st

from maillage.places import fold
from maillage.register import bulk, indexing
from maillage.register.finding import is_one_edit
from maillage.register.indexing import forms, text_of
from tests.factories import register as firms

_words = st.text(st.sampled_from("abcdeé"), min_size=1, max_size=9)


def indexed():
    return dict(bulk.fetch("SELECT rowid, names FROM register_search"))


def vocabulary():
    return {word for (word,) in bulk.fetch("SELECT DISTINCT word FROM register_wordform")}


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("AU BON PAIN", "Pain d’Épi"), "au bon pain d epi"),
        (("", ""), ""),
        (("L'ATELIER-59", "&CO"), "l atelier 59 co"),
        (("œuvre", "ŒUVRE"), "oeuvre"),
        (("ÇA VA",), "ca va"),
        (("X" * 60,), "x" * 40),
    ],
)
def test_the_words_of_names_are_folded_and_each_is_kept_once(names, text):
    assert text_of(*names) == text


@given(st.text(st.characters(max_codepoint=127), max_size=30))
def test_plain_texts_are_folded_as_any_other(text):
    assert text_of(text) == " ".join(dict.fromkeys(w[:40] for w in fold(text).split()))


@given(_words, st.integers(0, 9))
def test_a_word_and_the_same_less_one_letter_share_a_form(word, at):
    shorter = word[: at % len(word)] + word[at % len(word) + 1 :]

    assert forms(word) & forms(shorter)
    assert is_one_edit(shorter, word)


@given(_words, _words)
def test_one_edit_is_one_edit_in_both_directions(one, other):
    assert is_one_edit(one, other) == is_one_edit(other, one)


@given(_words, st.integers(0, 8), st.sampled_from("abxyz"))
def test_a_letter_changed_added_or_swapped_is_one_edit_and_shares_a_form(word, at, letter):
    at %= len(word)
    changed = word[:at] + letter + word[at + 1 :]
    added = word[:at] + letter + word[at:]
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]

    for typed in (changed, added, swapped):
        assert is_one_edit(typed, word), typed
        assert forms(typed) & forms(word)


@pytest.mark.parametrize(
    ("word", "forgiven"),
    [("pain", True), ("bar", False), ("1234", False), ("59000", False), ("a1b2", True)],
)
def test_short_words_and_numbers_are_not_guessed(word, forgiven):
    assert indexing.is_forgiven(word) is forgiven


@pytest.mark.django_db
def test_a_place_is_indexed_with_its_names_and_those_of_its_firm():
    place = firms.establishment(trade_name="Chez Zoé", unit_name="SARL LEVAIN", unit_acronym="SLV")

    assert indexed()[place.pk] == "sarl levain slv chez zoe"
    assert {"levain", "chez", "sarl"} <= vocabulary()


@pytest.mark.django_db
def test_indexing_again_changes_nothing():
    place = firms.establishment(trade_name="Chez Zoé")
    before = (indexed(), vocabulary())

    indexing.refresh([place.pk, place.pk])

    assert (indexed(), vocabulary()) == before


@pytest.mark.django_db
def test_a_word_leaves_the_vocabulary_with_the_last_name_that_bears_it():
    one = firms.establishment(trade_name="FORGE UNIQUE", unit_name="X")
    other = firms.establishment(trade_name="FORGE COMMUNE", unit_name="X")

    indexing.remove([one.pk])
    assert ("unique" in vocabulary(), "forge" in vocabulary()) == (False, True)

    indexing.remove([other.pk])
    assert "forge" not in vocabulary()
    assert other.pk not in indexed()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hides", [{"diffusion": "P"}, {"unit_diffusion": "P"}, {"unit_diffusion": "N"}]
)
def test_a_firm_hidden_by_its_place_or_by_its_unit_leaves_no_word(hides):  # fmt: skip
    place = firms.establishment(**hides)

    assert place.pk not in indexed()
    assert vocabulary() == set()


@pytest.mark.django_db
def test_removing_nothing_or_what_was_never_indexed_is_harmless():
    firms.establishment(trade_name="FORGE")
    before = indexed()

    indexing.remove([])
    indexing.remove([10**9])
    indexing.refresh([])

    assert indexed() == before


@pytest.mark.django_db
def test_a_long_run_learns_each_word_once_and_forgets_what_it_learnt_when_it_is_too_much(
    monkeypatch,
):
    monkeypatch.setattr(indexing, "_REMEMBERED", 3)
    learnt = set()
    indexing.add([(1, "alpha bravo", "59350")], learnt)
    assert learnt == {"alpha", "bravo"}

    indexing.add([(2, "charlie delta", "59350")], learnt)

    assert learnt == {"charlie", "delta"}
    assert vocabulary() == {"alpha", "bravo", "charlie", "delta"}
