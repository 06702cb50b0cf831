"""What a person types to find a firm."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.ui.forms import Form


class SearchForm(Form):
    """A name, a trade name, a SIRET or a SIREN, maybe in one commune."""

    q = forms.CharField(label=_("Name, trade name, SIRET or SIREN"), max_length=100, required=False)
    commune = forms.RegexField(
        label=_("Commune (INSEE code)"),
        regex=r"^(\d{2}|2[AB])\d{3}$",
        required=False,
        error_messages={"invalid": _("An INSEE commune code has five characters, like 59350.")},
    )
