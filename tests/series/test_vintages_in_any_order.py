"""Whatever the order in which vintages are loaded and undone, what is shown is what the newest standing one says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from maillage.accounts.roles import Role
from maillage.intake.models import Load
from maillage.series import actions
from maillage.series.models import SeriesFile
from maillage.series.reading import areas, files_of
from maillage.series.sums import sums_of
from tests.factories import accounts, places, register, series as make

pytestmark = pytest.mark.django_db
# Three files by the day that their publisher dates them: what each says of two communes, by year.
SAYS: dict[str, dict[str, tuple[str, str]]] = {
    "2020-04-01": {"59350": ("10", "20"), "59512": ("1", "2")},
    "2020-05-01": {"59350": ("10", "21")},
    "2020-06-01": {"59350": ("", "s"), "59512": ("1", "")},
}
YEARS = ("2018", "2019")
Shown = dict[tuple[str, str], tuple[float | None, float | None]]


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    places.places_loaded()
    return


def load(vintage: str) -> Load:
    rows = [
        {"code_commune": area, **{f"effectifs_salaries_{year}": cell for year, cell in zip(YEARS, cells, strict=True)}}
        for area, cells in SAYS[vintage].items()
    ]  # fmt: skip
    return make.loaded_by_commune("employees_ape", *rows, vintage=vintage)


def undo(one: Load) -> None:
    register.undo_load(load=one, by=accounts.actor(Role.ADMINISTRATOR))


def shown() -> Shown:
    """By area and year: the value, and what was said before."""
    told = make.stands("employees_ape", ["59350", "59512"]).told
    return {(one.area, one.period): (one.value, one.before) for one in told}


def plainly(vintages: set[str]) -> Shown:
    """The same of these files, read from the oldest to the newest and overwritten."""
    told: dict[tuple[str, str], list[float | None]] = {}
    for vintage in sorted(vintages):
        for area, cells in SAYS[vintage].items():
            for year, cell in zip(YEARS, cells, strict=True):
                if cell:
                    value = None if cell == "s" else float(cell)
                    told.setdefault((area, year), []).append(value)
    return {
        key: (values[-1], values[-2] if len(values) > 1 and values[-2] != values[-1] else None)
        for key, values in told.items()
    }


@pytest.mark.parametrize("order", list(itertools.permutations(SAYS))[::2], ids=" then ".join)
def test_the_order_of_loading_and_of_undoing_changes_nothing_of_what_stands(
    order: tuple[str, ...],
) -> None:
    loads, standing = {}, set()
    for vintage in order:
        loads[vintage] = load(vintage)
        standing.add(vintage)
        assert shown() == plainly(standing), f"once {vintage} is loaded"
        assert [f"{one.vintage}" for one in files_of(["employees_ape"])["employees_ape"]] == sorted(standing, reverse=True)  # fmt: skip
    for vintage in order:
        undo(loads[vintage])
        standing.remove(vintage)
        assert shown() == plainly(standing), f"once {vintage} is undone"
    assert SeriesFile.objects.count() == 3, "what was said is kept, and no longer shown"


def test_sums_follow_what_stands_and_say_what_they_were_before_the_newest_file() -> None:
    *_before, last = [load(vintage) for vintage in SAYS]

    def sums() -> list[tuple[str, float | None, float | None, str]]:
        found = sums_of(files_of(["employees_ape"])["employees_ape"], ["59350", "59512"])
        return [(one.period, one.value, one.before, str(one.before_on or "")) for one in found.by_period("ici")]  # fmt: skip

    # The newest withholds the 21 of Lille in 2019, and says nothing of its 10 in 2018 nor of Roubaix in 2019.
    assert sums() == [("2018", 11.0, None, ""), ("2019", 2.0, 23.0, "2020-05-01")]
    found = sums_of(files_of(["employees_ape"])["employees_ape"], ["59350", "59512"])
    assert found.now.withheld == 1
    assert [str(one.vintage) for one in found.used] == ["2020-06-01", "2020-05-01", "2020-04-01"]
    undo(last)
    assert sums() == [("2018", 11.0, None, ""), ("2019", 23.0, 22.0, "2020-04-01")]
    assert sums_of(files_of(["employees_ape"])["employees_ape"], ["59599"]).by_period("") == []


def test_two_files_of_one_day_are_told_apart_by_which_was_loaded_last() -> None:
    first = make.loaded_by_commune("employees_ape", {"effectifs_salaries_2019": "7"})
    last = make.loaded_by_commune("employees_ape", {"effectifs_salaries_2019": "8"})
    assert (first.pk < last.pk, shown()["59350", "2019"]) == (True, (8.0, 7.0))
    undo(last)
    assert shown()["59350", "2019"] == (7.0, None)


def test_a_value_that_was_withheld_and_is_told_now_is_a_revision_from_no_value() -> None:
    make.loaded_by_commune("employees_ape", {"effectifs_salaries_2019": "s"}, vintage="2020-04-01")
    load_ = make.loaded_by_commune("employees_ape", {"effectifs_salaries_2019": "9"})
    assert load_.count("changed") == 1
    (one,) = make.stands("employees_ape", ["59350"]).revised
    assert (one.value, one.before, str(one.before_on)) == (9.0, None, "2020-04-01")


def test_the_name_of_an_area_is_that_of_the_newest_file() -> None:
    make.loaded(make.workbook({"3290 Lille": (9.3, 9.2, 9.1, 8.9)}), vintage="2020-04-01")
    make.loaded(make.workbook({"3290 Lille Métropole": (9.3, 9.2, 9.1, 8.9)}))
    assert areas(files_of([make.ZONE])[make.ZONE]) == {"3290": "Lille Métropole"}
    assert {one.area_name for one in make.stands().told} == {"Lille Métropole"}


def test_a_chunk_reads_what_was_said_of_its_own_areas_and_details_alone() -> None:
    rows = [{"code_commune": area, "code_ape": ape} for ape in ("1071C", "5610A", "9602A") for area in ("59350", "59512")]  # fmt: skip
    make.loaded_by_commune("employees_ape", *rows, vintage="2020-04-01")
    load_ = make.loaded_by_commune("employees_ape", *rows)
    found = actions.told_before("employees_ape", ["59350", "59512"], ["10.71C"], load_.pk)
    told = [(f"{one.file.vintage}", one.area, one.detail) for one in found]
    assert sorted(told) == [
        ("2020-04-01", "59350", "10.71C"), ("2020-04-01", "59512", "10.71C"),
        (make.VINTAGE, "59350", "10.71C"), (make.VINTAGE, "59512", "10.71C"),
    ]  # fmt: skip
    assert load_.counts["unchanged"] == len(rows), "and it is still found to be said already"
