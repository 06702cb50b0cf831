"""Values, periods and remarks of series as pages write them, in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from maillage.series.declared import Series, series_of
from maillage.series.models import SeriesFile
from maillage.series.reading import Told
from maillage.series.showing import period, spoken, written

B = "\u00a0"
FILE = SeriesFile(series="unemployment_zone", vintage=date(2020, 6, 25))


def of(code: str) -> Series:
    found = series_of(code)
    assert found is not None
    return found


def told(value: float | None, when: str = "2020-Q1", **more: object) -> Told:
    """A value of a zone."""
    known = {"flag": "", "is_provisional": False, "file": FILE} | more
    return Told("3290", "Lille", "", when, value, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "value", "french", "english"),
    [
        ("unemployment_zone", 8.9, f"8,9{B}%", "8.9%"),
        ("unemployment_zone", 10.0, f"10,0{B}%", "10.0%"),
        ("office_surface", 12_345.6, f"12\u202f346{B}m²", f"12,346{B}m²"),
        ("employees_ape", 0.0, f"0{B}salariés", f"0{B}employees"),
        ("employees_ape", None, "s.o.", "n/a"),
    ],
)
def test_a_value_is_written_in_its_unit(
    code: str, value: float | None, french: str, english: str
) -> None:
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            assert written(value, of(code)) == said


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [("2020-Q1", "T1 2020", "Q1 2020"), ("2019", "2019", "2019"), ("2020-03", "mars 2020", "Mar 2020")],
)  # fmt: skip
def test_a_period_is_said(when: str, french: str, english: str) -> None:
    for language, said in (("fr", french), ("en", english)):
        with translation.override(language):
            assert period(when) == said


def test_what_must_be_known_of_a_value_is_said_with_it() -> None:
    series = of("unemployment_zone")
    with translation.override("en"):
        assert spoken(told(8.9), series) == "Q1 2020: 8.9%"
        assert spoken(told(8.9, is_provisional=True), series) == "Q1 2020: 8.9% (provisional)"
        revised = told(8.9, before=9.1, before_on=date(2020, 4, 1))
        assert spoken(revised, series) == "Q1 2020: 8.9% (9.1% in the file of 1 April 2020)"
        appeared = told(8.9, before=None, before_on=date(2020, 4, 1), is_provisional=True)
        assert (
            spoken(appeared, series)
            == "Q1 2020: 8.9% (provisional, no value in the file of 1 April 2020)"
        )
        assert spoken(told(None, flag="s"), series) == "Q1 2020: no value published (“s”)"
    with translation.override("fr"):
        assert spoken(told(8.9, is_provisional=True), series) == f"T1 2020{B}: 8,9{B}% (provisoire)"  # fmt: skip
