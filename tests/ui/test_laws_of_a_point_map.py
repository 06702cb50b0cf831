"""Laws of a map of points: every mark once on each drawing and within it, areas that tell numbers, words that stay."""

from __future__ import annotations

from collections import Counter

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.ui.charts import Ground, Heap, Pin, Sign, point_map
from maillage.ui.charts.points import LARGEST, LEAST, NARROW, WIDE

WORDS = {sign: f"mot {sign.value}" for sign in Sign}
WEST, SOUTH, EAST, NORTH = 3.0, 50.6, 3.1, 50.7
LILLE = Ground("Lille", [[(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)]])
pins = st.builds(
    lambda lon, lat, sign, rank: Pin(f"Firm {rank}", lon, lat, sign, f"/firm/{rank}/"),
    st.floats(WEST, EAST), st.floats(SOUTH, NORTH), st.sampled_from(Sign), st.integers(0, 999),
)  # fmt: skip
heaps = st.builds(
    lambda lon, lat, count: Heap(f"Town, {count}", lon, lat, count, "/town/"),
    st.floats(WEST, EAST), st.floats(SOUTH, NORTH), st.integers(1, 5000),
)  # fmt: skip


def page_of(
    pinned: list[Pin], heaped: list[Heap], grounds: list[Ground] | None = None, name: str = "points"
) -> BeautifulSoup:
    shown = [LILLE] if grounds is None else grounds
    return BeautifulSoup(
        str(point_map(shown, pinned, heaped, WORDS, title="Firms", name=name)), "html.parser"
    )


@given(st.lists(pins, max_size=12))
def test_each_pin_is_drawn_once_on_a_desk_and_once_on_a_phone(many: list[Pin]) -> None:
    page = page_of(many, [])
    for picture in page.select("svg.chart"):
        told = [(str(one["href"]), str(one["aria-label"])) for one in picture.select("a")]
        assert told == [(pin.url, pin.spoken) for pin in many]
        assert picture["role"] == ("group" if many else "img")


@given(st.lists(pins, max_size=12))
def test_the_legend_counts_what_is_drawn_in_the_order_of_signs(many: list[Pin]) -> None:
    counts = Counter(pin.sign for pin in many)
    told = [one.get_text() for one in page_of(many, []).select(".legend li")]
    assert told == [f"{WORDS[sign]} ({counts[sign]})" for sign in Sign if counts[sign]]


@given(st.lists(heaps, min_size=1, max_size=10))
def test_the_most_numerous_are_drawn_first_so_that_none_is_hidden(many: list[Heap]) -> None:
    for picture in page_of([], many).select("svg.chart"):
        radii = [float(str(one["r"])) for one in picture.select("circle.door")]
        assert radii == sorted(radii, reverse=True)
        assert all(LEAST <= radius <= LARGEST for radius in radii)
        assert radii[0] == LARGEST, "the largest fills its room"


@given(st.lists(heaps, min_size=1, max_size=10))
def test_the_middle_of_a_mark_is_within_the_drawing(many: list[Heap]) -> None:
    for picture, width in zip(page_of([], many).select("svg.chart"), (WIDE, NARROW), strict=True):
        _x, _y, across, down = (float(part) for part in str(picture["viewbox"]).split())
        assert across == width
        for one in picture.select("circle.door"):
            assert -0.5 <= float(str(one["cx"])) <= across + 0.5
            assert -0.5 <= float(str(one["cy"])) <= down + 0.5


@given(st.floats(WEST, EAST), st.floats(SOUTH, NORTH), st.floats(0.001, 0.05))
def test_east_is_to_the_right_and_north_above(lon: float, lat: float, step: float) -> None:
    here = Heap("here", lon, lat, 1)
    east, north = Heap("east", lon + step, lat, 1), Heap("north", lon, lat + step, 1)
    (picture, _narrow) = page_of([], [here, east, north]).select("svg.chart")
    one, other, above = picture.select("circle.door")
    assert float(str(other["cx"])) > float(str(one["cx"]))
    assert other["cy"] == one["cy"]
    assert float(str(above["cy"])) < float(str(one["cy"]))
    assert above["cx"] == one["cx"]


@pytest.mark.parametrize(
    ("counts", "radii"),
    [
        ([400], [26.0]), ([400, 100], [26.0, 13.0]), ([400, 400], [26.0, 26.0]), ([400, 1], [26.0, 13.0]),
        ([900, 400], [26.0, pytest.approx(26 * 2 / 3, abs=0.06)]),
    ],
)  # fmt: skip
def test_an_area_tells_a_number_and_is_never_too_small_for_a_thumb(
    counts: list[int], radii: list[float]
) -> None:
    many = [Heap(f"T{count}", WEST + rank / 50, 50.65, count) for rank, count in enumerate(counts)]
    (picture, _narrow) = page_of([], many).select("svg.chart")
    assert [float(str(one["r"])) for one in picture.select("circle.door")] == radii


@pytest.mark.parametrize(("language", "told"), [("fr", "1\u202f234"), ("en", "1,234")])
def test_a_number_is_written_as_the_reader_writes_it(language: str, told: str) -> None:
    with translation.override(language):
        page = page_of([], [Heap("Lille", 3.05, 50.65, 1234)])
    assert {one.get_text() for one in page.select("svg text")} == {told}


def test_two_maps_of_one_page_have_ids_of_their_own() -> None:
    pages = [page_of([], [], name=name) for name in ("left", "right")]
    ids = [str(one["id"]) for page in pages for one in page.select("[id]")]
    assert len(ids) == len(set(ids)) == 8
    for page in pages:
        for picture in page.select("svg.chart"):
            assert all(page.find(id=one) for one in str(picture["aria-labelledby"]).split())


def test_every_commune_is_an_outline_and_one_with_a_hole_keeps_it() -> None:
    hole = [(3.04, 50.64), (3.06, 50.64), (3.06, 50.66), (3.04, 50.66)]
    ring = Ground("Ring", [*LILLE.rings, hole])
    (picture, _narrow) = page_of([], [], [ring, LILLE]).select("svg.chart")
    first, second = picture.select("path.qv")
    assert str(first["d"]).count("M") == 2
    assert str(second["d"]).count("M") == 1
    assert first["fill-rule"] == "evenodd"


def test_marks_without_an_address_are_images_with_a_name() -> None:
    page = page_of([Pin("A, seen", 3.05, 50.65, Sign.DONE)], [Heap("B, 4", 3.02, 50.65, 4)])
    assert not page.select("a")
    for picture in page.select("svg.chart"):
        assert [one["aria-label"] for one in picture.select("g[role=img]")] == ["B, 4", "A, seen"]
