"""Tables as offices really send them: titles, totals, notes, odd encodings, spreadsheets' habits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from maillage.intake.tables import CannotTake, Remark, Understanding
from maillage.kernel.rows import Row
from tests.intake import files
from tests.intake.specimen import GOOD, HEADER, IMPORTER, OTHER, SIRET, row
from tests.intake.test_bad_files import events


def read(
    tmp_path: Path, content: bytes, name: str = "actes.csv"
) -> tuple[list[Row], list[Remark], Understanding]:
    path = tmp_path / "sent"
    path.write_bytes(content)
    reading = Understanding(name, IMPORTER)
    told = list(reading.rows(events(path, name)))
    rows = [one for one in told if isinstance(one, Row)]
    refused = [one for one in told if isinstance(one, Remark)]
    assert len(rows) + len(refused) == reading.read
    return rows, refused, reading


TITLED = [
    ["Chambre de métiers, service économique"],
    [],
    ["Tableau de suivi des visites, année 2019", "", "", "mis à jour le 02/05/2020"],
    [],
    HEADER,
    row(1),
    row(2),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_below_its_titles(tmp_path: Path, encoding: str, separator: str) -> None:
    rows, refused, reading = read(tmp_path, files.as_csv(TITLED, separator, encoding))

    assert len(rows) == 2
    assert not refused
    assert rows[0].line == 6
    assert reading.said["separator"] == separator


def test_a_total_a_note_and_a_signature_below_the_table(tmp_path: Path) -> None:
    below = [
        ["", "", "", "2 469,00", "", "", "Total"],
        ["Source : service économique"],
        ["Fait à Lille"],
    ]

    rows, refused, _reading = read(tmp_path, files.as_csv([HEADER, row(1), row(2), *below]))

    assert len(rows) == 2
    assert [one.line for one in refused] == [4, 5, 6]
    assert {one.column for one in refused} == {"siret"}


def test_a_workbook_with_a_notice_and_one_sheet_a_year(tmp_path: Path) -> None:
    book = files.as_xlsx(
        ("Lisez-moi", [["Comment remplir ce tableau"], ["1. Une ligne par visite"]]),
        ("2018", [HEADER, row(1, Jour="02/05/2018")]),
        ("2019", [HEADER, row(1), row(2)]),
        ("Listes", [["Objet"], ["visite"], ["besoin"]]),
    )

    rows, refused, reading = read(tmp_path, book, "suivi.xlsx")

    assert [one.table for one in rows] == ["2018", "2019", "2019"]
    assert not refused
    assert [note["table"] for note in reading.notes] == ["Lisez-moi", "Listes"]


def test_codes_that_a_spreadsheet_kept_as_numbers_are_read_whole(tmp_path: Path) -> None:
    numbers = [int(SIRET), 59350, dt.date(2019, 5, 2), 1234.5, 1.5, "visite", "n"]

    rows, refused, _reading = read(tmp_path, files.as_xlsx(("A", [HEADER, numbers])), "a.xlsx")

    assert not refused
    assert rows[0]["siret"] == SIRET
    assert (rows[0]["commune"], rows[0]["day"]) == ("59350", dt.date(2019, 5, 2))
    assert (rows[0]["amount"], rows[0]["jobs"]) == (123450, 1500)


def test_a_code_that_lost_its_zero_as_a_number_says_so(tmp_path: Path) -> None:
    numbers = [5520813176652, 1004, dt.date(2019, 5, 2), 1, 1, "visite", "n"]

    _rows, (refused,), _reading = read(tmp_path, files.as_xlsx(("A", [HEADER, numbers])), "a.xlsx")

    assert (refused.column, refused.code) == ("siret", "lost_zero")


@pytest.mark.parametrize(
    "cells",
    [
        {"SIRET": f" {SIRET} "},
        {"SIRET": "356 000 000 00048"},
        {"Code commune": " 59350"},
        {"Jour": "2/5/2019"},
        {"Jour": "2019-05-02T00:00:00"},
        {"Montant": "1\u202f234,50\u00a0€"},
        {"Montant": ""},
        {"ETP": ""},
        {"ETP": "0"},
        {"Objet": "VISITE"},
        {"Objet": "Subvention "},
        {"Remarque": ""},
        {"Remarque": "deux\nlignes"},
        {"Remarque": 'des "guillemets"; et des points-virgules'},
        {"Remarque": "=1+1"},
        {"Remarque": "🥖 à l’ancienne"},
        {"Remarque": "x" * 200},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_a_cell_written_otherwise_is_understood_all_the_same(
    tmp_path: Path, cells: dict[str, str], kind: str
) -> None:
    changed = dict(zip(HEADER, GOOD, strict=True)) | cells
    table = [HEADER, list(changed.values())]
    made = {"csv": files.as_csv, "json": files.as_json, "xlsx": lambda t: files.as_xlsx(("A", t))}

    rows, refused, _reading = read(tmp_path, made[kind](table), f"a.{kind}")

    assert not refused
    assert rows[0]["siret"] == SIRET
    assert rows[0]["day"] == dt.date(2019, 5, 2)


def test_an_export_without_accents_or_case_in_its_header(tmp_path: Path) -> None:
    header = ["NUM SIRET", "CODE_INSEE", "DATE DE L'ACTE", "MONTANT", "E T P", "OBJET", "REMARQUE"]
    header[0] = "N SIRET"

    rows, refused, _reading = read(tmp_path, files.as_csv([header, GOOD], ","))

    assert not refused
    assert len(rows) == 1


def test_columns_moved_about_with_others_between_them(tmp_path: Path) -> None:
    header = ["Remarque", "x", "Objet", "ETP", "y", "Montant", "Jour", "Code commune", "z", "SIRET"]
    cells = ["n", "1", "visite", "1", "2", "10", "02/05/2019", "59350", "3", SIRET]

    rows, _refused, reading = read(tmp_path, files.as_csv([header, cells]))

    assert rows[0]["amount"] == 1000
    assert reading.notes[0]["names"] == ["x", "y", "z"]


def test_a_row_split_over_two_lines_keeps_the_first(tmp_path: Path) -> None:
    content = files.as_csv([HEADER, row(1, Remarque="première\nseconde"), row(2)])

    rows, _refused, _reading = read(tmp_path, content)

    assert [one.line for one in rows] == [2, 4]
    assert rows[0]["note"] == "première seconde"


@pytest.mark.parametrize("blank", [[], ["", "", ""], [" "], [""] * 30])
def test_blank_rows_between_others_count_for_nothing(tmp_path: Path, blank: list[str]) -> None:
    rows, refused, reading = read(tmp_path, files.as_csv([HEADER, row(1), blank, row(2), blank]))

    spaces = sum(bool(any(blank)) for _ in range(2))
    assert len(rows) == 2
    assert len(refused) == spaces
    assert reading.read == 2 + spaces


def test_the_same_person_pasted_the_table_twice(tmp_path: Path) -> None:
    body = [row(n) for n in range(5)]

    rows, refused, _reading = read(tmp_path, files.as_csv([HEADER, *body, *body]))

    assert len(rows) == 5
    assert [one.code for one in refused] == ["duplicate"] * 5
    assert [one.line for one in refused] == [7, 8, 9, 10, 11]


def test_two_exports_glued_together(tmp_path: Path) -> None:
    one, other = files.as_csv([HEADER, row(1)]), files.as_csv([HEADER, row(2)])

    rows, refused, _reading = read(tmp_path, one + other)

    assert len(rows) == 2
    assert [(r.line, r.column) for r in refused] == [(3, "siret")]


def test_an_archive_of_one_file_a_partner(tmp_path: Path) -> None:
    archive = files.as_zip(
        ("cma/visites.csv", files.as_csv([HEADER, row(1)], ";", "cp1252")),
        ("cci/visites.csv", files.as_csv([HEADER, row(2)], ",")),
        ("mel/visites.xlsx", files.as_xlsx(("Visites", [HEADER, row(3)]))),
        ("lisez-moi.txt", b"Trois partenaires, un tableau chacun.\r\n"),
    )

    rows, refused, reading = read(tmp_path, archive, "partenaires.zip")

    assert [one.table for one in rows] == [
        "cma/visites.csv",
        "cci/visites.csv",
        "mel/visites.xlsx/Visites",
    ]
    assert not refused
    assert reading.notes[-1] == {"code": "ignored_table", "table": "lisez-moi.txt", "names": []}


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["SIREN", *HEADER[1:]], "siret"),
        ([HEADER[0], "Code postal", *HEADER[2:]], "commune"),
        ([*HEADER[:2], "Année", *HEADER[3:]], "day"),
        ([*HEADER[:5], "Type", HEADER[6]], "kind"),
        (["a", "b", "c", "d", "e", "f", "g"], "siret, commune, day, amount, jobs, kind"),
    ],
)
def test_a_header_that_lacks_a_column_says_which(
    tmp_path: Path, header: list[str], missing: str
) -> None:
    with pytest.raises(CannotTake) as refused:
        read(tmp_path, files.as_csv([header, GOOD]))

    assert refused.value.remark.column == missing


def test_another_siret_of_the_same_day_is_another_row(tmp_path: Path) -> None:
    rows, refused, _reading = read(tmp_path, files.as_csv([HEADER, GOOD, [OTHER, *GOOD[1:]]]))

    assert len(rows) == 2
    assert not refused
