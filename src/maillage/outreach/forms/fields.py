"""Fields for places as people name them, and for codes as they list them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from maillage import places
from maillage.kernel import clock


def _resolved(text: str, *, commune: bool) -> str:
    """The reference of a place given by name, INSEE code, key or SIREN.

    Raises:
        ValidationError: none, or several, answer to it.
    """
    try:
        perimeter = places.perimeter(text, clock.today())
    except places.UnknownTerritory:
        perimeter = None
    if perimeter is not None and (perimeter.kind == "commune") == commune:
        return perimeter.key
    found = [one for one in places.search(text) if (one.kind == "commune") == commune]
    exact = [one for one in found if places.fold(one.name) == places.fold(text)]
    chosen = exact or found
    if len(chosen) == 1:
        return chosen[0].reference
    if not chosen:
        raise forms.ValidationError(
            _("No place is called “%(name)s”. Check the spelling, or give its INSEE code.")
            % {"name": text}
        )
    names = ", ".join(f"{one.name} ({one.reference})" for one in chosen[:5])
    raise forms.ValidationError(_("Several places answer: %(names)s.") % {"names": names})


class PlaceField(forms.CharField):
    """A commune or a territory, by its name or code."""

    def __init__(self, *, commune: bool, **kwargs: Any) -> None:
        super().__init__(max_length=160, **kwargs)
        self.commune = commune

    def clean(self, value: Any) -> str:
        """The permanent reference of the place."""
        text: str = super().clean(value)
        return _resolved(text, commune=self.commune) if text else ""


class CommunesField(forms.CharField):
    """Several communes, by names or codes, separated by commas or lines."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """Their INSEE codes."""
        parts = [part.strip() for part in re.split(r"[,;\n]", super().clean(value))]
        return tuple(dict.fromkeys(_resolved(part, commune=True) for part in parts if part))


class ActivitiesField(forms.CharField):
    """Beginnings of activity codes, with or without their dot."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """The beginnings without dots, in capitals."""
        parts = re.split(r"[,;\s]+", super().clean(value).upper().replace(".", ""))
        wrong = [part for part in parts if part and not re.fullmatch(r"[0-9]{1,4}[A-Z]?", part)]
        if wrong:
            raise forms.ValidationError(
                _("Not a beginning of an activity code: %(codes)s. Write 10.71 or 1071C.")
                % {"codes": ", ".join(wrong)}
            )
        return tuple(dict.fromkeys(part for part in parts if part))
