"""Where signed links land, as a browser goes there: without a referrer, hence without an origin."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.factories import post as make

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_the_button_works_in_a_browser_that_tells_nobody_where_it_was(
    browser: Any, live_server: Any, opened: list[str]
) -> None:
    page = browser.new_context(locale="fr-FR").new_page()
    asked: list[dict[str, str]] = []
    page.on("request", lambda request: asked.append(request.all_headers()))

    page.goto(f"{live_server.url}/l/{make.token()}")
    page.get_by_role("button", name="Ouvrir").click()
    page.get_by_text("La porte est ouverte.").wait_for()
    page.reload()

    assert opened == ["a door"]
    assert not [one for one in asked if "/l/" in one.get("referer", "")]
    [origin] = {one["origin"] for one in asked if one.get("content-type", "").endswith("encoded")}
    assert origin == "null"
    page.get_by_role("link", name="Maillage").click()
    assert page.evaluate("document.referrer") == ""


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with `make setup`")
def test_its_pages_are_for_everybody(browser: Any, live_server: Any, opened: list[str]) -> None:
    page = browser.new_context(locale="fr-FR", bypass_csp=True, reduced_motion="reduce").new_page()
    for address in (make.token(), "nothing"):
        page.goto(f"{live_server.url}/l/{address}")
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        for width, scheme in itertools.product((320, 390, 1280), ("light", "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate("axe.run()")["violations"]
            assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
