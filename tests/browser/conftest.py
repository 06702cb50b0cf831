"""One server over one demonstration for all the journeys, one Chromium for those of a module."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.browser import wire as wires
from tests.browser.crawl import Reader
from tests.browser.phones import Phone
from tests.browser.wire import Wire

ROOT = Path(settings.BASE_DIR)
PATIENCE_SECONDS = 60
PHONE, DESK = 390, 1280
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Said by the page itself, so that a refusal of the content policy is heard whoever caused it.
LISTEN = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error("Content policy refused " + event.violatedDirective + " " + event.blockedURI);
});"""


@pytest.fixture(scope="session")
def executable() -> str:
    """The browser of this machine; journeys are left out, and said to be, where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the processes of the instance are set by."""
    home = os.environ.get("MAILLAGE_BROWSER_HOME") or tmp_path_factory.mktemp("instance")
    return {
        **os.environ,
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "maillage.site.settings",
        "MAILLAGE_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }


@pytest.fixture
def behind(site: str, environment: dict[str, str]) -> Callable[[str], str]:
    """A few lines run on the server, beside the pages: what happens there meanwhile; what they print."""

    def happens(code: str) -> str:
        words = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        done = subprocess.run(
            words, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return happens


@pytest.fixture(scope="session")
def site(executable: str, environment: dict[str, str]) -> Iterator[str]:
    """The address of a real server, on loopback, over a demonstration of its own.

    While writing journeys, `MAILLAGE_BROWSER_SITE=http://…` and `MAILLAGE_BROWSER_HOME=…` visit one that is already served.
    """
    if served := os.environ.get("MAILLAGE_BROWSER_SITE"):
        yield served
        return
    play = [sys.executable, "-m", "tests.browser.demonstration"]
    played = subprocess.run(
        play, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert played.returncode == 0, played.stderr
    port, home = free_port(), Path(environment["MAILLAGE_HOME"])
    serve = [sys.executable, "-m", "maillage", "serve", "--port", str(port), "--processes", "1"]
    with (home / "served").open("w", encoding="utf-8") as said:
        server = subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            wait_until_healthy(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(PATIENCE_SECONDS)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(server: subprocess.Popen[bytes], port: int) -> None:
    """Ask until the server answers; a server that died has said why in its file."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            asked.request("GET", "/health")
            if asked.getresponse().status == 200:
                return
        except ConnectionError:
            pass
        finally:
            asked.close()
        try:
            pytest.fail(f"the server ended with {server.wait(0.1)}")
        except subprocess.TimeoutExpired:
            continue
    pytest.fail("the server does not answer")


@pytest.fixture(scope="module")
def chromium(executable: str) -> Iterator[Any]:
    """Chromium without a window, for the journeys of one module."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_SECONDS * 500)  # machines are slow, answers are not late
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Who signed in already: guesses are limited by account and hour, so each signs in once."""
    return {}


@pytest.fixture
def wire(site: str) -> Iterator[Wire]:
    """The network between a phone and the site."""
    with wires.running(site) as running:
        yield running


@pytest.fixture
def phone(
    chromium: Any, executable: str, site: str, sessions: dict[str, Any], wire: Wire, tmp_path: Path
) -> Iterator[Phone]:
    """One phone, off, at the end of the wire."""

    def launched(folder: str, **options: Any) -> Any:
        context = chromium.browser_type.launch_persistent_context(
            folder, executable_path=executable, args=QUIET, base_url=wire.address, **options
        )
        context.set_default_timeout(PATIENCE_SECONDS * 500)
        return context

    held = Phone(
        launched,
        tmp_path / "phone",
        lambda who: session_of(chromium, site, sessions, who)["cookies"],
    )
    yield held
    held.off()


@pytest.fixture(name="fetch")
def _fetch() -> Callable[..., tuple[int, str, str]]:
    """Ask for an address without showing it."""
    return fetch


@pytest.fixture
def reader(chromium: Any, site: str, sessions: dict[str, Any]) -> Callable[[str], Reader]:
    """Somebody of the demonstration who asks for addresses without showing them."""

    def reads(who: str = "") -> Reader:
        return Reader(site, session_of(chromium, site, sessions, who)["cookies"] if who else [])

    return reads


@pytest.fixture
def visitor(chromium: Any, site: str, sessions: dict[str, Any]) -> Iterator[Callable[..., Any]]:
    """Open a page as somebody of the demonstration (nobody: the public), and hear its complaints."""
    opened: list[Any] = []
    complaints: list[str] = []

    def open_page(who: str = "", address: str = "/conventions/", **options: Any) -> Any:
        width = options.pop("width", DESK)
        options.setdefault("locale", "fr-FR")
        context = chromium.new_context(
            base_url=site,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            storage_state=session_of(chromium, site, sessions, who) if who else None,
            **options,
        )
        context.set_default_timeout(PATIENCE_SECONDS * 500)
        context.add_init_script(LISTEN)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.extend(complaint(page, said)))
        page.goto(address)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


def fetch(page: Any, address: str) -> tuple[int, str, str]:
    """Status, type and text of an address of the site, asked for with the cookies of a page."""
    site = urlsplit(page.url)
    cookies = "; ".join(f"{held['name']}={held['value']}" for held in page.context.cookies())
    asked = http.client.HTTPConnection(str(site.netloc), timeout=PATIENCE_SECONDS)
    try:
        asked.request("GET", address, headers={"Cookie": cookies, "Accept-Language": "fr"})
        answer = asked.getresponse()
        text = answer.read().decode(errors="replace")
        return answer.status, answer.headers.get("Content-Type", ""), text
    finally:
        asked.close()


def complaint(page: Any, said: Any) -> Iterator[str]:
    """An error of the console, unless it only repeats the status of the page somebody asked for."""
    status_of_page = said.text.startswith("Failed to load resource") and (
        said.location.get("url", "").split("#")[0] == page.url.split("#")[0]
    )
    if said.type == "error" and not status_of_page:
        yield f"{page.url}: {said.text}"


def session_of(chromium: Any, site: str, sessions: dict[str, Any], who: str) -> Any:
    """What the browser keeps of somebody who signed in, once for all the journeys."""
    if who not in sessions:
        context = chromium.new_context(base_url=site, locale="fr-FR")
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        sign_in(context.new_page(), who)
        sessions[who] = context.storage_state()
        context.close()
    return sessions[who]


def sign_in(page: Any, who: str) -> None:
    """By the account's own button, as shown on the sign-in page of a demonstration."""
    page.goto("/connexion/?next=/conventions/")
    page.locator("form", has_text=f"{who}@demo.maillage.example").get_by_role("button").click()
    page.wait_for_url("**/conventions/")
