"""What a cell of a publisher says: a number, no number and why, a period of any length."""

from __future__ import annotations

import pytest

from maillage.kernel.rows import BadCell
from maillage.series.values import Measure, Said, is_provisional, measure, period


@pytest.mark.parametrize(
    ("cell", "milli", "flag"),
    [
        ("9.1", 9_100, ""),
        ("9,1", 9_100, ""),
        ("9,1 %", 9_100, ""),
        (" 1 234,5 ", 1_234_500, ""),
        ("0", 0, ""),
        ("s", None, "s"),
        ("C", None, "C"),
        ("n.d.", None, "n.d."),
        ("///", None, "///"),
    ],
)
def test_a_number_is_kept_in_thousandths_and_a_mark_in_its_place(
    cell: str, milli: int | None, flag: str
) -> None:
    assert measure(2_000)(cell) == Measure(milli, flag)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("beaucoup", "number"), ("-1", "out_of_bounds"), ("2001", "out_of_bounds"), ("9,12345", "too_precise"),
     ("4,9E+13", "spreadsheet_number")],
)  # fmt: skip
def test_what_is_neither_is_refused(cell: str, code: str) -> None:
    with pytest.raises(BadCell) as refused:
        measure(2_000)(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "told"),
    [("2020", "2020"), ("2020-T1", "2020-Q1"), ("2020-q4", "2020-Q4"), (" 2020-03 ", "2020-03")],
)
def test_periods_of_any_length_are_read(cell: str, told: str) -> None:
    assert period(cell) == told


@pytest.mark.parametrize("cell", ["", "2020-T5", "2020-13", "mars 2020", "T1 2020"])
def test_what_is_no_period_is_refused(cell: str) -> None:
    with pytest.raises(BadCell) as refused:
        period(cell)
    assert refused.value.code == "period"


def test_what_ends_after_the_first_provisional_period_is_provisional() -> None:
    since = "2020-T1"
    told = {
        one: is_provisional(one, since) for one in ("2019", "2019-Q4", "2020-02", "2020-03", "2020")
    }
    assert told == {
        "2019": False,
        "2019-Q4": False,
        "2020-02": False,
        "2020-03": True,
        "2020": True,
    }
    assert not is_provisional("2020", "")


def test_what_is_kept_is_plain_and_told_in_the_order_of_periods() -> None:
    told = sorted([Said("2020-Q1", None, "s", True), Said("2019-Q4", 9_100)])
    assert [one.kept() for one in told] == [
        ["2019-Q4", 9_100, "", False], ["2020-Q1", None, "s", True],
    ]  # fmt: skip
