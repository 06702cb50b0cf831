"""The links of the package itself: wanting no more messages of one topic."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from maillage.kernel.text import Words
from maillage.post import links, topics
from maillage.post.models import Link, Unsubscription

UNSUBSCRIBE = "post.unsubscribe"
# Long after a message, one still opens it to be left alone.
LASTING = timedelta(days=3 * 365)


def unsubscribe_address(digest: str, topic: str, language: str) -> str:
    """The address by which the holder of an e-mail address says: no more of this topic."""
    subject = f"{topic}:{digest}"
    return links.make(UNSUBSCRIBE, subject=subject, lasting=LASTING, language=language)


def _told(link: Link) -> str:
    return str(topics.words_of(link.subject.rpartition(":")[0]))


@links.purpose(
    UNSUBSCRIBE,
    title=Words(fr="Ne plus recevoir ces messages ?", en="No more of these messages?"),
    button=Words(fr="Me désabonner", en="Unsubscribe"),
    done=Words(
        fr="C’est fait : vous ne recevrez plus ces messages.",
        en="Done: you will receive no more of these messages.",
    ),
    detail=_told,
    one_click=True,
)
def unsubscribe(link: Link, request: HttpRequest) -> None:  # noqa: ARG001 -- who holds the link decides
    """Remember that this address wants no more of this topic."""
    topic, _sep, digest = link.subject.rpartition(":")
    Unsubscription.objects.get_or_create(digest=digest, topic=topic)
