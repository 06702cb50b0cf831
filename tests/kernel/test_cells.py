"""Cells as people write them: what is understood, and what is said of the rest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from maillage.intake.reasons import ROWS
from maillage.kernel import cells
from maillage.kernel.rows import BadCell, Column, Importer, Row, Run, folded
from maillage.kernel.text import Words


def outcome(read, cell: str) -> str:
    """Blank when a cell is understood, else the code of the reason for which it is refused."""
    try:
        read(cell)
    except BadCell as wrong:
        return wrong.code
    return ""


def fault(read, cell: str) -> str:
    """The code of the reason for which a cell is refused."""
    with pytest.raises(BadCell) as wrong:
        read(cell)
    assert wrong.value.code in ROWS
    assert wrong.value.column == ""
    return wrong.value.code


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019-05-02", date(2019, 5, 2)),
        ("2019-5-2", date(2019, 5, 2)),
        ("02/05/2019", date(2019, 5, 2)),
        ("2/5/2019", date(2019, 5, 2)),
        ("02.05.2019", date(2019, 5, 2)),
        ("02-05-2019", date(2019, 5, 2)),
        (" 2019-05-02 ", date(2019, 5, 2)),
        ("2019-05-02T10:30:00", date(2019, 5, 2)),
        ("2019-05-02 10:30", date(2019, 5, 2)),
        ("2019-05-02T10:30:00+02:00", date(2019, 5, 2)),
        ("02/05/2019 10:30", date(2019, 5, 2)),
        ("29/02/2020", date(2020, 2, 29)),
        ("1900-01-01", date(1900, 1, 1)),
        ("31/12/2099", date(2099, 12, 31)),
    ],
)
def test_a_day_is_read_as_the_french_and_machines_write_it(cell: str, day: date) -> None:
    assert cells.day(cell) == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("29/02/2019", "date"),
        ("31/04/2019", "date"),
        ("13/13/2019", "date"),
        ("00/05/2019", "date"),
        ("2019-00-10", "date"),
        ("2019", "date"),
        ("mai 2019", "date"),
        ("2019-W18-4", "date"),
        ("02/05/19", "date"),
        ("20190502", "date"),
        ("43587", "serial_day"),
        ("43587.5", "date"),
        ("1899-12-31", "implausible_day"),
        ("2100-01-01", "implausible_day"),
        ("0001-01-01", "implausible_day"),
    ],
)
def test_what_is_no_day_says_why(cell: str, code: str) -> None:
    assert fault(cells.day, cell) == code


@given(st.dates(min_value=cells.EARLIEST, max_value=date(2099, 12, 31)))
def test_every_day_comes_back_from_both_forms(day: date) -> None:
    assert cells.day(day.isoformat()) == day
    assert cells.day(f"{day:%d/%m/%Y}") == day


@pytest.mark.parametrize(
    "cell",
    [
        "35600000000048",
        "356 000 000 00048",
        "356\u00a0000\u00a0000\u00a000048",
        "356.000.000.00048",
        " 35600000000048\t",
        "35600000000048.0",
    ],
)
def test_a_siret_is_read_whatever_stands_between_its_groups(cell: str) -> None:
    assert cells.siret(cell) == "35600000000048"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("356000000", "siren_for_siret"),
        ("35600000000", "lost_zero"),
        ("3560000000004", "lost_zero"),
        ("3,56E+13", "spreadsheet_number"),
        ("3.56e13", "spreadsheet_number"),
        ("3E+13", "spreadsheet_number"),
        ("35600000000049", "wrong_check_digit"),
        ("356000000000481", "identifier"),
        ("x5600000000048", "identifier"),
        ("", "identifier"),
        ("٣٥٦٠٠٠٠٠٠٠٠٠٤٨", "identifier"),
    ],
)
def test_what_is_no_siret_says_what_happened_to_it(cell: str, code: str) -> None:
    assert fault(cells.siret, cell) == code


def test_a_siren_is_read_and_a_siret_in_its_place_is_told() -> None:
    assert cells.siren("356 000 000") == "356000000"
    assert fault(cells.siren, "35600000000048") == "siret_for_siren"
    assert fault(cells.siren, "356000001") == "wrong_check_digit"
    assert fault(cells.siren, "56000000") == "lost_zero"
    assert fault(cells.siren, "5600") == "identifier"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("59350", "59350"),
        (" 59350 ", "59350"),
        ("2a004", "2A004"),
        ("2B033", "2B033"),
        ("97105", "97105"),
    ],
)
def test_a_commune_is_read_by_its_code(cell: str, code: str) -> None:
    assert cells.commune(cell) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1004", "lost_zero"),
        ("Lille", "commune"),
        ("593500", "commune"),
        ("2C004", "commune"),
        ("5935O", "commune"),
    ],
)
def test_what_is_no_code_of_a_commune_says_so(cell: str, code: str) -> None:
    assert fault(cells.commune, cell) == code


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("0", 0),
        ("12", 1200),
        ("12,5", 1250),
        ("12.5", 1250),
        ("1 234,56", 123456),
        ("1\u202f234,56\u00a0€", 123456),
        ("1.234,56", 123456),
        ("1234.56 EUR", 123456),
        ("-12,30", -1230),
        ("+3", 300),
        ("1'234.50", 123450),
    ],
)
def test_an_amount_is_read_in_cents(cell: str, cents: int) -> None:
    assert cells.cents(cell) == cents


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("douze", "number"),
        ("1,2,3", "number"),
        ("1,234.50", "number"),
        ("12,345", "too_precise"),
        ("1E+3", "spreadsheet_number"),
        ("NaN", "number"),
        ("Infinity", "number"),
        ("--1", "number"),
        ("1" * 31, "number"),
        ("1" * 20, "out_of_bounds"),
        ("=1+1", "number"),
        ("12 $", "number"),
        ("", "number"),
    ],
)
def test_what_is_no_amount_says_why(cell: str, code: str) -> None:
    assert fault(cells.cents, cell) == code


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_amount_comes_back_from_how_the_french_write_it(cents: int) -> None:
    euros = Decimal(cents) / 100
    written = f"{euros:,.2f}".replace(",", "\u202f").replace(".", ",")

    assert cells.cents(f"{written}\u00a0€") == cents


def test_jobs_are_read_in_thousandths() -> None:
    assert cells.thousandths("1,5") == 1500
    assert cells.thousandths("0.125") == 125
    assert fault(cells.thousandths, "0,0001") == "too_precise"
    assert fault(cells.thousandths, "9999999999999") == "out_of_bounds"
    assert fault(cells.thousandths, "un") == "number"


def test_a_count_is_whole_and_within_bounds() -> None:
    count = cells.integer(0, 100)

    assert count("12") == 12
    assert count("12,0") == 12
    assert fault(count, "1,5") == "whole_number"
    assert fault(count, "-1") == "out_of_bounds"
    assert fault(count, "101") == "out_of_bounds"
    assert fault(count, "x") == "number"


def test_words_are_set_right_and_have_a_limit() -> None:
    read = cells.text(10)

    assert read("  deux \t mots ") == "deux mots"
    assert fault(read, "x" * 11) == "too_long"


def test_one_of_a_few_words_is_recognised_without_case_or_accents() -> None:
    read = cells.one_of({"Réalisée": "done", "Absent": "absent"})

    assert read("REALISEE") == "done"
    assert read(" absent ") == "absent"
    assert fault(read, "autre") == "unknown_word"


@pytest.mark.parametrize(
    "read", [cells.day, cells.siret, cells.siren, cells.commune, cells.cents, cells.thousandths]
)
@given(cell=st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused_with_a_reason(read, cell: str) -> None:
    assert outcome(read, cell) in {"", *ROWS}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Code INSEE", "code_insee"),
        ("N° SIRET", "nsiret"),
        ("Raison  sociale", "RAISON SOCIALE"),
        ("Été", "ete"),
    ],
)
def test_headers_are_compared_without_case_accents_blanks_or_punctuation(
    one: str, other: str
) -> None:
    assert folded(one) == folded(other)


def test_a_column_is_recognised_by_its_name_its_words_and_its_aliases() -> None:
    column = Column("day", Words("Jour de l’acte", "Day of the act"), cells.day, aliases=("Date",))

    assert {folded("jour de l'acte"), folded("DAY OF THE ACT"), "day", "date"} <= column.spellings


def test_an_importer_says_little_and_the_rest_has_a_sense() -> None:
    importer = Importer(name="x", words=Words("x", "x"), about=Words("x", "x"))
    row = Row("", 1, {"a": 1, "b": None})
    run = Run(1)

    assert importer.diff([row, row], run) == ["new", "new"]
    assert importer.undo(run) == 0
    assert importer.identity(row) == (1, None)
    assert importer.columns_for({}) == ()
    assert row["a"] == 1
    importer.apply([row], run)
    importer.activate(run)
    importer.discard(run)


def test_columns_may_depend_on_what_was_asked() -> None:
    def prepare(given):
        return (Column(given["name"], Words("x", "x"), cells.day),)

    importer = Importer(name="x", words=Words("x", "x"), about=Words("x", "x"), prepare=prepare)

    assert [column.name for column in importer.columns_for({"name": "when"})] == ["when"]
