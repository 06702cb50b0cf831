"""What an activity code means: INSEE's words where they were installed, the code itself elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from maillage.figures.observations import lacking
from maillage.register import activities
from maillage.site.stock import facts

ROWS = [
    {"id": "10.71C", "label": "Boulangerie et boulangerie-pâtisserie"},
    {"id": "10.71D", "label": "Pâtisserie"},
    {"id": "10", "label": "Industries alimentaires"},
    {"id": "C", "label": "Industrie manufacturière"},
]


@pytest.fixture(autouse=True)
def _read_again() -> Iterator[None]:
    """The process reads the file once; the next test has its own."""
    activities._labels.cache_clear()
    yield
    activities._labels.cache_clear()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A nomenclature of four lines."""
    path = tmp_path / "naf-rev2.json"
    path.write_text(json.dumps(ROWS), encoding="utf-8")
    monkeypatch.setattr(activities, "FILE", path)
    return path


@pytest.mark.parametrize("code", ["10.71C", "1071C"])
def test_a_subclass_is_named_however_it_is_written(file: Path, code: str) -> None:
    assert activities.label(code) == "Boulangerie et boulangerie-pâtisserie"


def test_a_division_is_named_by_its_two_digits(file: Path) -> None:
    assert activities.label("10") == "Industries alimentaires"


@pytest.mark.parametrize("code", ["99.99Z", "15.8C", "107", "", "Boulangerie", "10.71c"])
def test_what_the_nomenclature_does_not_know_is_said_as_it_is_written(
    file: Path, code: str
) -> None:
    assert activities.label(code) == code


def test_without_its_file_codes_stand_for_themselves(file: Path) -> None:
    file.unlink()
    assert [activities.label(row["id"]) for row in ROWS] == [row["id"] for row in ROWS]


def test_the_file_is_read_once(file: Path) -> None:
    before = activities.label("10.71D")
    file.write_text("[]", encoding="utf-8")
    assert activities.label("10.71D") == before == "Pâtisserie"


@pytest.mark.skipif(not activities.FILE.exists(), reason="set-up has not installed the labels")
class TestTheInstalledNomenclature:
    def test_every_activity_of_the_invented_stock_has_a_label(self) -> None:
        unnamed = [code for code in facts.CRAFT | facts.OTHER if activities.label(code) == code]
        assert not unnamed

    def test_every_trade_of_everyday_life_has_a_label(self) -> None:
        assert not [code for code in lacking.BASKET if activities.label(code) == code]

    def test_its_divisions_are_all_named(self) -> None:
        divisions = {code[:2] for code in activities._labels() if re.match(r"\d\d", code)}
        assert len(divisions) == 88, "the NAF rev. 2 has eighty-eight divisions"
        assert not [code for code in divisions if activities.label(code) == code]

    def test_no_label_is_blank_or_broken_by_its_encoding(self) -> None:
        for code, label in activities._labels().items():
            assert label.strip() == label, code
            assert label, code
            assert not re.search("Ã|\ufffd|&[a-z]+;", label), code
