"""A dashboard laid out once for all readers of its kind, and kept until something it says changes.

What depends on who reads is not here: the records and the reasons for which actions stopped are read by
right at each request, and the links of a publisher are drawn then. A page is kept for one kind of
reading (live, live and masked, or one publication), so that what one reader may see never reaches
another who may not (ADR 0012).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from maillage.accounts.actors import ANONYMOUS, Actor
from maillage.figures import Leading
from maillage.figures.cache import PAGES, kept
from maillage.kernel.periods import Period
from maillage.observatory import dashboard
from maillage.observatory.budget import money
from maillage.observatory.cards import cards
from maillage.observatory.curve import curve
from maillage.observatory.dashboard import Dashboard
from maillage.observatory.forms.conventions import ReadingForm
from maillage.observatory.proof import proof
from maillage.observatory.reading import Reading

SECTIONS = {
    "context": "observatory/convention/context.html",
    "reading": "observatory/convention/reading.html",
    "cards": "observatory/convention/cards.html",
    "axes": "observatory/convention/axes.html",
    "series": "observatory/convention/series.html",
    "money": "observatory/convention/money.html",
    "proof": "observatory/convention/proof.html",
}
"""What is written once: nothing in these templates asks who reads."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A dashboard that nobody in particular reads, its sections as written, its newest records unread."""

    page: Dashboard
    sections: dict[str, SafeString]
    newest: Leading | None

    def read_by(self, actor: Actor) -> Dashboard:
        """The same dashboard in the hands of a reader whose reading is of its kind."""
        return replace(self.page, reading=replace(self.page.reading, actor=actor))


def of(reading: Reading, offered: Period | None) -> Laid:
    """The page of a reading; `offered` is the life of the convention, whose years a reader may choose.

    Its instant is the one at which it was computed: nothing was recorded since.
    """
    return kept(
        name_of(reading, offered),
        lambda: _laid(reading, offered),
        as_of=reading.text.as_of,
        live=reading.asked.at is None,
        within=PAGES,
    )


def name_of(reading: Reading, offered: Period | None) -> Hashable:
    """All that a page depends on besides the state of the world: the text, the days, who may read it.

    A signed text is sealed, so that its key says all its lines; a publication too.
    """
    text, publication = reading.text, reading.publication
    about = (text.convention.key, text.convention.slug, text.convention.title)
    days = (text.period, text.life, offered)
    kind = (publication and publication.key, reading.is_masked)
    return ("dashboard", about, text.version.key, days, kind, get_script_prefix())


def _laid(reading: Reading, offered: Period | None) -> Laid:
    page = dashboard.of(replace(reading, actor=ANONYMOUS))
    return Laid(page, _sections(page, offered), dashboard.newest(page))


def _sections(page: Dashboard, offered: Period | None) -> dict[str, SafeString]:
    says: dict[str, Any] = {"page": page, "convention": page.text.convention}
    says |= {"form": ReadingForm(life=offered), "cards": cards(page), "curve": curve(page)}
    says |= {"money": money(page), "answer": proof(page)}
    return {name: render_to_string(template, says) for name, template in SECTIONS.items()}
