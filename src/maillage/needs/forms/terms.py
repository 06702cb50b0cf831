"""A term of the thesaurus."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.ledger import themes
from maillage.ui.forms import Form


class TermForm(Form):
    """Words of artisans, and the theme they speak of."""

    term = forms.CharField(
        label=_("Words of artisans"),
        help_text=_("A few: showcase site, drive order."),
        max_length=200,
    )
    theme = forms.ChoiceField(label=_("What they speak of"), choices=themes.choices)
