"""A diagnosis made on a phone, with and without scripts: tiles, a result, a step closed, a paper."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.looking import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scripts", [True, False])
def test_an_adviser_diagnoses_a_firm_in_a_few_taps(visitor: Any, scripts: bool) -> None:
    page = visitor("sofia", "/diagnostics/?etat=all", width=PHONE, java_script_enabled=scripts)
    page.locator("ol.records > li a").first.click()
    page.get_by_role("link", name="Diagnostics").first.click()
    page.locator("ol.records a.btn").first.click()
    asked = page.locator("fieldset").count()
    for rank in range(asked):
        page.locator("fieldset").nth(rank).locator("label").first.click()
    page.get_by_role("button", name="Enregistrer le diagnostic").click()
    assert page.get_by_role("heading", name="Où en est l’entreprise").is_visible()
    assert page.get_by_role("heading", name="Score 0").is_visible()
    assert page.locator("svg.narrow").first.is_visible()
    page.get_by_role("link", name="Faite ou abandonnée").first.click()
    page.get_by_role("button", name="Elle est faite").click()
    assert page.get_by_text("fait le").first.is_visible()
    page.get_by_role("link", name="Remettre le résultat").click()
    assert page.get_by_role("link", name="Résultat en PDF").is_visible()
