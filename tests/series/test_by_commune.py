"""The three series by commune: facilities (INSEE), offices (SDES), employees (Urssaf), each in the layout of its real file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from maillage.intake.declared import importer_of
from maillage.series.declared import WHOLE
from maillage.series.models import SeriesFile, SeriesLine
from maillage.series.reading import files_of
from maillage.series.sums import sums_of
from tests.factories import intake, places, series as make
from tests.intake import files

pytestmark = pytest.mark.django_db
CODES = sorted(make.BY_COMMUNE)


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    places.places_loaded()
    return


def lines(source: str) -> dict[tuple[str, str], list[Any]]:
    """What stands of a series, line by line."""
    return {
        (one.area, one.detail): one.said for one in SeriesLine.objects.filter(file__series=source)
    }


def summed(source: str, *areas: str) -> dict[str, float | None]:
    """The sums of some communes by period."""
    files_ = files_of([source])[source]
    return {one.period: one.value for one in sums_of(files_, areas).by_period("ici")}


def test_facilities_are_those_of_communes_and_of_the_basket_with_each_total() -> None:
    load = make.loaded_by_commune(
        "facilities",
        {},
        {"FACILITY_TYPE": "B204", "OBS_VALUE": "", "OBS_STATUS": "c"},
        {"FACILITY_TYPE": "B203", "GEO": "59512", "OBS_STATUS": "P"},
        make.TOTAL,
        {"FACILITY_DOM": "B", "FACILITY_SDOM": "_T", "FACILITY_TYPE": "_T"},
        {"FACILITY_DOM": "B", "FACILITY_SDOM": "B2", "FACILITY_TYPE": "_T"},
        {"GEO": "59", "GEO_OBJECT": "DEP"},
        {"GEO": "FM", "GEO_OBJECT": "FRANCE"},
        {"FACILITY_TYPE": "F121", "FACILITY_DOM": "F"},
        {"BPE_MEASURE": "CAPACITY"},
    )
    assert (make.refused(load), load.count("aside"), load.accepted) == ([], 6, 10)
    assert lines("facilities") == {
        ("59350", "B207"): [["2019", 3_000, "", False]],
        ("59350", "B204"): [["2019", None, "c", False]],
        ("59512", "B207"): [["2019", 3_000, "", True]],
        ("59350", WHOLE): [["2019", 9_000, "", False]],
    }, "a bakery is a bakery, before its code changed too"


def test_offices_are_summed_by_year_of_authorisation_and_who_asked_is_never_read() -> None:
    load = make.loaded_by_commune(
        "office_surface",
        {},
        {"NUM_DAU": "05935019N0002", "SURF_BUR_CREEE": "800,5"},
        {"NUM_DAU": "05935020N0003", "DATE_REELLE_AUTORISATION": "2020-02-03", "ETAT_DAU": "5"},
        {"NUM_DAU": "05951219N0004", "COMM": "59512", "ETAT_DAU": "6", "SURF_BUR_CREEE": "100"},
        {"NUM_DAU": "cancelled", "ETAT_DAU": "4"},
        {"NUM_DAU": "no offices", "SURF_BUR_CREEE": "0"},
        {"NUM_DAU": "nothing told", "SURF_BUR_CREEE": ""},
        provisional_from="2020",
    )
    assert (make.refused(load), load.count("aside")) == ([], 3)
    assert summed("office_surface", "59350", "59512") == {"2019": 2_100.5, "2020": 1_200.0}
    assert summed("office_surface", "59512") == {"2019": 100.0}
    found = sums_of(files_of(["office_surface"])["office_surface"], ["59350"])
    assert [one.is_provisional for one in found.by_period("")] == [False, True]
    kept = str(list(SeriesLine.objects.values()))
    assert "INVENTEE" not in kept
    assert "999000009" not in kept


def test_a_permit_told_anew_replaces_what_its_commune_said_that_year_and_the_sum_is_revised() -> (
    None
):
    make.loaded_by_commune("office_surface", {}, {"NUM_DAU": "N2"}, vintage="2020-04-01")
    make.loaded_by_commune("office_surface", {"SURF_BUR_CREEE": "900"}, vintage="2020-06-01")
    (told,) = sums_of(files_of(["office_surface"])["office_surface"], ["59350"]).by_period("")
    assert (told.value, told.before, str(told.before_on)) == (900.0, 2_400.0, "2020-04-01")


def test_employees_are_told_by_year_and_ranked_by_activity() -> None:
    load = make.loaded_by_commune(
        "employees_ape",
        {},
        {"code_ape": "56.10A", "effectifs_salaries_2018": "", "effectifs_salaries_2019": "900"},
        {"code_commune": "59512", "effectifs_salaries_2019": "s"},
        {"code_commune": "59512", "code_ape": "9602A", "effectifs_salaries_2019": "0"},
    )
    assert make.refused(load) == []
    found = sums_of(files_of(["employees_ape"])["employees_ape"], ["59350", "59512"])
    assert found.ranked("2019") == [("56.10A", 900.0), ("10.71C", 420.0)], "nothing is not ranked"
    assert found.now.withheld == 1
    assert [(one.period, one.value) for one in found.by_period("")] == [("2018", 1_230.0), ("2019", 1_320.0)]  # fmt: skip


def test_labels_stand_for_the_names_of_columns() -> None:
    head = [
        "Code commune",
        "Intitulé commune",
        "Code APE",
        "Effectifs salariés 2018",
        "Effectifs salariés 2019",
    ]
    rows = [head, ["59350", "59350 Lille", "1071C", "410", "420"]]
    for content in (
        files.as_csv(rows),
        files.as_csv(rows, encoding="utf-8-sig"),
        files.as_csv(rows, encoding="latin-1"),
    ):
        load = make.loaded(content, source="employees_ape", name="a.csv")
        assert make.refused(load) == []
    old = (
        make.by_commune("office_surface", {})
        .replace(b"NUM_DAU", b"Num_DAU")
        .replace(b"ETAT_DAU", b"Etat_DAU")
    )
    assert make.loaded(old, source="office_surface", name="PC_DP_creant_locaux.csv").accepted == 1  # fmt: skip


BAD: tuple[tuple[str, Mapping[str, str], str, str], ...] = (
    ("facilities", {"GEO": "5935"}, "area", "lost_zero"),
    ("facilities", {"GEO": "59999"}, "area", "unknown_commune"),
    ("facilities", {"OBS_VALUE": "", "FACILITY_TYPE": "B204"}, "value", "blank"),
    ("facilities", {"OBS_VALUE": "trois"}, "value", "number"),
    ("facilities", {"TIME_PERIOD": "2019-01"}, "period", "period"),
    ("office_surface", {"COMM": "59"}, "area", "commune"),
    ("office_surface", {"COMM": "59999", "NUM_DAU": "N9"}, "area", "unknown_commune"),
    ("office_surface", {"ETAT_DAU": "7"}, "state", "unknown_word"),
    ("office_surface", {"DATE_REELLE_AUTORISATION": "2019"}, "authorised", "date"),
    ("office_surface", {"SURF_BUR_CREEE": "-10"}, "surface", "out_of_bounds"),
    ("office_surface", {"NUM_DAU": ""}, "permit", "blank"),
    ("employees_ape", {"code_commune": "1001"}, "area", "lost_zero"),
    ("employees_ape", {"code_commune": "59999"}, "area", "unknown_commune"),
    ("employees_ape", {"code_ape": "162Z"}, "activity", "lost_zero"),
    ("employees_ape", {"code_ape": "boulangerie"}, "activity", "ape"),
    ("employees_ape", {"effectifs_salaries_2019": "beaucoup"}, "employees_2019", "number"),
    (
        "employees_ape",
        {"code_ape": "9602A", "effectifs_salaries_2018": "", "effectifs_salaries_2019": ""},
        "",
        "no_value",
    ),
)


@pytest.mark.parametrize("source", CODES)
def test_bad_lines_are_refused_with_their_remedy_and_the_others_are_taken(source: str) -> None:
    told = [(row, column, code) for of, row, column, code in BAD if of == source]
    load = make.loaded_by_commune(source, {}, *[row for row, _column, _code in told], {})
    first = 4 if source == "office_surface" else 3
    wanted = [(rank, column, code) for rank, (_row, column, code) in enumerate(told, first)]
    assert make.refused(load) == [*wanted, (first + len(told), "", "duplicate")]
    assert load.count("read") == load.accepted + load.count("rejected")
    assert SeriesLine.objects.count() == 1
    for words in importer_of(source).reasons.values():
        assert ":" in words.en


@pytest.mark.parametrize("source", CODES)
@pytest.mark.parametrize("other", [*CODES, make.ZONE])
def test_a_file_of_another_series_is_refused_whole_and_a_header_that_lacks_too(
    source: str, other: str
) -> None:
    if other == source:
        name = {
            "facilities": "GEO_OBJECT",
            "office_surface": "ETAT_DAU",
            "employees_ape": "code_ape",
        }[source]
        content = make.by_commune(source, {}, without=name)
    else:
        content = make.workbook(make.RATES) if other == make.ZONE else make.by_commune(other, {})
    name = "a.xlsx" if other == make.ZONE else "a.csv"
    load = intake.previewed(content, source=source, name=name, vintage=make.VINTAGE)
    assert load.refusal["code"] == "missing_columns"
    assert not SeriesFile.objects.exists()  # fmt: skip


def test_a_year_that_a_newer_file_does_not_tell_stands_and_one_that_it_tells_it_tells_whole() -> (
    None
):
    make.loaded_by_commune(
        "facilities", {}, {"FACILITY_TYPE": "B204"}, {"TIME_PERIOD": "2018"}, vintage="2020-04-01"
    )
    make.loaded_by_commune("facilities", {"OBS_VALUE": "4"}, vintage="2020-06-01")
    told = {
        (one.detail, one.period): (one.value, one.before)
        for one in make.stands("facilities", ["59350"]).told
    }
    assert told == {("B207", "2018"): (3.0, None), ("B207", "2019"): (4.0, 3.0)}, (
        "a butcher that the newer file does not name any more is not taken from the older one"
    )
