"""Points against the outlines of neighbourhoods: borders, holes, outlines that meet, positions that are not told."""

from __future__ import annotations

import pytest
import shapely

from maillage.figures.observations import neighbourhoods
from maillage.figures.observations.neighbourhoods import STRIDE, grounds
from maillage.register.importers.lambert import to_degrees

X, Y = 704_000.0, 7_059_000.0  # Lambert 93, in Lille


def ring(half: float, east: float = 0.0) -> list[tuple[float, float]]:
    """The corners of a square around a point of Lille, in degrees."""
    sides = [(-half, -half), (half, -half), (half, half), (-half, half)]
    return [to_degrees(X + east + a, Y + b) for a, b in sides]


def ranks(shapes: list[shapely.Polygon | shapely.MultiPolygon], *points: tuple[str, str], commune: str = "59350") -> list[int]:  # fmt: skip
    """The rank of the outline that holds each point, 0 for none."""
    search = neighbourhoods._Search([shapely.to_wkb(one) for one in shapes])
    asked = [{"x": x, "y": y, "commune_code": commune} for x, y in points]
    found = {(one["x"], one["y"]): one["rank"] for one in search.met(asked)}
    return [int(str(found.get(point, 0))) for point in points]


def at(east: float = 0.0, north: float = 0.0) -> tuple[str, str]:
    return f"{X + east}", f"{Y + north}"


def test_a_court_in_the_middle_of_a_neighbourhood_is_not_of_it() -> None:
    holed = shapely.Polygon(ring(400), [ring(100)])
    assert ranks([holed], at(), at(99, 0), at(101, 0), at(-399, 0), at(401, 0)) == [0, 0, 1, 1, 0]


def test_a_neighbourhood_in_two_parts_is_one() -> None:
    apart = shapely.MultiPolygon([shapely.Polygon(ring(100)), shapely.Polygon(ring(100, 1_000))])
    assert ranks([apart], at(), at(500, 0), at(1_000, 0)) == [1, 0, 1]


def test_of_outlines_that_meet_the_first_has_the_point_whatever_the_order_of_points() -> None:
    shapes = [shapely.Polygon(ring(400, 300)), shapely.Polygon(ring(400))]
    points = [at(-300), at(100), at(600), at(900)]
    assert ranks(shapes, *points) == [2, 1, 1, 0]
    assert ranks(shapes, *reversed(points)) == [0, 1, 1, 2]


def test_a_corner_belongs_to_its_neighbourhood() -> None:
    # The very corner, as it is projected: who stands on the border is inside, as `places` answers.
    search = neighbourhoods._Search([shapely.to_wkb(shapely.Polygon(ring(400)))])
    (found,) = search.met([{"x": str(X - 400), "y": str(Y - 400), "commune_code": "59350"}])
    assert found["rank"] == 1


@pytest.mark.parametrize(
    "point",
    [("", ""), (str(X), ""), ("", str(Y)), ("[ND]", "[ND]"), (str(X), "[ND]"), ("x", "y"), ("nan", "nan"), ("inf", str(Y)),
     ("0", "0"), (str(Y), str(X))],
)  # fmt: skip
def test_a_position_that_is_not_told_withheld_or_absurd_is_in_none(point: tuple[str, str]) -> None:
    around = shapely.box(-180, -89, 180, 89)
    assert ranks([around], point) == [0]
    assert ranks([around], at()) == [1]


def test_a_position_is_read_in_the_projection_of_its_commune() -> None:
    around = shapely.box(55.0, -21.5, 56.0, -20.8)  # La Réunion
    point = ("338000.0", "7666000.0")
    assert ranks([around], point, commune="97411") == [1]
    assert ranks([around], point, commune="59350") == [0]


@pytest.mark.parametrize(
    ("code", "department"),
    [("QP059001", "59"), ("QN05901M", "59"), ("QP001002", "01"), ("QP02A001", "2A"), ("QP02B002", "2B"), ("QP974001", "97"),
     ("QP013077", "13")],
)  # fmt: skip
def test_points_are_looked_for_in_the_departments_that_codes_bear(
    code: str, department: str
) -> None:
    assert neighbourhoods._departments([code, code]) == [department]


def test_grounds_are_communes_and_the_parts_of_neighbourhoods_that_were_met() -> None:
    communes = {"59350": 1, "59512": 2}
    drawn = {"QP059002": b"", "QP059001": b""}
    met = [1, 2, STRIDE + 1, 2 * STRIDE + 2, 2 * STRIDE + 1]
    assert grounds(met, communes, drawn) == {
        1: ("59350", ""),
        2: ("59512", ""),
        STRIDE + 1: ("59350", "QP059001"),
        2 * STRIDE + 1: ("59350", "QP059002"),
        2 * STRIDE + 2: ("59512", "QP059002"),
    }, "codes are ranked in order, a neighbourhood astride two communes has a part in each"
    assert grounds([], communes, {}) == {1: ("59350", ""), 2: ("59512", "")}
    assert max(len(communes), 35_000) < STRIDE
