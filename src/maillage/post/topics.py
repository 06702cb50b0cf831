"""What one may unsubscribe from: the topics of messages, declared by the packages that write them."""

from __future__ import annotations

from maillage.kernel.text import Words

_topics: dict[str, Words] = {}


class UnknownTopic(LookupError):  # noqa: N818 -- the name says what happened
    """A message names a topic that nobody declared: a defect."""


def topic(key: str, *, fr: str, en: str) -> str:
    """Declare a topic with its words in both languages; hands the key back, so it can be named once."""
    _topics[key] = Words(fr=fr, en=en)
    return key


def assert_known(key: str) -> None:
    """Raise for a topic that nobody declared: its readers could not be told what they leave."""
    if key and key not in _topics:
        raise UnknownTopic(key)


def words_of(key: str) -> Words:
    """What the reader is told of a topic; its key when the package that declared it is gone."""
    return _topics.get(key) or Words(fr=key, en=key)
