"""The radar: axes around a centre, one round or two, and what is unknown is never drawn as zero."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.ui import charts
from maillage.ui.charts.radar import NARROW, WIDE

HOSTILE = '"><script>alert(1)</script>&'
AXES = ("Être trouvé", "Vendre", "Sécurité", "Outils")


def page(axes: Any = AXES, *shares: Any, **told: Any) -> BeautifulSoup:
    rounds = [charts.Round(f"Jour {n}", one) for n, one in enumerate(shares, 1)]
    with translation.override("fr"):
        return BeautifulSoup(
            charts.radar(axes, rounds, title="Score par axe", **told), "html.parser"
        )


def ends(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_the_last_round_lies_in_full_over_the_dashed_one_before() -> None:
    soup = page(AXES, (0.7, 0.5, 0.9, 0.4), (0.3, 0.5, 0.2, 0.2))
    wide = soup.select_one("svg.wide")
    assert wide is not None
    lines = [path["class"] for path in wide.select("path.curve")]
    assert lines == [["curve", "c2", "provisional"], ["curve"]]
    assert len(wide.select("circle.d2")) == 4
    assert len(wide.select("circle")) == 8


def test_a_voice_hears_each_round_axis_by_axis() -> None:
    soup = page(AXES, (0.7, 0.5, None, 0.4))
    for svg in soup.select("svg"):
        assert svg["role"] == "img"
        told = svg.select_one("desc").get_text()  # type: ignore[union-attr]
        assert told.startswith("Jour 1. Être trouvé\u00a0: 70\u00a0%, Vendre\u00a0: 50\u00a0%,")
        assert "Sécurité\u00a0: inconnu" in told
    assert len({tag["id"] for tag in soup.select("[id]")}) == len(soup.select("[id]"))


def test_an_unknown_axis_opens_the_line_and_has_no_dot() -> None:
    soup = page(AXES, (0.7, 0.5, None, 0.4))
    wide = soup.select_one("svg.wide")
    assert wide is not None
    lines = wide.select("path.curve")
    assert len(lines) == 2
    assert not any("Z" in str(line["d"]) for line in lines)
    assert len(wide.select("circle")) == 3


def test_nothing_known_draws_no_line() -> None:
    assert not page(AXES, (None,) * 4).select("path.curve, circle")


def test_a_phone_has_numbers_and_a_desk_the_names() -> None:
    soup = page(AXES, (0.1, 0.2, 0.3, 0.4))
    names = {s["class"][1]: [t.get_text() for t in s.select("text")] for s in soup.select("svg")}
    assert names["narrow"] == ["1", "2", "3", "4"]
    assert names["wide"] == ["1. Être trouvé", "2. Vendre", "3. Sécurité", "4. Outils"]


def test_what_is_typed_stays_text() -> None:
    soup = page((HOSTILE, "b", "c"), (0.1, 0.2, 0.3))
    assert not soup.select("script")
    assert HOSTILE[:10] in soup.get_text()


@pytest.mark.parametrize(
    ("axes", "shares"),
    [(AXES[:2], [(0.1, 0.2)]), (AXES, []), (AXES, [(0.1,)]), (AXES, [(0.1,) * 4] * 3)],
)
def test_what_is_no_radar_is_refused(axes: Any, shares: Any) -> None:
    with pytest.raises(ValueError, match=r"radar|round"):
        page(axes, *shares)


@given(st.lists(st.floats(-1, 2), min_size=3, max_size=12))
@settings(max_examples=30)
def test_a_share_lies_at_its_distance_from_the_centre_and_inside_the_frame(
    shares: list[float],
) -> None:
    soup = page([str(n) for n in range(len(shares))], shares)
    for size in (WIDE, NARROW):
        svg = soup.select_one(f"svg.{size.style}")
        assert svg is not None
        middle = (size.width / 2, size.top + size.inner_height / 2)
        for share, dot in zip(shares, svg.select("circle"), strict=True):
            far = math.dist(middle, (float(str(dot["cx"])), float(str(dot["cy"]))))
            assert far == pytest.approx(size.inner_height / 2 * min(1, max(0, share)), abs=0.2)
        for line in svg.select("path"):
            assert all(
                0 <= x <= size.width and 0 <= y <= size.height for x, y in ends(str(line["d"]))
            )
