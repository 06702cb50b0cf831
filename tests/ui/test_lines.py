"""Lines over periods: from zero, six at most, dashed where they may change, broken where nothing is known."""

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.ui import charts, formats
from maillage.ui.charts.lines import MOST
from tests.ui.test_chart_geometry import box, extent

HOSTILE = '"><script>alert(1)</script>&'
FOOT = 266  # where zero stands in both sizes
TOP = {"wide": 18, "narrow": 30}


def line(*values, label="Lille", since=2015, unsure=0, **told):
    """A value a year; the last ones may still change."""
    settled = len(values) - unsure
    moments = [
        charts.Moment(str(since + rank), value, f"{since + rank} : {value}", provisional=rank >= settled, **told)
        for rank, value in enumerate(values)
    ]  # fmt: skip
    return charts.Line(label, moments)


def page(*lines, language="fr", **told):
    asked = {"title": "Naissances", "description": "412 en 2019", **told}
    with translation.override(language):
        return BeautifulSoup(charts.line_chart(lines, **asked), "html.parser")


def drawn(*lines, **told):
    return page(*lines, **told).find_all("svg")


def ends(svg):
    """The words at the ends of the lines."""
    return [text for text in svg.find_all("text") if "strong" in text.get("class", [])]


def under(svg):
    """The periods under the axis, from the left."""
    return sorted(
        (text for text in svg.find_all("text") if float(text["y"]) == box(svg)[1] - 10),
        key=lambda text: extent(text)[0],
    )


def graduations(svg):
    return [
        text
        for text in svg.find_all("text")
        if text not in ends(svg) and text not in under(svg) and text["text-anchor"] == "end"
    ]


def points(path):
    return [tuple(map(float, pair.split())) for pair in path["d"].strip("MZ").split("L")]


def test_lines_are_drawn_for_a_desk_and_for_a_phone_each_with_ids_of_its_own():
    soup = page(line(3, 4), name="births")
    assert [svg["class"] for svg in soup.find_all("svg")] == [
        ["chart", "wide"],
        ["chart", "narrow"],
    ]
    ids = [one["id"] for one in soup.select("[id]")]
    assert len(ids) == len(set(ids)) == 4
    assert all(identifier.startswith("births-") for identifier in ids)
    for svg in soup.find_all("svg"):
        said = [soup.find(id=one).get_text() for one in svg["aria-labelledby"].split()]
        assert said == ["Naissances", "412 en 2019"]


@pytest.mark.parametrize("lines", [[], [charts.Line("Lille", [])]])
def test_without_any_period_there_is_no_drawing(lines):
    assert str(charts.line_chart(lines, title="Rien", description="")) == ""


def test_zero_is_at_the_bottom_and_the_highest_value_within_the_plot():
    for svg in drawn(line(0, 8)):
        first, last = svg.select("circle")
        assert float(first["cy"]) == FOOT
        assert float(last["cy"]) == TOP[svg["class"][1]], "8 is the last graduation"
        (zero,) = svg.select("path.axis0")
        assert f" {FOOT}H" in zero["d"]
        assert [text.get_text() for text in graduations(svg)] == ["0", "2", "4", "6", "8"]


@pytest.mark.parametrize(
    ("highest", "french", "english"),
    [
        (0.07, ["0 %", "2 %", "4 %", "6 %", "8 %"], ["0%", "2%", "4%", "6%", "8%"]),
        (0.72, ["0 %", "20 %", "40 %", "60 %", "80 %"], ["0%", "20%", "40%", "60%", "80%"]),
        (0.01, ["0 %", "1 %"], ["0%", "1%"]),
        (1.0, ["0 %", "25 %", "50 %", "75 %", "100 %"], ["0%", "25%", "50%", "75%", "100%"]),
    ],
)  # fmt: skip
def test_shares_are_graduated_in_round_hundredths(highest, french, english):
    for language, said in (("fr", french), ("en", english)):
        svg = drawn(line(0.0, highest), language=language, write=formats.percent)[0]
        told = [text.get_text().replace(formats.NO_BREAK, " ") for text in graduations(svg)]
        assert told == said


