"""What a map of points owes to its reader: every place once, where it is, told by its shape and in the legend."""

from __future__ import annotations

from collections import Counter

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings, strategies as st

from maillage.ui.charts import Ground, Heap, Pin, Sign, point_map
from maillage.ui.charts.points import LARGEST, LEAST, NARROW, WIDE

WORDS = {sign: f"mot {sign.value}" for sign in Sign}
WEST = Ground("West", [[(3.0, 50.6), (3.1, 50.6), (3.1, 50.7), (3.0, 50.7)]])
EAST = Ground("East", [[(3.1, 50.6), (3.2, 50.6), (3.2, 50.7), (3.1, 50.7)]])
LON, LAT = st.floats(3.0, 3.2), st.floats(50.6, 50.7)
COUNTS = st.lists(st.integers(1, 5000), min_size=1, max_size=8)


def drawn(pins: list[Pin], heaps: list[Heap], **named: str) -> BeautifulSoup:
    named.setdefault("title", "Firms")
    return BeautifulSoup(str(point_map([WEST, EAST], pins, heaps, WORDS, **named)), "html.parser")


def pictures(page: BeautifulSoup) -> tuple[Tag, Tag]:
    wide, narrow = page.select("svg.chart")
    return wide, narrow


def box(picture: Tag) -> list[float]:
    return [float(x) for x in str(picture["viewbox"]).split()]


def heaps_of(counts: list[int]) -> list[Heap]:
    return [Heap(f"{n}: {count}", 3.05, 50.65, count, f"/{n}/") for n, count in enumerate(counts)]


def test_the_ground_is_drawn_once_a_commune_in_each_size() -> None:
    for picture, width in zip(pictures(drawn([], [])), (WIDE, NARROW), strict=True):
        assert len(picture.select("path.qv")) == 2
        assert box(picture)[2] == width


def test_east_is_right_and_south_is_below() -> None:
    pins = [
        Pin("north-west", 3.02, 50.68, Sign.DONE),
        Pin("south-east", 3.18, 50.62, Sign.DONE),
    ]
    for picture in pictures(drawn(pins, [])):
        one, other = picture.select("circle.done")
        assert float(str(one["cx"])) < float(str(other["cx"]))
        assert float(str(one["cy"])) < float(str(other["cy"]))


@given(places=st.lists(st.tuples(LON, LAT, st.sampled_from(Sign)), min_size=1, max_size=8))
@settings(max_examples=25)
def test_each_place_is_a_link_and_the_legend_counts_them_all(
    places: list[tuple[float, float, Sign]],
) -> None:
    pins = [Pin(f"firm {n}", *place, f"/{n}/") for n, place in enumerate(places)]
    page = drawn(pins, [])
    for picture in pictures(page):
        assert [(link["href"], link["aria-label"]) for link in picture.select("a")] == [
            (f"/{n}/", f"firm {n}") for n in range(len(places))
        ]
    held = Counter(sign for _lon, _lat, sign in places)
    assert sorted(one.get_text() for one in page.select(".legend li")) == sorted(
        f"mot {sign.value} ({count})" for sign, count in held.items()
    )


@given(counts=COUNTS)
@settings(max_examples=25)
def test_the_area_of_a_heap_tells_its_number_down_to_what_a_finger_needs(
    counts: list[int],
) -> None:
    for picture in pictures(drawn([], heaps_of(counts))):
        radii = [float(str(one["r"])) for one in picture.select("circle.door")]
        wanted = sorted(counts, reverse=True)
        assert radii == sorted(radii, reverse=True), "a small one is never under a large one"
        assert radii[0] == pytest.approx(LARGEST, abs=0.1)
        for radius, count in zip(radii, wanted, strict=True):
            told = LARGEST * (count / wanted[0]) ** 0.5
            assert radius == pytest.approx(max(LEAST, told), abs=0.1)


@given(counts=COUNTS)
@settings(max_examples=15)
def test_every_heap_writes_its_number(counts: list[int]) -> None:
    wide, _narrow = pictures(drawn([], heaps_of(counts)))
    written = ["".join(filter(str.isdigit, one.get_text())) for one in wide.select("a text")]
    assert written == [str(count) for count in sorted(counts, reverse=True)]


def test_pins_stand_over_heaps() -> None:
    page = drawn([Pin("pin", 3.05, 50.65, Sign.GONE, "/p/")], heaps_of([9]))
    for picture in pictures(page):
        assert [link["href"] for link in picture.select("a")] == ["/0/", "/p/"]


def test_two_maps_of_one_page_share_no_identifier() -> None:
    one, other = drawn([], [], name="needs"), drawn([], [], name="visits")
    held = [{str(tag["id"]) for tag in page.select("[id]")} for page in (one, other)]
    assert held[0].isdisjoint(held[1])
    assert all(
        len(page.select("[id]")) == len(ids) for page, ids in zip((one, other), held, strict=True)
    )


def test_a_title_is_what_the_picture_is_called() -> None:
    for picture in pictures(drawn([], [], title="Visits & needs")):
        assert "Visits & needs" in str(picture.get("aria-label") or picture.get_text())
