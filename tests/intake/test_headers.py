"""What a file says of itself before its rows are read."""

from __future__ import annotations

from pathlib import Path

from maillage.intake.headers import seen_in
from tests.intake import files
from tests.intake.specimen import GOOD, HEADER, IMPORTER


def test_the_row_with_most_headers_says_which_stood_for_which(tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    path.write_bytes(files.as_csv([["Jour", "de printemps"], ["n° siret", *HEADER[1:]], GOOD]))
    seen = seen_in(path, IMPORTER.columns)
    assert seen.headers["n° siret"] == "siret"
    assert seen.aliases["Code commune"] == "commune"
    assert seen.encoding == "utf-8-sig"


def test_an_official_name_is_no_alias_and_a_workbook_has_no_encoding(tmp_path: Path) -> None:
    path = tmp_path / "grants.xlsx"
    path.write_bytes(files.as_xlsx(("Feuille", [["siret", "Jour"], [GOOD[0], GOOD[2]]])))
    seen = seen_in(path, IMPORTER.columns)
    assert seen.headers == {"siret": "siret", "Jour": "day"}
    assert (seen.aliases, seen.encoding) == ({"Jour": "day"}, "")


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "grants.csv"
    assert seen_in(path, IMPORTER.columns).headers == {}
    path.write_bytes(b"")
    assert seen_in(path, IMPORTER.columns).headers == {}
