"""The line from the street to the council, as the people who walk it see it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.phones import open_latest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CONVENTION = "/conventions/mel-cma-2019/"
PROSPECTED = "Entreprises artisanales prospectées"
YESTERDAY = "2020-06-29"


def number(text: str) -> int:
    """The first number of a French text, its thousands apart."""
    found = re.search(r"\d[\d\s\u00a0\u202f]*", text)
    assert found, text
    return int(re.sub(r"\D", "", found[0]))


def card(page: Any) -> Any:
    """The card of the first figure of the convention."""
    return page.locator(".figure-link", has_text=PROSPECTED).first


def prospected(page: Any, day: str = "") -> int:
    """The figure as the dashboard shows it, today or as known on a day."""
    page.goto(CONVENTION)
    if day:
        page.get_by_label("Connu au").fill(day)
        page.get_by_role("button", name="Afficher cette lecture").click()
        expect(page.get_by_role("link", name="Revenir à aujourd’hui")).to_be_visible()
    return number(card(page).locator(".figure").inner_text())


def to_see(page: Any) -> Any:
    """The firms that wait for the adviser."""
    return page.get_by_role("region", name="À voir").locator("article")


def record(page: Any, firm: Any, *, note: str = "") -> str:
    """Report a visit done at a firm of «Ma journée»; the name of the firm."""
    name: str = firm.get_by_role("heading").inner_text()
    firm.get_by_role("link", name="Enregistrer une visite").click()
    expect(page.get_by_role("heading", name="Nouvelle visite")).to_be_visible()
    page.get_by_text("Réalisée", exact=True).click()
    page.get_by_label("Ce qu’il faut retenir").fill(note)
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.get_by_text(f"Visite enregistrée : {name}")).to_be_visible()
    return name


@pytest.mark.parametrize(("width", "who"), [(390, "sofia"), (1280, "paul")])
def test_a_visit_moves_the_figure_which_opens_on_it_but_not_yesterdays(
    visitor: Any, width: int, who: str
) -> None:
    page = visitor("", "/ma-journee/", width=width)
    expect(page.get_by_text(f"{who}@demo.maillage.example, maillage-demo")).to_be_visible()
    page.get_by_label("Courriel").fill(f"{who}@demo.maillage.example")
    page.get_by_label("Mot de passe").fill("maillage-demo")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", name="Ma journée")).to_be_visible()
    before, day_before = prospected(page), prospected(page, YESTERDAY)

    page.goto("/ma-journee/")
    firm = to_see(page).first
    if width > 390:  # found by search rather than on the list
        page.get_by_label("Trouver une entreprise").fill(firm.get_by_role("heading").inner_text())
        page.get_by_role("button", name="Chercher").click()
        firm = page.get_by_role("region", name="Entreprises trouvées").locator("article").first
    name = record(page, firm)

    assert prospected(page) == before + 1
    assert prospected(page, YESTERDAY) == day_before
    page.goto(CONVENTION)
    card(page).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(str(before + 1))
    page.get_by_role("link", name="Voir l’acte").first.click()  # the newest act behind the figure
    expect(page.locator("main")).to_contain_text(name)


def test_what_was_published_and_today_differ_by_the_act_that_was_cancelled(visitor: Any) -> None:
    adviser = visitor("paul", "/ma-journee/")
    name = record(adviser, to_see(adviser).first)
    officer = visitor("claire", CONVENTION)
    published = prospected(officer)
    officer.get_by_role("link", name="Publier une période").click()
    officer.get_by_label("Du", exact=True).fill("2019-04-05")
    officer.get_by_label("Au", exact=True).fill("2020-06-30")
    officer.get_by_role("button", name="Voir ce que le public lira").click()
    officer.get_by_role("button", name="Publier ces chiffres").click()
    expect(officer.get_by_text("Les chiffres sont publiés.")).to_be_visible()
    address = officer.url

    open_latest(adviser, name)
    adviser.get_by_role("link", name="Annuler la visite").click()
    adviser.get_by_role("radio").first.check(force=True)
    adviser.get_by_role("button", name="Annuler cette visite").click()
    expect(adviser.get_by_text("La visite est annulée")).to_be_visible()

    officer.goto(address)
    told = officer.locator("main")
    expect(told).to_contain_text(f"publié {published}, aujourd’hui {published - 1}")
    told.get_by_role("link", name="Visite : Réalisée").first.click()
    expect(officer.locator("main")).to_contain_text(name)
    expect(officer.get_by_text("Cette visite est annulée")).to_be_visible()
    assert prospected(visitor("", CONVENTION)) == published
    assert prospected(officer) == published - 1


def test_a_visit_sent_twice_is_one_and_its_correction_says_why(visitor: Any) -> None:
    page = visitor("paul", "/ma-journee/", width=390)
    before = prospected(page)
    page.goto("/ma-journee/")
    firm = to_see(page).first
    name = firm.get_by_role("heading").inner_text()
    today = page.get_by_role("region", name="Fait aujourd’hui").get_by_text(name)
    reported = today.count()
    firm.get_by_role("link", name="Enregistrer une visite").click()
    page.get_by_text("Réalisée", exact=True).click()
    page.get_by_role("button", name="Enregistrer la visite").dblclick(no_wait_after=True)
    expect(page.get_by_text(f"Visite enregistrée : {name}")).to_be_visible()
    expect(today).to_have_count(reported + 1)
    assert prospected(page) == before + 1

    page.goto("/ma-journee/")
    open_latest(page, name)
    page.get_by_role("link", name="Corriger la visite").click()
    reason = page.get_by_role("group", name="Pourquoi vous la corrigez").locator("label").first
    why = reason.inner_text().strip()
    reason.click()
    page.get_by_text("Refus", exact=True).click()
    page.get_by_role("button", name="Enregistrer la correction").click()
    expect(page.get_by_role("heading", name="Corrigé depuis")).to_be_visible()
    expect(page.locator("main")).to_contain_text(why)
    assert prospected(page) == before


def test_nothing_typed_is_lost_when_the_session_ends_or_a_colleague_was_faster(
    visitor: Any,
) -> None:
    page = visitor("paul", "/ma-journee/", width=390)
    firm = to_see(page).first
    name = firm.get_by_role("heading").inner_text()
    firm.get_by_role("link", name="Enregistrer une visite").click()
    page.get_by_text("Réalisée", exact=True).click()
    page.get_by_label("Ce qu’il faut retenir").fill("Le four est à changer.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.locator("form", has_text="paul@demo.maillage.example").get_by_role("button").click()
    expect(page.get_by_label("Ce qu’il faut retenir")).to_have_value("Le four est à changer.")
    page.get_by_role("button", name="Enregistrer la visite").click()
    open_latest(page, name)
    page.get_by_role("link", name="Corriger la visite").click()

    manager = visitor("helene", page.url)
    correct(manager, "Lu et complété par la responsable.")
    expect(manager.get_by_text("Lu et complété par la responsable.")).to_be_visible()
    correct(page, "Écrit en même temps par le conseiller.")
    main = page.locator("main")
    expect(main).to_contain_text("Lu et complété par la responsable.")
    expect(main).to_contain_text("Écrit en même temps par le conseiller.")


def correct(page: Any, note: str) -> None:
    """Change the public note, with the first of the reasons."""
    page.get_by_role("group", name="Pourquoi vous la corrigez").locator("label").first.click()
    page.get_by_label("Note publique").fill(note)
    page.get_by_role("button", name="Enregistrer la correction").click()
