"""Small multiples: every estimate on one scale, with its interval, beside the whole; what is masked says why."""

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.ui import charts, formats
from maillage.ui.charts.intervals import WIDTH

HOSTILE = '"><script>alert(1)</script>&'
B = "\u00a0"
LETTER = 6.5


def page(*estimates, language="fr", **told):
    with translation.override(language):
        return BeautifulSoup(charts.multiples(estimates, **told), "html.parser")


def lille(value=0.6, low=0.5, high=0.7, **told):
    return charts.Estimate("Lille", value, low, high, **told)


def reach(figure):
    """From where to where an interval goes, by its line and by the two marks at its ends."""
    across, left, right = figure.select_one("path.interval")["d"].strip("M").split("M")
    start, end = across.split(" 42H")
    assert (left.split()[0], right.split()[0]) == (start, end)
    return float(start), float(end)


def limits(figure):
    """What is written at both ends of the scale."""
    low, high = (text.get_text() for text in figure.select("text") if text["y"] == "79")
    return low, high


def test_each_place_is_a_figure_with_its_name_its_drawing_and_of_how_many():
    soup = page(lille(note="412 unités suivies"), charts.Estimate("Lens", 0.4, 0.2, 0.6, "de 12"))
    figures = soup.select("div.multiples > figure")
    assert [figure.h3.get_text() for figure in figures] == ["Lille", "Lens"]
    assert [figure.p.get_text() for figure in figures] == ["412 unités suivies", "de 12"]
    assert all(figure.svg["role"] == "img" for figure in figures)


def test_the_name_opens_what_the_estimate_counts_when_it_opens():
    opened, closed = page(lille(url="/firms?a=1&b=2"), lille()).select("figure")
    assert opened.h3.a["href"] == "/firms?a=1&b=2"
    assert closed.a is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", f"60{B}%, intervalle de 50{B}% à 70{B}%"),
        ("en", "60%, interval from 50% to 70%"),
    ],
)
def test_a_voice_reads_the_estimate_and_its_interval(language, said):
    assert page(lille(), language=language).svg["aria-label"] == said


def test_all_places_are_on_one_scale_that_holds_every_interval():
    figures = page(lille(), charts.Estimate("Lens", 0.35, 0.14, 0.62)).select("figure")
    assert {limits(figure) for figure in figures} == {(f"10{B}%", f"70{B}%")}
    wide = [end - start for start, end in map(reach, figures)]
    assert wide[1] / wide[0] == pytest.approx(0.48 / 0.20, rel=0.01), "lengths compare"


def test_the_same_value_stands_at_the_same_place_in_every_figure():
    one, other = page(lille(), charts.Estimate("Lens", 0.6, 0.1, 0.9)).select("circle")
    assert one["cx"] == other["cx"]


def test_the_reference_is_the_same_dotted_line_everywhere_and_stretches_the_scale():
    soup = page(lille(), charts.Estimate("Lens", 0.55, 0.5, 0.65), reference=0.93)
    lines = {path["d"] for path in soup.select("path.reference")}
    assert len(soup.select("path.reference")) == 2
    assert len(lines) == 1
    assert limits(soup.figure)[1] == f"100{B}%"
    assert not page(lille()).select("path.reference")


