"""A photograph taken without network: it waits for its visit, then for a better network, and tells nothing of the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.phones import Phone, expect_waiting, open_latest, with_round
from tests.browser.wire import Wire
from tests.factories import pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAITING = re.compile(r"Photographies gardées sur ce téléphone\s*: 1\b")
SLOW = """Object.defineProperty(NetworkInformation.prototype, "effectiveType",
  { get: () => sessionStorage.getItem("network") ?? "3g", configurable: true });"""
BETTER = """sessionStorage.setItem("network", "4g");
navigator.connection.dispatchEvent(new Event("change"));"""
SIZES = """Promise.all([...document.querySelectorAll("#photos img")].map(async (image) => {
  image.loading = "eager";
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}))"""
HELD = """
from maillage.outreach.models import VisitPhoto
told = VisitPhoto.objects.unscoped(reason="a test").filter(visit__key="{key}")
print(*(bytes(one.data).hex() for one in told))
"""


def take(page: Any, data: bytes) -> None:
    """With the camera of the phone."""
    file = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": data}
    page.get_by_label("Prendre une photographie").set_input_files([file])


def test_a_photograph_waits_for_its_visit_then_for_a_network_and_loses_its_place(
    phone: Phone, wire: Wire, behind: Callable[[str], str], tmp_path: Path
) -> None:
    page = phone("karim")
    form = with_round(page)[0]
    wire.up = False
    page.goto(form)
    firm = str(page.locator(".enterprise h2").inner_text())
    taken = page.locator("#photos-taken")
    take(page, b"no photograph")
    expect(taken).to_contain_text("pas une photographie")
    for rank in (1, 2):
        take(page, pictures.jpeg(turned=6))
        expect(taken.get_by_role("listitem")).to_have_count(rank)
    taken.get_by_role("button", name="Retirer du téléphone").first.click()
    expect(taken.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect_waiting(page, 1)
    strip = page.locator("#phone-strip")
    expect(strip).to_contain_text(WAITING)

    wire.up = True
    page = phone("paul")
    page.goto("/ma-journee/")
    assert page.evaluate("maillagePhone.sendAll(true).then(() => maillagePhone.photos())") == []
    expect(page.locator("#phone-strip")).to_be_hidden()

    page = phone("karim")
    page.add_init_script(SLOW)
    page.goto("/ma-journee/")
    strip = page.locator("#phone-strip")
    expect(strip).not_to_contain_text("Visites gardées")
    expect(strip).to_contain_text(WAITING)
    expect(strip).to_contain_text("meilleur réseau")
    wire.cuts = 1.0
    page.evaluate(BETTER)
    page.evaluate("maillagePhone.sendAll()")
    assert wire.cut, "the server kept it, and its answer was cut"
    expect(strip).to_contain_text(WAITING)
    wire.cuts = 0.0
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(strip).to_be_hidden()

    page.reload()
    open_latest(page, firm)
    for file in (pictures.jpeg(turned=8), pictures.png(), pictures.webp()):
        page.get_by_label("Ajouter une photographie").set_input_files(
            [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": file}]
        )
        page.get_by_role("button", name="Ajouter cette photographie").click()
        page.wait_for_url("**#photos")
    assert page.evaluate(SIZES) == [[8, 16], [8, 16], [3, 2], [5, 4]], "each is drawn, upright"
    held = behind(HELD.format(key=page.url.split("/")[4])).split()
    assert len(held) == 4, "once each, though an answer was cut"
    for image in map(bytes.fromhex, held):
        assert pictures.WHERE not in image
        assert b"GPS" not in image
