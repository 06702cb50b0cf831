"""A photograph added from the page of its visit."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.intake.pictures import LARGEST
from maillage.ui.forms import OnceForm


class PhotoForm(OnceForm):
    """One file; whether it is a photograph is read from what it holds."""

    photo = forms.FileField(
        label=_("Add a photograph"),
        help_text=_("JPEG, PNG or WebP, 4 MB at most. Where and when it was taken is left out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        max_length=400,
    )

    def data_sent(self) -> bytes:
        """The bytes that came, no more than what shows that they are too many."""
        return bytes(self.cleaned_data["photo"].read(LARGEST + 1))
