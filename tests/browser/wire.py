"""The network of a phone: a loopback proxy that is there, is gone, or cuts an answer in its middle."""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

SENDING = ("/ma-journee/telephone/visites/", "/ma-journee/telephone/photos/")
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Wire:
    """`up`: all goes, or nothing does; with the chance of `losses` what waited never arrives, of `cuts` the answer breaks off."""

    def __init__(self, site: str) -> None:
        self.site = urlsplit(site).netloc
        self.up, self.cuts, self.losses = True, 0.0, 0.0
        self.chance = random.Random(7)  # noqa: S311 -- a draw of tests
        self.cut = self.lost = 0
        self.confirmed = threading.Event()
        """Set once an answer to a visit went through whole."""
        self.address = ""

    def lost_now(self, path: str) -> bool:
        """Whether this request never arrives."""
        if not self.up:
            return True
        now = path.startswith(SENDING) and self.chance.random() < self.losses
        self.lost += now
        return now

    def cut_now(self, path: str) -> bool:
        """Whether this answer is cut."""
        now = path.startswith(SENDING) and self.chance.random() < self.cuts
        self.cut += now
        return now


@contextmanager
def running(site: str) -> Iterator[Wire]:
    """A wire to the site, at an address of its own."""
    wire = Wire(site)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            pass_on(self, wire)

        do_POST = do_GET  # noqa: N815 -- the name that the library calls

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    wire.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()


def pass_on(handler: BaseHTTPRequestHandler, wire: Wire) -> None:
    """One request there and back, as far as the wire lets it."""
    handler.close_connection = True
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    if wire.lost_now(handler.path):
        return
    asked = http.client.HTTPConnection(wire.site, timeout=60)
    try:
        given = {name: value for name, value in handler.headers.items() if name.lower() not in HOPS}
        asked.request(handler.command, handler.path, body, given)
        answer = asked.getresponse()
        text = answer.read()
    finally:
        asked.close()
    whole = not wire.cut_now(handler.path)
    with suppress(OSError):  # the phone was killed meanwhile
        hand_back(handler, answer, text, whole=whole)
        if whole and handler.path.startswith(SENDING):
            wire.confirmed.set()


def hand_back(
    handler: BaseHTTPRequestHandler, answer: http.client.HTTPResponse, text: bytes, *, whole: bool
) -> None:
    """The answer, or its first half."""
    handler.send_response(answer.status)
    for name, value in answer.getheaders():
        if name.lower() not in HOPS:
            handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(text)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(text if whole else text[: len(text) // 2])
