"""The themes of acts, and which of them reveal a difficulty."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maillage.kernel.text import Words


@dataclass(frozen=True, slots=True)
class Theme:
    """What an act was about. The code is permanent; a sensitive theme counts, its lines are masked."""

    code: str
    words: Words
    sensitive: bool = False


_CODE = re.compile(r"[a-z][a-z0-9_-]{1,39}")
_declared: dict[str, Theme] = {}


def declare(theme: Theme) -> Theme:
    """Make a theme known to the ledger.

    Raises:
        ValueError: the code is malformed, or another theme has it.
    """
    if not _CODE.fullmatch(theme.code):
        raise ValueError(f"“{theme.code}” is no code of a theme: small letters, digits, - and _")
    if _declared.setdefault(theme.code, theme) != theme:
        raise ValueError(f"the theme “{theme.code}” is declared twice")
    return theme


def themes() -> dict[str, Theme]:
    """All declared themes by code, in the order of codes."""
    return dict(sorted(_declared.items()))


def find(code: str) -> Theme | None:
    """The theme of this code, None when nobody declared it."""
    return _declared.get(code)


def is_sensitive(code: str) -> bool:
    """Whether acts on this theme are masked; a theme that the code no longer knows is, to be safe."""
    if not code:
        return False
    theme = _declared.get(code)
    return theme is None or theme.sensitive
