"""Circles over a map: their area tells a second figure, which the words of their commune say too."""

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.ui import charts
from maillage.ui.charts.maps import LARGEST
from tests.ui.test_chart_geometry import box, places, square

HOSTILE = '"><script>alert(1)</script>&'
B = "\u00a0"


def shape(rank=0, value=3, **told):
    return charts.Shape(f"C{rank}", square(3 + rank / 10, 50.6), value, shown=str(value), **told)


def page(*shapes, language="fr"):
    with translation.override(language):
        return BeautifulSoup(charts.commune_map(shapes, title="Carte"), "html.parser")


def radii(soup):
    return [float(one["r"]) for one in soup.select("g.went circle")]


def test_twice_as_many_is_a_circle_of_twice_the_area():
    whole, half, quarter = radii(page(shape(0, mark=1.0), shape(1, mark=0.5), shape(2, mark=0.25)))
    assert whole == LARGEST
    assert whole**2 / half**2 == pytest.approx(2, rel=0.02)
    assert whole / quarter == pytest.approx(2, rel=0.02)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_larger_is_larger_none_is_no_circle_and_little_is_still_seen(shares):
    drawn = radii(page(*(shape(rank, mark=share) for rank, share in enumerate(shares))))
    told = [share for share in shares if share > 0]
    assert len(drawn) == len(told)
    assert all(3 <= radius <= LARGEST for radius in drawn)
    assert [r for _share, r in sorted(zip(told, drawn, strict=True))] == sorted(drawn)


def test_a_circle_stands_within_its_commune():
    soup = page(shape(0, mark=1), shape(1), shape(2, mark=1))
    outlines = [list(places(BeautifulSoup(str(path), "html.parser"))) for path in soup.select("svg.map path[d]")]  # fmt: skip
    for circle, outline in zip(soup.select("g.went circle"), [outlines[0], outlines[2]], strict=True):  # fmt: skip
        across, down = ([place[axis] for place in outline] for axis in (0, 1))
        assert float(circle["cx"]) == pytest.approx((min(across) + max(across)) / 2, abs=0.2)
        assert float(circle["cy"]) == pytest.approx((min(down) + max(down)) / 2, abs=0.2)
        assert float(circle["cy"]) <= box(soup.select_one("svg.map"))[1]


@pytest.mark.parametrize(
    ("told", "spoken"),
    [
        ({"value": 41}, f"C0{B}: 41, 12 entreprises visitées"),
        ({"value": None}, f"C0{B}: non renseigné, 12 entreprises visitées"),
        ({"value": 41, "masked": "trop peu"}, f"C0{B}: valeur masquée, trop peu, 12 entreprises visitées"),
    ],
)  # fmt: skip
def test_the_words_of_a_circle_are_said_with_the_value_of_its_commune(told, spoken):
    soup = page(shape(mark=1.0, mark_words="12 entreprises visitées", **told))
    assert soup.select_one("svg.map [aria-label]")["aria-label"] == spoken
    assert soup.select_one("g.went")["aria-hidden"] == "true", "the circle itself is not said twice"


def test_words_are_said_even_where_no_value_has_words():
    lone = charts.Shape("Lille", square(3, 50.6), 3, mark=1.0, mark_words="12 visites")
    assert page(lone).select_one("svg.map [aria-label]")["aria-label"] == f"Lille{B}: 12 visites"


def test_a_map_without_circles_has_no_group_for_them():
    assert not page(shape(), shape(1)).select(".went")


def test_a_commune_without_outline_has_no_circle():
    lost = charts.Shape("Nulle part", [], 3, mark=1.0, mark_words="2 visites")
    soup = page(shape(1), lost)
    assert not soup.select("g.went circle")
    assert any("2 visites" in one["aria-label"] for one in soup.select("svg.map [aria-label]"))


def test_circles_are_laid_over_communes_and_under_their_names():
    soup = page(shape(0, mark=1.0, labelled=True), shape(1))
    groups = [one.get("class") for one in soup.select_one("svg.map").find_all(["g"])]
    assert groups.index(["went"]) < groups.index(["names"])
    assert all(one is None for one in groups[: groups.index(["went"])])


def test_hostile_words_of_a_circle_stay_words():
    soup = page(shape(mark=0.5, mark_words=HOSTILE, url="/x"))
    assert soup.find("script") is None
    assert HOSTILE in soup.a["aria-label"]
