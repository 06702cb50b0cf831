"""A small map: the commune in the middle, its neighbours beyond the edge, the point where it is given."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings, strategies as st

from maillage.ui.charts import Ground, Spot, spot_map
from maillage.ui.charts.spots import HEIGHT, MARGIN, WIDTH

SQUARE = [((3.0, 50.6), (3.1, 50.6), (3.1, 50.7), (3.0, 50.7), (3.0, 50.6))]


def drawn(*spots, home=SQUARE, around=()):
    soup = BeautifulSoup(
        str(spot_map(Ground("Lille", home), around, spots, title="Where")), "html.parser"
    )
    return soup.svg


def test_the_commune_is_named_and_its_neighbours_lie_under_it():
    svg = drawn(around=[Ground("Lomme", SQUARE)])
    assert [path["class"] for path in svg.select("path")] == [["qv"], ["q1"]]
    assert svg.find("text").get_text() == "Lille"


def test_a_point_in_the_middle_of_the_commune_stands_in_the_middle_of_the_drawing():
    (circle,) = drawn(Spot("12 rue X", 3.05, 50.65)).select("circle")
    assert (float(circle["cx"]), float(circle["cy"])) == pytest.approx(
        (WIDTH / 2, HEIGHT / 2), abs=0.2
    )


def test_north_is_up_and_east_is_right():
    low, high = drawn(Spot("a", 3.02, 50.62), Spot("b", 3.08, 50.68)).select("circle")
    assert float(low["cx"]) < float(high["cx"])
    assert float(low["cy"]) > float(high["cy"])


def test_a_point_beyond_the_frame_is_left_out_and_the_drawing_is_one_image():
    svg = drawn(Spot("Marseille", 5.4, 43.3))
    assert not svg.select("circle")
    assert svg["role"] == "img"


def test_a_voice_reads_the_address_of_each_point():
    svg = drawn(Spot("12 rue X, LILLE", 3.05, 50.65))
    assert svg["role"] == "group"
    assert [one["aria-label"] for one in svg.select("g[role=img]")] == ["12 rue X, LILLE"]


@given(
    st.floats(-179, 178), st.floats(-80, 79), st.floats(1e-4, 1.0), st.floats(1e-4, 1.0)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_the_whole_commune_is_in_the_drawing_wherever_it_lies_whatever_its_shape(
    west, south, wide, high
):
    ring = ((west, south), (west + wide, south), (west + wide, south + high), (west, south))
    (path,) = drawn(home=[ring]).select("path.q1")
    for pair in path["d"].strip("MZ").split("L"):
        x, y = map(float, pair.split())
        assert MARGIN - 1 <= x <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= y <= HEIGHT - MARGIN + 1
