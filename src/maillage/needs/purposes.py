"""The links that a firm is handed: the page of its own request, and the two questions it is asked afterwards."""

from __future__ import annotations

from django.http import HttpRequest

from maillage.kernel.text import Words
from maillage.post import links
from maillage.post.models import Link

FOLLOW = "needs.follow"
OPINION = "needs.opinion"


@links.purpose(
    FOLLOW,
    title=Words(fr="Votre demande", en="Your request"),
    button=Words(fr="Ouvrir", en="Open"),
    done=Words(fr="Ouvert.", en="Open."),
    page="needs:follow",
)
def look(link: Link, request: HttpRequest) -> None:
    """Its page says what may be done."""


@links.purpose(
    OPINION,
    title=Words(fr="Votre avis", en="Your opinion"),
    button=Words(fr="Répondre", en="Answer"),
    done=Words(fr="Merci.", en="Thank you."),
    page="needs:opinion",
)
def answer(link: Link, request: HttpRequest) -> None:
    """Its page asks; opening it answers nothing."""
