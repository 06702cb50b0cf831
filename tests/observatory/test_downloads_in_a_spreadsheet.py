"""The CSV that the manual describes is the CSV that is handed out: mark, separator, comma, no formula."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.conventions.models import Convention
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import uuid7
from maillage.observatory import publishing
from maillage.observatory.forms.conventions import PublishForm
from maillage.ui.csvout import BYTE_ORDER_MARK, csv_lines
from tests.factories import accounts
from tests.spec.drawn import noon

MANUAL = Path(__file__).parents[2] / "docs" / "manuel" / "README.md"

WRITTEN = [
    # value, French cell, English cell
    (1.5, "1,5", "1.5"),
    (Decimal("-0.25"), "-0,25", "-0.25"),
    (12000, "12000", "12000"),
    (None, "", ""),
    (True, "1", "1"),
    (date(2020, 6, 30), "2020-06-30", "2020-06-30"),
    (datetime(2020, 6, 30, 22, 30, tzinfo=UTC), "2020-07-01 00:30:00", "2020-07-01 00:30:00"),
    ("=1+1", "'=1+1", "'=1+1"),
    ("+33 3 20 00 00 00", "'+33 3 20 00 00 00", "'+33 3 20 00 00 00"),
    ("-", "'-", "'-"),
    ("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"),
    ("＝1", "'＝1", "'＝1"),
    ("a\0b", "ab", "ab"),
    ("Lille; Roubaix", '"Lille; Roubaix"', "Lille; Roubaix"),
    ("Lille, Roubaix", "Lille, Roubaix", '"Lille, Roubaix"'),
]


@pytest.mark.parametrize(("value", "french", "english"), WRITTEN)
def test_a_cell_is_written_as_the_spreadsheets_of_its_language_read_it(
    value: object, french: str, english: str
) -> None:
    def second(language: str) -> str:
        return list(csv_lines(["x", "y"], [["k", value]], language))[1].rstrip("\r\n")

    assert second("fr") == f"k;{french}"
    assert second("en") == f"k,{english}"


def test_the_mark_comes_once_and_first() -> None:
    whole = "".join(csv_lines(["é"], [["1"], ["2"]], "fr"))
    assert whole.startswith(BYTE_ORDER_MARK + "é")
    assert whole.count(BYTE_ORDER_MARK) == 1


@pytest.mark.parametrize("said", ["BOM", "point-virgule", "virgule\ndécimale", "apostrophe"])
def test_the_manual_says_how_the_file_is_written(said: str) -> None:
    assert said in MANUAL.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "separator"), [("fr", ";"), ("en", ",")])
def test_the_download_of_a_figure_is_the_file_that_the_manual_describes(
    client: Client, language: str, separator: str
) -> None:
    with clock.at(noon("2020-06-30")):
        accounts.signed_in(client, Role.OFFICER)
        client.cookies["django_language"] = language

        answer = client.get(reverse("observatory:figure_csv", args=["I01"]))

    text = answer.content.decode("utf-8")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert text.startswith(BYTE_ORDER_MARK + "Code" + separator + "Version" + separator)
    assert len(text.splitlines()) == 2


def test_only_publishing_says_that_a_period_is_not_over_and_its_words_go_to_the_last_day() -> None:
    with clock.at(noon("2020-06-30")):
        form = PublishForm({"start": "2020-01-01", "end": "2020-07-01", "once": str(uuid7())})
        assert form.is_valid()

        with pytest.raises(Invalid) as refused:
            publishing.checked(Convention(), form.period())
        form.refuse(refused.value)

    assert form.errors == {
        "end": ["Ce jour n’est pas encore venu\u00a0: publiez au plus jusqu’à aujourd’hui."]
    }
