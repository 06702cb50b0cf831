"""Segments: permanent bits, each with its rule in words and its date; craft, social economy, employer."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from maillage.register import segments
from maillage.register.segments import (
    CRAFT_NAF,
    CRAFT_RM,
    EMPLOYER,
    ESS_LEGAL,
    ESS_SIRENE,
    SEGMENTS,
    Place,
    Unit,
    by_code,
    named,
    place_bits,
    unit_bits,
)


def place(trade="", activity="10.71C", nomenclature="NAFRev2", employer="", band=""):
    return Place(trade, activity, nomenclature, employer, band)


def test_bits_are_what_the_ledger_already_holds():
    assert [(s.bit, s.code, s.rule_version) for s in SEGMENTS] == [
        (0, "craft_rm", 1), (1, "craft_naf", 1), (2, "ess_sirene", 1), (3, "ess_legal", 1),
        (4, "employer", 1),
    ]  # fmt: skip
    assert [s.mask for s in SEGMENTS] == [1, 2, 4, 8, 16]


def test_each_segment_says_its_rule_in_both_languages_and_since_when():
    for segment in SEGMENTS:
        assert segment.words.fr.endswith(".")
        assert segment.words.en.endswith(".")
        assert segment.words.fr != segment.words.en
        assert segment.label.fr != segment.label.en
        assert date(2014, 7, 31) < segment.since < date(2026, 1, 1)
        assert (segment.of_place is None) != (segment.of_unit is None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (place(), CRAFT_NAF.mask),
        (place(trade="1071CZ"), CRAFT_RM.mask | CRAFT_NAF.mask),
        (place(trade="1071CZ", activity=""), CRAFT_RM.mask),
        (place(activity="62.01Z"), 0),
        (place(activity="6201Z", trade="6201ZZ"), CRAFT_RM.mask),
        (place(activity="10.71C", nomenclature="NAF2025"), 0),
        (place(activity="52.4C", nomenclature="NAFRev1"), 0),
        (place(activity="10.71C", nomenclature=""), 0),
        (place(activity="96.02A"), CRAFT_NAF.mask),
        (place(activity="96.04Z"), 0),
        (place(activity="56.10A"), 0),
        (place(activity="56.10C"), CRAFT_NAF.mask),
        (place(activity="49.32Z"), CRAFT_NAF.mask),
        (place(activity="49.31Z"), 0),
    ],
)
def test_craft_is_told_by_the_trade_code_or_by_the_list_of_activities_each_with_its_own_bit(
    told, expected
):
    assert place_bits(told) == expected


@pytest.mark.parametrize(
    ("employer", "band", "employs"),
    [
        ("O", "", True), ("O", "00", True), ("N", "11", False), ("N", "", False),
        ("", "", False), ("", "NN", False), ("", "00", False), ("", "01", True), ("", "53", True),
    ],
)  # fmt: skip
def test_an_employer_is_what_sirene_says_or_failing_that_what_the_band_says(
    employer, band, employs
):
    told = place(activity="62.01Z", employer=employer, band=band)

    assert place_bits(told) == (EMPLOYER.mask if employs else 0)


@pytest.mark.parametrize(
    ("flag", "category", "expected"),
    [
        ("O", "5499", ESS_SIRENE.mask),
        ("N", "5499", 0),
        ("", "5499", 0),
        ("", "9220", ESS_LEGAL.mask),  # association déclarée
        ("N", "9220", ESS_LEGAL.mask),  # the two criteria live side by side
        ("O", "9220", ESS_SIRENE.mask | ESS_LEGAL.mask),
        ("", "5458", ESS_LEGAL.mask),  # SCOP
        ("", "8210", ESS_LEGAL.mask),  # mutuelle
        ("", "9300", ESS_LEGAL.mask),  # fondation
        ("", "9210", 0),  # association non déclarée
        ("", "1000", 0),
        ("", "", 0),
    ],
)
def test_the_social_economy_is_told_by_the_flag_or_by_the_legal_category(flag, category, expected):
    assert unit_bits(Unit(flag, category)) == expected


def test_no_legal_category_stands_in_the_list_twice_or_badly_written():
    assert all(len(code) == 4 and code.isdigit() for code in segments.ESS_CATEGORIES)
    prefixes = segments.CRAFT_PREFIXES
    assert len(set(prefixes)) == len(prefixes)
    nested = [(p, q) for p in prefixes for q in prefixes if p != q and p.startswith(q)]
    assert nested == []


@given(st.integers(0, 31))
def test_a_mask_is_the_sum_of_the_segments_it_names(mask):
    assert sum(segment.mask for segment in named(mask)) == mask


@given(st.integers(32, 2**62))
def test_bits_that_no_rule_declares_name_nothing(mask):
    assert sum(segment.mask for segment in named(mask)) == mask & 31


def test_a_segment_is_found_by_its_code_and_an_unknown_code_is_an_error():
    assert by_code("craft_rm") is CRAFT_RM
    with pytest.raises(KeyError):
        by_code("craft")
