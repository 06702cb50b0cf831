"""The series of the demonstration: invented, said to be so, in the layout that importers read, the same each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.intake.models import Load
from maillage.series.declared import every
from maillage.series.models import SeriesFile
from maillage.series.reading import areas, files_of, standing
from maillage.site.demo import outside
from tests.factories import observed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    observed.places_loaded()
    monkeypatch.setattr(outside, "_communes", lambda: ["59009", "59350", "59512", "59599"])
    return


def test_every_series_has_a_file_that_its_importer_takes_whole_and_that_says_it_is_invented() -> (
    None
):
    for file in outside.FILES:
        outside._load(file)
    loads = Load.objects.all()
    assert {load.source for load in loads} == {one.code for one in every()}
    for load in loads:
        assert load.state == Load.State.ACTIVE
        assert (load.count("rejected"), load.accepted > 0) == (0, True)
        assert "invente" in load.file_names[0]
    assert all(SeriesFile.objects.values_list("is_invented", flat=True))
    found = files_of([one.code for one in every()])
    for one in every():
        told = standing(one, found[one.code], list(areas(found[one.code]))).told
        assert told, one.code
        assert all(value.value is None or value.value >= 0 for value in told)
    rates = standing(every()[0], found[every()[0].code], list(areas(found[every()[0].code])))
    assert {one.period for one in rates.revised} == {"2019-Q4"}, "the second file revises the first"
    assert {one.period for one in rates.told if one.is_provisional} == {"2020-Q1"}


@pytest.mark.parametrize("file", outside.FILES, ids=lambda file: f"{file.series} {file.day}")
def test_the_same_file_is_invented_each_time(file: outside.Given) -> None:
    first, again = file.rows(), file.rows()
    assert [list(row) for row in first] == [list(row) for row in again]
    assert all(isinstance(cell, str) for row in first for cell in row)
