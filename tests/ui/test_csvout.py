import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.kernel.text import Words
from maillage.ui.csvout import FORMULA_STARTS, csv_lines, csv_response, free_text, safe_text

CORPUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+33 6 12 34 56 78",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
]


def read(header, rows, language="fr"):
    text = "".join(csv_lines(header, rows, language)).removeprefix("\ufeff")
    return list(
        csv.reader(io.StringIO(text, newline=""), delimiter=";" if language == "fr" else ",")
    )


@pytest.mark.parametrize("text", CORPUS)
def test_a_text_that_a_spreadsheet_would_run_is_held_by_an_apostrophe(text):
    assert read([text], [[text]]) == [[f"'{text}"], [f"'{text}"]]


@pytest.mark.parametrize(
    "text", [*CORPUS, "", "'", "l'atelier", "'entre guillemets'", "10 % - 20 %"]
)
def test_what_was_held_is_read_as_it_was(text):
    assert free_text(safe_text(text)) == text


def test_numbers_are_left_alone_even_negative():
    row = [-5, -2.5, Decimal("-1.25"), 0, True, None]
    assert read(["a"], [row])[1] == ["-5", "-2,5", "-1,25", "0", "1", ""]
    assert read(["a"], [row], "en")[1] == ["-5", "-2.5", "-1.25", "0", "1", ""]


def test_ordinary_text_is_left_alone():
    row = [
        "Boulangerie « L'Épi »; rue",
        "a=b",
        "12345678900012",
        'dit "Jo"',
        Words("été", "summer"),
    ]
    assert read(["a"], [row])[1] == [*map(str, row)]


def test_days_are_iso_and_instants_are_paris_time():
    row = [date(2020, 6, 30), datetime(2020, 6, 30, 16, 12, 5, tzinfo=UTC)]
    assert read(["a"], [row])[1] == ["2020-06-30", "2020-06-30 18:12:05"]


@given(st.text())
def test_whatever_is_typed_never_starts_a_formula_and_stays_one_cell(text):
    (cell,) = read(["a"], [[text, "end"]])[1][:-1]
    assert not cell.startswith(FORMULA_STARTS)
    assert cell.removeprefix("'") in {text.replace("\0", ""), text.replace("\0", "")[1:]}


def test_the_file_is_downloaded_with_its_mark_and_the_readers_separator():
    with translation.override("fr"):
        response = csv_response("visites.csv", ["Jour", "Artisan"], [["a", "b"]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="visites.csv"'
    assert response.content.decode() == "\ufeffJour;Artisan\r\na;b\r\n"
    with translation.override("en"):
        assert csv_response("v.csv", ["a", "b"], []).content.decode() == "\ufeffa,b\r\n"
