"""Which commune holds a point: edges, corners, holes, islands, and what lies just outside."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings, strategies as st

from maillage import places
from maillage.places import geometry
from maillage.places.geometry import DRAWN_TO, NEAREST_WITHIN, Polygon, Shape, outline_rows
from maillage.places.models import Outline

WEST, EAST = shapely.box(3.0, 50.0, 3.1, 50.1), shapely.box(3.1, 50.0, 3.2, 50.1)
# A town surrounded by another, as Lannoy nearly is by Lys-lez-Lannoy; and a commune of two pieces.
HOLE = shapely.box(3.54, 50.04, 3.56, 50.06)
AROUND = shapely.difference(shapely.box(3.5, 50.0, 3.6, 50.1), HOLE)
ISLANDS = shapely.MultiPolygon(
    [shapely.box(4.0, 50.0, 4.05, 50.05), shapely.box(4.1, 50.0, 4.15, 50.05)]
)
MAP = {"59001": WEST, "59002": EAST, "59003": AROUND, "59004": HOLE, "62001": ISLANDS}


def rows() -> list[Outline]:
    return outline_rows([Polygon(code, shape) for code, shape in MAP.items()])


@pytest.mark.django_db
class TestAPointFalls:
    @pytest.fixture(autouse=True)
    def _map(self) -> None:
        Outline.objects.bulk_create(rows())
        places.forget()

    @pytest.mark.parametrize(
        ("lon", "lat", "code"),
        [
            (3.05, 50.05, "59001"),
            (3.0999999, 50.05, "59001"),
            (3.1000001, 50.05, "59002"),
            (3.1, 50.05, "59001"),  # on the common border: the lower code, always
            (3.1, 50.0, "59001"),  # on the common corner
            (3.0, 50.0, "59001"),  # on an outer corner
            (3.2, 50.1, "59002"),
            (3.55, 50.05, "59004"),  # in the hole of another
            (3.51, 50.05, "59003"),  # around it
            (3.54, 50.05, "59003"),  # on the edge of the hole
            (4.02, 50.02, "62001"),  # on one island
            (4.12, 50.02, "62001"),  # on the other
        ],
    )
    def test_in_one_commune(self, lon: float, lat: float, code: str) -> None:
        assert places.locate(lon, lat) == code

    @pytest.mark.parametrize(
        ("lon", "lat", "code"),
        [
            (3.0 - 0.0029, 50.05, "59001"),
            (3.2 + 0.0029, 50.05, "59002"),
            (3.05, 50.1 + 0.0029, "59001"),
            (4.05 + 0.002, 50.02, "62001"),
            (3.0 - 0.0031, 50.05, None),
            (3.05, 49.9969, None),
            (4.075, 50.02, None),  # between two islands
            (0.0, 0.0, None),
            (3.05, -50.05, None),
            (50.05, 3.05, None),  # latitude and longitude exchanged
            (181.0, 91.0, None),
        ],
    )
    def test_outside_in_the_nearest_within_three_hundred_metres_or_in_none(
        self, lon: float, lat: float, code: str | None
    ) -> None:
        assert places.locate(lon, lat) == code

    @pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
    def test_nowhere_when_it_is_no_point(self, number: float) -> None:
        assert places.locate(number, 50.05) is None
        assert places.locate(3.05, number) is None

    def test_asking_again_costs_no_query(self, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
        places.locate(3.05, 50.05)
        with django_assert_num_queries(0):
            places.locate(3.15, 50.05)

    def test_outlines_loaded_anew_are_seen_at_once(self) -> None:
        assert places.locate(3.05, 50.05) == "59001"
        Outline.objects.filter(code="59001").delete()
        places.forget()
        assert places.locate(3.05, 50.05) is None

    def test_the_outlines_of_a_map_cost_one_query_however_many(
        self, django_assert_num_queries
    ) -> None:  # type: ignore[no-untyped-def]
        with django_assert_num_queries(1):
            places.outlines(MAP)
        with django_assert_num_queries(1):
            places.outlines(["59001", "59001", "nowhere"])

    @settings(max_examples=40)
    @given(lon=st.floats(2.9, 4.2, allow_nan=False), lat=st.floats(49.9, 50.2, allow_nan=False))
    def test_the_tree_finds_what_looking_at_every_polygon_finds(
        self, lon: float, lat: float
    ) -> None:
        point = shapely.Point(lon, lat)
        inside = [code for code, shape in MAP.items() if shapely.intersects(shape, point)]
        near = [
            (shapely.distance(shape, point), code)
            for code, shape in MAP.items()
            if shapely.distance(shape, point) < NEAREST_WITHIN
        ]
        found = places.locate(lon, lat)

        if inside:
            assert found == min(inside)
        elif near:
            assert found in {code for distance, code in near if distance <= min(near)[0] + 1e-12}
        else:
            assert found is None


class TestAnOutlineIsThinned:
    def test_every_commune_is_still_there(self) -> None:
        drawn = {row.code: shapely.from_wkb(row.screen) for row in rows()}

        assert set(drawn) == set(MAP)
        assert not [code for code, shape in drawn.items() if shape.is_empty]

    def test_one_smaller_than_what_is_thinned_away_is_still_drawn(self) -> None:
        side = DRAWN_TO / 10
        [row] = outline_rows([Polygon("59332", shapely.box(3.0, 50.0, 3.0 + side, 50.0 + side))])

        assert shapely.from_wkb(row.screen).area > 0

    def test_neighbours_keep_their_common_border(self) -> None:
        drawn = [shapely.from_wkb(row.screen) for row in rows() if row.code < "59003"]

        assert shapely.coverage_is_valid(drawn)
        assert shapely.union_all(drawn).area == pytest.approx(WEST.area + EAST.area)

    def test_what_places_a_point_is_not_thinned(self) -> None:
        assert {row.code: shapely.from_wkb(row.exact) for row in rows()} == MAP

    def test_no_outline_gives_no_row(self) -> None:
        assert outline_rows([]) == []

    def test_each_bears_its_departement(self) -> None:
        assert {row.code: row.department for row in rows()} == dict.fromkeys(MAP, "59") | {
            "62001": "62"
        }


def flat(path: str) -> list[tuple[float, float]]:
    """The points of the `d` of a path."""
    rings = path.replace("M", " ").replace("Z", " ").replace("L", "|").split("  ")
    pairs = (pair.split() for ring in rings for pair in ring.split("|"))
    return [(float(pair[0]), float(pair[1])) for pair in pairs if pair]


class TestAShapeIsDrawn:
    SQUARE = Shape("59001", (((3.0, 50.0), (3.1, 50.0), (3.1, 50.1), (3.0, 50.1), (3.0, 50.0)),))

    @pytest.mark.parametrize("width", [1, 24, 100, 640])
    def test_at_the_width_that_is_asked(self, width: int) -> None:
        path, height = self.SQUARE.drawn(width)
        xs, ys = zip(*flat(path), strict=True)

        assert (min(xs), max(xs)) == (0.0, pytest.approx(width, abs=0.1))
        assert min(ys) == 0.0
        assert max(ys) <= height

    def test_north_is_up(self) -> None:
        path, _height = self.SQUARE.drawn()

        assert flat(path)[0][1] > flat(path)[2][1]  # 50.0 is drawn under 50.1

    def test_a_degree_of_longitude_is_shorter_than_one_of_latitude(self) -> None:
        _path, height = self.SQUARE.drawn(100)

        assert height == math.ceil(100 / math.cos(math.radians(50.05)))

    def test_each_ring_is_closed(self) -> None:
        two = Shape("62001", (self.SQUARE.rings[0], self.SQUARE.rings[0]))
        path, _height = two.drawn()

        assert path.count("M") == path.count("Z") == 2

    def test_a_line_without_width_is_still_drawn(self) -> None:
        line = Shape("59001", (((3.0, 50.0), (3.0, 50.1), (3.0, 50.0)),))
        path, height = line.drawn(10)

        assert path.startswith("M0.0 ")
        assert height >= 1

    def test_the_rings_of_a_hole_and_of_islands_are_all_there(self) -> None:
        assert len(geometry._rings(shapely.to_wkb(AROUND))) == 2
        assert len(geometry._rings(shapely.to_wkb(ISLANDS))) == 2
