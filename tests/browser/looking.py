"""What is wrong with a page, as its readers and their machines would say it: the text, then the drawing."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib
from bs4 import BeautifulSoup
from django.conf import settings

from tests.browser.crawl import Answer

ROOT = Path(settings.BASE_DIR)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# The budgets of the design guide, in bytes as they travel: a page, the form filled in on the street.
PAGE, VISIT_FORM, WHOLE, ELEMENTS = 15_000, 5_000, 115_000, 1_500
SMALLEST, PHONE, DESK = 320, 390, 1280

BROKEN_RULES = """async () => {
  const found = await axe.run({rules: {"target-size": {enabled: true}}});
  return found.violations.map((rule) => `${rule.id} at ${rule.nodes[0].target}`);
}"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll-x, .nav, .vh"))
  .slice(0, 1).map((one) => `${one.tagName}.${one.className.baseVal ?? one.className}`)"""
CUT_TABLES = """() => [...document.querySelectorAll("table")]
  .filter((one) => { const room = one.closest(".scroll-x") ?? one.parentElement;
                     return room.scrollWidth > room.clientWidth + 1 })
  .map((one) => one.caption?.innerText ?? "a table")"""
WEIGHT = """() => performance.getEntriesByType("resource")
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def read(answer: Answer, language: str) -> Iterator[str]:
    """What is wrong in the text of a page written in one language."""
    soup = answer.soup
    if soup.html is None:
        yield "is no page"
        return
    if soup.html.get("lang") != language:
        yield f"says it is written in {soup.html.get('lang')}"
    if len(soup.find_all("h1")) != 1:
        yield f"has {len(soup.find_all('h1'))} titles of the first level"
    if not (soup.title and soup.title.get_text().endswith(" – Maillage")):
        yield f"has no name of its own: {soup.title}"
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    yield from (f"has {many} elements named {name}" for name, many in ids.items() if many > 1)
    if soup.find(style=True) or soup.find("style") or soup.select("script:not([src])"):
        yield "has style or script of its own"
    allowed = VISIT_FORM if answer.address.endswith("/visite/") else PAGE
    if answer.weight > allowed:
        yield f"weighs {answer.weight} bytes of {allowed}"
    if len(soup.find_all(True)) > ELEMENTS:
        yield f"has {len(soup.find_all(True))} elements"
    yield from (f"says «{said}» in the other language" for said in foreign(soup, language))


def foreign(soup: BeautifulSoup, language: str) -> list[str]:
    """The words of our own that stand in the language that is not the page's."""
    for tag in soup.select(f'[lang]:not(html):not([lang="{language}"]), script, code, pre'):
        tag.decompose()
    refused = sayings(language)
    found = []
    for text in soup.stripped_strings:
        words = text.split()
        known = any(
            " ".join(words[start:]).startswith(said)
            for start in range(len(words))
            for said in refused.get(tuple(words[start : start + 2]), ())
        )
        if known or text in refused[()]:
            found.append(text)
    return found


@cache
def sayings(language: str) -> dict[tuple[str, ...], set[str]]:
    """What the catalogues say in the other language only, by its first two words; alone under ()."""
    sources, translations = set[str](), set[str]()
    for path in sorted((ROOT / "src").glob("maillage/*/locale/fr/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            sources |= {entry.msgid, entry.msgid_plural}
            translations |= {entry.msgstr, *entry.msgstr_plural.values()}
    refused, kept = (sources, translations) if language == "fr" else (translations, sources)
    found: dict[tuple[str, ...], set[str]] = {(): set()}
    pieces = {piece for said in refused - kept for piece in re.split(r"%\(\w+\)\w|\n", said)}
    for said in {" ".join(piece.split()) for piece in pieces}:
        words = said.split(" ")
        if len(words) >= 4:
            found.setdefault(tuple(words[:2]), set()).add(said)
    found[()] = {said for said in refused - kept if len(said) > 3}
    return found


def look(page: Any, ways: Iterable[tuple[int, str]]) -> Iterator[str]:
    """What is wrong with the drawing of the page shown: widths, weight, the rules of accessibility."""
    for width in (SMALLEST, PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"is wider than {width}: {page.evaluate(TOO_WIDE)}"
        if width == PHONE and (cut := page.evaluate(CUT_TABLES)):
            yield f"has columns out of sight at {width}: {cut}"
    # The page itself counts as it travels behind a proxy, compressed, as everywhere in these budgets.
    weight = page.evaluate(WEIGHT) + len(gzip.compress(page.content().encode(), 6))
    if weight > WHOLE:
        yield f"weighs {weight} bytes with what it calls for"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, scheme in ways:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        yield from (f"{rule}, {width} px, {scheme}" for rule in page.evaluate(BROKEN_RULES))
