"""What a person types to find a firm."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.places.forms import PlaceField
from maillage.ui.forms import Form


class SearchForm(Form):
    """A name, a trade name, a SIRET or a SIREN, maybe in one commune."""

    q = forms.CharField(label=_("Name, trade name, SIRET or SIREN"), max_length=100, required=False)
    commune = PlaceField(
        commune=True,
        label=_("Commune"),
        help_text=_("Its name or its INSEE code."),
        required=False,
    )
