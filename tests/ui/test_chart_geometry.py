"""From values to shapes: zero, one, negative, huge; nothing leaves the drawing, no label hides another."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.kernel.periods import Period
from maillage.ui import charts
from maillage.ui.charts.frame import nice_steps
from maillage.ui.charts.maps import quintiles

N, B = "\u202f", "\u00a0"
NAN, INFINITE = float("nan"), float("inf")
YEAR = Period.parse("2020")
LETTER = 6.5


def drawn(svg):
    return BeautifulSoup(svg, "html.parser").find_all("svg")


def bars(*rows, language="fr"):
    with translation.override(language):
        return drawn(charts.bar_chart(rows, title="Titre"))


def lengths(svg):
    return [float(bar["width"]) for bar in svg.select(".column")]


def curve(points=(), *, period=YEAR, language="fr", **given_as):
    made = [charts.Point(on, total, f"{on} : {total}") for on, total in points]
    with translation.override(language):
        return drawn(
            charts.cumulative(made, period=period, title="Titre", description="", **given_as)
        )


def extent(text):
    """From where to where a text goes, at about the width of its letters."""
    width, x = len(text.get_text()) * LETTER, float(text["x"])
    start = {"start": x, "middle": x - width / 2, "end": x - width}[text["text-anchor"]]
    return start, start + width


def box(svg):
    _, _, width, height = map(float, svg["viewbox"].split())
    return width, height


@pytest.mark.parametrize(
    ("values", "wide"),
    [
        ([], []),
        ([5], [640]),
        ([0], []),
        ([0, 0], []),
        ([None], []),
        ([4, 2, 1], [640, 320, 160]),
        ([-4, 2], [640]),
        ([-4, -2], []),
        ([NAN, 3], [640]),
        ([3, NAN], [640]),
        ([INFINITE, 3], [640]),
        ([1e300, 5e299], [640, 320]),
        ([0.5, 0.25], [640, 320]),
    ],
)
def test_the_length_of_a_bar_is_its_share_of_the_longest(values, wide):
    rows = [charts.Row(f"Ligne {rank}", value) for rank, value in enumerate(values)]
    assert lengths(bars(*rows)[0]) == wide
    assert lengths(bars(*rows)[1]) == [length * 340 / 640 for length in wide]


@given(st.lists(st.floats(0, 1e12) | st.none(), max_size=8))
@settings(max_examples=25)
def test_no_bar_leaves_its_track_and_the_longest_fills_it(values):
    for svg in bars(*(charts.Row("x", value) for value in values)):
        width, height = box(svg)
        assert all(0 <= length <= width for length in lengths(svg))
        assert max(lengths(svg), default=0) == (width if any(values) else 0)
        assert height == 46 * len(values)
        assert all(float(rect["y"]) + 12 <= height for rect in svg.select(".track"))


def test_a_masked_value_does_not_stretch_the_scale_of_the_others():
    rows = [charts.Row("a", 10), charts.Row("b", 1000, masked="trop peu")]
    assert lengths(bars(*rows)[0]) == [640]
    assert "1000" not in str(bars(*rows))


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (1_000_000, f"1{N}000{N}000", "1,000,000"),
        (12_345.5, f"12{N}345,5", "12,345.5"),
        (0.0, "0", "0"),
        (-3, "−3", "−3"),
        (None, "non renseigné", "not provided"),
    ],
)
def test_a_bar_without_words_writes_its_value_as_the_reader_does(value, french, english):
    for language, said in (("fr", french), ("en", english)):
        svg = bars(charts.Row("Lille", value), language=language)[0]
        colon = f"{B}: " if language == "fr" else ": "
        assert svg.g["aria-label"] == f"Lille{colon}{said}"
        assert said in [text.get_text() for text in svg.find_all("text")]


def test_a_long_label_takes_the_lines_it_needs_and_pushes_what_is_below():
    label = " ".join(["Communauté de communes"] * 6)
    for svg in bars(charts.Row("Lille", 1), charts.Row(label, 3), charts.Row("Lens", 2)):
        width, height = box(svg)
        first, long, last = svg.select("g[aria-label]")
        assert long["aria-label"].startswith(label)
        lines = long.select("text.strong")
        assert " ".join(line.get_text() for line in lines) == label
        assert all(len(line.get_text()) * LETTER < width - 20 for line in lines)
        rows = [float(row.select_one("rect.track")["y"]) for row in (first, long, last)]
        assert rows == sorted(rows)
        ends = [float(line["y"]) for line in lines]
        assert rows[0] < ends[0]
        assert ends[-1] < rows[1]
        assert rows[1] < float(last.select_one("text.strong")["y"]) < rows[2] < height


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (0, [0, 1]),
        (-5, [0, 1]),
        (NAN, [0, 1]),
        (INFINITE, [0, 1]),
        (0.3, [0, 1]),
        (1, [0, 1]),
        (5, [0, 2, 4, 6]),
        (10, [0, 3, 6, 9, 12]),
        (11, [0, 5, 10, 15]),
        (10_000_000, [0, 2_500_000, 5_000_000, 7_500_000, 10_000_000]),
    ],
)
def test_graduations_start_at_zero_are_whole_and_cover(highest, steps):
    assert nice_steps(highest) == steps


@given(st.floats(0.01, 1e15))
def test_graduations_are_few_even_and_reach_the_top(highest):
    steps = nice_steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest * (1 - 1e-8)
    assert 2 <= len(steps) <= 6
    gaps = [after - before for before, after in pairwise(steps)]
    assert max(gaps) - min(gaps) <= 1e-6 * max(gaps)


@pytest.mark.parametrize(
    ("total", "height"),
    [(0, 276), (4, 18), (2, 147), (1, 211.5), (-3, 276), (NAN, 276), (INFINITE, 18)],
)
def test_a_point_stands_at_its_share_of_the_scale_and_never_out_of_it(total, height):
    (dot,) = curve([(date(2020, 6, 30), total)], target=4)[0].select("circle")
    assert float(dot["cy"]) == height


@pytest.mark.parametrize(
    ("on", "x"),
    [
        (date(2020, 12, 31), 554),
        (date(2021, 5, 1), 554),
        (date(2019, 5, 1), 56),
        (date(2020, 7, 1), 305),
    ],
)
def test_a_point_stands_at_the_share_of_time_gone_by(on, x):
    (dot,) = curve([(on, 1)])[0].select("circle")
    assert float(dot["cx"]) == pytest.approx(x, abs=0.1)


def test_one_point_is_a_line_from_nothing_and_no_point_is_no_line():
    assert curve([(date(2020, 12, 31), 4)], target=4)[0].select_one(".curve")["d"] == (
        "M56 276L554 18"
    )
    assert curve([])[0].select_one(".curve") is None


@given(
    st.dates(date(2015, 1, 1), date(2024, 1, 1)),
    st.integers(27, 2000),
    st.sampled_from(["fr", "en"]),
)
@settings(max_examples=60)
def test_the_months_under_the_axis_never_overlap_nor_leave_the_drawing(start, days, language):
    period = Period(start, start + timedelta(days=days))
    for svg in curve(period=period, language=language):
        width, height = box(svg)
        labels = [text for text in svg.find_all("text") if float(text["y"]) == height - 10]
        places = [extent(text) for text in labels]
        assert 1 <= len(places) <= 6
        assert all(start >= 0 and end <= width for start, end in places)
        assert all(one[1] <= other[0] for one, other in pairwise(places))


@pytest.mark.parametrize("on", [date(2020, 1, 2), date(2020, 6, 30), date(2020, 12, 30)])
def test_the_words_of_an_event_stay_within_the_drawing(on):
    for svg in curve(target=4, marks=[charts.Mark(on, "Confinement", "par téléphone")]):
        for words in ("Confinement", "par téléphone"):
            start, end = extent(svg.find("text", string=words))
            assert start >= 0
            assert end <= box(svg)[0]


def height_at(svg, x):
    """Where the curve passes above a place of the axis; its foot before the first point."""
    path = svg.select_one("path.curve")["d"].removeprefix("M").split("L")
    steps = [tuple(map(float, pair.split())) for pair in path]
    for (left, high), (right, low) in pairwise(steps):
        if left <= x <= right:
            return high + (low - high) * (x - left) / ((right - left) or 1)
    return steps[0][1] if x < steps[0][0] else steps[-1][1]


@pytest.mark.parametrize(
    "on", ["2020-01-01", "2020-01-20", "2020-02-10", "2020-06-15", "2020-11-30"]
)
@pytest.mark.parametrize("grown", [1, 30, 400])
def test_the_words_of_an_event_never_lie_over_the_curve(on, grown):
    points = [(Period.of_month(f"2020-{m:02}").end, grown * m) for m in range(1, 12)]
    mark = charts.Mark(date.fromisoformat(on), "Confinement", "par téléphone")
    for svg in curve(points, target=2_000, marks=[mark]):
        for words in ("Confinement", "par téléphone"):
            text = svg.find("text", string=words)
            (start, end), foot = extent(text), float(text["y"])
            heights = [height_at(svg, start + (end - start) * tenth / 10) for tenth in range(11)]
            assert max(heights) < foot - 9 or min(heights) > foot + 2
            assert 9 < foot < box(svg)[1] - 34


@pytest.mark.parametrize("total", [3, 150_000, 123_456_789, 987_654_321_000])
def test_no_graduation_leaves_the_drawing(total):
    for svg in curve([(date(2020, 3, 31), total)], write=lambda n: f"{n:,.0f} €"):
        graduations = svg.select('text[text-anchor="end"]')
        assert max(len(text.get_text()) for text in graduations) >= len(f"{total:,} €") - 2
        assert all(extent(text)[0] >= 0 for text in graduations)


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(2021, 1, 1)])
def test_an_event_out_of_the_period_is_not_pinned_to_its_edge(on):
    assert "Avant" not in str(curve(marks=[charts.Mark(on, "Avant")]))


@given(st.lists(st.integers(-(10**6), 10**9), max_size=6))
@settings(max_examples=25)
def test_whatever_the_totals_every_mark_is_in_the_drawing_and_said_by_its_link(totals):
    points = [(date(2020, rank + 1, 28), total) for rank, total in enumerate(totals)]
    for svg in curve(points, target=100):
        width, height = box(svg)
        dots = svg.select("circle")
        assert [dot.parent["aria-label"] for dot in dots] == [f"{on} : {n}" for on, n in points]
        assert all(0 <= float(d["cx"]) <= width and 0 <= float(d["cy"]) <= height for d in dots)


def square(west, south, side=0.1):
    east, north = west + side, south + side
    return [[(west, south), (east, south), (east, north), (west, north)]]


def places(svg):
    for path in svg.find_all("path", d=True):
        for pair in path["d"].strip("MZ").replace("ZM", "L").split("L"):
            yield tuple(map(float, pair.split()))


@pytest.mark.parametrize(
    "corners",
    [
        [(3.0, 50.6)],
        [(3.0, 50.6), (4.5, 50.6)],
        [(3.0, 43.0), (3.0, 51.0)],
        [(-61.0, 14.4), (-60.9, 14.8)],
    ],
    ids=["one", "wide", "tall", "overseas"],
)
def test_no_commune_is_cut_by_the_edge_of_its_map(corners):
    shapes = [charts.Shape(f"C{x} {y}", square(x, y), 1) for x, y in corners]
    svg = drawn(charts.commune_map(shapes, title="Carte"))[0]
    width, height = box(svg)
    assert height <= 2 * width
    assert all(0 <= x <= width + 0.1 and 0 <= y <= height + 0.1 for x, y in places(svg))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_classes_hold_every_value_and_none_is_empty_at_the_bottom(values):
    limits = quintiles(values)
    assert len(limits) <= 4
    assert limits == sorted(set(limits))
    assert all(min(values) < limit <= max(values) for limit in limits)


@given(st.lists(st.integers(0, 50) | st.none(), max_size=12))
@settings(max_examples=25)
def test_the_legend_counts_each_commune_once(values):
    shapes = [
        charts.Shape(f"C{rank}", square(3 + rank / 10, 50.6), value)
        for rank, value in enumerate(values)
    ]
    with translation.override("en"):
        page = BeautifulSoup(charts.commune_map(shapes, title="Map"), "html.parser")
    counts = [int(li.span.get_text().strip("()").split()[0]) for li in page.select(".legend li")]
    assert sum(counts) == len(values)


def last_words(svg):
    """The value of the last point, then its note when it has one."""
    value = svg.select_one("text.strong")
    return [value, *value.find_next_siblings("text")[:1]]


@pytest.mark.parametrize("note", ["", "au 31 décembre", "69 % de la cible"])
@pytest.mark.parametrize("day", ["2020-01-01", "2020-06-30", "2020-10-15", "2020-12-31"])
@pytest.mark.parametrize("total", [3, 2_746, 12_345_678])
def test_what_is_said_of_the_last_point_stays_in_the_drawing(note, day, total):
    for svg in curve([(date.fromisoformat(day), total)], last_note=note):
        said = last_words(svg) if note else last_words(svg)[:1]

        assert said[0].get_text() == f"{total:,}".replace(",", N)
        assert [text.get_text() for text in said[1:]] == [note] * bool(note)
        for text in said:
            start, end = extent(text)
            assert start >= 0, f"{text.get_text()} is cut on the left"
            assert end <= box(svg)[0], f"{text.get_text()} is cut on the right"


def test_the_note_of_the_last_point_stands_under_its_value_on_the_same_side():
    for day in (date(2020, 2, 1), date(2020, 12, 31)):
        for svg in curve([(day, 40)], last_note="de la cible"):
            value, note = last_words(svg)
            assert value["x"] == note["x"]
            assert value["text-anchor"] == note["text-anchor"]
            assert float(note["y"]) > float(value["y"])
