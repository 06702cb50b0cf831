"""The form of a visit on a phone: a dozen taps, no text, a hundred kilobytes, and its questions without network."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.looking import WEIGHT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_TAPS, FIRST_LOAD = 12, 105_000
#: What a thumb does is counted by the page itself: a click on a label makes another on its box, which is no tap.
COUNT = """window.taps = Number(sessionStorage.getItem("taps") ?? 0);
document.addEventListener("pointerdown", () => sessionStorage.setItem("taps", ++window.taps), true);"""


def form_of(page: Any) -> str:
    page.goto("/ma-journee/")
    return str(page.locator('a[href$="/visite/"]').first.get_attribute("href"))


def tap(page: Any, words: str) -> None:
    page.locator("#visit label", has_text=re.compile(f"^\\s*{words}\\s*$")).first.click()


def test_a_plain_visit_with_two_blocks_answered_takes_a_dozen_taps_and_no_text(
    visitor: Callable[..., Any],
) -> None:
    page = visitor("karim", "/ma-journee/", width=PHONE)
    form = form_of(page)
    page.add_init_script(COUNT)
    page.goto(form)
    tap(page, "Le dirigeant, la dirigeante")
    tap(page, "Être visible en ligne")
    page.locator("summary", has_text="Difficultés").click()
    tap(page, "À jour")
    tap(page, "Un mois ou plus")
    page.locator("summary", has_text="Accompagnement souhaité").click()
    tap(page, "Être rappelé")
    tap(page, "Atelier collectif")
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url("**/ma-journee/#*")
    taps = int(page.evaluate("sessionStorage.getItem('taps')"))
    assert 0 < taps <= MOST_TAPS
    visit = page.locator("section[aria-labelledby=done] li[id] a").first
    page.goto(str(visit.get_attribute("href")))
    expect(page.locator("main")).to_contain_text("Atelier collectif, Être rappelé")
    expect(page.locator("main")).not_to_contain_text("Un mois ou plus")
    page.get_by_role("link", name="Lire les signaux précoces").click()
    expect(page.locator("main")).to_contain_text("Questions connues : 2 sur 5")


def test_the_form_weighs_what_a_street_can_carry(visitor: Callable[..., Any]) -> None:
    page = visitor("karim", "/ma-journee/", width=PHONE)
    form = form_of(page)
    fresh = page.context.browser.new_context(
        base_url=page.url.split("/ma-journee")[0],
        storage_state=page.context.storage_state(),
        service_workers="block",
        viewport={"width": PHONE, "height": 800},
        locale="fr-FR",
    )
    first = fresh.new_page()
    first.goto(form)
    first.wait_for_load_state("networkidle")
    weight = first.evaluate(WEIGHT) + len(gzip.compress(first.content().encode(), 6))
    fresh.close()
    assert weight <= FIRST_LOAD, weight
