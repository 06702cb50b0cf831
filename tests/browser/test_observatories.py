"""What anybody reads of a territory, on a phone and with a keyboard: a question, a map, whom a figure counts."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looking import DESK, PHONE, look
from tests.browser.test_partnership import press_to

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEL = "/observatoire/200093201"
STOCK = f"{MEL}/proximite/?indicateur=register.stock&segment=all&periode=2016"
EVERY_WAY = tuple(product((PHONE, DESK), ("light", "dark")))
PAGES = {
    "the list": "/observatoire/",
    "proximity": f"{MEL}/proximite/",
    "business cycle": f"{MEL}/conjoncture/",
    "tertiary": f"{MEL}/tertiaire/",
    "jobs": f"{MEL}/emplois/",
    "beside another": f"{MEL}/proximite/?avec=246200364",
    "establishments": f"{MEL}/etablissements/?indicateur=register.stock&zone=59350&periode=2016",
    "methods": "/observatoire/methodes/",
    "a refusal": f"{MEL}/proximite/?periode=1999",
}


def table_of(page: Any) -> Any:
    """The table of the map, opened where it is folded."""
    panel = page.locator("section", has=page.locator("svg.map")).first
    return panel.locator("details")


def test_a_reader_on_a_phone_goes_from_the_menu_to_the_firms_of_a_commune_and_back(
    visitor: Any,
) -> None:
    page = visitor("", "/", width=PHONE)
    page.get_by_role("link", name="Observatoires", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("entreprises du territoire")
    page.locator("main section", has_text="Métropole").locator("li a").first.click()
    expect(page.get_by_text("stock inventé")).to_be_visible()

    page.get_by_label("Indicateur").select_option("register.stock")
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url(re.compile("indicateur=register.stock"))
    page.get_by_label("Quels établissements").select_option("all")
    page.get_by_label("Période").select_option("2016")
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url(re.compile("periode=2016"))
    expect(page.get_by_label("Indicateur")).to_have_value("register.stock")
    expect(page.locator("main h2").first).to_contain_text("41")
    address = page.url

    folded = table_of(page)
    folded.locator("summary").click()
    row = folded.get_by_role("row", name="Lille")
    shown = row.get_by_role("link").inner_text()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{shown} établissements")
    expect(page.get_by_text("Lille, 2016", exact=False).first).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(int(shown))

    page.go_back()
    expect(page).to_have_url(address)
    expect(page.get_by_label("Période")).to_have_value("2016")


def test_the_same_is_done_with_the_keyboard_only(visitor: Any) -> None:
    page = visitor("", STOCK, width=PHONE)
    summary = table_of(page).locator("summary")
    press_to(page, summary)
    page.keyboard.press("Enter")
    opened = table_of(page).get_by_role("row", name="Roubaix").get_by_role("link")
    press_to(page, opened)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("26 établissements")
    up = page.locator("main, body").first.get_by_role("link", name="Observatoires", exact=True)
    press_to(page, up.last)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("entreprises du territoire")


def test_a_commune_of_the_map_opens_as_its_line_does(visitor: Any) -> None:
    page = visitor("", STOCK)
    drawn = page.locator("svg.map a[aria-label*='Lille']").first
    line = table_of(page).locator("tr", has_text="Lille").locator("a").first
    assert drawn.get_attribute("href") == line.get_attribute("href")
    press_to(page, drawn)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("41 établissements")


def test_what_is_masked_opens_nothing_and_says_why(visitor: Any) -> None:
    page = visitor("", f"{MEL}/emplois/", width=PHONE)
    folded = table_of(page)
    folded.locator("summary").click()
    masked = folded.get_by_role("row", name="La Bassée")
    expect(masked).to_contain_text("valeur masquée")
    expect(masked.get_by_role("link")).to_have_count(0)


def test_without_a_script_an_indicator_is_chosen_all_the_same(visitor: Any) -> None:
    page = visitor("", f"{MEL}/proximite/", width=PHONE, java_script_enabled=False)
    page.get_by_label("Indicateur").select_option("register.stock")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_label("Indicateur")).to_have_value("register.stock")
    expect(page.locator("svg.map")).to_be_visible()


@pytest.mark.parametrize("what", PAGES)
def test_nothing_is_wider_than_the_screen_nor_breaks_a_rule_of_accessibility(
    visitor: Any, what: str
) -> None:
    page = visitor("", PAGES[what], width=PHONE)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    faults = list(look(page, EVERY_WAY))
    assert not faults, "\n".join(faults)
