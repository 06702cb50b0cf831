"""A firm read at its door, before the register knows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.kernel.identifiers import digits
from maillage.outreach.actions.firms import Sign
from maillage.places.forms import PlaceField
from maillage.register.outside.by_people import Look
from maillage.ui.forms import Form, OnceForm


class FirmForm(OnceForm):
    """What the sign over the door says."""

    name = forms.CharField(label=_("Name on the door"), max_length=160)
    siret = forms.CharField(
        label=_("SIRET"),
        help_text=_("If you know it: it finds the firm once the register knows it."),
        max_length=20,
        required=False,
    )
    street_number = forms.CharField(label=_("Number"), max_length=20, required=False)
    street = forms.CharField(label=_("Street"), max_length=120, required=False)
    commune = PlaceField(
        label=_("Commune"), help_text=_("Its name or its INSEE code."), commune=True
    )
    is_natural_person = forms.BooleanField(
        label=_("It is one person (sole trader)"), required=False
    )
    activity = forms.CharField(widget=forms.HiddenInput, max_length=6, required=False)
    postcode = forms.CharField(widget=forms.HiddenInput, max_length=5, required=False)

    def clean_siret(self) -> str:
        """The SIRET without the blanks that people put in it."""
        return digits(self.cleaned_data["siret"])

    def sign(self) -> Sign:
        """The sign as the action takes it."""
        data = self.cleaned_data
        return Sign(
            name=data["name"],
            commune=data["commune"],
            street_number=data["street_number"],
            street=data["street"],
            postcode=data["postcode"],
            activity=data["activity"],
            siret=data["siret"],
            is_natural_person=data["is_natural_person"],
        )


def told(look: Look) -> dict[str, Any]:
    """What a directory tells of a firm, as the form begins; of one of partial diffusion, its commune only."""
    if not look.lines:
        return {}
    firm, place = look.lines[0].firm, look.lines[0].place
    return {
        "siret": place.siret,
        "name": place.name or firm.name,
        "street_number": place.street_number,
        "street": place.street,
        "postcode": place.postcode,
        "commune": place.commune,
        "activity": place.activity,
        "is_natural_person": firm.is_natural_person,
    }


class MatchForm(Form):
    """The firm of the register that a firm added by hand turns out to be."""

    establishment = forms.UUIDField(widget=forms.HiddenInput)
