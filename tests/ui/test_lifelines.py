"""Lives on a time line: each bar lasts what it says, in one scale, told to a voice."""

import itertools
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings, strategies as st

from maillage.ui.charts import Life, Span, life_lines

TODAY = date(2020, 6, 30)
HOSTILE = '"><script>alert(1)</script>&'


def span(since, until=None, is_open=True, spoken="said"):
    return Span(since, until, is_open, spoken)


def drawn(*lives, today=TODAY):
    soup = BeautifulSoup(str(life_lines(lives, today=today, title="Lives")), "html.parser")
    return soup.find_all("svg")


def bars(svg):
    return [(float(one["x"]), float(one["width"])) for one in svg.select("rect.column")]


def test_a_bar_lasts_in_proportion_to_its_days():
    for svg in drawn(Life("A", [span(date(2010, 1, 1), date(2015, 1, 1)), span(date(2015, 1, 1))])):
        (first, second) = bars(svg)
        days = (date(2015, 1, 1) - date(2010, 1, 1)).days / (TODAY - date(2015, 1, 1)).days
        assert (first[1] + 1) / (second[1] + 1) == pytest.approx(days, rel=0.01)
        assert first[0] + first[1] < second[0], "a change is seen"


def test_lives_share_one_scale_and_what_goes_on_reaches_today():
    (wide, _narrow) = drawn(
        Life("A", [span(date(2001, 5, 1))]), Life("B", [span(date(2018, 3, 1))])
    )
    (old, young) = bars(wide)
    assert old[0] < young[0]
    assert old[0] + old[1] == pytest.approx(young[0] + young[1], abs=0.11)


def test_closed_days_are_a_thin_line_and_no_bar():
    for svg in drawn(
        Life("A", [span(date(2010, 1, 1), date(2012, 1, 1)), span(date(2012, 1, 1), is_open=False)])
    ):
        assert len(bars(svg)) == 1
        assert len(svg.select("path.closed")) == 1


def test_a_start_that_is_not_known_is_drawn_from_the_left_and_told_apart():
    for svg in drawn(
        Life("A", [span(None, date(2015, 1, 1))]), Life("B", [span(date(2012, 1, 1))])
    ):
        (unsure,) = svg.select("rect.unsure")
        assert float(unsure["x"]) == 2


def test_each_span_is_told_to_a_voice_and_each_life_has_its_name():
    for svg in drawn(Life("Lille, 00012", [span(date(2010, 1, 1), spoken="2010 – today, Open")])):
        assert [one["aria-label"] for one in svg.select("g[role=img]")] == ["2010 – today, Open"]
        assert svg.select_one("text.strong").get_text() == "Lille, 00012"


def test_hostile_words_stay_words():
    soup = BeautifulSoup(
        str(life_lines([Life(HOSTILE, [span(TODAY, spoken=HOSTILE)])], today=TODAY, title=HOSTILE)),
        "html.parser",
    )
    assert soup.find("script") is None
    assert soup.select_one("g[role=img]")["aria-label"] == HOSTILE


def test_without_any_life_nothing_is_drawn():
    assert str(life_lines([], today=TODAY, title="Lives")) == ""


DAYS = st.dates(date(1850, 1, 1), date(2030, 12, 31))


@given(st.lists(st.lists(DAYS, min_size=1, max_size=8, unique=True), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_nothing_leaves_the_drawing_and_no_year_hides_another(lives):
    told = []
    for days in lives:
        ordered = sorted(days)
        ends = [*ordered[1:], None]
        spans = [
            span(a, b, rank % 2 == 0) for rank, (a, b) in enumerate(zip(ordered, ends, strict=True))
        ]
        told.append(Life("L", spans))
    for svg in drawn(*told):
        width = float(svg["viewbox"].split()[2])
        for x, wide in bars(svg):
            assert x >= 0
            assert x + wide <= width + 2
        years = [one for one in svg.select("text") if one.get("class") != ["strong"]]
        places = sorted(float(one["x"]) for one in years)
        assert all(after - before >= 28 for before, after in itertools.pairwise(places))


def test_a_life_of_one_day_is_still_seen():
    for svg in drawn(Life("A", [span(TODAY - timedelta(days=4000), TODAY - timedelta(days=3999))])):
        assert bars(svg)[0][1] >= 2
