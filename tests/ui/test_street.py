"""The strip of a street: doors face each other, shapes tell states, links open firms, on a desk and on a phone."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from maillage.ui.charts import Door, Sign, street_strip
from maillage.ui.charts.street import NARROW_CELLS, WIDE_CELLS, facing

WORDS = {sign: f"mot {sign.value}" for sign in Sign}


def door(number: int, sign: Sign = Sign.WAITING, url: str = "") -> Door:
    return Door(f"{number}", f"{number}, Firm", sign, (number + 1) // 2, bool(number % 2), url)


def strip(*doors: Door, title: str = "RUE DE GAND, Lille") -> BeautifulSoup:
    return BeautifulSoup(str(street_strip(doors, WORDS, title=title)), "html.parser")


def labels(columns: list[tuple[Door | None, Door | None]]) -> list[tuple[str, str]]:
    return [tuple(one.label if one else "" for one in column) for column in columns]  # type: ignore[misc]


def test_doors_face_each_other_and_gaps_are_closed() -> None:
    assert labels(facing([door(1), door(2), door(5), door(6), door(40)])) == [
        ("1", "2"), ("5", "6"), ("", "40"),
    ]  # fmt: skip


def test_several_firms_at_one_number_stand_one_after_the_other() -> None:
    assert labels(facing([door(3), door(3), door(4)])) == [("3", "4"), ("3", "")]


def test_it_is_drawn_for_a_desk_and_for_a_phone_with_every_door_in_both() -> None:
    page = strip(*(door(number) for number in range(1, 41)))
    wide, narrow = page.select("svg.chart")
    assert "wide" in wide["class"]
    assert "narrow" in narrow["class"]
    for drawn, cells in ((wide, WIDE_CELLS), (narrow, NARROW_CELLS)):
        assert len(drawn.select("circle.door")) == 40
        assert len(drawn.select(".road")) == -(-20 // cells)
        box = [float(x) for x in str(drawn["viewbox"]).split()]
        for number in drawn.select("text"):
            assert 0 <= float(str(number["x"])) <= box[2]
            assert 0 <= float(str(number["y"])) <= box[3]


def test_odd_numbers_stand_above_the_road_and_even_ones_below() -> None:
    (drawn, _narrow) = strip(door(1), door(2)).select("svg.chart")
    odd, even = (float(str(text["y"])) for text in drawn.select("text"))
    assert odd < 75 < even


def test_a_state_is_a_shape_and_not_only_a_colour() -> None:
    shapes = set()
    for sign in Sign:
        (drawn, _narrow) = strip(door(1, sign)).select("svg.chart")
        one = drawn.select_one('[role="img"]')
        assert isinstance(one, Tag)
        shapes.add(
            tuple(
                (x.name, x.get("d"), x.get("width"), x.get("r"))
                for x in one.find_all(recursive=False)[2:]
            )
        )
    assert len(shapes) == len(Sign)


def test_the_legend_names_and_counts_the_states_that_are_there() -> None:
    page = strip(door(1, Sign.DONE), door(3, Sign.DONE), door(2, Sign.REFUSED))
    assert [item.get_text() for item in page.select(".legend li")] == [
        "mot done (2)", "mot refused (1)",
    ]  # fmt: skip


def test_a_door_opens_its_firm_and_says_its_name() -> None:
    page = strip(door(7, Sign.DONE, url="/firm/"))
    (wide, narrow) = page.select("svg.chart")
    for drawn in (wide, narrow):
        (link,) = drawn.select("a")
        assert link["href"] == "/firm/"
        assert link["aria-label"] == "7, Firm"
        assert drawn["role"] == "group"
    assert wide["aria-labelledby"] != narrow["aria-labelledby"], "each drawing has ids of its own"


def test_what_was_typed_stays_text_and_a_street_without_a_number_is_drawn_empty() -> None:
    page = strip(title="<script>alert(1)</script>")
    assert not page.find("script")
    assert page.select(".legend li") == []
    assert page.select("circle") == []
