"""Every page that links lead to, for every role: what it says in both languages, how it is drawn."""

from __future__ import annotations

import itertools
import os
from typing import Any

import pytest

from tests.browser.crawl import Answer, sort_of
from tests.browser.demonstration import TOKENS
from tests.browser.looking import DESK, PHONE, look, read

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READERS = ["", "elue", "audit", "admin", "sofia", "helene", "claire", "luc"]
# `make verify-pages` looks at all of them in every way; otherwise each sort of page is drawn for the first
# reader who meets it, and in two ways that between them show both widths and both palettes.
WHOLE = bool(os.environ.get("MAILLAGE_ALL_PAGES"))
TWO_WAYS = ((PHONE, "light"), (DESK, "dark"))
EVERY_WAY = tuple(itertools.product((PHONE, DESK), ("light", "dark")))
# Empty states, and what one reaches by filling in a form rather than by a link.
STARTS = (
    "/",
    "/conventions/mel-cma-2019/",
    "/conventions/mel-cma-2019/publications/",
    "/conventions/call-cma-2017/",
    "/conventions/cap-2021/publications/",
    "/entreprises/?q=zzzz",
    "/entreprises/?q=coiffure",
    "/chiffres/register.craft_firms/?par=commune&territory=mel",
    "/ma-journee/?q=zzzz",
    "/ma-journee/?q=coiffure",
    "/versements/nouveau/?convention=mel-cma-2019",
)


@pytest.fixture(scope="module")
def drawn() -> set[Any]:
    """The sorts of pages already looked at."""
    return set()


@pytest.mark.parametrize("who", READERS)
def test_what_links_lead_to_is_whole_in_both_languages_and_well_drawn(
    visitor: Any, reader: Any, drawn: set[Any], who: str
) -> None:
    # What the worker of a phone answers from its cache counts as unfolded: weight is what travels the first time.
    page = visitor(who, "/", width=PHONE, service_workers="block")
    asks = reader(who)
    met = list(asks.walk(*STARTS, each=3 if WHOLE else 1))
    faults = [f"{one.via} leads to {one.address}: {one.status}" for one in met if is_wrong(one)]
    pages = [one for one in met if one.status == 200 and one.is_page]
    for one in pages:
        if WHOLE or sort_of(one.address) not in drawn:
            drawn.add(sort_of(one.address))
            page.emulate_media(color_scheme="light")
            page.goto(one.address)
            found = [*both_languages(asks, one), *look(page, EVERY_WAY if WHOLE else TWO_WAYS)]
            faults += [f"{one.address} {what}" for what in found]
    assert not faults, "\n".join(faults)
    assert len(pages) > 9


def both_languages(asks: Any, one: Answer) -> list[str]:
    """What is wrong with the French page, then with its English twin."""
    return [*read(one, "fr"), *read(asks.ask(one.address, "en"), "en")]


def is_wrong(answer: Answer) -> bool:
    """Whether nobody should have been led there: only the starts we guessed may be refused."""
    return answer.status >= 400 and answer.address not in STARTS


@pytest.mark.parametrize("language", TOKENS)
def test_the_page_of_a_firm_is_whole_and_well_drawn(
    visitor: Any, reader: Any, language: str
) -> None:
    """Nobody signed in, in the language of its link, at both widths, light and dark."""
    address = f"/l/{TOKENS[language]}/entreprise/"
    page = visitor("", address, width=PHONE)
    faults = [*read(reader("").ask(address, language), language), *look(page, EVERY_WAY)]
    assert not faults, "\n".join(faults)
    page.get_by_role(
        "button", name={"fr": "Envoyer la demande", "en": "Send the request"}[language]
    ).click()
    assert page.locator("form .error, form .errorlist, form [aria-invalid]").count()


REFUSED = {
    404: ("", "/nulle-part/"),
    403: ("elue", "/campagnes/"),
    422: ("claire", "/chiffres/outreach.firms_prospected/?periode=hier"),
    405: ("claire", "/langue/"),
    400: ("claire", "/entreprises/?q=%00"),
}


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_a_page_like_the_others(visitor: Any, reader: Any, status: int) -> None:
    who, address = REFUSED[status]
    asks = reader(who)
    told = asks.ask(address)
    assert told.status == status
    page = visitor(who, address, width=PHONE)
    faults = [*both_languages(asks, told), *look(page, TWO_WAYS)]
    assert not faults, "\n".join(faults)
    assert page.get_by_role("link", name="Aller à l’accueil").count() or status == 422


IN_ERROR = {
    "/conventions/nouvelle/": "claire",
    "/conventions/mel-cma-2019/etat/": "claire",
    "/conventions/mel-cma-2019/publier/": "claire",
    "/versements/nouveau/?convention=mel-cma-2019": "claire",
    "/campagnes/nouvelle/": "helene",
    "/entreprises/ajouter/": "sofia",
    "/organisation/personnes/ajouter/": "admin",
    "/organisation/partages/ajouter/": "admin",
    "/organisations/ajouter/": "admin",
    "/compte/mot-de-passe/": "luc",
    "/mot-de-passe/": "",
    "/connexion/code/": "",
    "/connexion/": "",
}


@pytest.mark.parametrize("address", IN_ERROR)
def test_a_form_sent_empty_says_what_to_repair_and_leads_there(visitor: Any, address: str) -> None:
    page = visitor(IN_ERROR[address], address, width=PHONE, service_workers="block")
    empty(page)
    page.locator("main form[method=post] .btn-1, .bottom-bar .btn-1").first.click()
    told = page.locator(".errors")
    told.wait_for()
    assert "errors" in page.evaluate("document.activeElement.className")
    first = told.get_by_role("link").first
    target = str(first.get_attribute("href"))
    faults = list(look(page, TWO_WAYS))
    assert not faults, "\n".join(faults)
    first.click()
    assert page.locator(target).count() == 1


def empty(page: Any) -> None:
    """Take out what the form came with."""
    page.evaluate(
        """() => {
          for (const form of document.forms) form.noValidate = true;
          for (const one of document.querySelectorAll("main [name]:not([type=hidden])")) {
            if (one.type === "checkbox" || one.type === "radio") one.checked = false;
            else one.value = "";
          }
        }"""
    )
