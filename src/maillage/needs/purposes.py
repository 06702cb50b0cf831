"""The link that a firm is handed: the page of its own request."""

from __future__ import annotations

from django.http import HttpRequest

from maillage.kernel.text import Words
from maillage.post import links
from maillage.post.models import Link

FOLLOW = "needs.follow"


@links.purpose(
    FOLLOW,
    title=Words(fr="Votre demande", en="Your request"),
    button=Words(fr="Ouvrir", en="Open"),
    done=Words(fr="Ouvert.", en="Open."),
    page="needs:follow",
)
def look(link: Link, request: HttpRequest) -> None:
    """Its page says what may be done."""
