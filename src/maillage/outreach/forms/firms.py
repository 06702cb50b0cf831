"""A firm read at its door, before the register knows it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.outreach.actions.firms import Sign
from maillage.places.forms import PlaceField
from maillage.ui.forms import Form, OnceForm


class FirmForm(OnceForm):
    """What the sign over the door says."""

    name = forms.CharField(label=_("Name on the door"), max_length=160)
    street_number = forms.CharField(label=_("Number"), max_length=20, required=False)
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    commune = PlaceField(
        label=_("Commune"), help_text=_("Its name or its INSEE code."), commune=True
    )

    def sign(self) -> Sign:
        """The sign as the action takes it."""
        data = self.cleaned_data
        return Sign(
            name=data["name"],
            commune=data["commune"],
            street_number=data["street_number"],
            street=data["street"],
        )


class MatchForm(Form):
    """The firm of the register that a firm added by hand turns out to be."""

    establishment = forms.UUIDField(widget=forms.HiddenInput)
