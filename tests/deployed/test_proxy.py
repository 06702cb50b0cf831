"""nginx on the very file that ships: what it passes on, what it keeps to itself, and updates that nobody sees."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.deployed.conftest import Proxy
from tests.deployed.running import NAME, ROOT, Instance, free_port
from tests.deployed.test_outage import ADD, names

pytestmark = pytest.mark.deployed

CANARIES = ("Zoe.Canari@example.org", "CANARI QUINTIN", "812345678", "jeton-secret-de-la-personne")


@pytest.fixture(scope="module")
def behind(instance: Instance) -> Instance:
    """The same instance, told that a proxy terminates HTTPS for it."""
    return Instance(instance.home, instance.url, {"MAILLAGE_HTTPS": "on", "CSRF_TRUSTED_ORIGINS": f"https://{NAME}"})  # fmt: skip


class Pair:
    """Two processes of pages, each started and stopped by itself, as the two units are."""

    def __init__(self, instance: Instance) -> None:
        self.instance, self.ports = instance, (free_port(), free_port())
        self._running: dict[int, ExitStack] = {}

    def start(self, port: int) -> None:
        """Serve on one of the ports; ends once it answers."""
        stack = ExitStack()
        stack.enter_context(self.instance.served(port))
        self._running[port] = stack

    def stop(self, port: int) -> None:
        """Let the requests under way end, then stop."""
        self._running.pop(port).close()

    def close(self) -> None:
        """Stop both."""
        for port in list(self._running):
            self.stop(port)


@pytest.fixture(scope="module")
def pair(behind: Instance) -> Iterator[Pair]:
    made = Pair(behind)
    for port in made.ports:
        made.start(port)
    yield made
    made.close()


@pytest.fixture(scope="module")
def proxy(
    pair: Pair, proxy_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    made = Proxy(tmp_path_factory.mktemp("proxy"), pair.ports)
    made.start()
    for _ in range(600):
        try:
            made.browser().get("/health")
            break
        except OSError:
            assert made.running is not None
            assert made.running.poll() is None, made.log
    yield made
    made.stop()


def test_pages_and_their_files_come_through_with_their_protections(proxy: Proxy) -> None:
    page = proxy.browser().get("/connexion/")
    assert page.status == 200
    assert page.headers["strict-transport-security"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    styles = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    assert styles
    for style in styles:
        found = proxy.browser().get(style)
        assert (found.status, found.headers["content-type"].split(";")[0]) == (200, "text/css")
        assert "immutable" in found.headers["cache-control"]


def test_somebody_signs_in_and_writes_through_the_proxy(proxy: Proxy, behind: Instance) -> None:
    browser = proxy.browser()
    browser.sign_in()
    assert any(name.startswith("__Host-") or name == "sessionid" for name in browser.cookies)
    name = f"Partenaire {uuid4().hex}"
    assert browser.post(ADD, once=str(uuid4()), organisation=name, kind="support").status == 302
    assert name in names(behind)


def test_what_is_not_https_is_sent_there_without_what_was_asked(proxy: Proxy) -> None:
    browser = proxy.browser()
    browser.port, browser.secure = proxy.plain, False
    browser.headers["Host"] = NAME
    answer = browser.get("/connexion/?email=Zoe.Canari@example.org")
    assert (answer.status, answer.headers["location"]) == (301, f"https://{NAME}/connexion/")


def test_a_reader_cannot_claim_another_address(proxy: Proxy, behind: Instance) -> None:
    """Wrong passwords from one place count together, whatever address the request says it comes from."""
    browser = proxy.browser()
    with psycopg.connect(behind.url, autocommit=True) as connection:
        connection.execute("DELETE FROM accounts_bucket")
        for number in range(6):
            browser.headers["X-Forwarded-For"] = f"192.0.2.{number}"
            browser.post("/connexion/", login=f"n{number}@example.org", password="wrong")
        rows = connection.execute("SELECT name, jsonb_array_length(spent) FROM accounts_bucket")
        spent = [count for _name, count in rows.fetchall()]
    assert sorted(spent) == [1] * 6 + [6]  # one bucket for each account, one for the place


def test_a_body_too_large_is_refused_at_the_door(proxy: Proxy) -> None:
    browser = proxy.browser()
    browser.headers["Content-Length"] = str(300 * 2**20)
    assert browser._ask("POST", "/connexion/", "x=1").status == 413


def test_no_log_tells_who_asked_what(proxy: Proxy, behind: Instance) -> None:
    mail, who, number, secret = CANARIES
    browser = proxy.browser()
    browser.get(f"/entreprises/recherche/?q={who.replace(' ', '+')}+{number}")
    browser.get(f"/l/{secret}")
    browser.get(f"/connexion/?email={mail}")
    browser.post("/connexion/", login=mail, password=secret)
    browser.get(f"/nowhere-at-all?name={who.replace(' ', '%20')}")
    written = proxy.log + "".join(p.read_text() for p in behind.home.glob("served-*.log"))
    assert "/connexion/" in written
    for canary in (*CANARIES, who.replace(" ", "+"), who.replace(" ", "%20"), "127.0.0.1 "):
        assert canary not in written
    assert re.search(r"^127\.0\.0\.0 \[", written, re.MULTILINE)


def test_an_update_one_process_after_the_other_is_seen_by_nobody(
    proxy: Proxy, pair: Pair, behind: Instance
) -> None:
    """Migrate, restart one, restart the other: readers and writers meet no error at all."""
    stop, seen, promised = threading.Event(), Counter[int](), list[str]()

    def go_on(*, writes: bool) -> None:
        browser = proxy.browser()
        browser.sign_in()
        while not stop.is_set():
            name = f"Partenaire {uuid4().hex}"
            if not writes:
                seen[browser.get("/organisations/").status] += 1
                continue
            answer = browser.post(ADD, once=str(uuid4()), organisation=name, kind="support")
            seen[answer.status] += 1
            promised.append(name)

    going = [
        threading.Thread(target=go_on, kwargs={"writes": n == 0}, daemon=True) for n in range(3)
    ]
    for thread in going:
        thread.start()
    behind.run("maillage", "migrate", "--verbosity", "0")
    for port in pair.ports:
        before = sum(seen.values())
        pair.stop(port)
        pair.start(port)
        assert sum(seen.values()) > before
    stop.set()
    for thread in going:
        thread.join(30)

    assert set(seen) == {200, 302}, seen
    assert sum(seen.values()) > 20
    kept = names(behind)
    assert set(promised) <= set(kept)
    assert len(kept) == len(set(kept))


def test_with_no_process_at_all_the_proxy_says_when_to_come_back(proxy: Proxy, pair: Pair) -> None:
    for port in pair.ports:
        pair.stop(port)
    try:
        answer = proxy.browser().get("/")
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
        assert "revient dans un instant" in answer.text
        assert "will be back" in answer.text
    finally:
        for port in pair.ports:
            pair.start(port)


# The files themselves


def units() -> list[Path]:
    return sorted(p for p in (ROOT / "deploy").iterdir() if p.suffix in {".service", ".timer"})


@pytest.mark.parametrize("unit", units(), ids=lambda path: path.name)
def test_a_unit_runs_commands_and_reads_settings_that_exist(unit: Path) -> None:
    from django.core.management import get_commands

    text = unit.read_text(encoding="utf-8")
    for command in re.findall(r"\.venv/bin/maillage (\w+)", text):
        assert command in get_commands()
    if "ExecStart" in text:
        assert "EnvironmentFile=/etc/maillage/maillage.env" in text
        assert "NoNewPrivileges=true" in text
        assert "User=maillage" in text


def test_the_environment_that_ships_names_settings_that_exist() -> None:
    from maillage.site import environment

    lines = (ROOT / "deploy/maillage.env").read_text(encoding="utf-8").splitlines()
    given = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert given <= set(environment.VARIABLES)
    assert {"DATABASE_URL", "MAILLAGE_HOME", "MAILLAGE_HTTPS", "ALLOWED_HOSTS"} <= given
