"""INSEE's rates by employment zone: the layouts it was published in, what is refused, a vintage after another."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage.accounts.roles import Role
from maillage.intake import loading
from maillage.intake.declared import importer_of
from maillage.kernel.errors import Invalid
from maillage.series.models import SeriesFile, SeriesLine
from tests.factories import accounts, intake, register, series as make
from tests.intake import files

pytestmark = pytest.mark.django_db
CODE = "Code de la zone d'emploi 2020"
NAME = "Libellé de la zone d'emploi 2020"


def as_csv(**how: Any) -> bytes:
    rows = [
        [str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row]
        for row in make.zones(make.RATES)
    ]
    return files.as_csv(rows, **how)


def test_the_sheet_of_zones_is_read_under_its_title_and_the_notes_are_left() -> None:
    load = make.loaded(provisional_from="2020-T1")
    assert (load.accepted, make.refused(load)) == (3, [])
    assert [note["code"] for note in load.found["notes"]] == ["ignored_table", "ignored_columns"]
    told = make.stands().told
    assert [(one.period, one.value, one.is_provisional) for one in told] == [
        ("2019-Q2", 9.3, False), ("2019-Q3", 9.2, False), ("2019-Q4", 9.1, False), ("2020-Q1", 8.9, True),
    ]  # fmt: skip
    (withheld,) = [one for one in make.stands(areas=["3292"]).told if one.value is None]
    assert (withheld.flag, withheld.area_name) == ("nd", "Lens - Hénin")
    file = SeriesFile.objects.get()
    assert (str(file), file.url, file.licence) == (
        "unemployment_zone, 2020-06-25", "https://www.insee.fr/fr/statistiques/1893230", "Licence Ouverte 2.0 (Etalab)",
    )  # fmt: skip
    assert str(SeriesLine.objects.first()) == "3290"
    assert not file.is_invented


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (make.workbook(make.RATES, head=(CODE, NAME, "Région", "Nom")), "2025.xlsx"),
        (make.workbook(make.RATES, quarters=["2e trimestre 2019", "3e trimestre 2019", "4e trimestre 2019", "1er trimestre 2020"]), "a.xlsx"),
        (as_csv(), "utf8.csv"),
        (as_csv(encoding="utf-8-sig"), "bom.csv"),
        (as_csv(encoding="latin-1"), "latin1.csv"),
        (as_csv(separator=",").replace(b'"', b'"'), "virgules.csv"),
    ],
    ids=["headers of 2025", "quarters written out", "UTF-8", "with a byte order mark", "Latin-1", "commas, decimals quoted"],
)  # fmt: skip
def test_the_same_is_read_of_each_edition_and_of_each_encoding(content: bytes, name: str) -> None:
    load = make.loaded(content, name=name)
    assert make.refused(load) == []
    assert make.said() == {"2019-Q2": 9.3, "2019-Q3": 9.2, "2019-Q4": 9.1, "2020-Q1": 8.9}
    assert make.stands(areas=["3292"]).told[0].area_name == "Lens - Hénin"


def test_a_code_that_a_spreadsheet_made_a_number_finds_its_zeros() -> None:
    make.loaded(
        files.as_xlsx(("txcho_ze", [["ZE2020", "LIBZE2020", "2020-T1"], [51, "Alençon", 7.5]]))
    )
    assert make.said(areas=["0051"]) == {"2020-Q1": 7.5}


def test_bad_lines_are_told_one_by_one_and_the_others_are_taken() -> None:
    rows: list[list[object]] = [
        ["3290", "Lille", "32", "", 9.3, 9.2, 9.1, 8.9],
        ["3290", "Lille", "32", "", 9.3, 9.2, 9.1, 8.9],
        ["R32", "Hauts-de-France", "32", "", 9.3, 9.2, 9.1, 8.9],
        ["3291", "", "32", "", 9.3, 9.2, 9.1, 8.9],
        ["3292", "Lens", "32", "", "environ 12", 9.2, 9.1, 8.9],
        ["3293", "Dunkerque", "32", "", 930, 9.2, 9.1, 8.9],
        ["3294", "Calais", "32", "", "", "", "", ""],
        ["3295", "Arras", "32", "", "s", "c", "", 8.0],
    ]
    load = make.loaded(files.as_xlsx(("txcho_ze", make.zones(rows))))
    assert make.refused(load) == [
        (8, "", "duplicate"), (9, "area", "zone"), (10, "name", "blank"), (11, "2019-Q2", "number"),
        (12, "2019-Q2", "out_of_bounds"), (13, "", "no_value"),
    ]  # fmt: skip
    assert make.said(areas=["3295"]) == {"2019-Q2": None, "2019-Q3": None, "2020-Q1": 8.0}
    for words in importer_of(make.ZONE).reasons.values():
        assert words.fr != words.en
        assert ":" in words.en, "each reason has its remedy"


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([["DEPCOM", "TYPEQU", "NB_EQUIP"], ["59350", "B203", 3]], "area, name"),
        ([["ZE2020", "2020-T1"], ["3290", 9.1]], "name"),
    ],
    ids=["a file for another importer", "no header for names"],
)
def test_a_file_of_something_else_is_refused_whole(rows: list[list[object]], missing: str) -> None:
    load = intake.previewed(
        files.as_csv(rows), source=make.ZONE, name="a.csv", vintage=make.VINTAGE
    )
    assert (load.refusal["code"], load.refusal["column"]) == ("missing_columns", missing)
    assert not SeriesFile.objects.exists()


@pytest.mark.parametrize(
    ("asked", "faulty"),
    [
        ({"vintage": ""}, "vintage"),
        ({"vintage": "juin"}, "vintage"),
        ({"provisional_from": "bientôt"}, "provisional_from"),
        ({"url": "www.insee.fr"}, "url"),
        ({"licence": "x" * 121}, "licence"),
        ({"invented": "peut-être"}, "invented"),
    ],
)
def test_what_is_asked_with_the_file_is_checked_before_it_is_read(
    asked: dict[str, str], faulty: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make.loaded(**asked)
    assert list(refused.value.fields) == [faulty]


def test_a_newer_file_replaces_what_is_shown_and_a_revision_is_kept_and_told() -> None:
    first = make.loaded(vintage="2020-04-01")
    newer: dict[str, Any] = {**make.RATES, "3290 Lille": (9.3, 9.2, 9.4, 8.9, 8.8)}
    del newer["3292 Lens - Hénin"]
    load = make.loaded(make.workbook(newer, quarters=[*make.QUARTERS, "2020-T2"]))
    assert (load.count("changed"), load.count("unchanged")) == (1, 1)
    assert make.said() == {
        "2019-Q2": 9.3,
        "2019-Q3": 9.2,
        "2019-Q4": 9.4,
        "2020-Q1": 8.9,
        "2020-Q2": 8.8,
    }
    (revised,) = make.stands().revised
    assert (revised.period, revised.value, revised.before, str(revised.before_on)) == (
        "2019-Q4",
        9.4,
        9.1,
        "2020-04-01",
    )
    assert make.said(areas=["3292"])["2019-Q2"] == 12.9, (
        "what the newer file leaves out stands as it was said"
    )
    late = make.loaded(make.workbook({"3290 Lille": (1.0, 1.0, 1.0, 1.0)}), vintage="2019-12-20")
    assert make.said()["2020-Q1"] == 8.9, "a file loaded later is not newer for that"
    for undone in (late, load):
        register.undo_load(load=undone, by=accounts.actor(Role.ADMINISTRATOR))
    assert make.said() == {"2019-Q2": 9.3, "2019-Q3": 9.2, "2019-Q4": 9.1, "2020-Q1": 8.9}
    assert not make.stands().revised
    register.undo_load(load=first, by=accounts.actor(Role.ADMINISTRATOR))
    assert not make.stands().told
    assert SeriesLine.objects.count() == 6, "what was said is kept"  # fmt: skip


def test_nothing_is_shown_before_it_is_active_and_an_abandoned_load_leaves_nothing(
    django_assert_num_queries: Any,
) -> None:
    load = intake.previewed(
        make.workbook(make.RATES), source=make.ZONE, name="a.xlsx", vintage=make.VINTAGE
    )
    reading = loading.Reading.of(load)
    understanding = reading.understanding()
    ((_until, chunk),) = reading.chunks(understanding)
    rows = [row for row, _kind in reading.sorted_out(understanding, chunk)[0]]
    with django_assert_num_queries(1):
        assert reading.importer.diff(rows, reading.run) == ["new"] * 3
    reading.importer.apply(rows, reading.run)
    again = reading.importer.diff(rows, reading.run)
    assert {getattr(one, "code", one) for one in again} == {"duplicate"}, (
        "told once a load, set right on screen or not"
    )
    assert not make.stands().told
    reading.importer.discard(reading.run)
    assert not SeriesFile.objects.exists()  # fmt: skip


def test_the_command_loads_a_file_says_so_and_refuses_what_it_cannot_take(tmp_path: Path) -> None:
    path = tmp_path / "chomage-zone-t1-2003-t1-2020.xlsx"
    path.write_bytes(make.workbook(make.RATES))
    out = StringIO()
    how = {
        "vintage": make.VINTAGE,
        "invented": True,
        "json": True,
        "stdout": out,
        "stderr": StringIO(),
    }
    call_command("load_series", make.ZONE, path, **how)
    answer = json.loads(out.getvalue())
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (3, 3, 0)
    assert SeriesFile.objects.get().is_invented
    with pytest.raises(SystemExit) as ended:
        call_command("load_series", make.ZONE, path, **how | {"vintage": "hier"})
    assert ended.value.code == 2
