"""Words in both languages of the product, for labels that live as data (indicators, kinds, rules)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _french() -> str:
    return "fr"


_language: list[Callable[[], str]] = [_french]


def speak(language: Callable[[], str]) -> None:
    """Hand in the function that tells the language of the present reader (`site` does it once)."""
    _language[:] = [language]


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in French and in English; `str()` speaks the reader's language."""

    fr: str
    en: str

    def __str__(self) -> str:
        return self.en if (_language[0]() or "fr").startswith("en") else self.fr
