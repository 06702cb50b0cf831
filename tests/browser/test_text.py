"""A convention written on screen from nothing, and the same product read in English."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLUG = "mel-cma-essai"
LINES: dict[str, list[dict[str, str]]] = {
    "Partie": [{"Organisation": "CMA", "Part du montant, en %": "40"}],
    "Axe": [{"Code": "1", "Titre": "Aller voir les artisans"}],
    "Action": [{"Axe": "1. Aller voir les artisans", "Code": "1.1", "Titre": "Une visite par an"}],
    "Engagement chiffré": [
        {
            "Code": "T1",
            "Nature": "Plancher : au moins",
            "Indicateur": "Entreprises artisanales prospectées (outreach.firms_prospected)",
            "Seulement sur ce territoire": "mel",
            "Quantité promise": "500",
            "Avant la fin du": "2020-12-31",
        }
    ],
}


def fill(page: Any, given: dict[str, str]) -> None:
    """Each field by its label, whatever it is made of; then send."""
    for label, value in given.items():
        group = page.get_by_role("group", name=label)
        if group.count():
            group.get_by_text(value, exact=True).click()
            continue
        field = page.get_by_label(label).first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.locator("main form").first.get_by_role("button").click()


def test_a_convention_is_written_from_nothing_signed_and_its_promise_read(visitor: Any) -> None:
    page = visitor("claire", "/conventions/")
    page.get_by_role("link", name="Préparer une convention").click()
    opened = {"Titre": "Convention d’essai", "Adresse permanente": SLUG, "Territoire": "mel"}
    fill(page, opened)
    expect(page.get_by_role("heading", level=1)).to_have_text("Modifier le projet")
    page.get_by_role("link", name="Dates et montant").click()
    fill(
        page,
        {
            "Prend effet le": "2020-01-01",
            "Jusqu’au": "2020-12-31",
            "Montant en euros": "10 000",
            "Source": "Démonstration : ce texte est inventé.",
        },
    )
    page.get_by_role(
        "link", name="MEL", exact=True
    ).click()  # whoever opens a text is a party to it
    fill(page, {"Part du montant, en %": "60"})
    for one, lines in LINES.items():
        for line in lines:
            page.get_by_role("link", name=f"Ajouter : {one}", exact=True).click()
            fill(page, line)
            expect(page.get_by_role("heading", level=1)).to_have_text("Modifier le projet")

    page.get_by_role("link", name="Signer le texte").click()
    fill(page, {"Signé le": "2019-12-20"})
    page.goto(f"/conventions/{SLUG}/")
    promise = page.locator(".figure-link", has_text="Entreprises artisanales prospectées")
    expect(promise).to_contain_text("sur 500 au moins")
    expect(promise).to_contain_text("En retard")
    counted = int(promise.locator(".figure").inner_text().split()[0])
    assert counted > 0  # acts that satisfy a rule count, in every convention that says it
    promise.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{counted} entreprises")
    page.goto(f"/conventions/{SLUG}/modifier/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Modifier le projet")


def test_one_works_in_english_from_sign_in_to_the_figure(visitor: Any) -> None:
    page = visitor("", "/connexion/", width=390)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Sign in as Karim Haddad").click()
    page.goto("/ma-journee/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    firm = page.get_by_role("region", name="To see").locator("article").first
    name = firm.get_by_role("heading").inner_text()
    firm.get_by_role("link", name="Report a visit").click()
    page.get_by_text("Done", exact=True).click()
    page.get_by_role("button", name="Save the visit").click()
    expect(page.get_by_text(f"Recorded: {name}")).to_be_visible()
    page.goto("/conventions/mel-cma-2019/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("where does it stand?")
    page.locator(".figure-link", has_text="Craft firms prospected").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("firms")
    expect(page.get_by_text("30 June 2020").first).to_be_visible()
