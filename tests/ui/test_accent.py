"""One colour of the instance's own, legible on light and dark pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from maillage.ui import accent

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
PLUM, YELLOW = "#7a1f6b", "#ffcc00"


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert accent.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert accent.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert accent.contrast("#ffffff", "#777777") == accent.contrast("#777777", "#ffffff")
    assert accent.contrast(PLUM, PLUM) == 1


def test_a_colour_is_kept_in_one_form_and_anything_else_is_none() -> None:
    assert accent.written(" 7A1F6B ") == accent.written("#7a1f6b") == PLUM
    for typed in ("red", "#fff", "#7a1f6b;color:red", "#7a1f6g", ""):
        assert accent.written(typed) == ""


def test_the_products_own_blue_passes_and_a_yellow_does_not() -> None:
    assert accent.passes("#1d4e89")
    assert not accent.passes(YELLOW)
    assert accent.legibility(YELLOW) < 2


def test_the_nearest_of_a_pale_colour_keeps_its_hue() -> None:
    found = accent.nearest(YELLOW)
    red, green, blue = (int(found[at : at + 2], 16) for at in (1, 3, 5))
    assert accent.passes(found)
    assert red > green > blue == 0
    assert accent.nearest(PLUM) == PLUM


@given(COLOURS)
def test_every_colour_has_a_nearest_that_passes(colour: str) -> None:
    found = accent.nearest(colour)
    assert accent.passes(found)
    assert (found == colour) == accent.passes(colour)


@given(COLOURS.map(accent.nearest))
def test_both_sorts_of_pages_are_legible_with_any_colour_that_passes(colour: str) -> None:
    light, dark = accent.tones(colour)
    for tone, grounds in ((light, ("#faf7f1", "#ffffff", "#f1ece2")), (dark, ("#13171e", "#1b212b", "#232a36"))):  # fmt: skip
        for ground in (*grounds, tone.tint):
            assert accent.contrast(tone.colour, ground) >= accent.ENOUGH
    assert (
        accent.contrast(dark.colour, "#101722") >= accent.ENOUGH
    )  # what dark buttons are written in
    assert light.colour == colour


def test_the_style_sheet_speaks_of_light_dark_and_the_readers_choice() -> None:
    sheet = accent.style(PLUM)
    _light, dark = accent.tones(PLUM)
    assert sheet.startswith(f":root{{--blue:{PLUM};")
    assert sheet.count(f"--blue:{dark.colour}") == 2
    assert ':root:not([data-theme="light"])' in sheet
    assert ':root[data-theme="dark"]' in sheet
    assert sheet.count("{") == sheet.count("}")
    assert set(re.findall(r"--[a-z-]+(?=:)", sheet)) == {"--blue", "--blue-deep", "--blue-tint", "--focus"}  # fmt: skip


def test_the_grounds_are_those_of_the_products_style_sheet() -> None:
    from maillage.ui.reports.html import STYLE_SHEET

    text = STYLE_SHEET.read_text(encoding="utf-8")
    light, dark = text.split("prefers-color-scheme: dark", 1)
    for name, in_light, in_dark in zip(
        ("paper", "surface", "sunken"), accent._LIGHT, accent._DARK, strict=False
    ):
        assert f"--{name}: {in_light};" in light
        assert f"--{name}: {in_dark};" in dark
