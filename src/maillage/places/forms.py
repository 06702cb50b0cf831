"""Fields for places as people name them."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.kernel import clock
from maillage.places.perimeters import UnknownTerritory
from maillage.places.referring import reference


def resolved(text: str, *, commune: bool) -> str:
    """The reference of a place typed in a form.

    Raises:
        ValidationError: none, or several, answer to it.
    """
    try:
        return reference(text, clock.today(), commune=commune)
    except UnknownTerritory as unknown:
        raise forms.ValidationError(str(unknown)) from unknown


class PlaceField(forms.CharField):
    """A commune or a territory, by its name or code."""

    def __init__(self, *, commune: bool, **kwargs: Any) -> None:
        super().__init__(max_length=160, **kwargs)
        self.commune = commune

    def clean(self, value: Any) -> str:
        """The permanent reference of the place."""
        text: str = super().clean(value)
        return resolved(text, commune=self.commune) if text else ""