def test_the_scale_holds_the_upper_bound_of_an_interval_and_no_more_lines_than_are_drawn():
    banded = line(0.5, 0.5, low=0.4, high=0.9)
    assert graduations(drawn(banded, write=formats.percent)[0])[-1].get_text()[:3] == "100"
    many = [line(1, 2, label=str(rank)) for rank in range(MOST)]
    beyond = drawn(*many, line(1, 5_000, label="loin"))[0]
    assert graduations(beyond)[-1].get_text() == "2", "a line left out stretches nothing"


def test_six_lines_at_most_are_drawn_each_with_its_own_style():
    for svg in drawn(*(line(rank, rank + 1, label=f"T{rank}") for rank in range(9))):
        styles = [path["class"][1] for path in svg.select("path.curve")]
        assert styles == [f"c{rank}" for rank in range(1, MOST + 1)]
        assert sorted(text.get_text() for text in ends(svg)) == [f"T{rank}" for rank in range(6)]
        assert len(svg.select("circle")) == MOST, "one point at the end of each"


def test_the_years_stand_at_even_steps_from_left_to_right():
    (wide, narrow) = drawn(line(1, 2, 3, 4))
    for svg, right in ((wide, 640 - 118), (narrow, 340 - 14)):
        places = [float(dot["cx"]) for dot in svg.select("circle")]
        gaps = [after - before for before, after in pairwise(places)]
        assert max(gaps) - min(gaps) <= 0.11
        assert places[-1] == right


def test_lines_that_begin_later_share_the_axis_of_the_others():
    svg = drawn(line(1, 2, 3, label="a"), line(5, 6, label="b", since=2016))[0]
    first, second = (points(path) for path in svg.select("path.curve"))
    assert [x for x, _y in second] == [x for x, _y in first][1:]


def test_one_year_alone_is_a_point_at_the_left_with_its_value():
    for svg in drawn(line(7)):
        (dot,) = svg.select("circle")
        assert [text.get_text() for text in ends(svg)] == ["7"]
        assert [text.get_text() for text in under(svg)] == ["2015"]
        assert 0 < float(dot["cx"]) < box(svg)[0] / 2


# What may still change, what lacks, what is between two bounds


def test_the_stretch_towards_a_provisional_value_is_dashed_and_no_other():
    for svg in drawn(line(4, 5, 6, unsure=1), provisional="provisoire"):
        (sure,) = svg.select("path.curve:not(.provisional)")
        (dashed,) = svg.select("path.curve.provisional")
        assert len(points(sure)) == 2
        assert points(dashed)[0] == points(sure)[-1], "it starts where the sure line ends"
        assert len(points(dashed)) == 2


def test_two_provisional_years_are_two_dashes_in_a_row():
    svg = drawn(line(4, 5, 6, 7, unsure=2))[0]
    first, second = (points(path) for path in svg.select("path.provisional"))
    assert first[1] == second[0]
    assert len(points(svg.select_one("path.curve:not(.provisional)"))) == 2


def test_what_is_sure_is_not_dashed_nor_said_to_be_provisional():
    soup = page(line(4, 5, 6), provisional="provisoire")
    assert not soup.select("path.provisional")
    assert "provisoire" not in soup.get_text()


def test_the_word_provisional_stands_under_the_value_where_there_is_room_beside():
    wide, narrow = drawn(line(4, 5, unsure=1), provisional="provisoire")
    word = wide.find("text", string="provisoire")
    (value,) = ends(wide)
    assert word["x"] == value["x"]
    assert float(word["y"]) == float(value["y"]) + 15
    assert narrow.find("text", string="provisoire") is None, "its point says it there"


def test_a_gap_is_left_where_a_value_lacks():
    for svg in drawn(line(4, 5, None, 6, 7)):
        before, after = (points(path) for path in svg.select("path.curve"))
        assert len(before) == len(after) == 2
        assert before[-1][0] < after[0][0]
        assert len(svg.select("circle")) == 4
        assert len(under(svg)) == 5, "the year that lacks keeps its place"


def test_nothing_is_dashed_across_a_gap():
    svg = drawn(line(4, None, 6, unsure=1))[0]
    assert not svg.select("path.provisional")
    assert len(svg.select("circle")) == 2


