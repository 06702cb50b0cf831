"""Fields for places and for codes as people list them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from maillage.places.forms import resolved


class CommunesField(forms.CharField):
    """Several communes, by names or codes, separated by commas or lines."""

    def clean(self, value: Any) -> tuple[str, ...]:
        """Their INSEE codes."""
        parts = [part.strip() for part in re.split(r"[,;\n]", super().clean(value))]
        return tuple(dict.fromkeys(resolved(part, commune=True) for part in parts if part))


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
