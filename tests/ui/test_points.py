"""A map of points: signs that tell states, circles that tell numbers, links that open them."""

from __future__ import annotations

from bs4 import BeautifulSoup

from maillage.ui.charts import Ground, Heap, Pin, Sign, point_map

WORDS = {sign: f"mot {sign.value}" for sign in Sign}
LILLE = Ground("Lille", [[(3.0, 50.6), (3.1, 50.6), (3.1, 50.7), (3.0, 50.7)]])


def drawn(*marks: Pin | Heap, title: str = "Firms") -> BeautifulSoup:
    pins = [one for one in marks if isinstance(one, Pin)]
    heaps = [one for one in marks if isinstance(one, Heap)]
    return BeautifulSoup(str(point_map([LILLE], pins, heaps, WORDS, title=title)), "html.parser")


def test_each_place_is_a_link_with_its_name_on_a_desk_and_on_a_phone() -> None:
    page = drawn(Pin("Levain, seen", 3.05, 50.65, Sign.DONE, "/firm/"))
    for picture in page.select("svg.chart"):
        (link,) = picture.select("a")
        assert (link["href"], link["aria-label"]) == ("/firm/", "Levain, seen")
        box = [float(x) for x in str(picture["viewbox"]).split()]
        (circle,) = picture.select("circle.done")
        assert float(str(circle["cx"])) == box[2] / 2
        assert 0 < float(str(circle["cy"])) < box[3]
    assert [one.get_text() for one in page.select(".legend li")] == ["mot done (1)"]


def test_a_heap_writes_its_number_and_the_largest_has_the_largest_area() -> None:
    page = drawn(Heap("Lille, 40", 3.02, 50.65, 40), Heap("Loos, 10", 3.08, 50.65, 10))
    (wide, _narrow) = page.select("svg.chart")
    assert [one.get_text() for one in wide.select("text")] == ["40", "10"]
    large, small = (float(str(one["r"])) for one in wide.select("circle.door"))
    assert large == 2 * small
    assert not page.select(".legend"), "a number needs no legend"


def test_without_an_address_a_place_is_an_image_and_what_was_typed_stays_text() -> None:
    page = drawn(Pin("<b>x</b>", 3.05, 50.65, Sign.WAITING), title="<script>1</script>")
    assert not page.select("a, b, script")
    assert page.select('[role=img][aria-label="<b>x</b>"]')


def test_a_map_without_a_place_is_an_image_of_its_ground() -> None:
    (wide, narrow) = drawn().select("svg.chart")
    assert wide["role"] == narrow["role"] == "img"
    assert wide.path is not None
