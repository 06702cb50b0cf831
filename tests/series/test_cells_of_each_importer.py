"""Every cell that a publisher may write, importer by importer: numbers as spreadsheets write them, marks, and what is neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.intake.models import Load
from maillage.series.models import SeriesLine
from maillage.series.reading import files_of
from maillage.series.sums import sums_of
from tests.factories import places, series as make
from tests.intake import files

pytestmark = pytest.mark.django_db
B, N = "\u00a0", "\u202f"
AREAS = ("59350", "59512", "59599", "59009", "59017", "59051", "59560", "59650", "59005", "59011")
# The column of each file that holds a number, as its publisher names it; how we name it; what tells one row from another.
VALUE = {
    "facilities": ("OBS_VALUE", "value", "GEO"),
    "office_surface": ("SURF_BUR_CREEE", "surface", "NUM_DAU"),
    "employees_ape": ("effectifs_salaries_2019", "employees_2019", "code_commune"),
}
CODES = sorted(VALUE)


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    places.places_loaded()
    return


def rows_of(source: str, cells: list[str]) -> list[dict[str, str]]:
    """A row for each of these cells, each of a commune (or of a permit) of its own."""
    column, _ours, key = VALUE[source]
    own = [f"N{rank}" for rank in range(len(cells))] if key == "NUM_DAU" else AREAS
    return [{key: one, column: cell} for one, cell in zip(own, cells, strict=False)]


def told(load: Load) -> list[int | None]:
    """The last thousandths that each line of a load says, in the order of the file."""
    lines = SeriesLine.objects.filter(file__load=load).order_by("number")
    return [line.said[-1][1] for line in lines]


NUMBERS = {
    "12": 12_000,
    "1234": 1_234_000,
    "1 234": 1_234_000,
    f"1{B}234": 1_234_000,
    f"1{N}234": 1_234_000,
    " 7 ": 7_000,
}


@pytest.mark.parametrize("source", CODES)
def test_numbers_are_read_the_same_however_a_spreadsheet_spaces_and_encodes_them(
    source: str,
) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        content = make.by_commune(source, *rows_of(source, list(NUMBERS)), encoding=encoding)
        load = make.loaded(content, source=source, name="fichier.csv")
        assert make.refused(load) == [], encoding
        assert told(load) == list(NUMBERS.values()), encoding


@pytest.mark.parametrize("source", CODES)
def test_a_file_of_an_old_windows_keeps_its_no_break_spaces_and_its_decimal_commas(
    source: str,
) -> None:
    cells = [f"1{B}234,5", "0,25", "2.5"]
    content = make.by_commune(source, *rows_of(source, cells), encoding="cp1252")
    load = make.loaded(content, source=source, name="fichier.csv")
    assert (make.refused(load), told(load)) == ([], [1_234_500, 250, 2_500])


BAD_CELLS = {
    "beaucoup": "number",
    "12 environ": "number",
    "1,2,3": "number",
    "#N/A": "number",
    "-3": "out_of_bounds",
    "1000001": "out_of_bounds",
    "0,1234": "too_precise",
    "1,2E+5": "spreadsheet_number",
}


@pytest.mark.parametrize("source", CODES)
def test_a_cell_that_is_neither_a_number_nor_a_mark_is_refused_at_its_line_and_column(
    source: str,
) -> None:
    column, ours, key = VALUE[source]
    areas = [f"N{rank}" for rank in range(10)] if key == "NUM_DAU" else AREAS
    cells = ["1", *BAD_CELLS, "2"]
    rows = [{key: one, column: cell} for one, cell in zip(areas, cells, strict=True)]
    load = make.loaded_by_commune(source, *rows)
    above = 2 if source == "office_surface" else 1  # headers
    wanted = [(above + rank, ours, code) for rank, code in enumerate(BAD_CELLS.values(), 2)]
    assert make.refused(load) == wanted
    assert told(load) == [1_000, 2_000], "its neighbours are taken"
    for cell, reject in zip(BAD_CELLS, load.rejects.order_by("line"), strict=True):
        assert cell in reject.row.values(), "what was written is shown as it was"


@pytest.mark.parametrize("source", CODES)
def test_a_withheld_value_is_counted_kept_with_its_mark_and_never_summed(source: str) -> None:
    marks = ["s", "C", "nd", "///"]
    load = make.loaded_by_commune(source, *rows_of(source, [*marks, "5"]))
    assert make.refused(load) == []
    kept = SeriesLine.objects.filter(file__load=load).order_by("number")
    assert [line.said[-1][2] for line in kept] == [*marks, ""]
    found = sums_of(files_of([source])[source], AREAS)
    assert found.now.withheld == len(marks)
    assert found.by_period("ici")[-1].value == 5.0
    assert len(found.ranked("2019")) == 1, "what is withheld comes neither first nor last"


def test_a_bakery_told_under_both_of_its_codes_is_told_twice_and_the_second_is_refused() -> None:
    old = {"FACILITY_TYPE": "B203"}
    load = make.loaded_by_commune(
        "facilities", {}, old, {**old, "TIME_PERIOD": "2018"}, {"FACILITY_SDOM": "_T"}
    )
    assert make.refused(load) == [(3, "", "duplicate"), (5, "", "duplicate")]
    assert sorted(line.since for line in SeriesLine.objects.all()) == ["2018", "2019"]


def test_a_commune_of_corsica_in_small_letters_is_the_same_commune() -> None:
    load = make.loaded_by_commune("facilities", {"GEO": "2a004"}, {"GEO": "2A004"})
    codes = [code for _line, _column, code in make.refused(load)]
    assert "duplicate" in codes
    assert "unknown_commune" in codes, "the small geography does not know Ajaccio"


def test_employees_told_with_and_without_the_dot_of_their_activity_are_the_same() -> None:
    load = make.loaded_by_commune(
        "employees_ape", {}, {"code_ape": "10.71C"}, {"code_ape": "10.71c"}
    )
    assert make.refused(load) == [(3, "", "duplicate"), (4, "", "duplicate")]


def test_a_workbook_and_a_text_of_the_same_table_say_the_same() -> None:
    head, line = list(make.URSSAF), list(make.URSSAF.values())
    numbers = [int(cell) if cell.isdigit() and len(cell) < 4 else cell for cell in line]
    as_book = make.loaded(files.as_xlsx(("Données", [head, numbers])), source="employees_ape")
    assert told(as_book) == [420_000]
    again = make.loaded(files.as_csv([head, line]), source="employees_ape", name="a.csv")
    assert (again.count("unchanged"), make.refused(again)) == (1, [])
