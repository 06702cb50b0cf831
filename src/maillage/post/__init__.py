"""What goes out: messages queued beside what caused them, and signed links (ADR 0013).

The door of the package. A message is one row of the caller's transaction: it leaves if that transaction
is kept, from the worker, once. Names are resolved when first used, since models come later.

    post.send(to=person.email, template="outreach/thanks.html", context={"visit": visit},
              once=f"thanks:{visit.key}", by=actor, language=person.language)

    NEWS = post.topic("news", fr="Lettre d’information", en="Newsletter")     # what one may unsubscribe from

    @post.links.purpose("surveys.answer", title=…, button=…, done=…)          # in <package>/purposes.py
    def answer(link, request): …
    address = post.links.make("surveys.answer", subject=str(survey.key), lasting=timedelta(days=30))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from maillage.post.topics import topic as topic

if TYPE_CHECKING:
    from maillage.post import links as links
    from maillage.post.actions import send as send
    from maillage.post.models import Kind as Kind

_DOOR = {"Kind": "models", "send": "actions"}


def __getattr__(name: str) -> Any:
    """The names above, loaded when first asked for."""
    if name == "links":
        return import_module("maillage.post.links")
    if name not in _DOOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOOR[name]}"), name)