def test_a_reference_at_zero_is_drawn_as_any_other():
    (line,) = page(lille(), reference=0).select("path.reference")
    assert line["d"].startswith("M0 ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_masked_estimate_is_hatched_says_why_and_nothing_of_its_value(language):
    reason = "moins de 3 unités"
    soup = page(charts.Estimate("La Bassée", 0.42, 0.37, 0.48, "de 2", masked=reason), language=language)  # fmt: skip
    masked = "valeur masquée" if language == "fr" else "value masked"
    assert soup.svg.find("text").get_text() == masked
    assert soup.svg["aria-label"] == f"{masked}, {reason}"
    assert soup.figure.p.get_text() == reason
    for told in ("42", "37", "48", "de 2"):
        assert told not in soup.get_text()
    assert not soup.select("circle, path.interval")


def test_each_hatching_is_its_own_so_that_no_identifier_is_twice_on_a_page():
    hidden = charts.Estimate("Seclin", None, masked="trop peu")
    both = [page(hidden, lille(), hidden, name=name) for name in ("sectors", "compared")]
    ids = [one["id"] for soup in both for one in soup.select("[id]")]
    assert ids == ["sectors-0-h", "sectors-2-h", "compared-0-h", "compared-2-h"]
    filled = [one["fill"] for soup in both for one in soup.select("rect[fill]")]
    assert filled == [f"url(#{identifier})" for identifier in ids]


def test_a_masked_place_does_not_move_the_scale_of_the_others():
    alone, beside = page(lille()), page(lille(), charts.Estimate("Seclin", None, masked="trop peu"))
    assert limits(alone.figure) == limits(beside.figure)


@pytest.mark.parametrize(("language", "said"), [("fr", "non renseigné"), ("en", "not provided")])
def test_what_is_not_known_is_said_without_point_nor_interval(language, said):
    soup = page(charts.Estimate("Seclin", None), reference=0.5, language=language)
    assert soup.svg["aria-label"] == said
    assert not soup.select("circle, path.interval")
    assert soup.select("path.reference"), "the whole is still there to be read"


def test_nothing_to_compare_is_an_empty_row_and_nothing_known_a_whole_scale():
    assert page().select_one("div.multiples").get_text() == ""
    assert limits(page(charts.Estimate("Seclin", None)).figure) == (f"0{B}%", f"100{B}%")


@pytest.mark.parametrize("where", ["label", "note", "url"])
def test_hostile_words_of_an_estimate_stay_words(where):
    soup = page(charts.Estimate(**{"label": "x", "value": 0.5, "url": "/x", where: HOSTILE}))
    assert soup.find("script") is None
    assert HOSTILE in {soup.h3.get_text(), soup.p.get_text(), soup.a["href"]}


def test_a_hostile_reason_stays_words():
    soup = page(charts.Estimate("x", None, masked=HOSTILE))
    assert soup.find("script") is None
    assert HOSTILE in soup.p.get_text()
    assert HOSTILE in soup.svg["aria-label"]


def test_no_multiple_carries_an_inline_style():
    assert "style=" not in str(page(lille(), charts.Estimate("x", None, masked="y"), reference=0.5))


SHARES = st.tuples(*[st.floats(0, 1)] * 3).map(sorted)
NUMBERS = st.tuples(*[st.floats(0, 5_000)] * 3).map(sorted)


@given(st.lists(SHARES, min_size=1, max_size=8), st.none() | st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_no_estimate_of_a_share_leaves_its_drawing_and_its_point_is_in_its_interval(
    told, reference
):
    soup = page(*(charts.Estimate("x", v, low, high) for low, v, high in told), reference=reference)
    for figure, (low, value, high) in zip(soup.select("figure"), told, strict=True):
        start, end = reach(figure)
        middle = float(figure.select_one("circle")["cx"])
        assert 0 <= start <= middle <= end <= WIDTH
        first, last = (int(words.removesuffix(f"{B}%")) / 100 for words in limits(figure))
        assert first <= low + 1e-9
        assert high <= last + 1e-9
        shown = figure.select_one("text.strong")
        half = len(shown.get_text()) * LETTER / 2
        assert half <= float(shown["x"]) <= WIDTH - half, "its value is not cut"
        assert shown.get_text() == formats.percent(value)


@given(st.lists(NUMBERS, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_numbers_too_are_within_a_scale_that_holds_them(told):
    soup = page(*(charts.Estimate("x", v, low, high) for low, v, high in told), write=repr)
    for figure, (low, _value, high) in zip(soup.select("figure"), told, strict=True):
        start, end = reach(figure)
        first, last = map(float, limits(figure))
        assert first <= low
        assert high <= last
        assert 0 <= start <= end <= WIDTH