def test_a_line_of_which_nothing_is_known_has_no_end_but_keeps_the_others_their_styles():
    svg = drawn(line(None, None, label="muet"), line(1, 2, label="dit"))[0]
    assert [text.get_text() for text in ends(svg)] == ["dit"]
    assert [path["class"][1] for path in svg.select("path.curve")] == ["c2"]


def test_a_band_goes_along_the_upper_bounds_and_back_along_the_lower_ones():
    for svg in drawn(line(0.5, 0.6, 0.7, low=0.3, high=0.8), write=formats.percent):
        (band,) = svg.select("path.band")
        places = points(band)
        assert len(places) == 6
        assert places[:3] == sorted(places[:3]), "to the right"
        assert places[3:] == sorted(places[3:], reverse=True), "and back"
        assert all(up[1] < down[1] for up, down in zip(places[:3], places[3:], strict=True))
        names = [part.get("class", [""])[0] for part in svg.find_all("path")]
        assert names.index("band") < names.index("curve"), "the line stands over its band"


def test_a_bound_alone_makes_no_band():
    for bounds in ({"low": 0.2}, {"high": 0.9}, {}):
        assert not drawn(line(0.5, 0.6, **bounds))[0].select("path.band")
    assert not drawn(line(0.5, low=0.2, high=0.9))[0].select("path.band"), "one year is no band"


# What opens, what is said


def test_each_point_of_a_line_alone_opens_what_it_counts_and_is_said():
    for svg in drawn(line(4, 5, url="/firms?a=1&b=2")):
        assert svg["role"] == "group"
        assert [a["href"] for a in svg.select("a")] == ["/firms?a=1&b=2"] * 2
        assert [a["aria-label"] for a in svg.select("a")] == ["2015 : 4", "2016 : 5"]


def test_of_several_lines_no_point_is_a_link_and_the_drawing_is_one_image():
    for svg in drawn(line(4, 5, url="/firms"), line(1, 2, url="/firms")):
        assert svg["role"] == "img"
        assert not svg.select("a")


def test_a_line_that_opens_nothing_is_one_image():
    assert {svg["role"] for svg in drawn(line(4, 5))} == {"img"}


def test_a_line_alone_says_its_value_and_several_say_their_names():
    assert [text.get_text() for text in ends(drawn(line(4, 1_500))[0])] == ["1\u202f500"]
    several = ends(drawn(line(4, 5, label="Lens"), line(8, 9, label="Lille"))[0])
    assert [text.get_text() for text in several] == ["Lille", "Lens"], "the higher first"


def test_on_a_phone_a_value_that_fell_stands_under_its_point_clear_of_the_line():
    for values, clear in (((9, 4), 20), ((4, 9), -10), ((4, 4), -10), ((4,), -10)):
        narrow = drawn(line(*values))[1]
        (said,) = ends(narrow)
        assert float(said["y"]) == pytest.approx(
            float(narrow.select("circle")[-1]["cy"]) + clear, abs=0.06
        )


@given(st.lists(st.integers(0, 500), min_size=2, max_size=36))
@settings(max_examples=40, deadline=None)
def test_on_a_phone_words_stand_clear_of_all_that_their_line_does_where_they_are_written(values):
    narrow = drawn(line(*values))[1]
    (text,) = ends(narrow)
    start, _end = extent(text)
    path = points(narrow.select_one("path.curve"))
    beneath = [y for x, y in path if x > start]
    bottom, top = float(text["y"]), float(text["y"]) - 12
    assert bottom <= min(beneath) - 9 or top >= max(beneath) + 7


@pytest.mark.parametrize("where", ["title", "description", "provisional"])
def test_hostile_words_around_lines_stay_words(where):
    soup = page(line(4, 5, unsure=1), **{where: HOSTILE})
    assert soup.find("script") is None
    assert HOSTILE in soup.get_text()


def test_hostile_words_in_lines_stay_words():
    moment = charts.Moment(HOSTILE, 4, HOSTILE, HOSTILE)
    soup = page(charts.Line(HOSTILE, [moment]), write=lambda _value: HOSTILE)
    assert soup.find("script") is None
    assert (soup.a["href"], soup.a["aria-label"]) == (HOSTILE, HOSTILE)
    assert HOSTILE in soup.get_text()


