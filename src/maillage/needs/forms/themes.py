"""Choosing themes: those that the tree offers today; one that just ended is left to the action, which knows the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from maillage.ledger import themes


class _OfTheTree:
    """A field that offers what the tree offers, and lets through what a page opened earlier did."""

    def valid_value(self, value: Any) -> bool:
        """Whether it is a theme: a form that waited on a phone may hold one that ended since."""
        return str(value) in themes.tree().themes


class ThemeField(_OfTheTree, forms.ChoiceField):
    """One theme."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=themes.choices, widget=forms.RadioSelect, **kwargs)


class ThemesField(_OfTheTree, forms.MultipleChoiceField):
    """Several themes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=themes.choices, widget=forms.CheckboxSelectMultiple, **kwargs)

    def keep(self, codes: Sequence[str]) -> None:
        """Offer besides the themes that a record holds, ended or not."""
        self.choices = themes.choices(*codes)
