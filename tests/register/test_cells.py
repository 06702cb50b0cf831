"""Single cells of INSEE's files: what is understood, what is withheld, what is refused and why."""

import math

import pytest

from maillage.register.importers import cells, lambert
from maillage.register.importers.cells import BadCell


@pytest.mark.parametrize(
    ("text", "found"),
    [("2019-12-31", "2019-12-31"), ("", ""), ("[ND]", ""), ("1599-12-31", None),
     ("1600-01-01", "1600-01-01"), ("2100-01-01", None), ("2020-02-29", "2020-02-29")],
)  # fmt: skip
def test_a_day_is_read_held_unknown_or_implausible(text, found):
    assert cells.day(text) == found


@pytest.mark.parametrize("text", ["2019-02-29", "20191231", "31/12/2019", "2019-1-1", "2019-W01-1"])
def test_a_day_that_does_not_exist_or_is_written_otherwise_is_no_day(text):
    with pytest.raises(ValueError, match=r"isoformat|out of range|month|\d"):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "length", "code"),
    [("4,9E+13", 14, "spreadsheet_number"), ("4.9e+13", 14, "spreadsheet_number"),
     ("732829320", 14, "siren_for_siret"), ("3282932000074", 14, "lost_zero"),
     ("00074", 14, "identifier"), ("73282932", 9, "lost_zero"), ("٧٣٢٨٢٩٣٢٠", 9, "identifier"),
     ("", 9, "identifier"), ("73282932000074", 9, "identifier")],
)  # fmt: skip
def test_an_identifier_that_cannot_be_one_is_refused_with_what_happened_to_it(text, length, code):
    with pytest.raises(BadCell) as refused:
        cells.identifier(text, length, "siret")

    assert (refused.value.code, refused.value.column) == (code, "siret")


def test_blanks_around_an_identifier_are_forgiven():
    assert cells.identifier(" 732829320 ", 9, "siren") == "732829320"


@pytest.mark.parametrize(
    ("identifier", "right"),
    [("732829320", True), ("732829321", False), ("73282932000074", True), ("73282932000075", False),
     ("356000000", True), ("35600000000048", True), ("35600000049837", True), ("35600000049838", False)],
)  # fmt: skip
def test_check_digits_follow_luhn_or_for_la_poste_a_sum(identifier, right):
    assert cells.is_check_right(identifier) is right


@pytest.mark.parametrize(
    ("text", "found"), [("59350", "59350"), (" 2A004 ", "2A004"), ("", ""), ("[ND]", ""), ("97411", "97411")]
)  # fmt: skip
def test_a_commune_code_is_five_characters(text, found):
    assert cells.commune(text) == found


@pytest.mark.parametrize(
    ("text", "code"), [("1004", "lost_zero"), ("Lille", "commune"), ("2C004", "commune"), ("593500", "commune")]
)  # fmt: skip
def test_another_text_is_no_commune_code(text, code):
    with pytest.raises(BadCell) as refused:
        cells.commune(text)

    assert refused.value.code == code


def test_bands_are_those_of_insee_and_a_lost_zero_is_told():
    assert [cells.size_band(text, "band") for text in ("", "NN", "00", "53", "[ND]")] == [
        "", "NN", "00", "53", "",
    ]  # fmt: skip
    with pytest.raises(BadCell) as lost:
        cells.size_band("1", "band")
    with pytest.raises(BadCell) as other:
        cells.size_band("54", "band")
    assert (lost.value.code, other.value.code) == ("lost_zero", "code")


def test_a_name_is_put_together_without_blanks_nor_withheld_words():
    assert cells.words("  AU  BON", "", "PAIN ") == "AU BON PAIN"
    assert cells.words("[ND]", "[ND]") == ""
    assert cells.words("ABCDEF", limit=3) == "ABC"


# Worked example of IGN's note NT/G 71, and Lambert-93's origin (EPSG:2154) by definition.
@pytest.mark.parametrize(
    ("x", "y", "lon", "lat"),
    [(700000.0, 6600000.0, 3.0, 46.5), (652469.02, 6862035.26, 2.352222, 48.856614)],
)
def test_lambert_93_gives_the_published_longitude_and_latitude(x, y, lon, lat):
    found = lambert.to_degrees(x, y)

    assert math.isclose(found[0], lon, abs_tol=2e-4)
    assert math.isclose(found[1], lat, abs_tol=2e-4)


def test_a_position_is_none_when_blank_or_withheld():
    assert cells.position("", "7059000", "59350") is None
    assert cells.position("[ND]", "[ND]", "59350") is None
    assert cells.position("704000.0", "7059000.0", "59350")[0] == pytest.approx(3.056, abs=0.01)
