"""What the server owes to browsers, however many of them stay open."""

from __future__ import annotations

import http.client
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What ten browsers left open on somebody's desk keep between two pages: six connections each.
LEFT_OPEN = 60


def test_browsers_left_open_do_not_keep_the_next_reader_waiting(site: str) -> None:
    with ExitStack() as held:
        for _ in range(LEFT_OPEN + 1):
            link: Any = http.client.HTTPConnection(str(urlsplit(site).netloc), timeout=5)
            held.enter_context(closing(link))
            link.request("GET", "/health")
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200
            assert answer.headers.get("Connection", "") != "close"
