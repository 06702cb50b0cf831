"""Whether a page still answers: by its head, then by itself; never a machine of ours, never farther than its address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from maillage.kernel.remote import knocking
from maillage.kernel.remote.knocking import Knock, is_public, knock


class Pages(ThreadingHTTPServer):
    """A site whose page `/N` answers N, `/N-M` answers N to its head and M to itself."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.asked: list[tuple[str, str]] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"


class Page(BaseHTTPRequestHandler):
    """One question to the site."""

    server: Pages

    def do_HEAD(self) -> None:
        self._answer(0)

    def do_GET(self) -> None:
        self._answer(-1)

    def _answer(self, rank: int) -> None:
        self.server.asked.append((self.command, self.path))
        told = self.path.strip("/").split("-")[rank]
        if told == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(int(told))
        if told.startswith("3"):
            self.send_header("Location", "/500")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_told: object) -> None:
        """Nothing on the screen of tests."""


@pytest.fixture(scope="module")
def site() -> Iterator[Pages]:
    pages = Pages()
    thread = Thread(target=pages.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield pages
    pages.shutdown()
    pages.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def asked(site: Pages, page: str) -> Knock | None:
    site.asked.clear()
    return knock(f"{site.address}/{page}", timeout=2, may_ask=lambda _address: True)


@pytest.mark.parametrize("status", [200, 204, 301, 302, 401, 403, 429])
def test_a_page_that_answers_is_there_and_is_asked_for_its_head_only(
    site: Pages, status: int
) -> None:
    assert asked(site, str(status)) == Knock(is_there=True, status=status)
    assert site.asked == [("HEAD", f"/{status}")]


def test_where_a_redirect_leads_is_not_asked(site: Pages) -> None:
    assert asked(site, "302") == Knock(is_there=True, status=302)
    assert ("HEAD", "/500") not in site.asked


@pytest.mark.parametrize("head", [400, 404, 500, 501, "cut"])
def test_a_site_that_refuses_heads_is_asked_for_the_page(site: Pages, head: object) -> None:
    assert asked(site, f"{head}-200") == Knock(is_there=True, status=200)
    assert [method for method, _path in site.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_page_that_both_questions_fail_is_not_there(site: Pages, status: int) -> None:
    assert asked(site, str(status)) == Knock(is_there=False, status=status)
    assert len(site.asked) == 2


def test_a_connection_cut_in_the_middle_is_no_answer(site: Pages) -> None:
    found = asked(site, "cut")
    assert found is not None
    assert not found.is_there
    assert found.status is None
    assert found.why


def test_a_machine_that_refuses_is_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = knock(f"http://127.0.0.1:{port}/", timeout=1, may_ask=lambda _address: True)
    assert found == Knock(is_there=False, why="refused")


def test_a_machine_that_says_nothing_is_left_after_a_while() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        found = knock(address, timeout=0.05, may_ask=lambda _address: True)
    assert found == Knock(is_there=False, why="silent")


def test_a_name_that_leads_nowhere_is_no_answer() -> None:
    def nowhere(_host: str) -> list[str]:
        raise socket.gaierror

    assert knock("https://nowhere.example/", addresses=nowhere) == Knock(
        is_there=False, why="no_host"
    )


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "::1",
        "fe80::1",
        "x",
        "0.0.0.0",  # noqa: S104 -- told of, not listened at
        "100.64.0.1",
        "224.0.0.1",
        "ff02::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_a_machine_of_ours_is_never_asked(address: str) -> None:
    assert not is_public(address)
    assert knock("https://inside.example/", addresses=lambda _host: [address]) is None


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:21f::1", "64:ff9b::5db8:d822"])
def test_a_machine_of_the_public_network_may_be_asked(address: str) -> None:
    assert is_public(address)


def test_a_name_is_looked_up_once_so_that_it_leads_nowhere_else_meanwhile(site: Pages) -> None:
    looked_up = []

    def once(host: str) -> list[str]:
        looked_up.append(host)
        return ["::1", "127.0.0.1"]  # nobody listens at the first

    port = site.server_address[1]
    url = f"http://no-such-name.example:{port}/404"
    found = knock(url, timeout=2, addresses=once, may_ask=lambda _address: True)
    assert found == Knock(is_there=False, status=404)
    assert looked_up == ["no-such-name.example"]
    assert knock(url, addresses=lambda _host: []) is None


def test_a_machine_that_answers_drop_by_drop_is_left_after_a_while() -> None:
    over = Event()

    def drip(deaf: socket.socket) -> None:
        while not over.is_set():
            with deaf.accept()[0] as line, suppress(OSError):
                while not over.wait(0.02):
                    line.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as slow:
        Thread(target=drip, args=[slow], daemon=True).start()
        address = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        found = knock(address, timeout=0.5, may_ask=lambda _address: True)
        over.set()
    assert found == Knock(is_there=False, why="silent")


def test_through_a_proxy_it_is_the_proxy_that_is_asked(
    site: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.address)
    site.asked.clear()
    found = knock("http://a.example/404-200", addresses=lambda _host: ["93.184.216.34"])
    assert found is not None
    assert [path for _method, path in site.asked][:1] == ["http://a.example/404-200"]


def test_one_private_address_among_public_ones_is_enough_to_pass_over() -> None:
    assert is_public("93.184.216.34")
    mixed = ["93.184.216.34", "127.0.0.1"]
    assert knock("https://mixed.example/", addresses=lambda _host: mixed) is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)", "https:///nothing", "a.example",
        "https://a.example:22/", "http://a.example:8080/", "https://a.example:99999/",
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_web_on_its_usual_port_is_not_asked(url: str) -> None:
    asked_for: list[str] = []

    def told(host: str) -> list[str]:
        asked_for.append(host)
        return ["93.184.216.34"]

    assert knock(url, addresses=told) is None
    assert asked_for == []


def test_the_addresses_of_this_machine_are_found_by_its_name() -> None:
    assert "127.0.0.1" in knocking.addresses_of("localhost")
