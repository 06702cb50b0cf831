"""What only a browser sees: contrast, focus, widths, and a content policy that refuses nothing of ours."""

import itertools
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from maillage.accounts.roles import Role
from tests.factories import accounts as make

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
HTMX = Path(settings.STATICFILES_DIRS[0]) / "htmx.min.js"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def open_page(browser, live_server, client):
    make.signed_in(client, Role.ADVISER, make.organisation())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def opened(address, **options):
        # Colours change at once, so that contrast is measured on what is settled.
        context = browser.new_context(locale="fr-FR", reduced_motion="reduce", **options)
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page = context.new_page()
        page.refused = []
        page.on(
            "console",
            lambda said: (
                page.refused.append(said.text) if "Content Security" in said.text else None
            ),
        )
        page.goto(live_server.url + address)
        return page

    return opened


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with `make setup`")
@pytest.mark.parametrize("address", ["", "?phone"])
def test_no_component_breaks_a_rule_of_accessibility_or_overflows(open_page, address):
    page = open_page(reverse("ui:gallery") + address, bypass_csp=True)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    for width, scheme in itertools.product((320, 390, 1280), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run()")["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_content_policy_refuses_nothing_of_ours(open_page):
    page = open_page(reverse("ui:gallery"))
    assert page.refused == []
    assert page.evaluate("getComputedStyle(document.querySelector('.topbar')).borderBottomWidth")


def test_a_form_is_sent_once_however_often_it_is_submitted(open_page):
    page = open_page(reverse("ui:gallery"))
    sent = page.evaluate(
        """() => {
          const form = document.querySelector(".themes");
          const kept = [];
          for (let i = 0; i < 3; i++) {
            const event = new SubmitEvent("submit", {bubbles: true, cancelable: true});
            kept.push(form.dispatchEvent(event));
          }
          return kept;
        }"""
    )
    assert sent == [True, False, False]


def test_the_errors_of_a_form_have_the_focus(open_page):
    page = open_page(reverse("ui:gallery"))
    assert "errors" in page.evaluate("document.activeElement.className")


def test_the_theme_is_chosen_with_the_keyboard_kept_and_not_printed(open_page):
    page = open_page(reverse("ui:gallery"), color_scheme="light")
    page.focus("button[value=dark]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert page.get_attribute("button[value=dark]", "aria-pressed") == "true"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


@pytest.mark.skipif(not HTMX.exists(), reason="htmx comes with `make setup`")
def test_the_next_page_of_a_list_replaces_it_in_place_and_equals_a_fresh_page(open_page):
    page = open_page(reverse("ui:gallery"))
    page.evaluate("window.stayed = true")
    page.click("#records a[rel=next]")
    page.wait_for_selector("#records a[rel=prev]")
    assert page.evaluate("window.stayed")
    assert page.evaluate("document.activeElement.id") == "h-behind"
    swapped = page.inner_text("#records")
    page.reload()
    assert page.inner_text("#records") == swapped
    assert page.refused == []
