"""The first day in a browser: from an empty instance to its first steps, at both widths and in both palettes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillage.accounts import identity
from maillage.site.first_day import key
from tests.browser.looking import DESK, PHONE, look
from tests.factories import places as geography

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WAYS = ((PHONE, "light"), (DESK, "dark"))
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><style>.a{fill:#a33b27}</style>'
    '<rect class="a" width="90" height="30" rx="5"/></svg>'
)
PIXEL = """(image) => {
  const drawn = document.createElement("canvas");
  [drawn.width, drawn.height] = [image.naturalWidth, image.naturalHeight];
  const on = drawn.getContext("2d");
  on.drawImage(image, 0, 0);
  return [...on.getImageData(drawn.width / 2, drawn.height / 2, 1, 1).data];
}"""
COLOUR_OF_LINKS = "() => getComputedStyle(document.querySelector('.crumbs a')).color"


@pytest.fixture
def page(browser: Any, live_server: Any, empty_instance: None) -> Iterator[Any]:
    """A browser in front of an empty instance that knows its geography; it hears what pages complain of."""
    geography.places_loaded()
    complaints: list[str] = []
    context = browser.new_context(
        base_url=live_server.url, locale="fr-FR", reduced_motion="reduce",
        viewport={"width": PHONE, "height": 900},
    )  # fmt: skip
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.extend(refusal(said)))
    yield opened
    context.close()
    assert complaints == []


def refusal(said: Any) -> Iterator[str]:
    """An error of the console, a refused form apart: it is what the journey asked for."""
    if said.type == "error" and "422" not in said.text:
        yield said.text


def well_drawn(page: Any) -> None:
    faults = list(look(page, WAYS))
    assert not faults, f"{page.url}: {faults}"


def begin(page: Any) -> None:
    """From the key to the form, the territory chosen by its name."""
    page.goto(f"/premiere-page/?cle={key.current()}")
    assert "cle=" not in page.url
    page.get_by_label("Nom de l’intercommunalité").fill("lille")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Métropole Européenne de Lille").click()


def fill(page: Any, logo: Path) -> None:
    page.get_by_label("Nom de l’organisation").fill("Chambre de métiers")
    page.get_by_label("Type d’organisation").select_option("chamber")
    page.get_by_label("Nom de la personne qui administre").fill("Camille Martin")
    page.get_by_label("Son adresse électronique").fill("camille@cma.example")
    page.get_by_label("Son mot de passe").fill("une longue phrase")
    page.get_by_label("Logo").set_input_files(logo)


def test_an_instance_begins_in_a_browser(page: Any, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(LOGO, encoding="utf-8")
    page.goto("/conventions/")
    assert page.get_by_role("heading", level=1).inner_text() == "Cette instance est vide"
    begin(page)
    well_drawn(page)
    page.get_by_text("Ses communes").click()
    assert page.get_by_text("Annœullin").is_visible()

    fill(page, logo)
    page.get_by_label("Couleur").fill("#ffcc00")
    page.get_by_role("button", name="Commencer l’instance").click()
    told = page.locator(".errors")
    told.wait_for()
    nearest = told.inner_text().rstrip(" .\n").rsplit(" ", 1)[1]
    assert page.get_by_label("Nom de l’organisation").input_value() == "Chambre de métiers"
    well_drawn(page)

    fill(page, logo)
    page.get_by_label("Couleur").fill(nearest)
    page.get_by_role("button", name="Commencer l’instance").click()
    page.wait_for_url("**/premiers-pas/")
    assert page.get_by_role("link", name="Charger le registre des entreprises").is_visible()
    well_drawn(page)
    wears_its_colour_and_its_logo(page)


def wears_its_colour_and_its_logo(page: Any) -> None:
    """Drawn, not only named: the logo has pixels, links have the colour, another one on dark pages."""
    image = page.locator(".brand img")
    assert image.get_attribute("alt") == "Chambre de métiers"
    assert page.evaluate(PIXEL, image.element_handle()) == [163, 59, 39, 255]
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        seen.append(page.evaluate(COLOUR_OF_LINKS))
    accent = identity.current().accent
    assert seen[0] == f"rgb({', '.join(str(int(accent[at : at + 2], 16)) for at in (1, 3, 5))})"
    assert seen[1] != seen[0]


def test_the_pages_of_the_first_day_are_well_drawn_when_empty_and_when_refused(
    page: Any, live_server: Any
) -> None:
    page.goto("/premiere-page/")
    page.get_by_label("Clé").fill("x")
    page.get_by_role("button", name="Commencer").click()
    assert page.get_by_text("Ce n’est pas la clé.").is_visible()
    well_drawn(page)
    page.goto(f"/premiere-page/?cle={key.current()}")
    page.get_by_label("Nom de l’intercommunalité").fill("atlantide")
    page.get_by_role("button", name="Chercher").click()
    assert page.get_by_text("Aucune intercommunalité d’aujourd’hui").is_visible()
    well_drawn(page)
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    page.goto("/premiere-page/?territoire=mel")
    page.evaluate("() => { for (const form of document.forms) form.noValidate = true }")
    page.get_by_role("button", name="Begin the instance").click()
    assert page.locator(".errors li").count() >= 3
    well_drawn(page)
