"""The links that firms are handed: the door to their own sheet."""

from __future__ import annotations

from django.http import HttpRequest

from maillage.kernel.text import Words
from maillage.post import links
from maillage.post.models import Link

FIRM = "observatory.firm"


@links.purpose(
    FIRM,
    title=Words(fr="Votre entreprise", en="Your firm"),
    button=Words(fr="Ouvrir", en="Open"),
    done=Words(fr="Ouvert.", en="Open."),
    page="observatory:firm_side",
)
def look(link: Link, request: HttpRequest) -> None:
    """Its pages say what may be done."""
