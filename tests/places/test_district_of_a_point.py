"""In which priority neighbourhood a point lay on a day: by name and by code, as far as polygons are loaded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import places
from maillage.figures.observations import neighbourhoods
from maillage.places import districts
from maillage.places.models import Edition, PriorityDistrict
from maillage.register.importers.lambert import to_degrees
from tests.factories.places import district

pytestmark = pytest.mark.django_db

MOULINS, LENS = (3.05, 50.65), (2.83, 50.43)
DAY = date(2020, 6, 1)


@pytest.fixture(autouse=True)
def _forgotten(db: None) -> Iterator[None]:
    places.forget()
    yield
    places.forget()


def code_at(point: tuple[float | None, float | None], day: date = DAY) -> str | None:
    """The code of the neighbourhood of a point, if it lies in one."""
    found = places.district_at(*point, day)
    return found.code if found else None


def test_with_nothing_loaded_no_point_is_in_one() -> None:
    assert code_at(MOULINS) is None
    assert not districts.is_any_loaded()
    assert districts.districts_on(DAY) == []


def test_a_point_is_told_by_the_polygon_that_holds_it() -> None:
    moulins = district()
    lens = district("QN06201M", "Cité 12", LENS)
    assert places.district_at(*MOULINS, DAY) == moulins
    assert places.district_at(*LENS, DAY) == lens
    assert code_at((2.95, 50.55)) is None, "between the two"


# east of the middle, north of the middle, whether it is in the square (a border belongs to it)
OFFSETS = [
    (0.0, 0.0, True),
    (0.0099, -0.0099, True),
    (0.01, 0.0, True),
    (-0.01, 0.01, True),
    (0.0101, 0.0, False),
    (0.0, -0.0101, False),
    (0.0101, 0.0101, False),
]


@pytest.mark.parametrize(("east", "north", "held"), OFFSETS)
def test_a_border_belongs_to_the_neighbourhood(east: float, north: float, held: bool) -> None:
    # Around the origin, where hundredths are added without rounding.
    district(around=(0.0, 0.0))
    assert (code_at((east, north)) is not None) is held


# first day, last day, the day asked, whether it holds
DAYS = [
    (date(2015, 1, 1), None, date(2014, 12, 31), False),
    (date(2015, 1, 1), None, date(2015, 1, 1), True),
    (date(2015, 1, 1), None, date(2050, 1, 1), True),
    (date(2015, 1, 1), date(2023, 12, 31), date(2023, 12, 31), True),
    (date(2015, 1, 1), date(2023, 12, 31), date(2024, 1, 1), False),
    (date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 1), True),
]


@pytest.mark.parametrize(("starts", "ends", "day", "held"), DAYS)
def test_both_its_first_and_its_last_day_count(
    starts: date, ends: date | None, day: date, held: bool
) -> None:
    district(starts_on=starts, ends_on=ends)
    assert (code_at(MOULINS, day) is not None) is held
    assert [one.code for one in districts.districts_on(day)] == (["QN05901M"] if held else [])


def test_the_list_of_2024_follows_that_of_2015_over_the_same_ground() -> None:
    district("QP059001", "Moulins", ends_on=date(2023, 12, 31))
    district("QN05901M", "Moulins – Wazemmes", starts_on=date(2024, 1, 1))
    assert code_at(MOULINS, date(2023, 12, 31)) == "QP059001"
    assert code_at(MOULINS, date(2024, 1, 1)) == "QN05901M"


@pytest.mark.parametrize(
    "point",
    [(None, 50.65), (3.05, None), (None, None), (math.nan, 50.65), (3.05, math.inf)],
)
def test_without_a_position_there_is_no_neighbourhood(
    point: tuple[float | None, float | None],
) -> None:
    district()
    assert code_at(point) is None


def test_a_later_load_of_the_same_code_counts_in_place_of_the_earlier() -> None:
    district(around=MOULINS)
    district(around=LENS)
    assert code_at(LENS) == "QN05901M"
    assert code_at(MOULINS) is None, "the outline moved"


@pytest.mark.parametrize("loaded", [("QN05901M", "QN05902M"), ("QN05902M", "QN05901M")])
def test_of_two_that_overlap_the_first_code_has_the_point_as_in_the_observatories(
    loaded: tuple[str, str],
) -> None:
    metres = 704_000.0, 7_059_000.0
    at = to_degrees(*metres)
    for code in loaded:
        district(code, around=at)
    assert code_at(at) == "QN05901M"
    drawn = districts.drawn_on(DAY)
    search = neighbourhoods._Search([drawn[code] for code in sorted(drawn)])
    (found,) = search.met([{"x": str(metres[0]), "y": str(metres[1]), "commune_code": "59350"}])
    assert found["rank"] == 1, "the first of the codes in order"


def test_a_load_that_is_undone_gives_the_earlier_outline_back() -> None:
    district(around=MOULINS)
    moved = district(around=LENS)
    Edition.objects.filter(pk=moved.edition_id).update(is_active=False)
    places.forget()
    assert code_at(MOULINS) == "QN05901M"
    assert code_at(LENS) is None


def test_what_was_read_once_is_not_asked_again() -> None:
    district()
    code_at(MOULINS)
    with CaptureQueriesContext(connection) as asked:
        assert [code_at(point) for point in (MOULINS, LENS, MOULINS)] == [
            "QN05901M",
            None,
            "QN05901M",
        ]
    assert len(asked) == 0


def test_those_of_a_day_stand_by_name() -> None:
    for code, name in (
        ("QN05901M", "Wazemmes"),
        ("QN05902M", "Bois Blancs"),
        ("QN05903M", "Moulins"),
    ):
        district(code, name)
    district("QP059009", "Ancien", ends_on=date(2019, 1, 1))
    assert [one.name for one in districts.districts_on(DAY)] == [
        "Bois Blancs",
        "Moulins",
        "Wazemmes",
    ]


def test_a_code_is_held_only_on_days_of_which_something_is_known() -> None:
    district(starts_on=date(2024, 1, 1))
    assert districts.held_on("QN05901M", date(2024, 6, 1)) is True
    assert districts.held_on("QN05999M", date(2024, 6, 1)) is False
    assert districts.held_on("QN05901M", DAY) is None, "nothing of that day is loaded"


HUNDREDTHS = st.integers(-40, 40)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    squares=st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS), min_size=1, max_size=4, unique=True),
    points=st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS), min_size=1, max_size=6),
)
def test_a_point_has_a_neighbourhood_exactly_when_one_square_holds_it(
    squares: list[tuple[int, int]], points: list[tuple[int, int]]
) -> None:
    """Squares of half a side 0.01; points at odd halves, off every border; the yes of `in_qpv` is the same."""
    PriorityDistrict.objects.all().delete()
    for rank, (east, north) in enumerate(squares):
        district(f"QN0590{rank}M", f"Square {rank}", (east / 100, north / 100))
    for east, north in points:
        lon, lat = (east + 0.5) / 100, (north + 0.5) / 100
        holding = {
            f"QN0590{rank}M"
            for rank, (x, y) in enumerate(squares)
            if abs(lon - x / 100) < 0.01 and abs(lat - y / 100) < 0.01
        }
        found = code_at((lon, lat))
        assert found in holding if holding else found is None
        assert places.in_qpv(lon, lat, "59350", DAY) is bool(holding)