def test_no_line_carries_an_inline_style():
    assert "style=" not in str(page(line(4, 5, unsure=1, low=1, high=9)))


# Whatever the series, nothing leaves the drawing and no words hide others

VALUES = st.integers(0, 10**9) | st.none()
NAMES = st.text("abcdefghij -’é", min_size=1, max_size=60)
SERIES = st.lists(st.lists(VALUES, min_size=1, max_size=25), min_size=1, max_size=MOST)


def heights(svg):
    return sorted(float(text["y"]) for text in ends(svg))


@given(SERIES)
@settings(max_examples=40, deadline=None)
def test_the_names_at_the_ends_never_overlap_nor_leave_the_drawing(series):
    lines = [line(*values, label=f"T{rank}") for rank, values in enumerate(series)]
    for svg in drawn(*lines):
        width, height = box(svg)
        for text in ends(svg):
            start, end = extent(text)
            assert start >= 0
            assert end <= width
        assert all(8 <= y <= height - 22 for y in heights(svg)), "over the years of the axis"
        assert all(low - high >= 12 for high, low in pairwise(heights(svg)))


@given(SERIES, st.integers(1950, 2020), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_point_and_no_stretch_leaves_the_plot(series, since, unsure):
    lines = [line(*values, since=since, unsure=int(unsure)) for values in series]
    for svg in drawn(*lines):
        width, _height = box(svg)
        top = TOP[svg["class"][1]]
        places = [place for path in svg.select("path.curve") for place in points(path)]
        places += [(float(dot["cx"]), float(dot["cy"])) for dot in svg.select("circle")]
        assert all(0 <= x <= width and top <= y <= FOOT for x, y in places)


@given(st.lists(NAMES, min_size=2, max_size=MOST, unique=True))
@settings(max_examples=30, deadline=None)
def test_the_name_of_a_place_is_cut_before_the_edge_of_the_drawing_and_never_lost(names):
    for svg in drawn(*(line(1, rank, label=name) for rank, name in enumerate(names))):
        told = [text.get_text() for text in ends(svg)]
        assert len(told) == len(names)
        for text in ends(svg):
            start, end = extent(text)
            assert start >= 0
            assert end <= box(svg)[0]
        for shown in told:
            assert any(name.startswith(shown.removesuffix("…")) for name in names)


@given(st.integers(1, 40), st.sampled_from(["fr", "en"]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_periods_under_the_axis_never_overlap_and_the_last_is_always_said(
    number, language, monthly
):
    names = [f"{2016 + rank // 12}-{rank % 12 + 1:02}" if monthly else str(1985 + rank) for rank in range(number)]  # fmt: skip
    said = (lambda one: formats.month(one, short=True)) if monthly else str
    asked = charts.Line("Lille", [charts.Moment(name, 3, name) for name in names])
    for svg in drawn(asked, language=language, said=said):
        labels = under(svg)
        with translation.override(language):
            assert labels[-1].get_text() == said(names[-1])
        places = [extent(text) for text in labels]
        assert all(start >= 0 and end <= box(svg)[0] for start, end in places)
        assert all(one[1] <= other[0] for one, other in pairwise(places))


@given(st.integers(0, 10**12), st.sampled_from(["fr", "en"]))
@settings(max_examples=40, deadline=None)
def test_no_graduation_of_a_line_is_cut_on_the_left_nor_lies_over_the_plot(highest, language):
    for svg in drawn(line(0, highest), language=language):
        left = points(svg.select_one("path.curve"))[0][0]
        for text in graduations(svg):
            start, end = extent(text)
            assert start >= 0
            assert end < left


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_order_of_heights_is_the_order_of_values(values):
    for svg in drawn(line(*values), write=formats.percent):
        dots = [float(dot["cy"]) for dot in svg.select("circle")]
        for (value, y), (other, its) in pairwise(sorted(zip(values, dots, strict=True))):
            assert value <= other
            assert y >= its - 0.11
