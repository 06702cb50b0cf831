"""A template made into the words of one message, in the language of whoever receives it.

One file a message, with three named partials: `subject`, `text` and, for an e-mail, `html`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import loader
from django.template.context import make_context
from django.utils import translation

from maillage.post.models import Kind

LONGEST_SUBJECT = 300


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a message says."""

    subject: str
    text: str
    html: str = ""


def render(template: str, context: Mapping[str, Any], *, kind: str, language: str) -> Rendered:
    """The words of a message; an e-mail comes in its frame, which says who writes.

    What has a topic says how to unsubscribe from it, whatever its template forgets.
    """
    with translation.override(language):
        subject = " ".join(_plain(f"{template}#subject", context).split())[:LONGEST_SUBJECT]
        framed = {**context, "subject": subject, "language": language}
        framed["text"] = _plain(f"{template}#text", context).strip()
        if kind == Kind.LETTER:
            return Rendered(subject, framed["text"])
        if kind == Kind.TEXT:
            return Rendered(subject, _plain("post/text_message.txt", framed).strip())
        framed["body"] = loader.render_to_string(f"{template}#html", dict(context))
        text = _plain("post/frame.txt", framed).strip() + "\n"
        return Rendered(subject, text, loader.render_to_string("post/frame.html", framed))


def _plain(name: str, context: Mapping[str, Any]) -> str:
    """Rendered as it is read: no markup, nothing to escape."""
    template: Any = loader.get_template(name)
    return str(template.template.render(make_context(dict(context), autoescape=False)))
