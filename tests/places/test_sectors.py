"""Sectors are lists of communes; each commune stands in one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from maillage import places
from maillage.places.divisions import FOLDER, division
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db

FILES = sorted(path.stem for path in Path(FOLDER).glob("*.toml"))


@pytest.mark.parametrize(("territory", "count"), [("mel", 95), ("call", 36)])
def test_every_commune_of_the_file_stands_in_one_sector(territory: str, count: int) -> None:
    drawn = division(territory)
    assert drawn is not None
    codes = [code for sector in drawn.sectors for code in sector.communes]
    assert len(codes) == len(set(codes)) == count


@pytest.mark.parametrize("territory", FILES)
def test_a_division_says_who_drew_it_and_with_which_doubt(territory: str) -> None:
    drawn = division(territory)
    assert drawn is not None
    assert drawn.source
    assert "ours" in drawn.doubt
    assert all(sector.key.startswith(f"{territory}-") for sector in drawn.sectors)
    assert all(sector.name.fr and sector.name.en for sector in drawn.sectors)


def test_sectors_hold_only_the_communes_of_the_day() -> None:
    places_loaded()
    before = {s.key: s.communes for s in places.sectors("mel", date(2020, 3, 13))}
    after = {s.key: s.communes for s in places.sectors("245900410", date(2020, 3, 14))}
    assert before["mel-sud"] == ("59560",)
    assert after["mel-sud"] == ("59005", "59011", "59052", "59133", "59477", "59560")


def test_sectors_part_the_perimeter_old_codes_included() -> None:
    places_loaded()
    day = date(2020, 6, 30)
    codes = [code for sector in places.sectors("mel", day) for code in sector.all_codes]
    assert sorted(codes) == sorted(places.perimeter("mel", day).all_codes)
    assert "59298" in codes


def test_a_territory_nobody_divided_has_no_sector() -> None:
    places_loaded()
    assert places.sectors("59350", date(2020, 6, 30)) == ()
    assert division("../changes") is None


def test_sectors_of_an_unknown_territory_are_refused() -> None:
    places_loaded()
    with pytest.raises(places.UnknownTerritory):
        places.sectors("nowhere", date(2020, 6, 30))


def test_a_sector_is_named_in_the_language_of_the_reader() -> None:
    with translation.override("fr"):
        assert places.sector_name("mel-est") == "Est"
    assert places.sector_name("elsewhere") == "elsewhere"
