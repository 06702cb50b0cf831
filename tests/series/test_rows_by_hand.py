"""What a row of each series says, by hand and without any file: marks, periods, what is set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from maillage.intake.declared import importer_of
from maillage.kernel.rows import BadCell, Row
from maillage.series.importers import employees, facilities, offices, unemployment
from maillage.series.values import FLAGS, Said


def test_every_mark_is_one_in_either_case_and_none_is_a_number() -> None:
    for mark in sorted(FLAGS):
        for cell in (mark, mark.upper(), f" {mark} "):
            with pytest.raises(BadCell):
                importer_of("employees_ape").columns[1].read(cell)
            read = importer_of("employees_ape").columns[2].read(cell)
            assert (read.milli, read.flag) == (None, cell.strip())


# What a row says, without any file: importers' `tell`, by hand.

Tell = Callable[[Row, Mapping[str, str]], Any]


def row_of(source: str, cells: Mapping[str, str]) -> Row:
    """A row whose cells went through the columns of an importer; a column that is not told is blank."""
    columns = importer_of(source).columns
    read = {one.name: one.read(cells[one.name]) if cells.get(one.name) else None for one in columns}
    return Row("fichier.csv", 2, read, dict(cells))


FACILITY = {
    "area": "59350", "object": "COM", "domain": "B", "part": "B2", "type": "B207", "measure": "FACILITIES",
    "status": "A", "period": "2019", "value": "3",
}  # fmt: skip
OFFICE = {
    "area": "59350", "type": "PC", "permit": "N1", "state": "2", "authorised": "14/05/2019", "surface": "1200",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "since", "said"),
    [
        ({}, "", Said("2019", 3_000)),
        ({"value": "0"}, "", Said("2019", 0)),
        ({"status": "P"}, "", Said("2019", 3_000, "", provisional=True)),
        ({}, "2019", Said("2019", 3_000, "", provisional=True)),
        ({}, "2020", Said("2019", 3_000)),
        ({"value": "", "status": "c"}, "", Said("2019", None, "c")),
        ({"value": "s"}, "", Said("2019", None, "s")),
    ],
    ids=["a number", "none", "the file says it may change", "who loads it says so", "only later ones may",
         "withheld by its status", "withheld by its cell"],
)  # fmt: skip
def test_what_a_facility_says(cells: dict[str, str], since: str, said: Said) -> None:
    found = facilities.tell(row_of("facilities", FACILITY | cells), {"provisional_from": since})
    assert not isinstance(found, BadCell)
    assert found is not None
    assert (found.area, found.detail, found.values) == ("59350", "B207", (said,))


@pytest.mark.parametrize(
    "cells",
    [{"object": "EPCI"}, {"object": "ARM"}, {"measure": "CAPACITY"}, {"type": "F121", "domain": "F"},
     {"type": "_T", "domain": "B"}, {"area": "n’importe quoi", "object": "FRANCE"}],
)  # fmt: skip
def test_what_is_no_business_of_the_series_is_set_aside_whatever_else_it_says(
    cells: dict[str, str],
) -> None:
    assert facilities.tell(row_of("facilities", FACILITY | cells), {}) is None


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, Said("2019", 1_200_000)),
        ({"authorised": "2019-12-31"}, Said("2019", 1_200_000)),
        ({"authorised": "01/01/2020"}, Said("2020", 1_200_000)),
        ({"surface": "s"}, Said("2019", None, "s")),
        ({"state": "4"}, None),
        ({"state": "4", "surface": "s"}, None),
        ({"surface": ""}, None),
        ({"surface": "0,0"}, None),
    ],
)
def test_what_a_permit_says_is_of_the_year_of_its_day_and_nothing_when_it_is_cancelled(
    cells: dict[str, str], said: Said | None
) -> None:
    found = offices.tell(row_of("office_surface", OFFICE | cells), {})
    assert (found.values if found else None) == ((said,) if said else None)


@pytest.mark.parametrize(
    ("source", "tell", "cells", "periods"),
    [
        ("employees_ape", employees.tell, {"area": "59350", "activity": "1071c", "employees_2006": "4", "employees_2019": "s"},
         {"2006": False, "2019": True}),
        ("unemployment_zone", unemployment.tell, {"area": "51", "name": "Alençon", "2003-Q1": "7,5", "2019-Q4": "9,1"},
         {"2003-Q1": False, "2019-Q4": True}),
    ],
)  # fmt: skip
def test_periods_are_provisional_from_the_one_that_is_named_and_blank_ones_are_not_told(
    source: str, tell: Tell, cells: dict[str, str], periods: dict[str, bool]
) -> None:
    found = tell(row_of(source, cells), {"provisional_from": "2019"})
    assert {one.period: one.provisional for one in found.values} == periods
    assert found.since == min(periods)
    assert (found.area, found.detail) in {("59350", "10.71C"), ("0051", "")}
