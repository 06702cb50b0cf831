"""Sentences that are kept in a process and said in each reader's own language."""

from __future__ import annotations

from datetime import date

from django.utils.functional import lazy
from django.utils.translation import gettext

from maillage.ui import formats


def _say(message: str, values: tuple[tuple[str, object], ...]) -> str:
    said = {name: _spoken(value) for name, value in values}
    return gettext(message) % said


def _spoken(value: object) -> object:
    return formats.day(value) if isinstance(value, date) else value


_lazy_say = lazy(_say, str)


def said(message: str, **values: object) -> str:
    """The message (marked with `gettext_noop`) with its values, translated when it is read.

    What comes back is lazy: it passes for a text and speaks the language of whoever reads it.
    """
    return _lazy_say(message, tuple(values.items()))
