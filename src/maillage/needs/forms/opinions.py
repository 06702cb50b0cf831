"""Two questions: was the firm contacted, and was it useful?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.needs.vocabulary import YesNo
from maillage.ui.forms import Form


class OpinionForm(Form):
    """What a firm thinks, in its own hand: «you»."""

    contacted = forms.ChoiceField(
        label=_("Did somebody contact you?"), choices=YesNo.choices, widget=forms.RadioSelect
    )
    useful = forms.ChoiceField(
        label=_("Was it useful?"),
        choices=YesNo.choices,
        widget=forms.RadioSelect,
        required=False,
    )


class ToldForm(OpinionForm):
    """The same on the phone, if the firm cares to answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacted"].label = _("Did somebody contact the firm?")
        self.fields["contacted"].required = False
