"""What a person types to find a firm."""

from __future__ import annotations

from typing import Any

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


class DirectoryForm(SearchForm):
    """What is asked of the national directory; its limits are told by the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].required = True
