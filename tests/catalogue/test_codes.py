"""How codes of areas, activities and legal forms are read."""

from __future__ import annotations

import pytest

from maillage.catalogue import codes


@pytest.mark.parametrize("code", ["59", "59350", "2A", "2A004", "971", "97105", "200093201", "R32"])
def test_a_code_of_an_area_is_known_by_its_form(code: str) -> None:
    assert codes.is_area(code)


@pytest.mark.parametrize("code", ["", "5", "LILLE", "20009320", "R3", "32R", "59350 ", "٥٩"])
def test_what_has_no_such_form_is_none(code: str) -> None:
    assert not codes.is_area(code)


def test_a_siren_and_a_region_are_no_town() -> None:
    assert codes.is_town("59350")
    assert not codes.is_town("200093201")
    assert not codes.is_town("R32")


def test_codes_stand_between_commas_blanks_and_lines_once_each() -> None:
    assert codes.split("59350, 59;2a\n59350") == ("59350", "59", "2A")
    assert codes.split("  ") == ()


@pytest.mark.parametrize(
    ("commune", "department"), [("59350", "59"), ("2A004", "2A"), ("97105", "971")]
)
def test_a_commune_tells_its_department(commune: str, department: str) -> None:
    assert codes.department_of(commune) == department


def test_a_code_begins_with_one_of_several_or_is_not_known() -> None:
    assert codes.begins("10.71C", ("43", "10")) is True
    assert codes.begins("10.71C", ("43",)) is False
    assert codes.begins("", ("43",)) is None
    assert codes.begins("", ()) is True


@pytest.mark.parametrize(
    ("known", "least", "most", "answer"),
    [
        ((6, 9), None, None, True),
        ((6, 9), 6, 9, True),
        ((6, 9), 7, None, None),
        ((6, 9), None, 8, None),
        ((6, 9), 10, None, False),
        ((6, 9), None, 5, False),
        (None, 1, None, None),
    ],
)
def test_a_band_is_inside_outside_or_astride(
    known: tuple[int, int] | None, least: int | None, most: int | None, answer: bool | None
) -> None:
    assert codes.within(known, least, most) is answer
