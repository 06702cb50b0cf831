"""A phone of the tests: Chromium with a memory of its own, switched on by somebody, off, or killed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, expect

ROUND = "/ma-journee/tournee/"
WAITING = "Visites gardées sur ce téléphone"
WIDTH = 390


class Phone:
    """Called with a name, it is switched on in these hands; what it keeps outlives it."""

    def __init__(
        self, launch: Callable[..., Any], folder: Path, cookies_of: Callable[[str], Any]
    ) -> None:
        self.launch, self.folder, self.cookies_of = launch, folder, cookies_of
        self.context: Any = None

    def __call__(self, who: str, **options: Any) -> Any:
        """Its page, for somebody who is signed in; nobody's name leaves whoever was."""
        self.off()
        self.context = self.launch(
            str(self.folder), viewport={"width": WIDTH, "height": 800}, locale="fr-FR", **options
        )
        if who:
            self.context.clear_cookies()
            self.context.add_cookies(self.cookies_of(who))
        return self.context.pages[0]

    def off(self) -> None:
        """Close it as one closes a browser."""
        if self.context:
            with suppress(Error):  # it was killed
                self.context.close()
        self.context = None

    def kill(self) -> None:
        """End its process as a flat battery does: nothing is saved on the way."""
        told = f"--user-data-dir={self.folder}".encode()
        for running in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = running.read_bytes().split(b"\0")
                if told in words and not any(word.startswith(b"--type=") for word in words):
                    os.kill(int(running.parent.name), signal.SIGKILL)
        self.off()


def with_round(page: Any) -> list[str]:
    """Plan the round of today and wait until the phone keeps it; the forms of its firms."""
    page.goto(ROUND)
    page.get_by_role("button", name="Planifier la tournée").click()
    expect_kept(page)
    return [link.get_attribute("href") for link in page.locator("a[data-keep]").all()]


def expect_kept(page: Any) -> None:
    """The round that is shown is on the phone."""
    expect(page.locator("ol.round[data-kept=yes]")).to_be_visible()


def report(page: Any, form: str, note: str) -> None:
    """A visit with a note, from the form of a firm; without network, it waits."""
    page.goto(form)
    page.get_by_label("Ce qu’il faut retenir").fill(note)
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url(f"**{ROUND}*")


def expect_waiting(page: Any, count: int) -> None:
    """So many visits wait, and it is said."""
    strip = page.locator("#phone-strip")
    if count:
        expect(strip).to_contain_text(re.compile(rf"{WAITING}\s*: {count}\b"))
    else:
        expect(strip.get_by_role("listitem")).to_have_count(0)
        expect(strip.get_by_role("button", name="Envoyer maintenant")).to_be_hidden()


def done_today(page: Any) -> int:
    """How many visits of the day the server has."""
    page.goto("/ma-journee/")
    return int(page.locator("section[aria-labelledby=done]").get_attribute("data-count"))


def open_latest(page: Any, firm: str) -> None:
    """The latest visit of the day to a firm: the page may also name firms to see, or another whose name has this one in it."""
    done = page.locator("section[aria-labelledby=done]")
    done.get_by_role("link", name=firm, exact=True).first.click()


def change_hands(page: Any, who: str) -> None:
    """Whoever is signed in signs out, whatever waits; somebody signs in with the button of a demonstration."""
    page.goto("/ma-journee/")
    sign_out(page)
    sign_in(page, who)


def sign_in(page: Any, who: str) -> None:
    """With the button of a demonstration."""
    page.goto("/connexion/?next=/ma-journee/")
    page.locator("form", has_text=f"{who}@demo.maillage.example").get_by_role("button").click()
    page.wait_for_url("**/ma-journee/")


def come_back(page: Any, who: str) -> None:
    """A browser that was killed may have kept its cookies or not: Chromium writes them down now and then."""
    page.goto("/ma-journee/")
    if "/connexion/" in page.url:
        sign_in(page, who)


def sign_out(page: Any) -> None:
    """With the button of the page, where somebody is signed in; yes to what is asked then."""
    leave = page.get_by_role("button", name="Se déconnecter")
    if leave.count():
        page.once("dialog", lambda asked: asked.accept())
        leave.click()
        expect(leave).to_have_count(0)


def keeps_pages(page: Any) -> bool:
    """Whether the phone holds the pages of a round."""
    return bool(page.evaluate("caches.has('maillage-pages')"))
