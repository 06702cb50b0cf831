"""A firm is found in what people typed however they wrote it, struck out of it, and nobody else with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from maillage.accounts.naming import STRUCK, Marks
from maillage.kernel.retention import Subject

SIREN = "812345678"


def marks(*names: str, siren: str = SIREN) -> Marks:
    return Marks(Subject(units=(1,), places=(1,), keys=(), siren=siren, names=names))


ZOE = marks("ZOE CANARI-QUINTIN", "LE PÉTRIN")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Vu Zoé Canari-Quintin hier", "Vu … hier"),
        ("ZOE  CANARI\u00a0QUINTIN", "…"),
        ("zoe_canari.quintin@a.example", "…@a.example"),
        ("Le pétrin, 3 rue X", "…, 3 rue X"),
        ("Pétrin Le", "…"),  # two words, as people turn them
        (f"n° {SIREN}.", "n° …."),
        ("SIREN 812 345 678, ouvert", "SIREN …, ouvert"),
        ("812\u202f345\u202f678", "…"),
        ("81234567800012", "…"),
        ("812 345 678 00012 ; 59000", "… ; 59000"),
        ("812.345.678", "…"),
        ("Zoé Canari-Quintin et le Pétrin", "… et …"),
        ("Zoe\u0301 Canari-Quintin", "…"),  # the accent apart
    ],
)
def test_it_is_found_and_struck_out(text: str, left: str) -> None:
    assert ZOE.are_in(text)
    assert ZOE.struck(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zoé Canari",
        "Canari-Quintin",
        "Les pétrins",
        "le pétrinage",
        "9812345678",
        "8123456789",
        "812345679",
        "Le boulanger pétrit",
    ],
)
def test_what_names_somebody_else_is_left_as_it_is(text: str) -> None:
    assert not ZOE.are_in(text)
    assert ZOE.struck(text) == text


def test_a_document_is_looked_through_to_its_leaves() -> None:
    told = {"rows": [{"nom": "Le Pétrin", "n": 3, "ok": True, "none": None}], "Le Pétrin": []}
    assert ZOE.are_in(told)
    assert ZOE.struck(told) == {
        "rows": [{"nom": STRUCK, "n": 3, "ok": True, "none": None}],
        STRUCK: [],
    }
    assert not ZOE.are_in({"rows": [1, None, {"nom": "Autre"}]})


@pytest.mark.parametrize("name", ["", "LE", "SA", "A B C", "…", "ÉÈ"])
def test_a_name_too_short_to_tell_anybody_apart_is_not_looked_for(name: str) -> None:
    assert not marks(name, siren="").are_in("SA LE A B C ÉÈ … encore")


def test_a_firm_of_neither_number_nor_name_is_in_nothing() -> None:
    nobody = marks(siren="")
    assert not nobody.are_in("anything")
    assert nobody.struck(["anything"]) == ["anything"]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@given(before=WORDS, after=WORDS, written=st.sampled_from(["812 345 678", "Zoé CANARI quintin"]))
def test_whatever_surrounds_it_nothing_of_it_is_left(before: str, after: str, written: str) -> None:
    struck = ZOE.struck(f"{before} {written} {after}")
    assert not ZOE.are_in(struck)


@given(told=st.recursive(WORDS | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=8))  # fmt: skip
def test_what_does_not_name_it_comes_back_equal(told: Any) -> None:
    if not ZOE.are_in(told):
        assert ZOE.struck(told) == told
