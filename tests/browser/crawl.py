"""Walk the links of the product as somebody, and keep one page of each sort.

Two addresses are of one sort when they take the same route and their queries change the page in the same
way: the sheet of one firm stands for the sheets of all, a list filtered by territory for all its filters.
"""

from __future__ import annotations

import gzip
import http.client
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from bs4 import BeautifulSoup
from django.urls import Resolver404, resolve

PATIENCE_SECONDS = 60
# The names in a query that make another page of it, rather than the same with other figures.
TELLING = {"apres", "convention", "liste", "number", "page", "par", "q"}
Sort = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site answered to one address."""

    address: str
    status: int
    kind: str
    text: str
    location: str = ""
    via: str = ""

    @property
    def is_page(self) -> bool:
        """Whether somebody reads it in the browser, rather than downloads it."""
        return self.kind.startswith("text/html")

    @property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def weight(self) -> int:
        """Bytes of the page as they travel."""
        return len(gzip.compress(self.text.encode(), 6))


class Reader:
    """Somebody who asks for addresses without showing them, with the cookies of a signed-in browser."""

    def __init__(self, site: str, cookies: list[Any] | None = None) -> None:
        self.netloc = str(urlsplit(site).netloc)
        self.cookies = {held["name"]: held["value"] for held in cookies or []}

    def ask(self, address: str, language: str = "fr") -> Answer:
        """One address, in one language."""
        cookies = {**self.cookies, "django_language": language}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        asked = http.client.HTTPConnection(self.netloc, timeout=PATIENCE_SECONDS)
        try:
            asked.request("GET", address, headers=headers)
            got = asked.getresponse()
            kind, location = got.headers.get("Content-Type", ""), got.headers.get("Location", "")
            return Answer(address, got.status, kind, got.read().decode(errors="replace"), location)
        finally:
            asked.close()

    def walk(self, *starts: str, each: int = 1) -> Iterator[Answer]:
        """Every sort of answer that links lead to, as many times as asked; breadth first."""
        waiting, known, met = deque((one, "") for one in starts), set(starts), Counter[Sort]()
        while waiting:
            address, via = waiting.popleft()
            sort = sort_of(address)
            if met[sort] >= each:
                continue
            met[sort] += 1
            answer = replace(self.ask(address), via=via)
            yield answer
            for link in [*links(answer), answer.location]:
                if link and link not in known and sort_of(link)[0]:
                    known.add(link)
                    waiting.append((link, address))


def links(answer: Answer) -> list[str]:
    """The addresses of this site that a page leads to, in its order."""
    if not answer.is_page:
        return []
    found = (a["href"] for a in answer.soup.select("a[href]"))
    whole = (urlsplit(urljoin(answer.address, str(href))) for href in found)
    return [
        f"{part.path}?{part.query}" if part.query else part.path
        for part in whole
        if not part.netloc and part.path
    ]


def sort_of(address: str) -> Sort:
    """The route of an address and the telling names in its query; no route for what is not of the product."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        return "", ()
    return route, tuple(sorted({name for name, _ in parse_qsl(parts.query)} & TELLING))
