"""The link that whoever registered is handed: the page of their own registration."""

from __future__ import annotations

from django.http import HttpRequest

from maillage.kernel.text import Words
from maillage.post import links
from maillage.post.models import Link

REGISTRATION = "events.registration"


@links.purpose(
    REGISTRATION,
    title=Words(fr="Votre inscription", en="Your registration"),
    button=Words(fr="Ouvrir", en="Open"),
    done=Words(fr="Ouvert.", en="Open."),
    page="events:own",
)
def look(link: Link, request: HttpRequest) -> None:
    """Its page says what may be done."""
