"""A whole day in the field: planned, walked without network, told to a partner, followed by the firm, counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fetch
from tests.browser.phones import Phone, expect_waiting, with_round
from tests.browser.test_line import card, number, prospected
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Elle veut vendre en ligne avant Noël."
THEME = "Être visible en ligne"
PARTNER = "Relais numérique de l’artisanat (inventé)"
ADDRESS = "boutique@firm.example"

LAST_MAIL = """
from maillage.accounts.actors import System
from maillage.post.models import Message
sent = Message.objects.visible_to(System("a test")).filter(recipient="{to}")
print(sent.latest("pk").text)
"""

# A firm counts once, however often it is met: other journeys of the day may have met one of the round.
UNMET = """
from maillage.ledger.models import Act
from maillage.outreach.indicators import DONE_KINDS
from maillage.register.models import Establishment
met = Act.objects.unscoped(reason="a test").filter(kind__in=DONE_KINDS).values("legal_unit")
print(*Establishment.objects.exclude(legal_unit__in=met).values_list("key", flat=True))
"""


def heard_without_network(page: Any, form: str) -> str:
    """A visit with a need and the firm's agreement, reported where there is no network; the firm's name."""
    page.goto(form)
    name: str = page.get_by_role("region", name="Entreprise").get_by_role("heading").inner_text()
    page.get_by_text("Réalisée", exact=True).click()
    page.get_by_text(THEME, exact=True).click()
    page.get_by_label("Ce qu’il faut retenir").fill(WORDS)
    page.get_by_label("L’artisan accepte").check()
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url("**/ma-journee/tournee/*")
    return name


def followed(page: Any) -> dict[str, int]:
    """The manager's count of each inbox, by partner and state."""
    page.goto("/besoins/suivi/")
    links = page.locator(".inboxes li a")
    told = links.evaluate_all("all => all.map((one) => [one.getAttribute('href'), one.innerText])")
    return {address: number(text.rpartition(" ")[2]) for address, text in told}


def listed(page: Any, address: str) -> int:
    """How many requests a list says that it holds."""
    status, _kind, text = fetch(page, address)
    assert status == 200
    found = re.search(r"<p>\s*([\d\s\u00a0\u202f]+) demandes?\s*</p>", text)
    assert found, address
    return number(found[1])


def test_a_day_from_the_round_to_the_figure_and_back_to_the_firm(
    phone: Phone, wire: Wire, visitor: Any, behind: Callable[[str], str]
) -> None:
    officer = visitor("claire")
    before = prospected(officer)
    manager = visitor("helene")
    inboxes = sum(followed(manager).values())

    adviser = phone("karim")
    unmet = set(behind(UNMET).split())
    form = next(one for one in with_round(adviser) if unmet.intersection(one.split("/")))
    wire.up = False
    name = heard_without_network(adviser, form)
    expect_waiting(adviser, 1)
    assert prospected(officer) == before, "nobody knows yet"
    wire.up = True
    adviser.get_by_role("button", name="Envoyer maintenant").click()
    expect_waiting(adviser, 0)

    manager.goto("/besoins/")
    manager.get_by_role("link", name=THEME).first.click()
    expect(manager.locator("main")).to_contain_text(name)
    manager.get_by_label("Adresse e-mail de l’entreprise").fill(ADDRESS)
    manager.get_by_role("button", name="Lui envoyer sa page").click()
    manager.get_by_role("link", name="Adresser à un partenaire").click()
    to = manager.get_by_role("group", name="Partenaire")
    key = to.get_by_role("radio", name=PARTNER).get_attribute("value")
    to.get_by_text(PARTNER).click()
    manager.get_by_role("button", name="Envoyer la demande").click()
    expect(manager.get_by_text("Adressé à Relais numérique")).to_be_visible()

    expert = visitor("nadia", "/mises-en-relation/", width=390)
    expert.get_by_role("link", name=THEME).first.click()
    expect(expert.locator("main")).to_contain_text(name)
    expert.get_by_role("button", name="Prendre en charge").click()
    expert.get_by_role("link", name="Dire ce qu’il en est advenu").click()
    expert.get_by_text("Aide apportée", exact=True).click()
    expert.get_by_label("Réponse à l’entreprise").fill("Une boutique d’essai est ouverte.")
    expert.get_by_role("button", name="Clore la demande").click()
    expect(expert.get_by_text("l’entreprise lit votre réponse sur sa page")).to_be_visible()

    mail = behind(LAST_MAIL.format(to=ADDRESS))
    path = re.search(r"/l/[^/\s]+/demande/", mail)
    assert path, mail
    firm = visitor("", path[0], width=390)
    steps = firm.get_by_role("region", name="Qui répond, et quand")
    expect(steps.get_by_role("listitem")).to_have_count(4)
    expect(steps).to_contain_text("Une boutique d’essai est ouverte.")
    expect(steps).to_contain_text("Nadia Ferret")

    counts = followed(manager)
    assert sum(counts.values()) == inboxes + 1
    assert all(listed(manager, address) == count for address, count in counts.items())
    sent_there = sum(count for address, count in counts.items() if f"partenaire={key}" in address)
    assert listed(expert, "/mises-en-relation/") == sent_there, "the partner counts the same"
    assert prospected(officer) == before + 1
    card(officer).click()
    officer.get_by_role("link", name="Voir l’acte").first.click()
    expect(officer.locator("main")).to_contain_text(name)
