"""What partners do together around the line: campaigns, texts, money, rights, other ways of using it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.phones import open_latest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_campaign_is_prepared_frozen_shared_out_and_its_coverage_read(visitor: Any) -> None:
    page = visitor("helene", "/campagnes/")
    page.get_by_role("link", name="Préparer une campagne").click()
    page.get_by_label("Titre").fill("Roubaix, été 2020")
    page.get_by_label("Premier jour").fill("2020-06-30")
    page.get_by_label("Dernier jour").fill("2020-09-30")
    page.get_by_label("Territoire").fill("mel")
    page.get_by_label("Communes").fill("Roubaix")
    page.get_by_role("button", name="Enregistrer et compter les entreprises").click()
    expect(page.get_by_role("heading", name="La requête trouve")).to_be_visible()
    page.get_by_role("button", name="Figer la liste").click()
    expect(page.get_by_text("La liste est figée")).to_be_visible()
    share_out = page.get_by_role("link", name="Répartir la liste")
    if share_out.count():
        share_out.click()
    page.get_by_label("Conseiller, conseillère").select_option(label="Inès Duriez")
    page.get_by_role("button", name="Confier ces entreprises").click()
    expect(page.get_by_text("Entreprises confiées")).to_be_visible()
    page.goto("/campagnes/")
    page.get_by_role("link", name="Roubaix, été 2020").click()
    covered = page.get_by_role("row", name="Roubaix")
    expect(covered).to_contain_text("0 %")

    adviser = visitor("ines", "/ma-journee/", width=390)
    firm = adviser.get_by_role("region", name="À voir").locator("article").first
    expect(firm).to_contain_text("Roubaix", ignore_case=True)
    firm.get_by_role("link", name="Enregistrer une visite").click()
    adviser.get_by_text("Réalisée", exact=True).click()
    adviser.get_by_label("Campagne").select_option(label="Roubaix, été 2020")
    adviser.get_by_role("button", name="Enregistrer la visite").click()
    expect(adviser.get_by_text("Visite enregistrée")).to_be_visible()
    page.reload()
    expect(covered).not_to_contain_text("0 %")


def test_an_amendment_is_edited_signed_and_holds_from_its_day_only(visitor: Any) -> None:
    page = visitor("claire", "/conventions/pmdess-2015/texte/")
    page.get_by_role("button", name="Préparer un avenant").click()
    page.goto("/conventions/pmdess-2015/modifier/")
    page.get_by_role("link", name="Dates et montant").click()
    page.get_by_label("Prend effet le").fill("2020-06-30")
    page.get_by_label("En bref").fill("Un avenant de trois lignes.")
    page.get_by_label("Source").fill("Démonstration : cet avenant est inventé.")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/conventions/pmdess-2015/signer/")
    page.get_by_label("Signé le").fill("2020-06-30")
    page.locator("main").get_by_role("button").first.click()
    page.goto("/conventions/pmdess-2015/texte/")
    expect(page.get_by_text("Un avenant de trois lignes.")).to_be_visible()
    page.get_by_label("En vigueur le").fill("2020-06-29")
    page.get_by_role("button", name="Afficher ce texte").click()
    expect(page.get_by_role("heading", name="Texte d’origine")).to_be_visible()
    expect(page.get_by_text("Un avenant de trois lignes.")).to_have_count(0)


def test_a_payment_charged_to_nothing_is_listed_until_it_is_charged_then_cancelled(
    visitor: Any,
) -> None:
    page = visitor("claire", "/versements/nouveau/?convention=mel-cma-2019")
    page.get_by_text("Versement", exact=True).click()
    page.get_by_label("Libellé").fill("Solde de juin")
    page.get_by_label("Date").fill("2020-06-30")
    page.get_by_label("Financeur").select_option(label="MEL")
    page.get_by_label("Montant en euros").fill("1 250,50")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="Solde de juin")).to_be_visible()
    address = page.url
    page.goto("/versements/sans-action/")
    expect(page.get_by_role("link", name="Solde de juin")).to_be_visible()

    page.goto(address)
    page.get_by_role("link", name="Corriger cette écriture").click()
    page.get_by_label("Imputé à l’action (part 1)").select_option(index=1)
    page.get_by_label("Pourquoi").select_option(index=1)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main")).not_to_contain_text("Aucune action pour l’instant")
    address = page.url
    page.goto("/versements/sans-action/")
    expect(page.get_by_role("link", name="Solde de juin")).to_have_count(0)

    page.goto(address)
    page.get_by_role("link", name="Annuler cette écriture").click()
    page.get_by_label("Pourquoi").select_option(index=1)
    page.locator("main").get_by_role("button").first.click()
    page.goto(address)
    expect(page.get_by_text("Retirée le")).to_be_visible()


def test_each_sees_what_is_theirs_and_a_confidential_note_leaves_a_trace(
    visitor: Any, fetch: Any
) -> None:
    adviser = visitor("karim", "/ma-journee/", width=390)
    firm = adviser.get_by_role("region", name="À voir").locator("article").first
    name = firm.get_by_role("heading").inner_text()
    firm.get_by_role("link", name="Enregistrer une visite").click()
    adviser.get_by_text("Réalisée", exact=True).click()
    adviser.get_by_label("Ce qu’il faut retenir").fill("Le bail finit en août.")
    adviser.get_by_text("Mon organisation seulement").click()
    adviser.get_by_role("button", name="Enregistrer la visite").click()
    open_latest(adviser, name)
    visit = adviser.url
    expect(adviser.get_by_text("Le bail finit en août.")).to_have_count(0)
    adviser.get_by_role("link", name="Lire la note confidentielle").click()
    expect(adviser.get_by_text("Le bail finit en août.")).to_be_visible()
    head = visitor("admin", "/organisation/journaux/")
    expect(head.get_by_role("listitem").filter(has_text="Karim Haddad").first).to_be_visible()

    elected = visitor("elue", "/conventions/mel-cma-2019/")
    expect(elected.locator(".figure-link").first).to_be_visible()
    expect(elected.get_by_text(name)).to_have_count(0)
    for who, status in (("elue", 403), ("luc", 200), ("", 302)):
        answer = fetch(visitor(who), visit)
        assert answer[0] == status, who
        assert "Le bail finit" not in answer[2]
    assert fetch(visitor("luc"), visit + "note/")[0] == 404


def test_one_signs_in_records_a_visit_and_signs_out_with_the_keyboard_only(visitor: Any) -> None:
    page = visitor("", "/connexion/?next=/ma-journee/")
    press_to(page, page.get_by_label("Courriel"))
    page.keyboard.type("ines@demo.maillage.example")
    page.keyboard.press("Tab")
    press_to(page, page.get_by_label("Mot de passe", exact=True))
    page.keyboard.type("maillage-demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ma journée")).to_be_visible()
    press_to(page, page.get_by_label("Trouver une entreprise"))
    page.keyboard.type("COIFFURE")
    page.keyboard.press("Enter")
    found = page.get_by_role("region", name="Entreprises trouvées").locator("article").first
    press_to(page, found.get_by_role("link"))
    page.keyboard.press("Enter")
    press_to(page, page.get_by_role("radio", name="Visite"))
    press_to(page, page.get_by_role("radio", name="Réalisée"))
    page.keyboard.press("Space")
    press_to(page, page.get_by_role("button", name="Enregistrer la visite"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Visite enregistrée")).to_be_visible()
    press_to(page, page.get_by_role("button", name="Se déconnecter"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


def press_to(page: Any, wanted: Any) -> None:
    """Walk with the tabulation key until the focus is there."""
    expect(wanted).to_be_attached()
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard never reaches {wanted}")


def test_without_a_script_a_visit_is_recorded_all_the_same(visitor: Any) -> None:
    page = visitor("paul", "/ma-journee/", width=390, java_script_enabled=False)
    firm = page.get_by_role("region", name="À voir").locator("article").first
    name = firm.get_by_role("heading").inner_text()
    firm.get_by_role("link", name="Enregistrer une visite").click()
    page.get_by_text("Réalisée", exact=True).click()
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.get_by_text(f"Visite enregistrée : {name}")).to_be_visible()
